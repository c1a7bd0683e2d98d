/* SPDX-License-Identifier: Apache-2.0 */
/* test_worktime - the city's examples, the rules refused, and properties against
 * a slow reference: a calendar as a list of minutes, each looked up in the rules
 * and walked one by one. It shares no code and no idea with the tables. */
#include "worktime.h"

#include "chance.h"
#include "clock.h"
#include "mem.h"
#include "vn_2026.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit.h"

enum { MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400, DAY_MINUTES = 1440 };
#define HOURS(n) ((int64_t)(n)*HOUR_S)
#define MINUTE_US ((int64_t)MINUTE_S * CLOCK_US_PER_S)

static void set_zone(const char *name)
{
    setenv("TZ", name, 1);
    tzset();
}

/* The instant of local "2026-11-23 16:00" or "2026-11-23 16:00:00". */
static int64_t at(const char *local)
{
    struct tm tm = {.tm_isdst = -1};

    if (strptime(local, "%Y-%m-%d %H:%M:%S", &tm) == NULL)
        assert_non_null(strptime(local, "%Y-%m-%d %H:%M", &tm));
    return (int64_t)mktime(&tm) * CLOCK_US_PER_S;
}

static struct worktime *open_calendar(const struct worktime_rules *rules)
{
    struct worktime *w = NULL;
    struct err e = {0};

    if (worktime_open(&w, rules, &e) < 0)
        fail_msg("%s", e.text);
    return w;
}

static void expect_due(const struct worktime *w, enum worktime_kind kind, const char *from,
                       int64_t amount, const char *due)
{
    struct err e = {0};
    int64_t got_us = 0;
    char got[CLOCK_TEXT_SIZE], want[CLOCK_TEXT_SIZE];

    if (worktime_add(w, kind, at(from), amount, &got_us, &e) < 0)
        fail_msg("%s + %lld: %s", from, (long long)amount, e.text);
    assert_string_equal(clock_text_local(got_us, got), clock_text_local(at(due), want));
    assert_int_equal(got_us, at(due));
}

/* ---- examples ---- */

static void counts_the_citys_examples(void **state)
{
    static const struct {
        const char *from;
        enum worktime_kind kind;
        int64_t amount;
        const char *due;
    } cases[] = {
        {"2026-02-13 09:00", WORKTIME_WORKING_DAYS, 5, "2026-02-27 17:00"}, /* Tet */
        {"2026-02-13 16:30", WORKTIME_WORKING_HOURS, HOURS(8), "2026-02-23 16:30"},
        {"2026-01-09 09:00", WORKTIME_WORKING_DAYS, 1, "2026-01-10 17:00"}, /* worked Saturday */
        {"2026-01-09 16:00", WORKTIME_WORKING_HOURS, HOURS(2), "2026-01-10 08:30"},
        {"2026-08-21 09:00", WORKTIME_WORKING_DAYS, 1, "2026-08-22 17:00"},
        {"2026-08-28 09:00", WORKTIME_WORKING_DAYS, 2, "2026-09-04 17:00"}, /* National Day */
        {"2026-04-24 09:00", WORKTIME_WORKING_DAYS, 2, "2026-04-29 17:00"}, /* Hung Kings */
        {"2026-11-23 16:00", WORKTIME_WORKING_HOURS, HOURS(2), "2026-11-25 08:30"},
        {"2026-02-10 09:00", WORKTIME_WORKING_DAYS, 20, "2026-03-17 17:00"},
        {"2026-02-05 09:00", WORKTIME_CALENDAR_DAYS, 10, "2026-02-23 17:00"}, /* rolls over Tet */
        {"2026-10-25 09:00", WORKTIME_CALENDAR_DAYS, 30, "2026-11-25 17:00"},
        {"2026-10-05 11:20", WORKTIME_WORKING_HOURS, HOURS(2), "2026-10-05 14:50"}, /* lunch */
        {"2026-02-13 16:30", WORKTIME_CLOCK_HOURS, HOURS(48), "2026-02-15 16:30"},
    };
    AUTO(worktime_close) struct worktime *w = open_calendar(&vn_rules);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        expect_due(w, cases[i].kind, cases[i].from, cases[i].amount, cases[i].due);
}

static void ends_hours_at_closing_time_not_at_the_next_opening(void **state)
{
    AUTO(worktime_close) struct worktime *w = open_calendar(&vn_rules);

    (void)state;
    expect_due(w, WORKTIME_WORKING_HOURS, "2026-10-09 16:00", HOUR_S, "2026-10-09 17:00");
    expect_due(w, WORKTIME_WORKING_HOURS, "2026-10-09 16:00", HOUR_S + 1, "2026-10-12 07:30:01");
    expect_due(w, WORKTIME_WORKING_HOURS, "2026-10-09 20:00", HOURS(4), "2026-10-12 11:30");
    expect_due(w, WORKTIME_WORKING_HOURS, "2026-10-10 20:00", 0, "2026-10-10 20:00");
}

static void counts_days_from_a_day_off_with_that_date_as_day_zero(void **state)
{
    AUTO(worktime_close) struct worktime *w = open_calendar(&vn_rules);

    (void)state;
    expect_due(w, WORKTIME_WORKING_DAYS, "2026-10-10 09:00", 1, "2026-10-12 17:00");
    expect_due(w, WORKTIME_WORKING_DAYS, "2026-10-10 09:00", 2, "2026-10-13 17:00");
    expect_due(w, WORKTIME_WORKING_DAYS, "2026-10-10 09:00", 0, "2026-10-12 17:00");
    expect_due(w, WORKTIME_WORKING_DAYS, "2026-10-09 23:59:59", 1, "2026-10-12 17:00");
    expect_due(w, WORKTIME_CALENDAR_DAYS, "2026-10-10 09:00", 3, "2026-10-13 17:00");
    expect_due(w, WORKTIME_CALENDAR_DAYS, "2026-10-09 09:00", 0, "2026-10-09 17:00");
}

static void takes_what_comes_after_the_cut_off_for_the_next_working_day(void **state)
{
    struct worktime_rules rules = vn_rules;

    (void)state;
    rules.cut_off_s = 15 * HOUR_S;
    AUTO(worktime_close) struct worktime *w = open_calendar(&rules);
    expect_due(w, WORKTIME_WORKING_DAYS, "2026-10-09 15:00", 1, "2026-10-12 17:00");
    expect_due(w, WORKTIME_WORKING_DAYS, "2026-10-09 15:00:01", 1, "2026-10-13 17:00");
    expect_due(w, WORKTIME_WORKING_DAYS, "2026-10-09 15:00:01", 0, "2026-10-12 17:00");
    expect_due(w, WORKTIME_CALENDAR_DAYS, "2026-10-09 15:00:01", 1, "2026-10-13 17:00");
    expect_due(w, WORKTIME_WORKING_DAYS, "2026-10-10 09:00", 1, "2026-10-13 17:00");
    expect_due(w, WORKTIME_WORKING_HOURS, "2026-10-09 16:00", HOUR_S / 2, "2026-10-09 16:30");
}

static void shifts_by_working_days_from_work_and_rest(void **state)
{
    static const struct {
        const char *from;
        int days;
        const char *to;
    } cases[] = {
        {"2026-10-12 17:00", -1, "2026-10-09 17:00"}, {"2026-10-12 17:00", 1, "2026-10-13 17:00"},
        {"2026-10-12 03:00", 0, "2026-10-12 17:00"},  {"2026-10-12 23:00", 0, "2026-10-12 17:00"},
        {"2026-10-10 12:00", 0, "2026-10-12 17:00"},  {"2026-10-10 12:00", 1, "2026-10-12 17:00"},
        {"2026-10-10 12:00", 2, "2026-10-13 17:00"},  {"2026-10-11 12:00", -1, "2026-10-09 17:00"},
        {"2026-10-11 12:00", -2, "2026-10-08 17:00"}, {"2026-02-23 12:00", -5, "2026-02-09 17:00"},
    };
    AUTO(worktime_close) struct worktime *w = open_calendar(&vn_rules);
    struct err e;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t us = 0;
        assert_int_equal(worktime_shift_days(w, at(cases[i].from), cases[i].days, &us, &e), 0);
        assert_int_equal(us, at(cases[i].to));
    }
}

/* What ends on Monday 30 November at 24:00 is over when Tuesday begins, and is none of Tuesday's.
 */
static void an_end_belongs_to_the_day_that_it_ends(void **state)
{
    static const struct {
        const char *end;
        int days;
        const char *to;
    } cases[] = {
        {"2026-12-01 00:00", -1, "2026-11-30 00:00"}, {"2026-12-01 00:00", 0, "2026-12-01 00:00"},
        {"2026-12-01 00:00", 1, "2026-12-02 00:00"},  {"2026-12-01 00:00", 5, "2026-12-06 00:00"},
        {"2026-12-01 10:00", -1, "2026-12-01 00:00"}, {"2026-12-01 10:00", 1, "2026-12-03 00:00"},
    };
    AUTO(worktime_close) struct worktime *w = open_calendar(&always_rules);
    AUTO(worktime_close) struct worktime *office = open_calendar(&vn_rules);
    struct err e;
    int64_t us = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(worktime_shift_end(w, at(cases[i].end), cases[i].days, &us, &e), 0);
        assert_int_equal(us, at(cases[i].to));
    }
    assert_int_equal(worktime_shift_days(w, at("2026-12-01 00:00"), 1, &us, &e), 0);
    assert_int_equal(us, at("2026-12-03 00:00")); /* a moment of Tuesday */
    assert_int_equal(worktime_shift_end(office, at("2026-12-01 00:00"), -1, &us, &e), 0);
    assert_int_equal(us, at("2026-11-27 17:00"));
    assert_int_equal(worktime_shift_end(office, at("2026-12-01 00:00"), 1, &us, &e), 0);
    assert_int_equal(us, at("2026-12-01 17:00"));
    assert_int_equal(worktime_shift_end(w, at("2038-01-01 00:00"), 0, &us, &e), 0);
    assert_int_equal(us, at("2038-01-01 00:00"));
}

static void counts_days_up_to_an_end(void **state)
{
    static const struct {
        enum worktime_kind kind;
        const char *from, *end;
        int64_t days;
    } cases[] = {
        {WORKTIME_WORKING_DAYS, "2026-11-26 10:00", "2026-12-01 00:00", 4},
        {WORKTIME_CALENDAR_DAYS, "2026-11-26 10:00", "2026-12-01 00:00", 4},
        {WORKTIME_CALENDAR_DAYS, "2026-11-26 10:00", "2026-12-01 00:01", 5},
        {WORKTIME_CALENDAR_DAYS, "2026-11-30 23:59", "2026-12-01 00:00", 0},
        {WORKTIME_CALENDAR_DAYS, "2026-12-01 00:00", "2026-12-01 00:00", 0},
        {WORKTIME_CALENDAR_DAYS, "2026-12-01 00:00", "2026-12-02 00:00", 0},
    };
    AUTO(worktime_close) struct worktime *w = open_calendar(&always_rules);
    struct err e;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t days = -1;
        assert_int_equal(
            worktime_days_between(w, cases[i].kind, at(cases[i].from), at(cases[i].end), &days, &e),
            0);
        assert_int_equal(days, cases[i].days);
    }
}

/* Nothing comes in when something ends: no cut-off delays what follows. */
static void counts_what_follows_an_end_from_its_day(void **state)
{
    struct worktime_rules rules = vn_rules;
    AUTO(worktime_close) struct worktime *always = open_calendar(&always_rules);
    struct err e;
    int64_t us = 0;

    (void)state;
    rules.cut_off_s = 15 * HOUR_S;
    AUTO(worktime_close) struct worktime *w = open_calendar(&rules);
    assert_int_equal(
        worktime_follow(always, WORKTIME_CALENDAR_DAYS, at("2026-12-01 00:00"), 15, &us, &e), 0);
    assert_int_equal(us, at("2026-12-16 00:00"));
    assert_int_equal(
        worktime_follow(w, WORKTIME_CALENDAR_DAYS, at("2026-11-30 17:00"), 15, &us, &e), 0);
    assert_int_equal(us, at("2026-12-15 17:00"));
    assert_int_equal(worktime_follow(w, WORKTIME_WORKING_DAYS, at("2026-11-30 17:00"), 1, &us, &e),
                     0);
    assert_int_equal(us, at("2026-12-01 17:00"));
    assert_int_equal(
        worktime_follow(w, WORKTIME_WORKING_HOURS, at("2026-11-30 17:00"), HOUR_S, &us, &e), 0);
    assert_int_equal(us, at("2026-12-01 08:30"));
    assert_int_equal(
        worktime_follow(w, WORKTIME_CLOCK_HOURS, at("2026-11-30 17:00"), HOUR_S, &us, &e), 0);
    assert_int_equal(us, at("2026-11-30 18:00"));
    assert_int_equal(worktime_follow(w, WORKTIME_WORKING_DAYS, at("2026-11-30 17:00"), -1, &us, &e),
                     -1);
}

static void measures_only_office_hours(void **state)
{
    AUTO(worktime_close) struct worktime *w = open_calendar(&vn_rules);
    int64_t friday_us = at("2026-10-09 16:30"), monday_us = at("2026-10-12 08:00");

    (void)state;
    assert_int_equal(worktime_between(w, friday_us, monday_us), 60 * MINUTE_US);
    assert_int_equal(worktime_between(w, monday_us, friday_us), -60 * MINUTE_US);
    assert_int_equal(worktime_between(w, friday_us, friday_us + 1), 1);
    assert_int_equal(worktime_between(w, INT64_MIN, at("2025-01-02 07:31")),
                     (8 * 60 + 1) * MINUTE_US);
    assert_int_equal(worktime_between(w, at("2037-12-31 16:59"), INT64_MAX), MINUTE_US);
}

static void is_open_from_the_first_moment_to_before_the_last(void **state)
{
    AUTO(worktime_close) struct worktime *w = open_calendar(&vn_rules);

    (void)state;
    assert_false(worktime_is_open(w, at("2026-10-09 07:30") - 1));
    assert_true(worktime_is_open(w, at("2026-10-09 07:30")));
    assert_true(worktime_is_open(w, at("2026-10-09 11:30") - 1));
    assert_false(worktime_is_open(w, at("2026-10-09 11:30")));
    assert_true(worktime_is_worked(w, at("2026-10-09 11:30")));
    assert_false(worktime_is_worked(w, at("2026-10-09 11:30") + 1));
    assert_false(worktime_is_worked(w, at("2026-10-09 07:30") - 1));
    assert_true(worktime_is_worked(w, at("2026-10-09 07:30")));
    assert_false(worktime_is_worked(w, INT64_MIN));
    assert_false(worktime_is_open(w, at("2026-11-24 09:00")));
    assert_true(worktime_is_open(w, at("2026-08-22 09:00")));
    assert_false(worktime_is_open(w, INT64_MIN));
    assert_false(worktime_is_open(w, INT64_MAX));
}

/* ---- what is refused ---- */

static void refuses_what_the_calendar_does_not_reach(void **state)
{
    static const struct {
        enum worktime_kind kind;
        const char *from;
        int64_t amount;
    } cases[] = {
        {WORKTIME_WORKING_HOURS, "2026-10-09 09:00", -1},
        {WORKTIME_WORKING_HOURS, "2024-12-31 23:59", 1},
        {WORKTIME_WORKING_HOURS, "2038-01-01 00:00", 0},
        {WORKTIME_WORKING_HOURS, "2037-12-31 16:00", HOUR_S + 1},
        {WORKTIME_WORKING_HOURS, "2026-10-09 09:00", INT64_MAX},
        {WORKTIME_WORKING_DAYS, "2024-12-31 23:59", 1},
        {WORKTIME_WORKING_DAYS, "2037-12-31 09:00", 1},
        {WORKTIME_WORKING_DAYS, "2026-10-09 09:00", INT64_MAX},
        {WORKTIME_CALENDAR_DAYS, "2037-12-30 09:00", 2},
        {WORKTIME_CALENDAR_DAYS, "2026-10-09 09:00", INT64_MAX},
        {WORKTIME_CALENDAR_DAYS, "2026-10-09 09:00", -1},
        {WORKTIME_CLOCK_HOURS, "2026-10-09 09:00", -1},
        {WORKTIME_CLOCK_HOURS, "2026-10-09 09:00", INT64_MAX},
        {WORKTIME_CLOCK_HOURS, "2026-10-09 09:00", INT64_MAX / CLOCK_US_PER_S},
    };
    AUTO(worktime_close) struct worktime *w = open_calendar(&vn_rules);
    int64_t us = 42;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = {0};
        assert_int_equal(
            worktime_add(w, cases[i].kind, at(cases[i].from), cases[i].amount, &us, &e), -1);
        assert_int_equal(e.kind, ERR_INPUT);
        assert_int_equal(us, 42);
    }
}

static void refuses_to_shift_out_of_its_years(void **state)
{
    static const struct {
        const char *from;
        int days;
    } cases[] = {
        {"2024-12-31 23:59", 1}, {"2025-01-01 09:00", -1},      {"2037-12-31 09:00", 1},
        {"2038-01-01 00:00", 0}, {"2026-10-09 09:00", INT_MIN}, {"2026-10-09 09:00", INT_MAX},
    };
    AUTO(worktime_close) struct worktime *w = open_calendar(&vn_rules);
    int64_t us = 42;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = {0};
        assert_int_equal(worktime_shift_days(w, at(cases[i].from), cases[i].days, &us, &e), -1);
        assert_int_equal(e.kind, ERR_INPUT);
        assert_int_equal(us, 42);
    }
}

static void reaches_to_the_last_moment_of_its_years(void **state)
{
    AUTO(worktime_close) struct worktime *w = open_calendar(&vn_rules);

    (void)state;
    expect_due(w, WORKTIME_WORKING_HOURS, "2037-12-31 16:00", HOUR_S, "2037-12-31 17:00");
    expect_due(w, WORKTIME_WORKING_DAYS, "2037-12-30 09:00", 1, "2037-12-31 17:00");
    expect_due(w, WORKTIME_CALENDAR_DAYS, "2037-12-01 09:00", 30, "2037-12-31 17:00");
    expect_due(w, WORKTIME_WORKING_DAYS, "2025-01-01 00:00", 1, "2025-01-02 17:00");
}

/* The error of rules that must not open. */
static void expect_refused(const struct worktime_rules *rules, const char *why)
{
    struct worktime *w = NULL;
    struct err e = {0};

    assert_int_equal(worktime_open(&w, rules, &e), -1);
    assert_null(w);
    assert_int_equal(e.kind, ERR_INPUT);
    if (strstr(e.text, why) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", e.text, why);
}

static void refuses_hours_that_cannot_be(void **state)
{
    static const struct {
        struct worktime_hours hours[2];
        const char *why;
    } cases[] = {
        {{{1, 0, 10}, {0, 0, 10}}, "weekday 0 is not 1 to 7"},
        {{{1, 0, 10}, {8, 0, 10}}, "weekday 8 is not 1 to 7"},
        {{{1, 0, 10}, {2, -1, 10}}, "hours -1 to 10 of weekday 2: not in order"},
        {{{1, 0, 10}, {2, 10, 10}}, "hours 10 to 10 of weekday 2: not in order"},
        {{{1, 0, 10}, {2, 11, 10}}, "hours 11 to 10 of weekday 2: not in order"},
        {{{1, 0, 10}, {7, 0, DAY_S + 1}}, "hours 0 to 86401 of weekday 7: not in order"},
        {{{3, 5, 20}, {3, 0, 6}}, "hours 0 to 6 and 5 to 20 of weekday 3: they overlap"},
        {{{3, 5, 20}, {3, 5, 20}}, "they overlap"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct worktime_rules rules = {
            .hours = cases[i].hours, .hour_count = 2, .first_year = 2026, .last_year = 2026};
        expect_refused(&rules, cases[i].why);
    }
}

static void refuses_days_that_cannot_be(void **state)
{
    static const struct {
        struct worktime_day days[2];
        const char *why;
    } cases[] = {
        {{{2026, 1, 1, false, 0}, {2026, 2, 29, false, 0}}, "day 2026-02-29: not a date"},
        {{{2026, 1, 1, false, 0}, {2026, 4, 31, false, 0}}, "day 2026-04-31: not a date"},
        {{{2026, 1, 1, false, 0}, {2026, 1, 0, false, 0}}, "not a date"},
        {{{2026, 1, 1, false, 0}, {2026, 1, 32, false, 0}}, "not a date"},
        {{{2026, 1, 1, false, 0}, {2026, 0, 1, false, 0}}, "not a date"},
        {{{2026, 1, 1, false, 0}, {2026, 13, 1, false, 0}}, "not a date"},
        {{{2026, 1, 1, false, 0}, {1969, 1, 1, false, 0}}, "not a date within 1970 to 2200"},
        {{{2026, 1, 1, false, 0}, {2201, 1, 1, false, 0}}, "not a date within 1970 to 2200"},
        {{{2026, 1, 2, false, 0}, {2026, 1, 2, true, 1}}, "day 2026-01-02: listed twice"},
        {{{2026, 1, 1, false, 0}, {2026, 1, 3, true, 0}}, "weekday 0, which is not 1 to 7"},
        {{{2026, 1, 1, false, 0}, {2026, 1, 3, true, 8}}, "weekday 8, which is not 1 to 7"},
        {{{2026, 1, 1, false, 0}, {2026, 1, 3, true, 7}}, "hours of weekday 7, which has none"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct worktime_rules rules = vn_rules;
        rules.days = cases[i].days;
        rules.day_count = 2;
        expect_refused(&rules, cases[i].why);
    }
}

static void refuses_years_cut_offs_and_calendars_without_work(void **state)
{
    static const struct worktime_hours sunday = {7, 0, 10};
    struct worktime_day sundays[53];
    struct worktime_rules rules = vn_rules;

    (void)state;
    rules.last_year = 2024;
    expect_refused(&rules, "years 2025 to 2024: not in order");
    rules.first_year = 1969;
    expect_refused(&rules, "years 1969 to 2024: not in order within 1970 to 2200");
    rules.first_year = 2025;
    rules.last_year = 2201;
    expect_refused(&rules, "years 2025 to 2201");
    rules = vn_rules;
    rules.cut_off_s = -1;
    expect_refused(&rules, "cut-off -1");
    rules.cut_off_s = DAY_S + 1;
    expect_refused(&rules, "cut-off 86401");
    rules = vn_rules;
    rules.hour_count = 0;
    expect_refused(&rules, "no working hours");

    rules = (struct worktime_rules){
        .hours = &sunday, .hour_count = 1, .days = sundays, .first_year = 2026, .last_year = 2026};
    for (struct tm tm = {.tm_year = 126, .tm_mday = 4, .tm_hour = 12}; tm.tm_year == 126;
         tm.tm_mday += 7, (void)timegm(&tm)) {
        (void)timegm(&tm);
        if (tm.tm_year == 126)
            sundays[rules.day_count++] =
                (struct worktime_day){2026, tm.tm_mon + 1, tm.tm_mday, false, 0};
    }
    expect_refused(&rules, "no working hours: every day of 2026 to 2026 is off");
}

static void takes_all_years_and_ignores_days_outside_its_own(void **state)
{
    static const struct worktime_day days[] = {{2020, 1, 1, true, 1}, {2199, 2, 1, false, 0}};
    struct worktime_rules rules = vn_rules;

    (void)state;
    rules.first_year = 1970;
    rules.last_year = 2200;
    AUTO(worktime_close) struct worktime *all = open_calendar(&rules);
    expect_due(all, WORKTIME_WORKING_DAYS, "2026-02-13 09:00", 5, "2026-02-27 17:00");
    expect_due(all, WORKTIME_WORKING_DAYS, "2200-12-30 09:00", 1, "2200-12-31 17:00");
    rules = vn_rules;
    rules.days = days;
    rules.day_count = COUNT(days);
    AUTO(worktime_close) struct worktime *w = open_calendar(&rules);
    expect_due(w, WORKTIME_WORKING_DAYS, "2026-02-13 09:00", 5, "2026-02-20 17:00");
}

static void closes_what_was_never_opened(void **state)
{
    struct worktime *w = NULL;

    (void)state;
    worktime_close(&w);
    assert_null(w);
}

/* ---- daylight saving ---- */

static void follows_the_clock_through_daylight_saving(void **state)
{
    static const struct worktime_hours nights[] = {{7, 0, DAY_S}, {1, 0, DAY_S}, {6, 0, DAY_S}};
    static const struct worktime_hours skipped = {7, HOURS(2), HOURS(3)};
    static const struct worktime_hours begun = {7, 2 * HOUR_S + HOUR_S / 2, HOURS(4)};
    struct worktime_rules rules = {
        .hours = nights, .hour_count = 3, .first_year = 2026, .last_year = 2026};

    (void)state;
    set_zone("Europe/Berlin");
    AUTO(worktime_close) struct worktime *w = open_calendar(&rules);
    assert_int_equal(worktime_between(w, at("2026-03-29 00:00"), at("2026-03-30 00:00")),
                     HOURS(23) * CLOCK_US_PER_S);
    assert_int_equal(worktime_between(w, at("2026-10-25 00:00"), at("2026-10-26 00:00")),
                     HOURS(25) * CLOCK_US_PER_S);
    expect_due(w, WORKTIME_WORKING_HOURS, "2026-03-28 12:00", DAY_S, "2026-03-29 13:00");
    rules.hours = &skipped;
    rules.hour_count = 1;
    AUTO(worktime_close) struct worktime *none = open_calendar(&rules);
    assert_int_equal(worktime_between(none, at("2026-03-29 00:00"), at("2026-03-30 00:00")), 0);
    expect_due(none, WORKTIME_WORKING_DAYS, "2026-03-22 12:00", 1, "2026-03-29 03:00");
    rules.hours = &begun;
    AUTO(worktime_close) struct worktime *hour = open_calendar(&rules);
    expect_due(hour, WORKTIME_WORKING_HOURS, "2026-03-29 00:00", HOUR_S, "2026-03-29 04:00");
    assert_true(worktime_is_open(hour, at("2026-03-29 03:00")));
    assert_false(worktime_is_open(hour, at("2026-03-29 03:00") - 1));
    set_zone("Asia/Ho_Chi_Minh");
}

/* ---- the slow reference ---- */

struct minute {
    int32_t date;  /* index in reference.dates */
    int32_t shown; /* minute of the day on the office's clock, whose hands never go back */
    bool is_open;
};

struct date {
    int year, month, day, weekday;
    int64_t first_minute, last_open; /* indices in reference.minutes; -1: closed all day */
    bool works;
};

struct reference {
    const struct worktime_rules *rules;
    struct minute *minutes;
    struct date *dates;
    int64_t first_us, minute_count, date_count;
};

static void reference_free(struct reference *r)
{
    free(r->minutes);
    free(r->dates);
}

/* The weekday whose hours a date has; 0: none. */
static int hours_of(const struct worktime_rules *rules, const struct date *d)
{
    for (size_t i = 0; i < rules->day_count; i++) {
        const struct worktime_day *x = &rules->days[i];
        if (x->year == d->year && x->month == d->month && x->day == d->day)
            return x->works ? x->hours_of : 0;
    }
    return d->weekday;
}

static bool has_minute(const struct worktime_rules *rules, int weekday, int minute)
{
    for (size_t i = 0; i < rules->hour_count; i++) {
        const struct worktime_hours *h = &rules->hours[i];
        if (h->weekday == weekday && minute * MINUTE_S >= h->from_s && minute * MINUTE_S < h->to_s)
            return true;
    }
    return false;
}

static bool has_hours(const struct worktime_rules *rules, int weekday)
{
    for (int minute = 0; minute < DAY_MINUTES; minute++)
        if (has_minute(rules, weekday, minute))
            return true;
    return false;
}

static void begin_date(struct reference *r, const struct tm *tm)
{
    struct date *d = &r->dates[r->date_count++];

    *d = (struct date){.year = tm->tm_year + 1900,
                       .month = tm->tm_mon + 1,
                       .day = tm->tm_mday,
                       .weekday = tm->tm_wday == 0 ? 7 : tm->tm_wday,
                       .first_minute = r->minute_count,
                       .last_open = -1};
    d->works = has_hours(r->rules, hours_of(r->rules, d));
}

/* Below, at or above 0: tm's date is before, on or after d. */
static int compare_date(const struct tm *tm, const struct date *d)
{
    int left = ((tm->tm_year + 1900) * 12 + tm->tm_mon + 1) * 31 + tm->tm_mday;

    return left - ((d->year * 12 + d->month) * 31 + d->day);
}

static void add_minute(struct reference *r, const struct tm *tm)
{
    struct minute *now = &r->minutes[r->minute_count];
    int shown = tm->tm_hour * 60 + tm->tm_min;
    int order = r->date_count == 0 ? 1 : compare_date(tm, &r->dates[r->date_count - 1]);

    if (order > 0)
        begin_date(r, tm);
    struct date *d = &r->dates[r->date_count - 1];
    bool is_later = order > 0 || (order == 0 && shown > now[-1].shown);
    now->date = (int32_t)(r->date_count - 1);
    now->shown = is_later ? shown : now[-1].shown;
    now->is_open = has_minute(r->rules, hours_of(r->rules, d), now->shown);
    if (now->is_open)
        d->last_open = r->minute_count;
    r->minute_count++;
}

static void reference_init(struct reference *r, const struct worktime_rules *rules)
{
    size_t years = (size_t)rules->last_year - (size_t)rules->first_year + 1;
    time_t first_s = ((int64_t)rules->first_year - 1970) * 365 * DAY_S; /* some days early */

    *r = (struct reference){.rules = rules};
    r->minutes = mem_new(years * 367 * DAY_MINUTES, sizeof(*r->minutes));
    r->dates = mem_new(years * 367, sizeof(*r->dates));
    for (time_t s = first_s - DAY_S;; s += MINUTE_S) {
        struct tm tm;
        localtime_r(&s, &tm);
        if (tm.tm_year + 1900 > rules->last_year)
            return;
        if (tm.tm_year + 1900 < rules->first_year)
            continue;
        if (r->minute_count == 0)
            r->first_us = (int64_t)s * CLOCK_US_PER_S;
        add_minute(r, &tm);
    }
}

static int64_t reference_end_us(const struct reference *r)
{
    return r->first_us + r->minute_count * MINUTE_US;
}

static const struct minute *minute_at(const struct reference *r, int64_t us)
{
    if (us < r->first_us || us >= reference_end_us(r))
        return NULL;
    return &r->minutes[(us - r->first_us) / MINUTE_US];
}

/* Of a moment within the years. */
static int64_t date_at(const struct reference *r, int64_t us)
{
    const struct minute *m = minute_at(r, us);

    return m != NULL ? m->date : r->date_count;
}

static bool is_open_at(const struct reference *r, int64_t us)
{
    const struct minute *m = minute_at(r, us);

    return m != NULL && m->is_open;
}

static bool walk_hours(const struct reference *r, int64_t us, int64_t amount, int64_t *due_us)
{
    int64_t left_us = amount * CLOCK_US_PER_S;

    while (left_us > 0) {
        const struct minute *m = minute_at(r, us);
        if (m == NULL)
            return false;
        int64_t next_us = r->first_us + (m - r->minutes + 1) * MINUTE_US;
        int64_t step_us = next_us - us;
        if (m->is_open && step_us > left_us)
            step_us = left_us;
        left_us -= m->is_open ? step_us : 0;
        us += step_us;
    }
    *due_us = us;
    return minute_at(r, us) != NULL || us == reference_end_us(r);
}

static bool close_of_date(const struct reference *r, int64_t date, int64_t *us)
{
    if (date < 0 || date >= r->date_count)
        return false;
    assert_true(r->dates[date].works && r->dates[date].last_open >= 0);
    *us = r->first_us + (r->dates[date].last_open + 1) * MINUTE_US;
    return true;
}

/* From date in steps of one day (1 or -1) to the next that works, date itself included. */
static int64_t roll(const struct reference *r, int64_t date, int step)
{
    while (date >= 0 && date < r->date_count && !r->dates[date].works)
        date += step;
    return date;
}

/* Day zero of an instant, with the cut-off; may lie past the end. */
static int64_t zero_of(const struct reference *r, int64_t us)
{
    int64_t date = date_at(r, us);
    int64_t cut_us = r->first_us + r->dates[date].first_minute * MINUTE_US;

    if (r->rules->cut_off_s == 0)
        return date;
    if (!r->dates[date].works)
        return roll(r, date, 1);
    while (minute_at(r, cut_us) != NULL && minute_at(r, cut_us)->date == date &&
           minute_at(r, cut_us)->shown * MINUTE_S < r->rules->cut_off_s)
        cut_us += MINUTE_US;
    return us > cut_us ? roll(r, date + 1, 1) : date;
}

static bool walk_days(const struct reference *r, enum worktime_kind kind, int64_t us,
                      int64_t amount, int64_t *due_us)
{
    if (minute_at(r, us) == NULL)
        return false;
    int64_t date = zero_of(r, us);
    for (int64_t i = 0; i < amount && date < r->date_count; i++)
        date = kind == WORKTIME_WORKING_DAYS ? roll(r, date + 1, 1) : date + 1;
    return close_of_date(r, roll(r, date, 1), due_us);
}

static bool reference_add(const struct reference *r, enum worktime_kind kind, int64_t us,
                          int64_t amount, int64_t *due_us)
{
    if (kind == WORKTIME_CLOCK_HOURS) {
        *due_us = us + amount * CLOCK_US_PER_S;
        return true;
    }
    if (minute_at(r, us) == NULL)
        return false;
    if (kind == WORKTIME_WORKING_HOURS)
        return walk_hours(r, us, amount, due_us);
    return walk_days(r, kind, us, amount, due_us);
}

static bool shift_date(const struct reference *r, int64_t date, int days, int64_t *out_us)
{
    int step = days < 0 ? -1 : 1;

    if (days == 0)
        date = roll(r, date, 1);
    for (int i = 0; i != days; i += step)
        date = roll(r, date + step, step);
    return close_of_date(r, date, out_us);
}

static bool reference_shift(const struct reference *r, int64_t us, int days, int64_t *out_us)
{
    const struct minute *m = minute_at(r, us);

    return m != NULL && shift_date(r, m->date, days, out_us);
}

/* When the last minute of a date is over. */
static bool end_of_date(const struct reference *r, int64_t date, int64_t *us)
{
    if (date >= r->date_count)
        return false;
    int64_t minute = date + 1 < r->date_count ? r->dates[date + 1].first_minute : r->minute_count;
    *us = r->first_us + minute * MINUTE_US;
    return true;
}

static int64_t days_in(const struct reference *r, enum worktime_kind kind, int64_t after,
                       int64_t last)
{
    int64_t days = 0;

    for (int64_t date = after + 1; date <= last; date++)
        days += kind != WORKTIME_WORKING_DAYS || r->dates[date].works;
    return days;
}

static int64_t reference_between(const struct reference *r, int64_t from_us, int64_t to_us)
{
    int64_t sum_us = 0, next_us;

    for (int64_t us = from_us; us < to_us; us = next_us) {
        next_us = us - (us - r->first_us) % MINUTE_US + MINUTE_US;
        if (next_us > to_us)
            next_us = to_us;
        sum_us += is_open_at(r, us) ? next_us - us : 0;
    }
    return sum_us;
}

/* ---- properties ---- */

enum { MAX_HOURS = 21, MAX_DAYS = 120 };

struct random_rules {
    struct worktime_hours hours[MAX_HOURS];
    struct worktime_day days[MAX_DAYS];
    struct worktime_rules rules;
};

/* One to three spans, the last ending after the hours that daylight saving moves. */
static void add_weekday(struct random_rules *x, struct chance *c, int weekday)
{
    int64_t from = chance_between(c, 0, 12) * 30;

    for (int64_t n = chance_between(c, 1, 3); n > 0 && from < DAY_MINUTES; n--) {
        int64_t to = chance_between(c, from < 360 ? 360 : from + 1, DAY_MINUTES);
        if (chance_between(c, 0, 4) == 0)
            to = DAY_MINUTES;
        x->hours[x->rules.hour_count++] =
            (struct worktime_hours){weekday, (int)from * MINUTE_S, (int)to * MINUTE_S};
        from = chance_between(c, 0, 3) == 0 ? to : chance_between(c, to, DAY_MINUTES);
    }
}

/* Runs of one to ten days, off or (where it is allowed) worked. */
static void add_days_listed(struct random_rules *x, struct chance *c, int year)
{
    struct tm tm = {.tm_year = year - 1900, .tm_mday = 1, .tm_hour = 12};

    while (x->rules.day_count < MAX_DAYS) {
        tm.tm_mday += (int)chance_between(c, 1, 40);
        bool works = chance_between(c, 0, 2) == 0;
        int worked_as = x->hours[chance_between(c, 0, (int64_t)x->rules.hour_count - 1)].weekday;
        for (int64_t n = chance_between(c, 1, works ? 1 : 10); n > 0; n--) {
            tm.tm_mday++;
            (void)timegm(&tm);
            if (tm.tm_year != year - 1900 || x->rules.day_count == MAX_DAYS)
                return;
            x->days[x->rules.day_count++] = (struct worktime_day){year, tm.tm_mon + 1, tm.tm_mday,
                                                                  works, works ? worked_as : 0};
        }
    }
}

static void make_rules(struct random_rules *x, struct chance *c, int year)
{
    *x = (struct random_rules){.rules = {.first_year = year, .last_year = year}};
    x->rules.hours = x->hours;
    x->rules.days = x->days;
    for (int weekday = 1; weekday <= 7; weekday++)
        if (chance_between(c, 0, 6) >= weekday - 1 || (weekday == 7 && x->rules.hour_count == 0))
            add_weekday(x, c, weekday);
    add_days_listed(x, c, year);
    if (chance_between(c, 0, 1) == 0)
        x->rules.cut_off_s = (int)chance_between(c, 1, DAY_MINUTES) * MINUTE_S;
}

/* An amount that mostly stays within a few months. */
static int64_t make_amount(struct chance *c, enum worktime_kind kind)
{
    bool is_days = kind == WORKTIME_WORKING_DAYS || kind == WORKTIME_CALENDAR_DAYS;
    int64_t most = chance_between(c, 0, is_days ? 80 : 400);

    return is_days ? most : chance_between(c, 0, most * HOUR_S);
}

/* Mostly any moment, sometimes a whole minute, where the borders are. */
static int64_t make_moment(struct chance *c, const struct reference *r)
{
    int64_t us = chance_between(c, r->first_us, reference_end_us(r) - 1);

    return chance_between(c, 0, 2) == 0 ? us / MINUTE_US * MINUTE_US : us;
}

static void compare_add(const struct worktime *w, const struct reference *r, int64_t us,
                        enum worktime_kind kind, int64_t amount)
{
    int64_t got_us = 0, want_us = 0;
    struct err e = {0};
    int got = worktime_add(w, kind, us, amount, &got_us, &e);
    char from[CLOCK_TEXT_SIZE], a[CLOCK_TEXT_SIZE], b[CLOCK_TEXT_SIZE];

    if (reference_add(r, kind, us, amount, &want_us) != (got == 0))
        fail_msg("kind %d, %s + %lld: %s", (int)kind, clock_text_utc(us, from), (long long)amount,
                 got == 0 ? "was accepted" : e.text);
    if (got == 0 && got_us != want_us)
        fail_msg("kind %d, %s + %lld: %s, not %s", (int)kind, clock_text_utc(us, from),
                 (long long)amount, clock_text_utc(got_us, a), clock_text_utc(want_us, b));
    if (got == 0 && kind == WORKTIME_WORKING_HOURS)
        assert_int_equal(worktime_between(w, us, got_us), amount * CLOCK_US_PER_S);
}

static void compare_rest(const struct worktime *w, const struct reference *r, struct chance *c)
{
    int64_t us = make_moment(c, r), other_us = make_moment(c, r), got_us = 0, want_us = 0;
    int days = (int)chance_between(c, -30, 30);
    struct err e;

    assert_int_equal(worktime_is_open(w, us), is_open_at(r, us));
    if (us <= other_us)
        assert_int_equal(worktime_between(w, us, other_us), reference_between(r, us, other_us));
    assert_int_equal(worktime_between(w, us, other_us), -worktime_between(w, other_us, us));
    bool can = worktime_shift_days(w, us, days, &got_us, &e) == 0;
    assert_int_equal(can, reference_shift(r, us, days, &want_us));
    assert_int_equal(got_us, want_us * can);
}

/* Often the end of a day, or of the office. */
static int64_t make_end(struct chance *c, const struct reference *r)
{
    int64_t date = chance_between(c, 0, r->date_count - 1), us = make_moment(c, r);

    if (us == r->first_us)
        us++; /* ends no day of the calendar */
    if (chance_between(c, 0, 2) == 0)
        assert_true(end_of_date(r, date, &us));
    else if (chance_between(c, 0, 1) == 0)
        (void)close_of_date(r, roll(r, date, 1), &us);
    return us;
}

static void compare_follow(const struct worktime *w, const struct reference *r, struct chance *c,
                           int64_t end_us)
{
    enum worktime_kind kind =
        chance_between(c, 0, 1) == 0 ? WORKTIME_WORKING_DAYS : WORKTIME_CALENDAR_DAYS;
    int64_t amount = make_amount(c, kind), date = date_at(r, end_us - 1);
    int64_t got_us = 0, want_us = 0;
    struct err e;

    bool can = worktime_follow(w, kind, end_us, amount, &got_us, &e) == 0;
    for (int64_t i = 0; i < amount && date < r->date_count; i++)
        date = kind == WORKTIME_WORKING_DAYS ? roll(r, date + 1, 1) : date + 1;
    assert_int_equal(can, close_of_date(r, roll(r, date, 1), &want_us));
    assert_int_equal(got_us, want_us * can);
}

static void compare_ends(const struct worktime *w, const struct reference *r, struct chance *c)
{
    int64_t us = make_moment(c, r), end_us = make_end(c, r), got_us = 0, want_us = 0, got = 0;
    int64_t ended = date_at(r, end_us - 1), begun = date_at(r, us);
    int days = (int)chance_between(c, -30, 30);
    struct err e;

    bool can = worktime_shift_end(w, end_us, days, &got_us, &e) == 0;
    assert_int_equal(can, shift_date(r, ended, days, &want_us));
    assert_int_equal(got_us, want_us * can);
    for (int kind = WORKTIME_WORKING_DAYS; kind <= WORKTIME_CALENDAR_DAYS; kind++) {
        assert_int_equal(worktime_days_between(w, (enum worktime_kind)kind, us, end_us, &got, &e),
                         0);
        assert_int_equal(got, days_in(r, (enum worktime_kind)kind, begun, ended));
    }
    got_us = want_us = 0;
    can = worktime_date_end(w, us, abs(days), &got_us, &e) == 0;
    assert_int_equal(can, end_of_date(r, begun + abs(days), &want_us));
    assert_int_equal(got_us, want_us * can);
    got_us = want_us = 0;
    can = worktime_days_end(w, us, abs(days), &got_us, &e) == 0;
    assert_int_equal(can, end_of_date(r, zero_of(r, us) + abs(days), &want_us));
    assert_int_equal(got_us, want_us * can);
    compare_follow(w, r, c, end_us);
}

/* A later start, or more to add, is never over earlier. */
static void compare_order(const struct worktime *w, const struct reference *r, struct chance *c,
                          enum worktime_kind kind)
{
    int64_t us = make_moment(c, r), amount = make_amount(c, kind), first_us = 0, then_us = 0;
    int64_t later_us = us + chance_between(c, 0, (int64_t)3 * DAY_S * CLOCK_US_PER_S);
    int64_t more = amount + chance_between(c, 0, 2);
    struct err e;

    if (worktime_add(w, kind, us, amount, &first_us, &e) < 0)
        return;
    if (worktime_add(w, kind, later_us, amount, &then_us, &e) == 0)
        assert_true(first_us <= then_us);
    if (worktime_add(w, kind, us, more, &then_us, &e) == 0)
        assert_true(first_us <= then_us);
}

static void check_calendar(struct chance *c, const struct worktime_rules *rules, int rounds)
{
    AUTO(worktime_close) struct worktime *w = open_calendar(rules);
    AUTO(reference_free) struct reference r = {0};

    reference_init(&r, rules);
    for (int i = 0; i < rounds; i++) {
        enum worktime_kind kind = (enum worktime_kind)(i % 4);
        compare_add(w, &r, make_moment(c, &r), kind, make_amount(c, kind));
        compare_order(w, &r, c, kind);
        if (i % 4 == 0)
            compare_rest(w, &r, c);
        if (i % 4 == 0)
            compare_ends(w, &r, c);
    }
}

static struct chance new_chance(void)
{
    struct chance c = {chance_seed()};

    print_message("DUNGHEN_SEED=%llu\n", (unsigned long long)c.state);
    return c;
}

static void agrees_with_the_reference_on_random_calendars(void **state)
{
    static const struct {
        const char *zone;
        int year;
    } zones[] = {
        {"Asia/Ho_Chi_Minh", 2026},  {"Europe/Berlin", 2026},    {"Europe/Berlin", 2040},
        {"America/Sao_Paulo", 2018}, {"America/Havana", 2026},   {"Australia/Lord_Howe", 2026},
        {"America/St_Johns", 2010},  {"Pacific/Auckland", 2028},
    };
    struct chance c = new_chance();
    struct random_rules x;

    (void)state;
    for (size_t i = 0; i < 2 * COUNT(zones); i++) {
        set_zone(zones[i % COUNT(zones)].zone);
        make_rules(&x, &c, zones[i % COUNT(zones)].year);
        check_calendar(&c, &x.rules, 400);
    }
    set_zone("Asia/Ho_Chi_Minh");
}

static void agrees_with_the_reference_over_ten_years(void **state)
{
    struct worktime_rules rules = vn_rules;
    struct chance c = new_chance();

    (void)state;
    AUTO(worktime_close) struct worktime *w = open_calendar(&rules);
    AUTO(reference_free) struct reference r = {0};
    reference_init(&r, &rules);
    for (int i = 0; i < 3; i++) {
        int64_t us = chance_between(&c, at("2025-01-01 00:00"), at("2027-01-01 00:00"));
        int64_t end_us = us + (int64_t)3652 * DAY_S * CLOCK_US_PER_S;
        int64_t worked_us = reference_between(&r, us, end_us);
        assert_int_equal(worktime_between(w, us, end_us), worked_us);
        compare_add(w, &r, us, WORKTIME_WORKING_HOURS, worked_us / CLOCK_US_PER_S);
        compare_add(w, &r, us, WORKTIME_WORKING_DAYS, 2500);
        compare_add(w, &r, us, WORKTIME_CALENDAR_DAYS, 3652);
    }
}

static int set_city_zone(void **state)
{
    (void)state;
    set_zone("Asia/Ho_Chi_Minh");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_the_citys_examples),
        cmocka_unit_test(ends_hours_at_closing_time_not_at_the_next_opening),
        cmocka_unit_test(counts_days_from_a_day_off_with_that_date_as_day_zero),
        cmocka_unit_test(takes_what_comes_after_the_cut_off_for_the_next_working_day),
        cmocka_unit_test(shifts_by_working_days_from_work_and_rest),
        cmocka_unit_test(an_end_belongs_to_the_day_that_it_ends),
        cmocka_unit_test(counts_days_up_to_an_end),
        cmocka_unit_test(counts_what_follows_an_end_from_its_day),
        cmocka_unit_test(measures_only_office_hours),
        cmocka_unit_test(is_open_from_the_first_moment_to_before_the_last),
        cmocka_unit_test(refuses_what_the_calendar_does_not_reach),
        cmocka_unit_test(refuses_to_shift_out_of_its_years),
        cmocka_unit_test(reaches_to_the_last_moment_of_its_years),
        cmocka_unit_test(refuses_hours_that_cannot_be),
        cmocka_unit_test(refuses_days_that_cannot_be),
        cmocka_unit_test(refuses_years_cut_offs_and_calendars_without_work),
        cmocka_unit_test(takes_all_years_and_ignores_days_outside_its_own),
        cmocka_unit_test(closes_what_was_never_opened),
        cmocka_unit_test(follows_the_clock_through_daylight_saving),
        cmocka_unit_test(agrees_with_the_reference_on_random_calendars),
        cmocka_unit_test(agrees_with_the_reference_over_ten_years),
    };

    return cmocka_run_group_tests_name("worktime", tests, set_city_zone, NULL);
}
