/* SPDX-License-Identifier: Apache-2.0 */
#include "pause.h"

#include "chance.h"
#include "vn_calendar.h"

#include "unit.h"

static void expect_by(const struct worktime *by, const struct pause *pause,
                      struct promised *promised, const char *moved)
{
    char from[CLOCK_TEXT_SIZE], until[CLOCK_TEXT_SIZE], text[CLOCK_TEXT_SIZE];
    struct err e;

    if (pause_end(by, pause, promised, &e) < 0)
        fail_msg("%s", e.text);
    if (promised->due_us != at(moved))
        fail_msg("from %s until %s: %s instead of %s", clock_text_local(pause->from_us, from),
                 clock_text_local(pause->until_us, until), clock_text_local(promised->due_us, text),
                 moved);
}

static void expect(enum worktime_kind kind, const char *from, const char *until, const char *due,
                   const char *moved)
{
    struct promised promised = {at(due), at(due)};

    expect_by(calendar, &(struct pause){kind, at(from), at(until)}, &promised, moved);
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
    for (int kind = WORKTIME_WORKING_DAYS; kind <= WORKTIME_CALENDAR_DAYS; kind++) {
        expect((enum worktime_kind)kind, "2026-10-05 10:00", "2026-10-08 16:59", "2026-10-05 17:00",
               "2026-10-08 17:00");
        expect((enum worktime_kind)kind, "2026-10-05 10:00", "2026-10-08 17:00", "2026-10-05 17:00",
               "2026-10-09 17:00");
        expect((enum worktime_kind)kind, "2026-10-05 10:00", "2026-10-08 18:00", "2026-10-05 17:00",
               "2026-10-09 17:00");
        expect((enum worktime_kind)kind, "2026-10-05 10:00", "2026-10-10 12:00", "2026-10-05 17:00",
               "2026-10-12 17:00");
        expect((enum worktime_kind)kind, "2026-10-05 10:00", "2026-10-09 18:00", "2026-10-05 17:00",
               "2026-10-12 17:00");
    }
}

static void calendar_days_roll_to_a_working_day(void **state)
{
    (void)state;
    expect(WORKTIME_CALENDAR_DAYS, "2026-02-05 10:00", "2026-02-10 10:00", "2026-02-11 17:00",
           "2026-02-23 17:00");
    expect(WORKTIME_CALENDAR_DAYS, "2026-10-05 10:00", "2026-10-06 10:00", "2026-10-12 17:00",
           "2026-10-13 17:00");
}

/* Twenty days that end on Tuesday of Tet, rolled over it to Monday 23 February: what stood is added
 * to the twenty days, and they are rolled anew. */
static void days_off_that_it_rolled_over_were_not_left(void **state)
{
    static const struct {
        const char *from, *until, *days_end, *due;
    } cases[] = {
        {"2026-01-29 09:00", "2026-01-30 09:00", "2026-02-19 00:00", "2026-02-23 17:00"},
        {"2026-02-02 09:00", "2026-02-05 09:00", "2026-02-22 00:00", "2026-02-23 17:00"},
        {"2026-02-06 09:00", "2026-02-08 09:00", "2026-02-24 00:00", "2026-02-23 17:00"},
        {"2026-02-09 09:00", "2026-02-10 09:00", "2026-02-25 00:00", "2026-02-24 17:00"},
        {"2026-02-24 09:00", "2026-02-24 18:00", "2026-02-26 00:00", "2026-02-25 17:00"},
    };
    struct promised promised = {at("2026-02-23 17:00"), at("2026-02-18 00:00")};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct pause pause = {WORKTIME_CALENDAR_DAYS, at(cases[i].from), at(cases[i].until)};
        expect_by(calendar, &pause, &promised, cases[i].due);
        assert_int_equal(promised.days_end_us, at(cases[i].days_end));
    }
}

/* The days were over on Tuesday; it stands on Thursday, still before the end that they rolled to.
 */
static void nothing_is_left_of_days_that_are_over(void **state)
{
    static const struct {
        const char *until, *days_end, *due;
    } cases[] = {
        {"2026-02-20 09:00", "2026-02-21 00:00", "2026-02-23 17:00"},
        {"2026-02-23 09:00", "2026-02-24 00:00", "2026-02-23 17:00"},
        {"2026-02-23 17:00", "2026-02-25 00:00", "2026-02-24 17:00"},
        {"2026-03-04 10:00", "2026-03-05 00:00", "2026-03-04 17:00"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct promised promised = {at("2026-02-23 17:00"), at("2026-02-18 00:00")};
        const struct pause pause = {WORKTIME_CALENDAR_DAYS, at("2026-02-19 09:00"),
                                    at(cases[i].until)};
        expect_by(calendar, &pause, &promised, cases[i].due);
        assert_int_equal(promised.days_end_us, at(cases[i].days_end));
    }
}

/* Due at the end of Saturday, at 24:00. */
static void a_day_may_end_at_midnight(void **state)
{
    AUTO(worktime_close) struct worktime *always = NULL;
    struct err e;

    (void)state;
    assert_int_equal(worktime_open(&always, &always_rules, &e), 0);
    for (int kind = WORKTIME_WORKING_DAYS; kind <= WORKTIME_CALENDAR_DAYS; kind++) {
        struct promised promised = {at("2026-12-06 00:00"), at("2026-12-06 00:00")};
        struct pause pause = {(enum worktime_kind)kind, at("2026-12-02 10:00"),
                              at("2026-12-02 10:00")};
        for (int again = 0; again < 5; again++)
            expect_by(always, &pause, &promised, "2026-12-06 00:00");
        pause.until_us = at("2026-12-02 18:00");
        expect_by(always, &pause, &promised, "2026-12-06 00:00");
        pause.until_us = at("2026-12-03 00:00"); /* Thursday has begun */
        expect_by(always, &pause, &promised, "2026-12-07 00:00");
        pause.from_us = at("2026-12-06 10:00"); /* its last day */
        pause.until_us = at("2026-12-06 23:00");
        expect_by(always, &pause, &promised, "2026-12-07 00:00");
        pause.until_us = at("2026-12-07 00:00");
        expect_by(always, &pause, &promised, "2026-12-08 00:00");
    }
}

static void a_date_that_was_set_keeps_its_hour_on_its_day(void **state)
{
    (void)state;
    for (int kind = WORKTIME_WORKING_DAYS; kind <= WORKTIME_CALENDAR_DAYS; kind++) {
        expect((enum worktime_kind)kind, "2026-10-06 09:00", "2026-10-06 09:30", "2026-10-07 10:00",
               "2026-10-07 10:00");
        expect((enum worktime_kind)kind, "2026-10-06 09:00", "2026-10-07 09:30", "2026-10-07 10:00",
               "2026-10-08 17:00");
        expect((enum worktime_kind)kind, "2026-10-07 09:00", "2026-10-07 10:30", "2026-10-07 10:00",
               "2026-10-07 17:00");
    }
}

static void nothing_moves_when_the_promise_was_past(void **state)
{
    (void)state;
    for (int kind = WORKTIME_CLOCK_HOURS; kind <= WORKTIME_CALENDAR_DAYS; kind++) {
        expect((enum worktime_kind)kind, "2026-10-07 10:00", "2026-10-20 10:00", "2026-10-06 17:00",
               "2026-10-06 17:00");
        expect((enum worktime_kind)kind, "2026-10-06 17:00", "2026-10-20 10:00", "2026-10-06 17:00",
               "2026-10-06 17:00");
    }
}

static void the_calendars_end_is_told(void **state)
{
    struct promised promised = {at("2037-12-20 17:00"), at("2037-12-20 17:00")};
    struct pause pause = {WORKTIME_WORKING_DAYS, at("2037-12-01 10:00"), at("2037-12-30 10:00")};
    struct err e;

    (void)state;
    for (int kind = WORKTIME_WORKING_DAYS; kind <= WORKTIME_CALENDAR_DAYS; kind++) {
        pause.kind = (enum worktime_kind)kind;
        assert_int_equal(pause_end(calendar, &pause, &promised, &e), -1);
        assert_int_equal(e.kind, ERR_INPUT);
        assert_int_equal(promised.due_us, at("2037-12-20 17:00"));
        assert_int_equal(promised.days_end_us, at("2037-12-20 17:00"));
    }
}

/* A promise is never moved nearer, a longer pause moves it no less, one of no length not at all,
 * and whoever goes on has time to. */
static void a_promise_only_moves_away(void **state)
{
    enum { ROUNDS = 5000 };
    const int64_t day_us = INT64_C(86400) * CLOCK_US_PER_S, first = at("2026-01-05 08:00");
    struct chance chance = {chance_seed()};

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct pause pause = {.kind = (enum worktime_kind)chance_between(&chance, 0, 3)};
        struct promised was, moved, later;
        struct err e;
        pause.from_us = pause.until_us = first + chance_between(&chance, 0, 999) * day_us / 7;
        was.due_us = pause.from_us + chance_between(&chance, 0, 199) * day_us / 9;
        assert_int_equal(worktime_shift_end(calendar, was.due_us, 0, &was.due_us, &e), 0);
        was.days_end_us = was.due_us - chance_between(&chance, 0, 9) * day_us;
        moved = was;
        assert_int_equal(pause_end(calendar, &pause, &moved, &e), 0);
        assert_int_equal(moved.due_us, was.due_us);
        moved = later = was;
        pause.until_us += chance_between(&chance, 0, 299) * day_us / 11;
        assert_int_equal(pause_end(calendar, &pause, &moved, &e), 0);
        assert_true(moved.due_us >= was.due_us);
        assert_true(pause.from_us >= was.due_us || moved.due_us > pause.until_us ||
                    pause.kind < WORKTIME_WORKING_DAYS);
        pause.until_us += chance_between(&chance, 0, 99) * day_us / 13;
        assert_int_equal(pause_end(calendar, &pause, &later, &e), 0);
        assert_true(later.due_us >= moved.due_us);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hours_that_were_left_are_left),
        cmocka_unit_test(working_days_that_followed_follow_again),
        cmocka_unit_test(the_last_day_is_a_day_again),
        cmocka_unit_test(calendar_days_roll_to_a_working_day),
        cmocka_unit_test(days_off_that_it_rolled_over_were_not_left),
        cmocka_unit_test(nothing_is_left_of_days_that_are_over),
        cmocka_unit_test(a_day_may_end_at_midnight),
        cmocka_unit_test(a_date_that_was_set_keeps_its_hour_on_its_day),
        cmocka_unit_test(nothing_moves_when_the_promise_was_past),
        cmocka_unit_test(the_calendars_end_is_told),
        cmocka_unit_test(a_promise_only_moves_away),
    };

    return cmocka_run_group_tests_name("pause", tests, open_calendar, close_calendar);
}
