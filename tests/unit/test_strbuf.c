/* SPDX-License-Identifier: Apache-2.0 */
#include "strbuf.h"

#include <string.h>

#include "unit.h"

static void keeps_what_fits(void **state)
{
    AUTO(strbuf_free) struct strbuf b = STRBUF(5);

    (void)state;
    strbuf_add(&b, "ab", 2);
    strbuf_addf(&b, "%d", 123);
    assert_string_equal(strbuf_text(&b), "ab123");
}

static void stays_failed_after_the_limit(void **state)
{
    AUTO(strbuf_free) struct strbuf b = STRBUF(3);

    (void)state;
    strbuf_add(&b, "abcd", 4);
    strbuf_add(&b, "x", 1);
    assert_null(strbuf_text(&b));
}

static void keeps_what_was_there_when_the_limit_is_hit(void **state)
{
    AUTO(strbuf_free) struct strbuf b = STRBUF(6);

    (void)state;
    strbuf_addf(&b, "%s", "abcd");
    strbuf_addf(&b, "%s", "efg"); /* fits into the room, not into the limit */
    assert_null(strbuf_text(&b));
    assert_string_equal(b.data, "abcd");
}

static void prints_what_needs_more_room(void **state)
{
    AUTO(strbuf_free) struct strbuf b = STRBUF(1000);

    (void)state;
    strbuf_addf(&b, "%s", "a");
    strbuf_addf(&b, "%0200d", 7);
    assert_int_equal(b.len, 201);
    assert_int_equal(strlen(strbuf_text(&b)), 201);
    assert_string_equal(b.data + 195, "000007");
}

static void writes_bytes_as_digits(void **state)
{
    AUTO(strbuf_free) struct strbuf b = STRBUF(6);

    (void)state;
    strbuf_add_hex(&b, "\x00\xaf\x7e", 3);
    assert_string_equal(strbuf_text(&b), "00af7e");
    strbuf_add_hex(&b, "", 1);
    assert_null(strbuf_text(&b));
}

static void writes_whole_numbers(void **state)
{
    static const struct {
        int64_t n;
        const char *text;
    } numbers[] = {{0, "0"},
                   {7, "7"},
                   {-1, "-1"},
                   {1234567890, "1234567890"},
                   {INT64_MAX, "9223372036854775807"},
                   {INT64_MIN, "-9223372036854775808"}};

    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        AUTO(strbuf_free) struct strbuf b = STRBUF(100);
        strbuf_add_int(&b, numbers[i].n);
        assert_string_equal(strbuf_text(&b), numbers[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_fits),
        cmocka_unit_test(stays_failed_after_the_limit),
        cmocka_unit_test(keeps_what_was_there_when_the_limit_is_hit),
        cmocka_unit_test(prints_what_needs_more_room),
        cmocka_unit_test(writes_bytes_as_digits),
        cmocka_unit_test(writes_whole_numbers),
    };

    return cmocka_run_group_tests_name("strbuf", tests, NULL, NULL);
}
