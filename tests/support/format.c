/* SPDX-License-Identifier: Apache-2.0 */
#include "format.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

char *format_new(const char *fmt, ...)
{
    char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    int len = vasprintf(&text, fmt, ap);
    va_end(ap);
    if (len < 0)
        abort();
    return text;
}

void format_free(char **text)
{
    free(*text);
    *text = NULL;
}
