/* SPDX-License-Identifier: Apache-2.0 */
/* test_clock - the fake clock, the two text forms and the lengths of months. */
#include "clock.h"

#include <stdlib.h>
#include <time.h>

#include "unit.h"

enum { YEAR_2020_S = 1577836800 };
#define NOV_23_US 1795424400000000 /* 2026-11-23T09:00:00Z */

static void set_zone(const char *name)
{
    setenv("TZ", name, 1);
    tzset();
}

static void tells_the_faked_time_until_the_real_one_is_back(void **state)
{
    (void)state;
    clock_fake(42);
    assert_int_equal(clock_now_us(), 42);
    clock_fake(0);
    int64_t before_s = time(NULL);
    assert_true(clock_now_us() / CLOCK_US_PER_S >= before_s && before_s > YEAR_2020_S);
}

static void leaves_the_monotonic_clock_alone_when_faked(void **state)
{
    (void)state;
    int64_t before_us = clock_mono_us();
    clock_fake(42);
    int64_t faked_us = clock_mono_us();
    clock_fake(0);
    assert_true(before_us > 0 && faked_us >= before_us && clock_mono_us() >= faked_us);
}

static void writes_microseconds_only_when_there_are_any(void **state)
{
    static const struct {
        int64_t us;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z"},
        {NOV_23_US, "2026-11-23T09:00:00Z"},
        {NOV_23_US + 1, "2026-11-23T09:00:00.000001Z"},
        {NOV_23_US + 999999, "2026-11-23T09:00:00.999999Z"},
        {-1, "1969-12-31T23:59:59.999999Z"},
        {-CLOCK_US_PER_S, "1969-12-31T23:59:59Z"},
        {INT64_MAX, "294247-01-10T04:00:54.775807Z"},
        {INT64_MIN, "-290308-12-21T19:59:05.224192Z"},
    };
    char out[CLOCK_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(clock_text_utc(cases[i].us, out), cases[i].text);
}

static void writes_local_time_with_its_offset_in_whole_seconds(void **state)
{
    static const struct {
        const char *zone;
        int64_t us;
        const char *text;
    } cases[] = {
        {"Asia/Ho_Chi_Minh", NOV_23_US, "2026-11-23T16:00:00+07:00"},
        {"Asia/Ho_Chi_Minh", NOV_23_US + 999999, "2026-11-23T16:00:00+07:00"},
        {"Asia/Ho_Chi_Minh", -1, "1970-01-01T07:59:59+08:00"},
        {"Europe/Berlin", NOV_23_US, "2026-11-23T10:00:00+01:00"},
        {"America/St_Johns", NOV_23_US, "2026-11-23T05:30:00-03:30"},
        {"UTC", NOV_23_US, "2026-11-23T09:00:00+00:00"},
    };
    char out[CLOCK_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        set_zone(cases[i].zone);
        assert_string_equal(clock_text_local(cases[i].us, out), cases[i].text);
    }
}

static void knows_the_length_of_each_month(void **state)
{
    (void)state;
    assert_int_equal(clock_month_days(2027, 1), 31);
    assert_int_equal(clock_month_days(2027, 2), 28);
    assert_int_equal(clock_month_days(2028, 2), 29);
    assert_int_equal(clock_month_days(2100, 2), 28);
    assert_int_equal(clock_month_days(2000, 2), 29);
    assert_int_equal(clock_month_days(2027, 4), 30);
    assert_int_equal(clock_month_days(2027, 12), 31);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_the_faked_time_until_the_real_one_is_back),
        cmocka_unit_test(leaves_the_monotonic_clock_alone_when_faked),
        cmocka_unit_test(writes_microseconds_only_when_there_are_any),
        cmocka_unit_test(writes_local_time_with_its_offset_in_whole_seconds),
        cmocka_unit_test(knows_the_length_of_each_month),
    };

    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
