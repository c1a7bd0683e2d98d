/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_fields - a form from bytes: a line "name=value" for each field. */
#ifndef FUZZ_FIELDS_H
#define FUZZ_FIELDS_H

#include "http.h"

#include <string.h>

/* Gives each line of text, which is followed by a byte of room, to fn as a form's decoder would. */
static inline void fuzz_fields(char *text, size_t size, http_field_fn *fn, void *ctx)
{
    char *end = text + size;

    while (text < end) {
        char *line_end = memchr(text, '\n', (size_t)(end - text));
        if (line_end == NULL)
            line_end = end;
        *line_end = '\0';
        char *equals = memchr(text, '=', (size_t)(line_end - text));
        if (equals != NULL) {
            *equals = '\0';
            fn(ctx, text, equals + 1, (size_t)(line_end - equals - 1));
        }
        text = line_end + 1;
    }
}

#endif
