/* SPDX-License-Identifier: Apache-2.0 */
#include "err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
    va_list ap;

    e->kind = kind;
    va_start(ap, fmt);
    vsnprintf(e->text, sizeof(e->text), fmt, ap);
    va_end(ap);
    return -1;
}

int err_in(struct err *e, const char *context)
{
    char inner[sizeof(e->text)];

    memcpy(inner, e->text, sizeof(inner));
    return err_set(e, e->kind, "%s: %s", context, inner);
}
