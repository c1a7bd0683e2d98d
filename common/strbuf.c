/* SPDX-License-Identifier: Apache-2.0 */
#include "strbuf.h"

#include "mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Makes room for len more bytes and the NUL, or marks b as failed. */
static char *grow(struct strbuf *b, size_t len)
{
    if (b->failed || len > b->limit - b->len) {
        b->failed = true;
        return NULL;
    }
    if (b->len + len + 1 > b->room) {
        b->room = 2 * (b->len + len) + 32;
        b->data = mem_resize(b->data, b->room);
    }
    return b->data + b->len;
}

void strbuf_add(struct strbuf *b, const void *data, size_t len)
{
    char *end = grow(b, len);

    if (end == NULL)
        return;
    if (len > 0)
        memcpy(end, data, len);
    end[len] = '\0';
    b->len += len;
}

void strbuf_addf(struct strbuf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int len = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);

    char *end = grow(b, (size_t)len);
    if (end == NULL)
        return;
    va_start(ap, fmt);
    vsnprintf(end, (size_t)len + 1, fmt, ap);
    va_end(ap);
    b->len += (size_t)len;
}

const char *strbuf_text(const struct strbuf *b)
{
    if (b->failed)
        return NULL;
    return b->data != NULL ? b->data : "";
}

void strbuf_clear(struct strbuf *b)
{
    b->len = 0;
    b->failed = false;
    if (b->data != NULL)
        b->data[0] = '\0';
}

void strbuf_free(struct strbuf *b)
{
    free(b->data);
    *b = STRBUF(b->limit);
}
