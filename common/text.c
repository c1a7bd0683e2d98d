/* SPDX-License-Identifier: Apache-2.0 */
/* text - Unicode as people write it.
 *
 * utf8proc does the work on characters; the usual text (Vietnamese in NFC) is only
 * looked through, at a twentieth of what utf8proc's composing costs. */
#include "text.h"

#include "mem.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    NFC = UTF8PROC_STABLE | UTF8PROC_COMPOSE,
    FOLD = NFC | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD,
    D_WITH_STROKE = 0x111,
};

enum verdict { UNCLEAN, CLEAN, CLEAN_NFC };

/* Characters that are starters, never change under NFC and never join the
 * character before them: a text of only these is NFC. Every other character
 * merely takes the slow way. test_text.c holds this against all of Unicode. */
static const struct {
    int32_t first, last;
} settled[] = {
    {0x0000, 0x02FF},   /* Latin, with most Vietnamese letters */
    {0x1E00, 0x1EFF},   /* the other Vietnamese letters */
    {0x2002, 0x2027},   /* spaces, dashes, quotation marks (not U+2000 and U+2001) */
    {0x20A0, 0x20BF},   /* currencies: the dong */
    {0x2190, 0x21FF},   /* arrows */
    {0x2600, 0x27BF},   /* pictures */
    {0xFE0F, 0xFE0F},   /* "as a picture" */
    {0x1F300, 0x1FAFF}, /* emoji */
};

/* Digits as typed, before it is known what they begin with. */
struct dialled {
    char digits[24]; /* 00, country, a trunk zero in brackets and 15 digits fit */
    size_t len;
    bool has_plus;
};

static const char letters_and_digits[] =
    "abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "0123456789";

static bool is_settled(int32_t c)
{
    for (size_t i = 0; i < COUNT(settled); i++)
        if (c <= settled[i].last)
            return c >= settled[i].first;
    return false;
}

static bool is_allowed_ascii(unsigned char c)
{
    return c >= ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The character at s, of which left bytes (at least one) remain. Returns its
 * length in bytes, or -1. */
static ptrdiff_t next_char(const uint8_t *s, size_t left, int32_t *c)
{
    if (*s < 0x80) {
        *c = *s;
        return is_allowed_ascii(*s) ? 1 : -1;
    }
    return utf8proc_iterate(s, (ptrdiff_t)left, c);
}

static bool is_combining(int32_t c)
{
    return utf8proc_get_property(c)->combining_class != 0;
}

/* Whether no more than TEXT_MARKS_MAX marks stack, counted in the decomposed form, so
 * that the answer is the same for every spelling of a text. utf8proc sorts
 * them in quadratic time: without a limit 100 KB would keep it busy for seconds. */
static bool stacks_few_marks(const uint8_t *s, size_t len)
{
    size_t marks = 0;
    ptrdiff_t n;

    for (size_t at = 0; at < len; at += (size_t)n) {
        int32_t c, parts[8];
        int last_class = 0;

        n = next_char(s + at, len - at, &c);
        ptrdiff_t count =
            utf8proc_decompose_char(c, parts, COUNT(parts), UTF8PROC_DECOMPOSE, &last_class);
        assert(n > 0 && count > 0 && count <= (ptrdiff_t)COUNT(parts));
        for (ptrdiff_t i = 0; i < count; i++) {
            marks = is_combining(parts[i]) ? marks + 1 : 0;
            if (marks > TEXT_MARKS_MAX)
                return false;
        }
    }
    return true;
}

static enum verdict look(const char *bytes, size_t len)
{
    const uint8_t *s = (const uint8_t *)bytes;
    enum verdict verdict = CLEAN_NFC;
    ptrdiff_t n;

    for (size_t at = 0; at < len; at += (size_t)n) {
        int32_t c;

        n = next_char(s + at, len - at, &c);
        if (n < 0)
            return UNCLEAN;
        if (!is_settled(c))
            verdict = CLEAN;
    }
    if (verdict == CLEAN && !stacks_few_marks(s, len))
        return UNCLEAN;
    return verdict;
}

/* The characters of clean text as utf8proc's options have them, with room for
 * the final NUL of encode(). */
static int32_t *decode(const char *bytes, size_t len, int options, size_t *count)
{
    const uint8_t *s = (const uint8_t *)bytes;
    utf8proc_option_t o = (utf8proc_option_t)options;

    ptrdiff_t n = utf8proc_decompose(s, (ptrdiff_t)len, NULL, 0, o);
    assert(n >= 0);
    int32_t *chars = mem_new((size_t)n + 1, sizeof(*chars));
    n = utf8proc_decompose(s, (ptrdiff_t)len, chars, n, o);
    assert(n >= 0);
    *count = (size_t)n;
    return chars;
}

/* Turns characters into UTF-8 in their own memory. */
static char *encode(int32_t *chars, size_t count)
{
    ptrdiff_t n = utf8proc_reencode(chars, (ptrdiff_t)count, (utf8proc_option_t)NFC);

    assert(n >= 0);
    return mem_resize(chars, (size_t)n + 1);
}

static bool is_space(int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);

    return c == '\t' || c == '\n' || c == '\r' || c == 0x85 || category == UTF8PROC_CATEGORY_ZS ||
           category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

/* Controls, formats, joiners, fillers; and Braille without a dot. */
static bool leaves_no_mark(int32_t c)
{
    enum { BRAILLE_BLANK = 0x2800 };
    const utf8proc_property_t *property = utf8proc_get_property(c);

    return property->category == UTF8PROC_CATEGORY_CC ||
           property->category == UTF8PROC_CATEGORY_CF || property->ignorable != 0 ||
           c == BRAILLE_BLANK;
}

static int dial(const char *text, struct dialled *d, struct err *e)
{
    for (; *text != '\0'; text++) {
        if (*text >= '0' && *text <= '9') {
            if (d->len + 1 == sizeof(d->digits))
                return err_set(e, ERR_INPUT, "could not read phone number: too many digits");
            d->digits[d->len++] = *text;
        } else if (*text == '+' && !d->has_plus && d->len == 0) {
            d->has_plus = true;
        } else if (strchr(" \t.-/()", *text) == NULL) {
            return err_set(e, ERR_INPUT, "could not read phone number: it is more than digits");
        }
    }
    return 0;
}

/* Where the country code begins, or NULL for a number without a country. "84"
 * may be left without its plus: no national number has more than ten digits. */
static const char *international(const struct dialled *d, const char *country)
{
    enum { NATIONAL_DIGITS_MAX = 10 };

    if (d->has_plus)
        return d->digits;
    if (strncmp(d->digits, "00", 2) == 0)
        return d->digits + 2;
    if (d->len > NATIONAL_DIGITS_MAX && strncmp(d->digits, country, strlen(country)) == 0)
        return d->digits;
    return NULL;
}

static bool is_host_label(const char *s, size_t len)
{
    if (len < 1 || len > 63 || s[0] == '-' || s[len - 1] == '-')
        return false;
    for (size_t i = 0; i < len; i++)
        if (s[i] != '-' && strchr(letters_and_digits, s[i]) == NULL)
            return false;
    return true;
}

static bool is_dotted_domain(const char *s)
{
    const char *dot;

    if (strchr(s, '.') == NULL)
        return false;
    for (; (dot = strchr(s, '.')) != NULL; s = dot + 1)
        if (!is_host_label(s, (size_t)(dot - s)))
            return false;
    return is_host_label(s, strlen(s));
}

/* strtoll and strtod also take leading white space, a plus and more. */
static bool starts_like_a_number(const char *text)
{
    text += *text == '-';
    return *text >= '0' && *text <= '9';
}

bool text_is_clean(const char *bytes, size_t len)
{
    return look(bytes, len) != UNCLEAN;
}

bool text_is_blank(const char *bytes, size_t len)
{
    const uint8_t *s = (const uint8_t *)bytes;
    ptrdiff_t n;

    for (size_t at = 0; at < len; at += (size_t)n) {
        int32_t c;

        n = next_char(s + at, len - at, &c);
        if (n < 0 || (!is_space(c) && !leaves_no_mark(c)))
            return false;
    }
    return true;
}

char *text_nfc(const char *bytes, size_t len)
{
    enum verdict verdict = look(bytes, len);
    size_t count;

    if (verdict == UNCLEAN)
        return NULL;
    if (verdict == CLEAN) {
        int32_t *chars = decode(bytes, len, NFC, &count);
        return encode(chars, count);
    }
    char *copy = mem_new(len + 1, 1);
    if (len > 0)
        memcpy(copy, bytes, len);
    return copy;
}

size_t text_length(const char *bytes, size_t len)
{
    size_t count = 0;

    for (size_t i = 0; i < len; i++)
        count += ((unsigned char)bytes[i] & 0xC0) != 0x80; /* not a continuation byte */
    return count;
}

char *text_fold(const char *bytes, size_t len)
{
    size_t count, kept = 0;
    bool gap = false;

    if (!text_is_clean(bytes, len))
        return NULL;
    int32_t *chars = decode(bytes, len, FOLD, &count);
    for (size_t i = 0; i < count; i++) {
        if (is_space(chars[i])) {
            gap = kept > 0;
            continue;
        }
        /* A gap swallowed at least one character, so this never overtakes i. */
        if (gap)
            chars[kept++] = ' ';
        gap = false;
        chars[kept++] = chars[i] == D_WITH_STROKE ? 'd' : chars[i];
    }
    return encode(chars, kept);
}

char *text_upper(const char *text)
{
    size_t count;
    int32_t *chars = decode(text, strlen(text), NFC, &count);

    for (size_t i = 0; i < count; i++)
        chars[i] = utf8proc_toupper(chars[i]);
    return encode(chars, count);
}

int text_phone(const char *text, const char *country, char out[TEXT_PHONE_SIZE], struct err *e)
{
    enum { DIGITS_MIN = 8, DIGITS_MAX = 15 };
    struct dialled d = {0};
    char number[sizeof(d.digits) + 8];

    if (dial(text, &d, e) < 0)
        return -1;
    const char *full = international(&d, country);
    const char *rest = full != NULL ? full : d.digits;
    if (full != NULL && strncmp(full, country, strlen(country)) == 0) {
        full = NULL;
        rest += strlen(country);
    }
    if (full == NULL && *rest == '0')
        rest++; /* the trunk zero, also written "+84 (0)28" */
    if (*rest == '0')
        return err_set(e, ERR_INPUT, "could not read phone number: too many leading zeros");
    int len = snprintf(number, sizeof(number), "+%s%s", full == NULL ? country : "", rest) - 1;
    if (len < DIGITS_MIN || len > DIGITS_MAX)
        return err_set(e, ERR_INPUT, "could not read phone number: %d digits, not %d to %d", len,
                       DIGITS_MIN, DIGITS_MAX);
    memcpy(out, number, (size_t)len + 2);
    return 0;
}

bool text_is_email(const char *text)
{
    enum { EMAIL_BYTES_MAX = 254, LOCAL_BYTES_MAX = 64 };
    const char *at = strchr(text, '@');

    if (at == NULL || at == text || at - text > LOCAL_BYTES_MAX || strlen(text) > EMAIL_BYTES_MAX)
        return false;
    for (const char *p = text; p < at; p++)
        if (strchr(letters_and_digits, *p) == NULL && strchr("!#$%&'*+-/=?^_`{|}~.", *p) == NULL)
            return false;
    return is_dotted_domain(at + 1);
}

int text_int64(const char *text, const char *what, int64_t min, int64_t max, int64_t *out,
               struct err *e)
{
    char *end = NULL;

    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (!starts_like_a_number(text) || *end != '\0')
        return err_set(e, ERR_INPUT, "%s is not a whole number", what);
    if (errno == ERANGE || value < min || value > max)
        return err_set(e, ERR_INPUT, "%s is not from %lld to %lld", what, (long long)min,
                       (long long)max);
    *out = value;
    return 0;
}

int text_double(const char *text, const char *what, double min, double max, double *out,
                struct err *e)
{
    char *end = NULL;
    double value = strtod(text, &end);

    if (!starts_like_a_number(text) || *end != '\0' || strpbrk(text, "xX") != NULL)
        return err_set(e, ERR_INPUT, "%s is not a number", what);
    if (!isfinite(value) || value < min || value > max)
        return err_set(e, ERR_INPUT, "%s is not from %g to %g", what, min, max);
    *out = value;
    return 0;
}

int text_hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}
