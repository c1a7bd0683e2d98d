/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "unit.h"

enum { LAST_CHAR = 0x10FFFF };

static void text_free(char **text)
{
    free(*text);
}

static void clean_text_is_told_from_unclean(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        bool clean;
    } cases[] = {
        {"", 0, true},
        {"Ổ gà\tsâu\r\n", 14, true},
        {"a\0b", 3, false},
        {"a\x1b[0m", 5, false},
        {"\x7f", 1, true},
        {"\xc3", 1, false},             /* cut short */
        {"\xe1\xbb", 2, false},         /* likewise */
        {"\xc3(", 2, false},            /* no continuation */
        {"\x80", 1, false},             /* nothing to continue */
        {"\xc0\xaf", 2, false},         /* overlong "/" */
        {"\xe0\x80\xaf", 3, false},     /* likewise */
        {"\xed\xa0\x80", 3, false},     /* a surrogate */
        {"\xf4\x90\x80\x80", 4, false}, /* beyond U+10FFFF */
        {"\xff", 1, false},
        {"\xf0\x9f\x98\xa1", 4, true}, /* an angry face */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (text_is_clean(cases[i].bytes, cases[i].len) != cases[i].clean)
            fail_msg("case %zu", i);
}

static void assert_nfc(const char *text, const char *expected)
{
    AUTO(text_free) char *nfc = text_nfc(text, strlen(text));

    assert_non_null(nfc);
    assert_string_equal(nfc, expected);
}

static void nfc_composes_vietnamese(void **state)
{
    (void)state;
    assert_nfc("O\xcc\x82\xcc\x89 ga\xcc\x80", "Ổ gà");
    assert_nfc("\xc4\x91u\xcc\x9bo\xcc\x9b\xcc\x80ng", "đường");
    assert_nfc("\xe1\xba\xb9\xcc\x82", "ệ"); /* half composed: ẹ and a circumflex */
    assert_nfc("Ổ gà trên đường Điện Biên Phủ", "Ổ gà trên đường Điện Biên Phủ");
    assert_nfc("", "");
}

static void blank_text_has_nothing_to_see(void **state)
{
    static const struct {
        const char *text;
        bool blank;
    } cases[] = {
        {"", true},
        {" \t\r\n", true},
        {"\u00a0\u2003\u3000\u2028", true},
        {"\u200b\u200d\u2060\ufeff\u00ad\ufe0f", true},
        {"\u115f\u3164\uffa0\u2800", true},
        {".", false},
        {" \u200bđ", false},
        {"👍🏽", false},
        {"\x01", false}, /* not clean */
        {"\xff", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (text_is_blank(cases[i].text, strlen(cases[i].text)) != cases[i].blank)
            fail_msg("case %zu", i);
}

static void nfc_refuses_unclean_bytes(void **state)
{
    (void)state;
    assert_null(text_nfc("a\xff", 2));
    assert_null(text_nfc("a\0b", 3));
    assert_null(text_fold("a\xff", 2));
}

static void nfc_reads_no_further_than_told(void **state)
{
    AUTO(text_free) char *cut = text_nfc("abc\xff", 3);

    (void)state;
    assert_string_equal(cut, "abc");
    assert_null(text_nfc("Phủ", 4)); /* in the midst of a character */
}

/* Writes chars as UTF-8 and NUL. */
static void spell(const int32_t *chars, size_t count, char *out)
{
    for (size_t i = 0; i < count; i++)
        out += utf8proc_encode_char(chars[i], (uint8_t *)out);
    *out = '\0';
}

static bool is_assigned(int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);

    return category != UTF8PROC_CATEGORY_CN && category != UTF8PROC_CATEGORY_CS &&
           category != UTF8PROC_CATEGORY_CC && category != UTF8PROC_CATEGORY_CO;
}

/* The fast way must never answer otherwise than the library: no character may
 * change alone, nor join the one it follows in its own decomposition. */
static void nfc_agrees_with_the_library_on_every_character(void **state)
{
    (void)state;
    for (int32_t c = 0; c <= LAST_CHAR; c++) {
        char text[8];

        if (!is_assigned(c))
            continue;
        spell(&c, 1, text);
        AUTO(text_free) char *expected = (char *)utf8proc_NFC((const uint8_t *)text);
        AUTO(text_free) char *nfd = (char *)utf8proc_NFD((const uint8_t *)text);
        AUTO(text_free) char *composed = text_nfc(text, strlen(text));
        AUTO(text_free) char *recomposed = text_nfc(nfd, strlen(nfd));
        if (strcmp(composed, expected) != 0 || strcmp(recomposed, expected) != 0)
            fail_msg("U+%04X", (unsigned)c);
    }
}

static int class_of(int32_t c)
{
    return utf8proc_get_property(c)->combining_class;
}

static void nfc_agrees_with_the_library_on_every_pair_of_marks(void **state)
{
    int32_t marks[2000];
    size_t count = 0;

    (void)state;
    for (int32_t c = 0; c <= LAST_CHAR; c++)
        if (class_of(c) > 0) {
            assert_true(count < COUNT(marks));
            marks[count++] = c;
        }
    for (size_t i = 0; i < count * count; i++) {
        const int32_t pair[] = {'x', marks[i / count], marks[i % count]};
        char text[16];

        if (class_of(pair[1]) <= class_of(pair[2]))
            continue;
        spell(pair, COUNT(pair), text);
        AUTO(text_free) char *expected = (char *)utf8proc_NFC((const uint8_t *)text);
        AUTO(text_free) char *nfc = text_nfc(text, strlen(text));
        if (strcmp(nfc, expected) != 0)
            fail_msg("U+%04X U+%04X", (unsigned)pair[1], (unsigned)pair[2]);
    }
}

/* An "a" under count copies of mark. */
static void stack(size_t count, int32_t mark, char *out)
{
    *out++ = 'a';
    for (size_t i = 0; i < count; i++, out += strlen(out))
        spell(&mark, 1, out);
}

static void towers_of_marks_are_unclean(void **state)
{
    enum { DOT_BELOW = 0x323, DIALYTIKA_TONOS = 0x344, TIBETAN_II = 0xF73 };
    char text[256];

    (void)state;
    stack(TEXT_MARKS_MAX, DOT_BELOW, text);
    assert_true(text_is_clean(text, strlen(text)));
    stack(TEXT_MARKS_MAX + 1, DOT_BELOW, text);
    assert_false(text_is_clean(text, strlen(text)));
    assert_null(text_nfc(text, strlen(text)));
    assert_null(text_fold(text, strlen(text)));
    stack(TEXT_MARKS_MAX / 2 + 1, DIALYTIKA_TONOS, text); /* each becomes two marks */
    assert_false(text_is_clean(text, strlen(text)));
    stack(TEXT_MARKS_MAX / 2 + 1, TIBETAN_II, text); /* likewise, though itself a starter */
    assert_false(text_is_clean(text, strlen(text)));
}

static void length_counts_characters(void **state)
{
    (void)state;
    assert_int_equal(text_length("", 0), 0);
    assert_int_equal(text_length("Phủ", strlen("Phủ")), 3);
    assert_int_equal(text_length("\xf0\x9f\x98\xa1!", 5), 2);
}

static void assert_fold(const char *text, const char *expected)
{
    AUTO(text_free) char *folded = text_fold(text, strlen(text));

    assert_non_null(folded);
    assert_string_equal(folded, expected);
}

static void fold_drops_case_and_diacritics(void **state)
{
    const char *address = "Ổ gà trên đường Điện Biên Phủ";
    AUTO(text_free) char *nfd = (char *)utf8proc_NFD((const uint8_t *)address);

    (void)state;
    assert_fold(address, "o ga tren duong dien bien phu");
    assert_fold(nfd, "o ga tren duong dien bien phu");
    assert_fold("ĂÂĐÊÔƠƯ ăâđêôơư", "aadeoou aadeoou");
    assert_fold("Straße 한국", "strasse 한국"); /* Hangul is composed again */
}

static void fold_joins_white_space(void **state)
{
    (void)state;
    assert_fold(" \tHẻm\xc2\xa0 \r\n 12 ", "hem 12");
    assert_fold("\xe3\x80\x80\x20", "");
    assert_fold("", "");
}

static void phone_numbers_become_one_form(void **state)
{
    static const struct {
        const char *text, *number;
    } cases[] = {
        {"028 3829 1022", "+842838291022"},
        {"+84 28 38291022", "+842838291022"},
        {"0084-28-3829.1022", "+842838291022"},
        {"(+84) (0)28 3829 1022", "+842838291022"},
        {"84 28 3829 1022", "+842838291022"},
        {"0912 345 678", "+84912345678"},
        {"912345678", "+84912345678"},
        {"84912345678", "+84912345678"},
        {"0849123456", "+84849123456"}, /* a mobile prefix that looks like the country */
        {"849123456", "+84849123456"},
        {"+1 (212) 555-0100", "+12125550100"},
        {"001 212 555 0100", "+12125550100"},
        {"+123456789012345", "+123456789012345"},
        {"+12345678", "+12345678"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char out[TEXT_PHONE_SIZE] = "";
        struct err e = {0};

        if (text_phone(cases[i].text, "84", out, &e) < 0)
            fail_msg("%s: %s", cases[i].text, e.text);
        assert_string_equal(out, cases[i].number);
    }
}

static void what_is_no_phone_number_is_refused(void **state)
{
    static const char *const cases[] = {
        "",
        "1022",
        "+1234567",
        "+1234567890123456",
        "0912 345 678x",
        "28+3829102",
        "++842838291022",
        "0912;345678",
        "+0123456789",
        "000123456789",
        "----",
        "+",
        "00",
        "0",
        "00000000000000000000000000000000000000000000000000000000000000",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char out[TEXT_PHONE_SIZE] = "as it was";
        struct err e = {0};

        if (text_phone(cases[i], "84", out, &e) == 0)
            fail_msg("%s", cases[i]);
        assert_int_equal(e.kind, ERR_INPUT);
        assert_string_equal(out, "as it was");
    }
}

enum { LONG_EMAIL_SIZE = 400 };

/* text, count digits, then end. */
static const char *lengthen(char out[LONG_EMAIL_SIZE], const char *text, size_t count,
                            const char *end)
{
    (void)snprintf(out, LONG_EMAIL_SIZE, "%s%0*d%s", text, (int)count, 0, end);
    return out;
}

static void emails_are_told_from_other_text(void **state)
{
    static const char *const good[] = {
        "an@x.vn",
        "nguyen.van-an+1022@tphcm.gov.vn",
        "o'neil@xn--ph-vdc.vn",
        "a@1.2",
    };
    static const char *const bad[] = {
        "",          "an",          "@x.vn",    "an@",       "an@x",       "an@x.",
        "an@.vn",    "an@x..vn",    "an@@x.vn", "a@b@x.vn",  "an @x.vn",   "an@x .vn",
        "an\n@x.vn", "an@x.vn\r\n", "a,b@x.vn", "a<b@x.vn",  "\"a\"@x.vn", "an@-x.vn",
        "an@x-.vn",  "an@x_y.vn",   "ân@x.vn",  "an@phủ.vn",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++)
        if (!text_is_email(good[i]))
            fail_msg("%s", good[i]);
    for (size_t i = 0; i < COUNT(bad); i++)
        if (text_is_email(bad[i]))
            fail_msg("%s", bad[i]);
}

static void emails_have_limits(void **state)
{
    char text[LONG_EMAIL_SIZE];
    const char *long_host =
        ".bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
        ".bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
        ".bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    (void)state;
    assert_true(text_is_email(lengthen(text, "", 64, "@x.vn")));
    assert_false(text_is_email(lengthen(text, "", 65, "@x.vn")));
    assert_true(text_is_email(lengthen(text, "an@", 63, ".vn")));
    assert_false(text_is_email(lengthen(text, "an@", 64, ".vn")));
    assert_true(text_is_email(lengthen(text, "an@", 254 - 3 - strlen(long_host), long_host)));
    assert_false(text_is_email(lengthen(text, "ann@", 254 - 3 - strlen(long_host), long_host)));
}

static void whole_numbers_are_read_within_their_range(void **state)
{
    static const char *const bad[] = {"",    "-",   "+1", " 1",  "1 ",  "1.0",
                                      "0x1", "1e3", "11", "-11", "abc", "9223372036854775808"};
    struct err e = {0};
    int64_t n = 7;

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(text_int64(bad[i], "limit", -10, 10, &n, &e), -1);
        assert_int_equal(e.kind, ERR_INPUT);
        assert_int_equal(strncmp(e.text, "limit ", 6), 0);
        assert_int_equal(n, 7);
    }
    assert_int_equal(text_int64("-10", "limit", -10, 10, &n, &e), 0);
    assert_int_equal(n, -10);
    assert_int_equal(text_int64("9223372036854775807", "n", 0, INT64_MAX, &n, &e), 0);
    assert_true(n == INT64_MAX);
    assert_int_equal(text_int64("9223372036854775808", "n", 0, INT64_MAX, &n, &e), -1);
}

static void numbers_are_read_within_their_range(void **state)
{
    static const char *const bad[] = {"",     "nan", "inf",    "-inf",  "0x1p3", " 1",     "1 ",
                                      "10,7", ".5",  "+106.7", "1e400", "-91",   "90.0001"};
    struct err e = {0};
    double x = 7;

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (text_double(bad[i], "lat", -90, 90, &x, &e) == 0)
            fail_msg("%s", bad[i]);
        assert_int_equal(e.kind, ERR_INPUT);
        assert_true(x == 7);
    }
    assert_int_equal(text_double("1e400", "x", 0, HUGE_VAL, &x, &e), -1);
    assert_int_equal(text_double("10.77", "lat", -90, 90, &x, &e), 0);
    assert_true(x == 10.77);
    assert_int_equal(text_double("-9e1", "lat", -90, 90, &x, &e), 0);
    assert_true(x == -90);
}

static void capitals_keep_their_marks(void **state)
{
    static const char *const pairs[][2] = {
        {"Sở Xây dựng", "SỞ XÂY DỰNG"},
        {"đường Ỷ ẵẫỗễịệộ", "ĐƯỜNG Ỷ ẴẪỖỄỊỆỘ"},
        {"ÉTAT 12/a", "ÉTAT 12/A"},
        {"e\xcc\x81", "É"}, /* NFC comes out */
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        AUTO(text_free) char *upper = text_upper(pairs[i][0]);
        assert_string_equal(upper, pairs[i][1]);
    }
}

static void reads_hexadecimal_digits_of_either_case(void **state)
{
    static const char digits[] = "0123456789abcdefABCDEF";

    (void)state;
    for (int c = 0; c < 256; c++) {
        const char *at = c != 0 ? strchr(digits, c) : NULL;
        int value = at == NULL         ? -1
                    : at - digits < 16 ? (int)(at - digits)
                                       : (int)(at - digits) - 6;
        assert_int_equal(text_hex_digit((char)c), value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(capitals_keep_their_marks),
        cmocka_unit_test(reads_hexadecimal_digits_of_either_case),
        cmocka_unit_test(clean_text_is_told_from_unclean),
        cmocka_unit_test(blank_text_has_nothing_to_see),
        cmocka_unit_test(nfc_composes_vietnamese),
        cmocka_unit_test(nfc_refuses_unclean_bytes),
        cmocka_unit_test(nfc_reads_no_further_than_told),
        cmocka_unit_test(nfc_agrees_with_the_library_on_every_character),
        cmocka_unit_test(nfc_agrees_with_the_library_on_every_pair_of_marks),
        cmocka_unit_test(towers_of_marks_are_unclean),
        cmocka_unit_test(length_counts_characters),
        cmocka_unit_test(fold_drops_case_and_diacritics),
        cmocka_unit_test(fold_joins_white_space),
        cmocka_unit_test(phone_numbers_become_one_form),
        cmocka_unit_test(what_is_no_phone_number_is_refused),
        cmocka_unit_test(emails_are_told_from_other_text),
        cmocka_unit_test(emails_have_limits),
        cmocka_unit_test(whole_numbers_are_read_within_their_range),
        cmocka_unit_test(numbers_are_read_within_their_range),
    };

    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
