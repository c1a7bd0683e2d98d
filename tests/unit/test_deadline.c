/* SPDX-License-Identifier: Apache-2.0 */
/* test_deadline - due times and the order in which levels are raised. */
#include "deadline.h"

#include "chance.h"
#include "vn_calendar.h"

#include <string.h>

#include "unit.h"

enum { HOUR_S = 3600, DAY_S = 86400, ROUNDS = 5000, STANDSTILLS = 3 };
enum {
    ALL = (1 << DEADLINE_LEVELS) - 1,
    WARNINGS = 1 << DEADLINE_DUE_SOON_HALF | 1 << DEADLINE_DUE_SOON_DAY
};
#define HOURS(n) ((int64_t)(n)*HOUR_S)

struct step {
    const char *at;
    enum deadline_level level;
};

/* One whose clock never stood. */
static struct deadline_task a_task(const struct deadline_policy *policy, const char *received,
                                   const char *due)
{
    return (struct deadline_task){
        .policy = policy, .calendar = calendar, .received_us = at(received), .due_us = at(due)};
}

/* Raises level after level and compares with steps, the last being DEADLINE_NONE. */
static void expect_steps_of(const struct deadline_task *task, const struct step *steps)
{
    struct deadline_moment next;
    unsigned raised = 0;

    for (;; steps++) {
        deadline_next(task, raised, &next);
        assert_string_equal(deadline_level_name(next.level), deadline_level_name(steps->level));
        if (steps->level == DEADLINE_NONE)
            return;
        assert_int_equal(next.at_us, at(steps->at));
        raised |= 1U << next.level;
    }
}

static void expect_steps(enum worktime_kind kind, const char *received, const char *due,
                         const struct step *steps)
{
    const struct deadline_policy policy = {.kind = kind};
    const struct deadline_task task = a_task(&policy, received, due);

    expect_steps_of(&task, steps);
}

static void is_due_by_the_policy_and_the_calendar(void **state)
{
    static const struct {
        struct deadline_policy policy;
        const char *received, *due;
    } cases[] = {
        {{WORKTIME_CLOCK_HOURS, HOUR_S}, "2026-11-23 16:30", "2026-11-23 17:30"},
        {{WORKTIME_WORKING_HOURS, HOURS(2)}, "2026-11-23 16:00", "2026-11-25 08:30"},
        {{WORKTIME_WORKING_DAYS, 5}, "2026-02-13 16:30", "2026-02-27 17:00"},
        {{WORKTIME_CALENDAR_DAYS, 30}, "2026-10-25 09:00", "2026-11-25 17:00"},
    };
    struct err e;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t due_us = 0;
        assert_int_equal(
            deadline_due(&cases[i].policy, calendar, at(cases[i].received), &due_us, &e), 0);
        assert_int_equal(due_us, at(cases[i].due));
    }
}

static void raises_each_level_at_its_moment(void **state)
{
    static const struct step steps[] = {
        {"2026-10-08 08:15", DEADLINE_DUE_SOON_HALF}, /* 23 h 15 min of 46 h 30 min */
        {"2026-10-09 17:00", DEADLINE_DUE_SOON_DAY},
        {"2026-10-12 17:00", DEADLINE_OVERDUE},
        {"2026-10-12 17:00", DEADLINE_ESCALATED_HEAD},
        {"2026-10-13 17:00", DEADLINE_ESCALATED_CITY},
        {"2026-10-19 17:00", DEADLINE_ESCALATED_LEADER},
        {NULL, DEADLINE_NONE},
    };

    (void)state;
    expect_steps(WORKTIME_WORKING_DAYS, "2026-10-05 09:00", "2026-10-12 17:00", steps);
}

/* Due at the end of Saturday 5 December, and Sunday is worked. */
static void raises_them_by_days_that_end_at_midnight(void **state)
{
    static const struct step steps[] = {
        {"2026-12-03 17:00", DEADLINE_DUE_SOON_HALF},
        {"2026-12-05 00:00", DEADLINE_DUE_SOON_DAY},
        {"2026-12-06 00:00", DEADLINE_OVERDUE},
        {"2026-12-06 00:00", DEADLINE_ESCALATED_HEAD},
        {"2026-12-07 00:00", DEADLINE_ESCALATED_CITY},
        {"2026-12-11 00:00", DEADLINE_ESCALATED_LEADER},
        {NULL, DEADLINE_NONE},
    };
    struct worktime *office = calendar;
    AUTO(worktime_close) struct worktime *always = NULL;
    struct err e;

    (void)state;
    assert_int_equal(worktime_open(&always, &always_rules, &e), 0);
    calendar = always;
    expect_steps(WORKTIME_WORKING_DAYS, "2026-12-01 10:00", "2026-12-06 00:00", steps);
    calendar = office;
}

static void takes_half_of_the_kind_of_time_that_counts(void **state)
{
    static const struct {
        enum worktime_kind kind;
        const char *half;
    } cases[] = {
        {WORKTIME_CLOCK_HOURS, "2026-10-11 01:00"},
        {WORKTIME_CALENDAR_DAYS, "2026-10-11 01:00"},
        {WORKTIME_WORKING_HOURS, "2026-10-12 08:15"},
        {WORKTIME_WORKING_DAYS, "2026-10-12 08:15"},
    };
    const unsigned raised = ALL & ~(1U << DEADLINE_DUE_SOON_HALF);
    struct deadline_moment next;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct deadline_policy policy = {.kind = cases[i].kind};
        struct deadline_task task = a_task(&policy, "2026-10-09 10:00", "2026-10-12 16:00");
        deadline_next(&task, raised, &next);
        assert_int_equal(next.level, DEADLINE_DUE_SOON_HALF);
        assert_int_equal(next.at_us, at(cases[i].half));
    }
}

/* As much is left then as has gone, wherever the clock stood. */
static void takes_half_of_the_time_in_which_the_clock_ran(void **state)
{
    static const struct {
        enum worktime_kind kind;
        const char *received, *due;
        const char *stood[2][2];
        const char *half;
    } cases[] = {
        /* 8 of 46.5 working hours were over, and are a week later */
        {WORKTIME_WORKING_DAYS,
         "2026-10-05 09:00",
         "2026-10-19 17:00",
         {{"2026-10-06 09:00", "2026-10-13 09:00"}},
         "2026-10-15 08:15"},
        {WORKTIME_CALENDAR_DAYS,
         "2026-10-05 10:00",
         "2026-10-08 10:00",
         {{"2026-10-05 16:00", "2026-10-06 16:00"}},
         "2026-10-07 10:00"},
        /* it stood when half of the time had gone */
        {WORKTIME_CLOCK_HOURS,
         "2026-10-05 10:00",
         "2026-10-09 10:00",
         {{"2026-10-06 20:00", "2026-10-08 20:00"}},
         "2026-10-06 10:00"},
        /* it stopped in the moment in which half had gone */
        {WORKTIME_CLOCK_HOURS,
         "2026-10-05 09:00",
         "2026-10-07 21:00",
         {{"2026-10-05 12:00", "2026-10-06 12:00"}, {"2026-10-06 15:00", "2026-10-07 15:00"}},
         "2026-10-06 15:00"},
        /* a unit got it while it stood */
        {WORKTIME_CLOCK_HOURS,
         "2026-10-05 09:00",
         "2026-10-07 09:00",
         {{"2026-09-01 09:00", "2026-09-03 09:00"}, {"2026-10-01 09:00", "2026-10-06 09:00"}},
         "2026-10-06 21:00"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct deadline_policy policy = {.kind = cases[i].kind};
        struct deadline_task task = a_task(&policy, cases[i].received, cases[i].due);
        struct standstill stood[2];
        struct deadline_moment next;
        task.stood = stood;
        for (; task.stood_count < 2 && cases[i].stood[task.stood_count][0] != NULL;
             task.stood_count++)
            stood[task.stood_count] = (struct standstill){at(cases[i].stood[task.stood_count][0]),
                                                          at(cases[i].stood[task.stood_count][1])};
        deadline_next(&task, 1U << DEADLINE_DUE_SOON_DAY, &next);
        assert_int_equal(next.level, DEADLINE_DUE_SOON_HALF);
        assert_int_equal(next.at_us, at(cases[i].half));
    }
}

static void raises_the_day_before_ahead_of_the_half_of_a_short_limit(void **state)
{
    static const struct step steps[] = {
        {"2026-10-09 17:00", DEADLINE_DUE_SOON_DAY},
        {"2026-10-10 13:00", DEADLINE_DUE_SOON_HALF},
        {"2026-10-12 10:00", DEADLINE_OVERDUE},
        {"2026-10-12 10:00", DEADLINE_ESCALATED_HEAD},
        {"2026-10-13 17:00", DEADLINE_ESCALATED_CITY},
        {"2026-10-19 17:00", DEADLINE_ESCALATED_LEADER},
        {NULL, DEADLINE_NONE},
    };

    (void)state;
    expect_steps(WORKTIME_CLOCK_HOURS, "2026-10-08 16:00", "2026-10-12 10:00", steps);
}

static void raises_the_lower_level_first_at_the_same_moment(void **state)
{
    static const struct step steps[] = {
        {"2026-10-12 17:00", DEADLINE_DUE_SOON_HALF},
        {"2026-10-12 17:00", DEADLINE_DUE_SOON_DAY},
        {"2026-10-13 05:00", DEADLINE_OVERDUE},
        {"2026-10-13 05:00", DEADLINE_ESCALATED_HEAD},
        {"2026-10-14 17:00", DEADLINE_ESCALATED_CITY},
        {"2026-10-20 17:00", DEADLINE_ESCALATED_LEADER},
        {NULL, DEADLINE_NONE},
    };

    (void)state;
    expect_steps(WORKTIME_CLOCK_HOURS, "2026-10-12 05:00", "2026-10-13 05:00", steps);
}

static void counts_lateness_from_a_day_off_by_the_next_working_days(void **state)
{
    static const struct step steps[] = {
        {"2026-10-09 17:00", DEADLINE_DUE_SOON_DAY},
        {"2026-10-09 21:00", DEADLINE_DUE_SOON_HALF},
        {"2026-10-10 20:00", DEADLINE_OVERDUE},
        {"2026-10-10 20:00", DEADLINE_ESCALATED_HEAD},
        {"2026-10-12 17:00", DEADLINE_ESCALATED_CITY},
        {"2026-10-16 17:00", DEADLINE_ESCALATED_LEADER},
        {NULL, DEADLINE_NONE},
    };

    (void)state;
    expect_steps(WORKTIME_CLOCK_HOURS, "2026-10-08 22:00", "2026-10-10 20:00", steps);
}

static void leaves_out_warnings_that_are_not_between_receipt_and_due_time(void **state)
{
    static const struct step steps[] = {
        {"2026-10-12 13:00", DEADLINE_OVERDUE},
        {"2026-10-12 13:00", DEADLINE_ESCALATED_HEAD},
        {"2026-10-13 17:00", DEADLINE_ESCALATED_CITY},
        {"2026-10-19 17:00", DEADLINE_ESCALATED_LEADER},
        {NULL, DEADLINE_NONE},
    };

    (void)state;
    /* no working time in between; due at once; due before it came */
    expect_steps(WORKTIME_WORKING_HOURS, "2026-10-12 11:30", "2026-10-12 13:00", steps);
    expect_steps(WORKTIME_CLOCK_HOURS, "2026-10-12 13:00", "2026-10-12 13:00", steps);
    expect_steps(WORKTIME_WORKING_DAYS, "2026-10-20 09:00", "2026-10-12 13:00", steps);
}

static void has_no_day_before_what_came_at_its_closing_time(void **state)
{
    const struct deadline_policy policy = {WORKTIME_WORKING_DAYS, 1};
    const unsigned raised = 1U << DEADLINE_DUE_SOON_HALF;
    struct deadline_task task = a_task(&policy, "2026-10-09 17:00", "2026-10-12 17:00");
    struct deadline_moment next;

    (void)state;
    deadline_next(&task, raised, &next);
    assert_int_equal(next.level, DEADLINE_OVERDUE);
    task.received_us--;
    deadline_next(&task, raised, &next);
    assert_int_equal(next.level, DEADLINE_DUE_SOON_DAY);
}

static void raises_what_a_later_due_time_left_open(void **state)
{
    const struct deadline_policy policy = {WORKTIME_WORKING_DAYS, 5};
    const unsigned raised = 1U << DEADLINE_DUE_SOON_HALF | 1U << DEADLINE_OVERDUE;
    const struct deadline_task task = a_task(&policy, "2026-10-05 09:00", "2026-10-23 17:00");
    struct deadline_moment next;

    (void)state;
    deadline_next(&task, raised, &next);
    assert_int_equal(next.level, DEADLINE_DUE_SOON_DAY);
    assert_int_equal(next.at_us, at("2026-10-22 17:00"));
    deadline_next(&task, raised | WARNINGS, &next);
    assert_int_equal(next.level, DEADLINE_ESCALATED_HEAD);
}

static void does_without_warnings_at_the_calendars_edge(void **state)
{
    const struct deadline_policy policy = {WORKTIME_CLOCK_HOURS, HOURS(4)};
    const unsigned raised = 1U << DEADLINE_DUE_SOON_HALF;
    const struct deadline_task task = a_task(&policy, "2025-01-02 08:00", "2025-01-02 12:00");
    struct deadline_moment next;

    (void)state;
    deadline_next(&task, raised, &next);
    assert_int_equal(next.level, DEADLINE_OVERDUE);
}

static void leaves_out_levels_that_the_calendar_does_not_reach(void **state)
{
    static const struct step steps[] = {{"2037-12-29 16:30", DEADLINE_DUE_SOON_HALF},
                                        {"2037-12-29 17:00", DEADLINE_OVERDUE},
                                        {"2037-12-29 17:00", DEADLINE_ESCALATED_HEAD},
                                        {"2037-12-30 17:00", DEADLINE_ESCALATED_CITY},
                                        {NULL, DEADLINE_NONE}};

    (void)state;
    expect_steps(WORKTIME_WORKING_DAYS, "2037-12-29 16:00", "2037-12-29 17:00", steps);
}

/* Raises all that is left of a random task and checks each step. */
static void raise_all(struct chance *c, const struct deadline_task *task)
{
    struct deadline_moment next = {.at_us = INT64_MIN}, last;
    unsigned raised = (unsigned)chance_between(c, 0, 1) * (unsigned)chance_between(c, 0, ALL);

    for (;;) {
        last = next;
        deadline_next(task, raised, &next);
        if (next.level == DEADLINE_NONE)
            break;
        assert_false(raised & 1U << next.level);
        assert_true(next.at_us > last.at_us ||
                    (next.at_us == last.at_us && next.level > last.level));
        bool is_warning = (WARNINGS & 1U << next.level) != 0;
        assert_true(is_warning ? task->received_us < next.at_us && next.at_us < task->due_us
                               : next.at_us >= task->due_us);
        raised |= 1U << next.level;
    }
    assert_int_equal((raised | WARNINGS | 1U << DEADLINE_NONE), ALL);
}

/* Standstills of a month around it, in their order. */
static int stand_still(struct chance *c, int64_t from_us, struct standstill *stood)
{
    int count = (int)chance_between(c, 0, STANDSTILLS);

    for (int i = 0; i < count; i++) {
        int64_t since_us =
            chance_between(c, from_us, from_us + (int64_t)10 * DAY_S * CLOCK_US_PER_S);
        from_us = chance_between(c, since_us, since_us + (int64_t)5 * DAY_S * CLOCK_US_PER_S);
        stood[i] = (struct standstill){since_us, from_us};
    }
    return count;
}

static void raises_each_level_at_most_once_and_never_back_in_time(void **state)
{
    static const int64_t most[] = {HOURS(1000), HOURS(300), 60, 90};
    int64_t from_us = at("2026-01-01 00:00"), to_us = at("2027-01-01 00:00");
    struct chance c = {chance_seed()};
    struct err e;

    (void)state;
    print_message("DUNGHEN_SEED=%llu\n", (unsigned long long)c.state);
    for (int i = 0; i < ROUNDS; i++) {
        enum worktime_kind kind = (enum worktime_kind)(i % 4);
        struct deadline_policy policy = {kind, chance_between(&c, 0, most[kind])};
        struct standstill stood[STANDSTILLS];
        struct deadline_task task = {.policy = &policy,
                                     .calendar = calendar,
                                     .received_us = chance_between(&c, from_us, to_us),
                                     .stood = stood};
        assert_int_equal(deadline_due(&policy, calendar, task.received_us, &task.due_us, &e), 0);
        if (chance_between(&c, 0, 3) == 0) /* moved since */
            task.due_us += chance_between(&c, -DAY_S, (int64_t)20 * DAY_S) * CLOCK_US_PER_S;
        task.stood_count =
            stand_still(&c, task.received_us - (int64_t)5 * DAY_S * CLOCK_US_PER_S, stood);
        raise_all(&c, &task);
    }
}

static void names_and_reads_kinds_and_levels(void **state)
{
    static const char *const levels[] = {
        "none",           "due_soon_half",  "due_soon_day",    "overdue",
        "escalated_head", "escalated_city", "escalated_leader"};
    static const char *const kinds[] = {"clock_hours", "working_hours", "working_days",
                                        "calendar_days"};
    enum worktime_kind kind = WORKTIME_CLOCK_HOURS;
    struct err e = {0};

    (void)state;
    assert_int_equal(COUNT(levels), DEADLINE_LEVELS);
    for (size_t i = 0; i < COUNT(levels); i++)
        assert_string_equal(deadline_level_name((enum deadline_level)i), levels[i]);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        assert_string_equal(deadline_kind_name((enum worktime_kind)i), kinds[i]);
        assert_int_equal(deadline_kind_read(kinds[i], &kind, &e), 0);
        assert_int_equal(kind, i);
    }
    assert_int_equal(deadline_kind_read("Working_days", &kind, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_string_equal(e.text, "unknown kind of time \"Working_days\"");
    assert_int_equal(deadline_kind_read("", &kind, &e), -1);
    assert_int_equal(kind, WORKTIME_CALENDAR_DAYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_due_by_the_policy_and_the_calendar),
        cmocka_unit_test(raises_each_level_at_its_moment),
        cmocka_unit_test(raises_them_by_days_that_end_at_midnight),
        cmocka_unit_test(takes_half_of_the_kind_of_time_that_counts),
        cmocka_unit_test(takes_half_of_the_time_in_which_the_clock_ran),
        cmocka_unit_test(raises_the_day_before_ahead_of_the_half_of_a_short_limit),
        cmocka_unit_test(raises_the_lower_level_first_at_the_same_moment),
        cmocka_unit_test(counts_lateness_from_a_day_off_by_the_next_working_days),
        cmocka_unit_test(leaves_out_warnings_that_are_not_between_receipt_and_due_time),
        cmocka_unit_test(has_no_day_before_what_came_at_its_closing_time),
        cmocka_unit_test(raises_what_a_later_due_time_left_open),
        cmocka_unit_test(does_without_warnings_at_the_calendars_edge),
        cmocka_unit_test(leaves_out_levels_that_the_calendar_does_not_reach),
        cmocka_unit_test(raises_each_level_at_most_once_and_never_back_in_time),
        cmocka_unit_test(names_and_reads_kinds_and_levels),
    };

    return cmocka_run_group_tests_name("deadline", tests, open_calendar, close_calendar);
}
