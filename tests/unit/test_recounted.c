/* SPDX-License-Identifier: Apache-2.0 */
/* Cases that were promised something before Culture Day (Tuesday 24 November 2026) was known. */
#include "promise.h"

#include "vn_calendar.h"

#include "unit.h"

static void expect(const struct promise *promise, const char *wanted)
{
    char text[CLOCK_TEXT_SIZE];
    int64_t due_us;
    struct err e;

    if (promise_recount(promise, calendar, &due_us, &e) < 0)
        fail_msg("%s", e.text);
    if (due_us != at(wanted))
        fail_msg("%s instead of %s", clock_text_local(due_us, text), wanted);
}

#define PROMISE(days, from, due, ...)                                                              \
    &(const struct promise)                                                                        \
    {                                                                                              \
        {WORKTIME_WORKING_DAYS, (days)}, at(from), at(due),                                        \
            (const struct promise_step[]){__VA_ARGS__},                                            \
            COUNT(((const struct promise_step[]){__VA_ARGS__}))                                    \
    }
#define PLAIN(days, from, due)                                                                     \
    &(const struct promise)                                                                        \
    {                                                                                              \
        {WORKTIME_WORKING_DAYS, (days)}, at(from), at(due), NULL, 0                                \
    }
#define PAUSE(from, until)                                                                         \
    {                                                                                              \
        PROMISE_PAUSE, at(from), at(until)                                                         \
    }
#define DATE(when, date)                                                                           \
    {                                                                                              \
        PROMISE_DATE, at(when), at(date)                                                           \
    }

static void moves_forward_by_a_new_day_off(void **state)
{
    (void)state;
    expect(PLAIN(2, "2026-11-23 10:00", "2026-11-25 17:00"), "2026-11-26 17:00");
    expect(PLAIN(2, "2026-11-24 10:00", "2026-11-26 17:00"), "2026-11-26 17:00");
}

static void never_moves_back(void **state)
{
    (void)state;
    expect(PLAIN(2, "2026-11-23 10:00", "2026-11-27 17:00"), "2026-11-27 17:00");
    expect(PROMISE(2, "2026-11-23 10:00", "2026-12-31 17:00",
                   DATE("2026-11-23 11:00", "2026-11-30 17:00")),
           "2026-12-31 17:00");
}

static void counts_what_was_left_when_the_clock_stood(void **state)
{
    (void)state;
    expect(PROMISE(5, "2026-11-19 10:00", "2026-11-27 17:00",
                   PAUSE("2026-11-20 12:00", "2026-11-23 09:00")),
           "2026-11-30 17:00");
    expect(PROMISE(5, "2026-11-19 10:00", "2026-11-27 17:00",
                   PAUSE("2026-11-20 08:00", "2026-11-20 09:00"),
                   PAUSE("2026-11-20 12:00", "2026-11-23 09:00")),
           "2026-11-30 17:00");
    /* It stood after the time was over: nothing was left. */
    expect(PROMISE(1, "2026-11-19 10:00", "2026-11-20 17:00",
                   PAUSE("2026-11-23 10:00", "2026-11-26 10:00")),
           "2026-11-20 17:00");
}

static void keeps_a_date_that_was_set_unless_its_day_is_off(void **state)
{
    (void)state;
    expect(PROMISE(2, "2026-11-16 10:00", "2026-11-24 10:00",
                   DATE("2026-11-17 11:00", "2026-11-24 10:00")),
           "2026-11-25 17:00");
    expect(PROMISE(2, "2026-11-16 10:00", "2026-11-26 10:00",
                   DATE("2026-11-17 11:00", "2026-11-26 10:00")),
           "2026-11-26 10:00");
    expect(PROMISE(2, "2026-11-16 10:00", "2026-11-26 17:00",
                   DATE("2026-11-17 11:00", "2026-11-26 17:00")),
           "2026-11-26 17:00");
}

static void takes_the_steps_one_after_the_other(void **state)
{
    (void)state;
    expect(PROMISE(2, "2026-11-16 10:00", "2026-11-25 17:00",
                   DATE("2026-11-17 11:00", "2026-11-25 10:00"),
                   PAUSE("2026-11-23 11:00", "2026-11-25 08:00")),
           "2026-11-26 17:00");
}

static void says_when_the_calendar_does_not_reach(void **state)
{
    const struct promise *far = PLAIN(20000, "2026-11-16 10:00", "2026-11-25 17:00");
    int64_t due_us = 7;
    struct err e;

    (void)state;
    assert_int_equal(promise_recount(far, calendar, &due_us, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_int_equal(due_us, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_forward_by_a_new_day_off),
        cmocka_unit_test(never_moves_back),
        cmocka_unit_test(counts_what_was_left_when_the_clock_stood),
        cmocka_unit_test(keeps_a_date_that_was_set_unless_its_day_is_off),
        cmocka_unit_test(takes_the_steps_one_after_the_other),
        cmocka_unit_test(says_when_the_calendar_does_not_reach),
    };

    return cmocka_run_group_tests_name("recounted", tests, open_calendar, close_calendar);
}
