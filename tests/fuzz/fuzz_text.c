/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_text - text.h on any bytes: normal forms are stable, limits hold. */
#include "fuzz.h"

#include "mem.h"
#include "text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void text_free(char **text)
{
    free(*text);
}

typedef char *normalize_fn(const char *bytes, size_t len);

/* The result is NULL for unclean bytes only, clean, and its own normal form. */
static void check_normal_form(normalize_fn *normalize, const char *bytes, size_t len)
{
    AUTO(text_free) char *once = normalize(bytes, len);

    assert((once != NULL) == text_is_clean(bytes, len));
    if (once == NULL)
        return;
    assert(text_is_clean(once, strlen(once)));
    AUTO(text_free) char *twice = normalize(once, strlen(once));
    assert(strcmp(once, twice) == 0);
}

/* However a text is spelled, folding finds it. */
static void check_fold_of_nfc(const char *bytes, size_t len)
{
    AUTO(text_free) char *nfc = text_nfc(bytes, len);

    if (nfc == NULL)
        return;
    AUTO(text_free) char *fold = text_fold(bytes, len);
    AUTO(text_free) char *fold_of_nfc = text_fold(nfc, strlen(nfc));
    assert(strcmp(fold, fold_of_nfc) == 0);
    assert(text_length(nfc, strlen(nfc)) <= strlen(nfc));
}

static void check_phone(const char *text)
{
    char number[TEXT_PHONE_SIZE], again[TEXT_PHONE_SIZE];
    struct err e;

    if (text_phone(text, "84", number, &e) < 0)
        return;
    assert(number[0] == '+' && number[1] != '0');
    assert(strlen(number) >= 9 && strlen(number) <= 16);
    assert(strspn(number + 1, "0123456789") == strlen(number) - 1);
    assert(text_phone(number, "84", again, &e) == 0 && strcmp(number, again) == 0);
}

static void check_email(const char *text)
{
    if (!text_is_email(text))
        return;
    assert(strlen(text) <= 254 && strpbrk(text, " \t\r\n<>,;:\"()[]\\") == NULL);
    assert(strchr(text, '@') == strrchr(text, '@'));
}

static void check_numbers(const char *text)
{
    struct err e;
    int64_t n;
    double x;

    if (text_int64(text, "n", -1000, 1000, &n, &e) == 0)
        assert(n >= -1000 && n <= 1000);
    if (text_double(text, "x", -180, 180, &x, &e) == 0)
        assert(x >= -180 && x <= 180);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    AUTO(text_free) char *text = mem_new(size + 1, 1);

    if (size > 0)
        memcpy(text, data, size);
    check_normal_form(text_nfc, bytes, size);
    check_normal_form(text_fold, bytes, size);
    check_fold_of_nfc(bytes, size);
    check_phone(text);
    check_email(text);
    check_numbers(text);
    return 0;
}
