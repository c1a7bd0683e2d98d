/* SPDX-License-Identifier: Apache-2.0 */
#include "strbuf.h"

#include "decimal.h"
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

/* Most texts fit into the room that is there, and are printed once. */
void strbuf_addf(struct strbuf *b, const char *fmt, ...)
{
    size_t left = b->data != NULL ? b->room - b->len : 0;
    va_list ap;

    if (b->failed)
        return;
    va_start(ap, fmt);
    int len = vsnprintf(left > 0 ? b->data + b->len : NULL, left, fmt, ap);
    va_end(ap);
    bool printed = (size_t)len < left;
    if (left > 0 && (!printed || (size_t)len > b->limit - b->len))
        b->data[b->len] = '\0'; /* a part of it, or too much */
    char *end = grow(b, (size_t)len);
    if (end == NULL)
        return;
    if (!printed) {
        va_start(ap, fmt);
        vsnprintf(end, (size_t)len + 1, fmt, ap);
        va_end(ap);
    }
    b->len += (size_t)len;
}

void strbuf_add_int(struct strbuf *b, int64_t n)
{
    uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;
    char digits[20]; /* of 2^64 - 1, or of 2^63 and its sign */
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (n < 0)
        digits[--at] = '-';
    strbuf_add(b, digits + at, sizeof(digits) - at);
}

void strbuf_add_decimal(struct strbuf *b, double value)
{
    char text[DECIMAL_SIZE];

    decimal_text(value, text);
    strbuf_add(b, text, strlen(text));
}

void strbuf_add_hex(struct strbuf *b, const void *data, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *bytes = data;
    char *end = grow(b, 2 * len);

    if (end == NULL)
        return;
    for (size_t i = 0; i < len; i++) {
        *end++ = digits[bytes[i] >> 4];
        *end++ = digits[bytes[i] & 0x0F];
    }
    *end = '\0';
    b->len += 2 * len;
}

void strbuf_add_url(struct strbuf *b, const char *text)
{
    static const char plain[] =
        "-_.~0123456789"
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        "abcdefghijklmnopqrstuvwxyz";

    while (*text != '\0') {
        size_t len = strspn(text, plain);
        strbuf_add(b, text, len);
        text += len;
        if (*text != '\0')
            strbuf_addf(b, "%%%02X", (unsigned)(unsigned char)*text++);
    }
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
