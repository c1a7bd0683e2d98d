/* SPDX-License-Identifier: Apache-2.0 */
#include "pause.h"

#include "chance.h"
#include "vn_calendar.h"

#include "unit.h"

static void expect(enum worktime_kind kind, const char *from, const char *until, const char *due,
                   const char *moved)
{
    const struct pause pause = {kind, at(from), at(until), at(due)};
    int64_t due_us;
    struct err e;
    char text[CLOCK_TEXT_SIZE];

    if (pause_end(calendar, &pause, &due_us, &e) < 0)
        fail_msg("%s", e.text);
    if (due_us != at(moved))
        fail_msg("from %s until %s: %s instead of %s", from, until, clock_text_local(due_us, text),
                 moved);
}

static void hours_that_were_left_are_left(void **state)
{
    (void)state;
    expect(WORKTIME_CLOCK_HOURS, "2026-10-05 09:00", "2026-10-07 10:30", "2026-10-05 12:00",
           "2026-10-07 13:30");
    /* Two working hours were left: 10:00 to 11:30 and 13:00 to 13:30. */
    expect(WORKTIME_WORKING_HOURS, "2026-10-05 10:00", "2026-10-09 16:00", "2026-10-05 13:30",
           "2026-10-12 08:30");
    /* The answer comes at night: they begin in the morning. */
    expect(WORKTIME_WORKING_HOURS, "2026-10-05 10:00", "2026-10-06 22:00", "2026-10-05 13:30",
           "2026-10-07 09:30");
}

static void working_days_that_followed_follow_again(void **state)
{
    (void)state;
    /* Asked on Friday before Tet, due on the second working day after it. */
    expect(WORKTIME_WORKING_DAYS, "2026-02-13 10:00", "2026-02-25 10:00", "2026-02-24 17:00",
           "2026-02-27 17:00");
    expect(WORKTIME_WORKING_DAYS, "2026-10-05 10:00", "2026-10-10 10:00", "2026-10-06 17:00",
           "2026-10-12 17:00");
    /* Asked on a Sunday: Monday and Tuesday followed. */
    expect(WORKTIME_WORKING_DAYS, "2026-10-04 10:00", "2026-10-05 08:00", "2026-10-06 17:00",
           "2026-10-07 17:00");
}

static void the_last_day_is_a_day_again(void **state)
{
    (void)state;
    expect(WORKTIME_WORKING_DAYS, "2026-10-05 10:00", "2026-10-08 16:59", "2026-10-05 17:00",
           "2026-10-08 17:00");
    expect(WORKTIME_WORKING_DAYS, "2026-10-05 10:00", "2026-10-08 17:00", "2026-10-05 17:00",
           "2026-10-09 17:00");
    expect(WORKTIME_WORKING_DAYS, "2026-10-05 10:00", "2026-10-10 12:00", "2026-10-05 17:00",
           "2026-10-12 17:00");
}

static void calendar_days_roll_to_a_working_day(void **state)
{
    (void)state;
    expect(WORKTIME_CALENDAR_DAYS, "2026-02-05 10:00", "2026-02-10 10:00", "2026-02-11 17:00",
           "2026-02-23 17:00");
    expect(WORKTIME_CALENDAR_DAYS, "2026-10-05 10:00", "2026-10-06 10:00", "2026-10-12 17:00",
           "2026-10-13 17:00");
}

static void nothing_moves_when_the_promise_was_past(void **state)
{
    (void)state;
    for (int kind = WORKTIME_CLOCK_HOURS; kind <= WORKTIME_CALENDAR_DAYS; kind++)
        expect((enum worktime_kind)kind, "2026-10-07 10:00", "2026-10-20 10:00", "2026-10-06 17:00",
               "2026-10-06 17:00");
}

static void the_calendars_end_is_told(void **state)
{
    const struct pause pause = {WORKTIME_WORKING_DAYS, at("2037-12-01 10:00"),
                                at("2037-12-30 10:00"), at("2037-12-20 17:00")};
    int64_t due_us;
    struct err e;

    (void)state;
    assert_int_equal(pause_end(calendar, &pause, &due_us, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
}

/* A promise is never moved nearer, and a longer pause moves it no less. */
static void a_promise_only_moves_away(void **state)
{
    enum { ROUNDS = 5000 };
    const int64_t day_us = INT64_C(86400) * CLOCK_US_PER_S, first = at("2026-01-05 08:00");
    struct chance chance = {chance_seed()};

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct pause pause = {.kind = (enum worktime_kind)chance_between(&chance, 0, 3)};
        int64_t due_us, later_us;
        struct err e;
        pause.from_us = first + chance_between(&chance, 0, 999) * day_us / 7;
        pause.due_us = pause.from_us + chance_between(&chance, 0, 199) * day_us / 9;
        pause.until_us = pause.from_us + chance_between(&chance, 0, 299) * day_us / 11;
        assert_int_equal(pause_end(calendar, &pause, &due_us, &e), 0);
        assert_true(due_us >= pause.due_us);
        pause.until_us += chance_between(&chance, 0, 99) * day_us / 13;
        assert_int_equal(pause_end(calendar, &pause, &later_us, &e), 0);
        assert_true(later_us >= due_us);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hours_that_were_left_are_left),
        cmocka_unit_test(working_days_that_followed_follow_again),
        cmocka_unit_test(the_last_day_is_a_day_again),
        cmocka_unit_test(calendar_days_roll_to_a_working_day),
        cmocka_unit_test(nothing_moves_when_the_promise_was_past),
        cmocka_unit_test(the_calendars_end_is_told),
        cmocka_unit_test(a_promise_only_moves_away),
    };

    return cmocka_run_group_tests_name("pause", tests, open_calendar, close_calendar);
}
