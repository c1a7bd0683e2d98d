/* SPDX-License-Identifier: Apache-2.0 */
/* json_unclean - JSON (RFC 8259) may escape what no text may hold: NUL and half of a surrogate
 * pair. jansson takes none of it, and says nothing of the rest. */
#include "json.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

enum { ESCAPE_BYTES = 6, NONE = -1 }; /* of \uXXXX */

static const char stand_in[] = "\\u0001";

/* The value of \uXXXX at this place, NONE: it is something else. */
static int escape_value(const char *at, const char *end)
{
    char digits[5] = "", *stop;

    if (end - at < ESCAPE_BYTES || at[0] != '\\' || at[1] != 'u')
        return NONE;
    memcpy(digits, at + 2, 4);
    if (strspn(digits, "0123456789abcdefABCDEF") != 4)
        return NONE;
    return (int)strtol(digits, &stop, 16);
}

static bool is_first_half(int c)
{
    return c >= 0xD800 && c <= 0xDBFF;
}

static bool is_second_half(int c)
{
    return c >= 0xDC00 && c <= 0xDFFF;
}

/* Passes over what follows a backslash, and puts the stand-in in its place if it must. */
static char *pass_escape(char *at, const char *end)
{
    int c = escape_value(at, end);

    if (c == NONE)
        return end - at < 2 ? at + 1 : at + 2;
    if (is_first_half(c) && is_second_half(escape_value(at + ESCAPE_BYTES, end)))
        return at + 2 * ESCAPE_BYTES;
    if (c == 0 || is_first_half(c) || is_second_half(c))
        memcpy(at, stand_in, ESCAPE_BYTES);
    return at + ESCAPE_BYTES;
}

json_t *json_load_unclean(const char *bytes, size_t len, json_error_t *error)
{
    json_t *document = json_load(bytes, len, error);

    if (document != NULL || len == 0)
        return document;
    char *copy = mem_resize(NULL, len), *at = copy;
    const char *end = copy + len;
    memcpy(copy, bytes, len);
    while ((at = memchr(at, '\\', (size_t)(end - at))) != NULL && at < end)
        at = pass_escape(at, end);
    document = json_load(copy, len, error);
    free(copy);
    return document;
}
