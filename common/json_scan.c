/* SPDX-License-Identifier: Apache-2.0 */
#include "json_scan.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { INT_DIGITS = 18, FLOAT_BYTES = 40 };

static void skip_space(struct json_scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\n' || *s->at == '\t' || *s->at == '\r'))
        s->at++;
}

bool json_scan_char(struct json_scan *s, char c)
{
    skip_space(s);
    if (s->at == s->end || *s->at != c)
        return false;
    s->at++;
    return true;
}

bool json_scan_end(struct json_scan *s)
{
    skip_space(s);
    return s->at == s->end;
}

/* ---- texts ---- */

/* Bytes of the character of two to four bytes that begins here (RFC 3629), or 0. */
static size_t wide_character(const unsigned char *at, size_t left)
{
    static const struct {
        unsigned char first, last; /* of its first byte */
        unsigned char low, high;   /* of its second one; the others are 80 to BF */
        unsigned char len;
    } forms[] = {
        {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
        {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
        {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
    };
    size_t i = 0, n = 2;

    while (i < COUNT(forms) && (at[0] < forms[i].first || at[0] > forms[i].last))
        i++;
    if (i == COUNT(forms) || left < forms[i].len || at[1] < forms[i].low || at[1] > forms[i].high)
        return 0;
    while (n < forms[i].len && (at[n] & 0xC0) == 0x80)
        n++;
    return n == forms[i].len ? n : 0;
}

/* The character that stands behind a backslash, or NUL. */
static char unescaped(char c)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *at = c != '\0' ? strchr(from, c) : NULL;

    return at != NULL ? to[at - from] : '\0';
}

/* "XXXX" of a \u escape; 0 when it is none, or half of a pair, or NUL, which no text may hold. */
static unsigned escaped_character(const char *at, size_t left)
{
    unsigned c = 0;

    if (left < 4)
        return 0;
    for (int i = 0; i < 4; i++) {
        int value = text_hex_digit(at[i]);
        if (value < 0)
            return 0;
        c = c << 4 | (unsigned)value;
    }
    return c >= 0xD800 && c <= 0xDFFF ? 0 : c;
}

/* In UTF-8, which is never longer than the six bytes of its escape. */
static void put_character(struct json_scan *s, unsigned c)
{
    if (c < 0x80) {
        *s->texts++ = (char)c;
        return;
    }
    if (c < 0x800) {
        *s->texts++ = (char)(0xC0 | c >> 6);
    } else {
        *s->texts++ = (char)(0xE0 | c >> 12);
        *s->texts++ = (char)(0x80 | (c >> 6 & 0x3F));
    }
    *s->texts++ = (char)(0x80 | (c & 0x3F));
}

/* What stands behind a backslash. */
static bool copy_escaped(struct json_scan *s, size_t left)
{
    if (left > 1 && s->at[1] == 'u') {
        unsigned wide = escaped_character(s->at + 2, left - 2);
        if (wide != 0)
            put_character(s, wide);
        s->at += 6;
        return wide != 0;
    }
    char c = left > 1 ? unescaped(s->at[1]) : '\0';
    *s->texts++ = c;
    s->at += 2;
    return c != '\0';
}

static bool is_plain(char c)
{
    return c >= ' ' && c != '"' && c != '\\' && (unsigned char)c < 0x80;
}

/* Copies what stands for one character, not a plain one; false when it may not be there. */
static bool copy_special(struct json_scan *s)
{
    size_t left = (size_t)(s->end - s->at);

    if (*s->at == '\\')
        return copy_escaped(s, left);
    size_t len = wide_character((const unsigned char *)s->at, left);
    memcpy(s->texts, s->at, len);
    s->texts += len;
    s->at += len;
    return len > 0;
}

bool json_scan_text(struct json_scan *s, const char **out, size_t *len)
{
    char *begin = s->texts;

    if (!json_scan_char(s, '"'))
        return false;
    for (;;) {
        while (s->at < s->end && is_plain(*s->at))
            *s->texts++ = *s->at++;
        if (s->at == s->end)
            return false;
        if (*s->at == '"')
            break;
        if (!copy_special(s))
            return false;
    }
    s->at++;
    *len = (size_t)(s->texts - begin);
    *s->texts++ = '\0';
    *out = begin;
    return true;
}

/* ---- numbers ---- */

static bool is_digit(const struct json_scan *s)
{
    return s->at < s->end && *s->at >= '0' && *s->at <= '9';
}

static bool is_one_of(const struct json_scan *s, const char *set)
{
    return s->at < s->end && *s->at != '\0' && strchr(set, *s->at) != NULL;
}

/* Digits, one at least, and no zero before others unless it may lead. */
static bool skip_digits(struct json_scan *s, bool zero_leads)
{
    const char *begin = s->at;

    while (is_digit(s))
        s->at++;
    return s->at > begin && (zero_leads || *begin != '0' || s->at == begin + 1);
}

bool json_scan_int(struct json_scan *s, int64_t *out)
{
    int64_t n = 0;

    skip_space(s);
    bool negative = is_one_of(s, "-");
    s->at += negative;
    const char *begin = s->at;
    if (!skip_digits(s, false) || s->at - begin > INT_DIGITS || is_one_of(s, ".eE"))
        return false;
    for (const char *at = begin; at < s->at; at++)
        n = n * 10 + (*at - '0');
    *out = negative ? -n : n;
    return true;
}

/* Copies the number to text; false when it is malformed, too long, or a whole one that is too
 * large: those are not taken as a float. */
static bool copy_float(struct json_scan *s, char text[FLOAT_BYTES])
{
    const char *begin = s->at;

    s->at += is_one_of(s, "-");
    if (!skip_digits(s, false))
        return false;
    bool is_whole = !is_one_of(s, ".eE");
    if (is_whole && s->at - begin > INT_DIGITS)
        return false;
    if (is_one_of(s, ".")) {
        s->at++;
        if (!skip_digits(s, true))
            return false;
    }
    if (is_one_of(s, "eE")) {
        s->at++;
        s->at += is_one_of(s, "+-");
        if (!skip_digits(s, true))
            return false;
    }
    size_t len = (size_t)(s->at - begin);
    if (len >= FLOAT_BYTES)
        return false;
    memcpy(text, begin, len);
    text[len] = '\0';
    return true;
}

bool json_scan_float(struct json_scan *s, double *out)
{
    char text[FLOAT_BYTES];

    skip_space(s);
    if (!copy_float(s, text))
        return false;
    *out = strtod(text, NULL);
    return isfinite(*out);
}

bool json_scan_bool(struct json_scan *s, bool *out)
{
    static const char *const words[] = {"false", "true"};

    skip_space(s);
    for (size_t i = 0; i < COUNT(words); i++) {
        size_t len = strlen(words[i]);
        if ((size_t)(s->end - s->at) < len || memcmp(s->at, words[i], len) != 0)
            continue;
        s->at += len;
        *out = i == 1;
        return true;
    }
    return false;
}

bool json_scan_skip(struct json_scan *s)
{
    char *begin = s->texts;
    const char *ignored;
    size_t len, depth = 0;

    do {
        skip_space(s);
        if (s->at == s->end)
            return false;
        char c = *s->at;
        if (c == '"') {
            if (!json_scan_text(s, &ignored, &len))
                return false;
            s->texts = begin;
            continue;
        }
        depth += c == '{' || c == '[';
        if (c == '}' || c == ']') {
            if (depth == 0)
                return false;
            depth--;
        }
        s->at++;
        while (depth == 0 && s->at < s->end && strchr(",]} \t\r\n", *s->at) == NULL && c != '}' &&
               c != ']')
            s->at++;
    } while (depth > 0);
    return true;
}
