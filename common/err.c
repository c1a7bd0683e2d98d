/* SPDX-License-Identifier: Apache-2.0 */
#include "err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Takes back a character that was cut off: the text goes into JSON. */
static void drop_half_character(char *text)
{
    size_t len = strlen(text), start = len;

    while (start > 0 && len - start < 4 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0 || (unsigned char)text[start - 1] < 0xC0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (len - start + 1 < want)
        text[start - 1] = '\0';
}

int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
    va_list ap;

    e->kind = kind;
    va_start(ap, fmt);
    vsnprintf(e->text, sizeof(e->text), fmt, ap);
    va_end(ap);
    drop_half_character(e->text);
    return -1;
}

int err_in(struct err *e, const char *context)
{
    char inner[sizeof(e->text)];

    memcpy(inner, e->text, sizeof(inner));
    return err_set(e, e->kind, "%s: %s", context, inner);
}
