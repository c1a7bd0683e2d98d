/* SPDX-License-Identifier: Apache-2.0 */
#include "base64.h"

#include <string.h>

enum { LINE_BYTES = 57, LETTERS = 62, GROUP = 4 };

/* The last two characters of the alphabet, and what fills up the last group. */
struct variant {
    char last[2];
    bool padded;
};
static const struct variant standard = {{'+', '/'}, true}, for_urls = {{'-', '_'}, false};

static char digit(const struct variant *v, unsigned value)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    return value < LETTERS ? letters[value] : v->last[value - LETTERS];
}

static void encode(struct strbuf *out, const struct variant *v, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i < 3 ? len - i : 3;
        unsigned bits = (unsigned)data[i] << 16 | (left > 1 ? (unsigned)data[i + 1] << 8 : 0) |
                        (left > 2 ? data[i + 2] : 0);
        char group[GROUP] = {digit(v, bits >> 18), digit(v, bits >> 12 & 63),
                             left > 1 ? digit(v, bits >> 6 & 63) : '=',
                             left > 2 ? digit(v, bits & 63) : '='};
        strbuf_add(out, group, v->padded ? GROUP : left + 1);
    }
}

void base64_add(struct strbuf *out, const void *data, size_t len)
{
    encode(out, &standard, data, len);
}

void base64_add_lines(struct strbuf *out, const void *data, size_t len)
{
    const uint8_t *bytes = data;

    for (size_t i = 0; i < len; i += LINE_BYTES) {
        encode(out, &standard, bytes + i, len - i < LINE_BYTES ? len - i : LINE_BYTES);
        strbuf_add(out, "\r\n", 2);
    }
}

void base64_add_url(struct strbuf *out, const void *data, size_t len)
{
    encode(out, &for_urls, data, len);
}

static int value_of(const struct variant *v, char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == v->last[0])
        return LETTERS;
    return c == v->last[1] ? LETTERS + 1 : -1;
}

/* chars without padding. Bits that are left over must be zero, so that each text is the only one
 * of its bytes. */
static int decode(const struct variant *v, const char *text, size_t chars, uint8_t *out,
                  struct err *e)
{
    unsigned bits = 0, held = 0;
    size_t count = 0;

    for (size_t i = 0; i < chars; i++) {
        int value = value_of(v, text[i]);
        if (value < 0)
            return err_set(e, ERR_INPUT, "is not base64");
        bits = (bits << 6 | (unsigned)value) & 0xFFFF;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[count++] = (uint8_t)(bits >> held);
        }
    }
    if (held >= 6 || (bits & ((1U << held) - 1)) != 0)
        return err_set(e, ERR_INPUT, "is not base64");
    return 0;
}

int base64_read_url(const char *text, uint8_t *out, size_t size, struct err *e)
{
    size_t chars = strlen(text);

    if (chars != (size * 4 + 2) / 3)
        return err_set(e, ERR_INPUT, "has not the length that it should have");
    return decode(&for_urls, text, chars, out, e);
}

int base64_read(const char *text, uint8_t *out, size_t size, size_t *len, struct err *e)
{
    size_t chars = strlen(text), padding = 0;

    while (padding < 2 && padding < chars && text[chars - 1 - padding] == '=')
        padding++;
    if (chars % GROUP != 0)
        return err_set(e, ERR_INPUT, "is not base64");
    chars -= padding;
    if (chars * 3 / 4 > size)
        return err_set(e, ERR_INPUT, "is too long");
    if (decode(&standard, text, chars, out, e) < 0)
        return -1;
    *len = chars * 3 / 4;
    return 0;
}
