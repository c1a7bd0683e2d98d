/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "moment.h"
#include "period.h"

#include "clock.h"

#include <stdlib.h>
#include <time.h>

#include "unit.h"

static int in_the_city(void **state)
{
    (void)state;
    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    return 0;
}

static void a_moment_is_read_in_each_of_its_forms(void **state)
{
    static const struct {
        const char *text, *utc;
    } rows[] = {
        {"2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z"},
        {"2026-11-23T09:00Z", "2026-11-23T09:00:00Z"},
        {"2026-11-23t09:00:00z", "2026-11-23T09:00:00Z"},
        {"2026-11-23T16:00:00+07:00", "2026-11-23T09:00:00Z"},
        {"2026-11-23T16:00:00 07:00", "2026-11-23T09:00:00Z"},
        {"2026-11-23T16:00:00+0700", "2026-11-23T09:00:00Z"},
        {"2026-11-23T05:00:00-04:00", "2026-11-23T09:00:00Z"},
        {"2026-11-23T16:00:00", "2026-11-23T09:00:00Z"},
        {"2026-11-23T16:00:00.5", "2026-11-23T09:00:00.500000Z"},
        {"2026-11-23T16:00:00.1234567", "2026-11-23T09:00:00.123456Z"},
        {"2026-11-23", "2026-11-22T17:00:00Z"},
        {"2024-02-29", "2024-02-28T17:00:00Z"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[CLOCK_TEXT_SIZE];
        int64_t us = 0;
        assert_true(moment_read(rows[i].text, false, &us));
        assert_string_equal(clock_text_utc(us, text), rows[i].utc);
    }
}

static void a_day_that_ends_something_counts_to_its_end(void **state)
{
    char text[CLOCK_TEXT_SIZE];
    int64_t us = 0;

    (void)state;
    assert_true(moment_read("2026-11-23", true, &us));
    assert_string_equal(clock_text_utc(us, text), "2026-11-23T16:59:59.999999Z");
}

static void what_is_no_moment_is_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "now",
        "2026",
        "2026-1-1",
        "1969-12-31",
        "2026-13-01",
        "2026-00-01",
        "2026-02-29",
        "2026-04-31",
        "2026-11-23T",
        "2026-11-23T9:00",
        "2026-11-23T24:00:00Z",
        "2026-11-23T09:60Z",
        "2026-11-23T09:00:60Z",
        "2026-11-23T09:00:00.Z",
        "2026-11-23T09:00:00Zx",
        "2026-11-23T09:00:00+24:00",
        "2026-11-23T09:00:00+7",
        "2026-11-23 09:00:00",
    };
    int64_t us = 7;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_false(moment_read(rows[i], false, &us));
    assert_int_equal(us, 7);
}

static void assert_month(const char *text, int end, const char *from, const char *to)
{
    char first[PERIOD_TEXT_SIZE], last[PERIOD_TEXT_SIZE];
    struct period p;

    assert_true(period_month(text, end, &p));
    assert_string_equal(period_day_text(p.from, first), from);
    assert_string_equal(period_day_text(p.to, last), to);
}

static void a_month_ends_where_the_city_says(void **state)
{
    (void)state;
    assert_month("2026-02", 0, "2026-02-01", "2026-02-28");
    assert_month("2026-10", 25, "2026-09-26", "2026-10-25");
    assert_month("2026-01", 25, "2025-12-26", "2026-01-25");
    assert_month("2026-03", 28, "2026-03-01", "2026-03-28");
}

static void each_day_is_in_one_month(void **state)
{
    struct period p;
    int32_t day = 0;

    (void)state;
    assert_true(period_day("2026-12-26", &day));
    period_month_of(day, 25, &p);
    assert_int_equal(p.from, day);
    period_month_of(day - 1, 25, &p);
    assert_int_equal(p.to, day - 1);
    period_month_of(day, 0, &p);
    assert_int_equal(p.to, day + 5);
}

static void a_day_ends_with_the_next(void **state)
{
    char text[CLOCK_TEXT_SIZE];
    int32_t day = 0;

    (void)state;
    assert_true(period_day("2026-12-31", &day));
    assert_string_equal(clock_text_utc(period_end_us(day), text), "2026-12-31T17:00:00Z");
    assert_false(period_day("2026-02-30", &day));
    assert_false(period_day("2026-2-3", &day));
    assert_false(period_month("2026-00", 0, &(struct period){0}));
    assert_false(period_month("2026-1", 0, &(struct period){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moment_is_read_in_each_of_its_forms),
        cmocka_unit_test(a_day_that_ends_something_counts_to_its_end),
        cmocka_unit_test(what_is_no_moment_is_refused),
        cmocka_unit_test(a_month_ends_where_the_city_says),
        cmocka_unit_test(each_day_is_in_one_month),
        cmocka_unit_test(a_day_ends_with_the_next),
    };

    return cmocka_run_group_tests(tests, in_the_city, NULL);
}
