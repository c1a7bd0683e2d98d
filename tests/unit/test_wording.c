/* SPDX-License-Identifier: Apache-2.0 */
/* links: letters */
#include "wording.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit.h"

static const int64_t january = INT64_C(1767591300) * 1000000;  /* 2026-01-05 12:35 in Vietnam */
static const int64_t november = INT64_C(1795658400) * 1000000; /* 2026-11-26 09:00 */
static const int64_t march = INT64_C(1772553600) * 1000000;    /* 2026-03-03 23:00 */

static int set_zone(void **state)
{
    (void)state;
    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    return 0;
}

static void expect(void (*fn)(const struct wording *, int64_t, struct strbuf *),
                   const char *language, int64_t us, const char *wanted)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(200);

    fn(wording_of(language), us, &text);
    assert_string_equal(strbuf_text(&text), wanted);
}

/* Decree 30/2020: days below 10 and the months 1 and 2 have a zero in front, the others not. */
static void days_have_the_zeros_that_the_decree_wants(void **state)
{
    (void)state;
    expect(wording_day, "vi", january, "05 tháng 01 năm 2026");
    expect(wording_day, "vi", march, "03 tháng 3 năm 2026");
    expect(wording_day, "vi", november, "26 tháng 11 năm 2026");
    expect(wording_day, "en", january, "5 January 2026");
}

static void times_are_local(void **state)
{
    (void)state;
    expect(wording_time, "vi", january, "12 giờ 35 phút, ngày 05 tháng 01 năm 2026");
    expect(wording_time, "vi", november, "09 giờ 00 phút, ngày 26 tháng 11 năm 2026");
    expect(wording_time, "en", march, "23:00 on 3 March 2026");
}

static void a_place_stands_before_the_day(void **state)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(200);

    (void)state;
    wording_place_day(wording_of("vi"), "Bến Thành", january, &text);
    assert_string_equal(strbuf_text(&text), "Bến Thành, ngày 05 tháng 01 năm 2026");
    strbuf_clear(&text);
    wording_place_day(wording_of("en"), "Ho Chi Minh City", january, &text);
    assert_string_equal(strbuf_text(&text), "Ho Chi Minh City, 5 January 2026");
}

static void an_unknown_language_is_vietnamese(void **state)
{
    (void)state;
    assert_string_equal(wording_of("fr")->language, "vi");
    assert_string_equal(wording_of("en")->language, "en");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_have_the_zeros_that_the_decree_wants),
        cmocka_unit_test(times_are_local),
        cmocka_unit_test(a_place_stands_before_the_day),
        cmocka_unit_test(an_unknown_language_is_vietnamese),
    };

    return cmocka_run_group_tests_name("wording", tests, set_zone, NULL);
}
