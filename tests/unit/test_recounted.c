/* SPDX-License-Identifier: Apache-2.0 */
/* Cases that were promised something before Culture Day (Tuesday 24 November 2026) was known, and
 * what pauses make of promises, step by step and from the facts. */
#include "promise.h"

#include "chance.h"
#include "vn_calendar.h"

#include "unit.h"

static void expect(const struct promise *promise, const char *wanted)
{
    char text[CLOCK_TEXT_SIZE];
    struct promised found;
    struct err e;

    if (promise_recount(promise, calendar, &found, &e) < 0)
        fail_msg("%s", e.text);
    if (found.due_us != at(wanted))
        fail_msg("%s instead of %s", clock_text_local(found.due_us, text), wanted);
}

#define PROMISE(days, from, due, ...)                                                              \
    &(const struct promise)                                                                        \
    {                                                                                              \
        {WORKTIME_WORKING_DAYS, (days)}, at(from), {at(due), at(due)},                             \
            (const struct promise_step[]){__VA_ARGS__},                                            \
            COUNT(((const struct promise_step[]){__VA_ARGS__}))                                    \
    }
#define PLAIN(days, from, due)                                                                     \
    &(const struct promise)                                                                        \
    {                                                                                              \
        {WORKTIME_WORKING_DAYS, (days)}, at(from), {at(due), at(due)}, NULL, 0                     \
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
    struct promised found = {7, 8};
    struct err e;

    (void)state;
    assert_int_equal(promise_recount(far, calendar, &found, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_int_equal(found.due_us, 7);
}

/* Fifteen days from 12 November end on Friday the 27th, fifteen from the 9th on Culture Day. */
static void rolls_calendar_days_only_at_their_end(void **state)
{
    static const struct promise_step stood = {PROMISE_PAUSE, 0, 0};
    struct promise_step step = stood;
    struct promise promise = {{WORKTIME_CALENDAR_DAYS, 15},
                              at("2026-11-09 10:00"),
                              {at("2026-11-24 17:00"), at("2026-11-25 00:00")},
                              NULL,
                              0};
    struct promised found;
    struct err e;

    (void)state;
    expect(&promise, "2026-11-25 17:00");
    step.at_us = at("2026-11-10 10:00");
    step.until_us = at("2026-11-11 10:00");
    promise.steps = &step;
    promise.step_count = 1;
    expect(&promise, "2026-11-25 17:00");
    assert_int_equal(promise_recount(&promise, calendar, &found, &e), 0);
    assert_int_equal(found.days_end_us, at("2026-11-26 00:00"));
    promise.stands.due_us = at("2026-11-30 17:00"); /* what was promised stays, as it was */
    assert_int_equal(promise_recount(&promise, calendar, &found, &e), 0);
    assert_int_equal(found.days_end_us, at("2026-11-25 00:00"));
}

static void keeps_a_date_whose_day_only_ends_earlier(void **state)
{
    (void)state;
    expect(PROMISE(2, "2026-11-16 10:00", "2026-11-18 17:00",
                   DATE("2026-11-17 11:00", "2026-11-20 18:00")),
           "2026-11-20 18:00");
}

/* ---- a slow reference: dates, looked up in the rules one by one ---- */

static int64_t date_of(int64_t us)
{
    return (us / CLOCK_US_PER_S + 7 * 3600) / 86400; /* Viet Nam has no daylight saving */
}

static bool is_worked_date(const struct worktime_rules *rules, int64_t date)
{
    time_t s = date * 86400;
    struct tm tm;

    gmtime_r(&s, &tm);
    for (size_t i = 0; i < rules->day_count; i++)
        if (rules->days[i].year == tm.tm_year + 1900 && rules->days[i].month == tm.tm_mon + 1 &&
            rules->days[i].day == tm.tm_mday)
            return rules->days[i].works;
    for (size_t i = 0; i < rules->hour_count; i++)
        if (rules->hours[i].weekday % 7 == tm.tm_wday)
            return true;
    return false;
}

/* The closing time of the first worked date from this one on. */
static int64_t closing(const struct worktime_rules *rules, int64_t date)
{
    int closes_s = rules->hours[rules->hour_count - 1].to_s;

    while (!is_worked_date(rules, date))
        date++;
    return (date * 86400 - 7 * 3600 + closes_s) * CLOCK_US_PER_S;
}

/* Where so many days end that begin after a date. */
static int64_t days_over(const struct worktime_rules *rules, enum worktime_kind kind, int64_t date,
                         int64_t days)
{
    for (; days > 0; days--)
        do
            date++;
        while (kind == WORKTIME_WORKING_DAYS && !is_worked_date(rules, date));
    return closing(rules, date);
}

/* A limit of days as somebody with a list of them would count it: those that pass while the clock
 * runs are struck out, those that pass while it stands are not. With none left one goes on until
 * the day is over; if it is, or is off, the next working day is given. */
static int64_t count_by_hand(const struct worktime_rules *rules, const struct promise *promise)
{
    enum worktime_kind kind = promise->policy.kind;
    int64_t date = date_of(promise->from_us), left = promise->policy.amount;
    int64_t due = days_over(rules, kind, date, left);

    for (size_t i = 0; i < promise->step_count; i++) {
        const struct promise_step *stood = &promise->steps[i];
        if (stood->at_us >= due)
            continue;
        while (date < date_of(stood->at_us)) {
            date++;
            if (left > 0 && (kind == WORKTIME_CALENDAR_DAYS || is_worked_date(rules, date)))
                left--;
        }
        date = date_of(stood->until_us);
        due = days_over(rules, kind, date, left);
        if (left == 0 && (due <= stood->until_us ||
                          (kind == WORKTIME_WORKING_DAYS && !is_worked_date(rules, date))))
            due = days_over(rules, kind, date, left = 1);
    }
    return due;
}

enum { STEPS = 6 };

/* Pauses that follow each other, some in the night, some over the due time, some of no length. */
static void stand_and_go_on(struct chance *c, struct promise *promise, struct promise_step *steps)
{
    const int64_t hour_us = INT64_C(3600) * CLOCK_US_PER_S;
    int64_t us = promise->from_us;

    promise->step_count = (size_t)chance_between(c, 0, STEPS);
    promise->steps = steps;
    for (size_t i = 0; i < promise->step_count; i++) {
        us += chance_between(c, 1, chance_between(c, 1, 200)) * hour_us;
        int64_t hours = chance_between(c, 0, 2) == 0 ? 0 : chance_between(c, 0, 150);
        steps[i] = (struct promise_step){PROMISE_PAUSE, us, us + hours * hour_us};
        us = steps[i].until_us;
    }
}

static int64_t count_step_by_step(const struct promise *promise, const struct worktime *by)
{
    struct promised promised;
    struct err e;

    assert_int_equal(promise_begin(&promise->policy, by, promise->from_us, &promised, &e), 0);
    for (size_t i = 0; i < promise->step_count; i++) {
        const struct pause pause = {promise->policy.kind, promise->steps[i].at_us,
                                    promise->steps[i].until_us};
        assert_int_equal(pause_end(by, &pause, &promised, &e), 0);
    }
    return promised.due_us;
}

static void compare(struct chance *c, const struct worktime_rules *rules, const struct worktime *by)
{
    enum { ROUNDS = 4000 };
    char a[CLOCK_TEXT_SIZE], b[CLOCK_TEXT_SIZE];

    for (int round = 0; round < ROUNDS; round++) {
        struct promise_step steps[STEPS];
        struct promise promise = {
            .policy = {round % 2 == 0 ? WORKTIME_WORKING_DAYS : WORKTIME_CALENDAR_DAYS,
                       chance_between(c, 1, 25)},
            .stands = {INT64_MIN, INT64_MIN}};
        struct promised found;
        struct err e;
        promise.from_us = at("2026-01-01 00:00") +
                          chance_between(c, 0, 330 * 24) * INT64_C(3600) * CLOCK_US_PER_S;
        stand_and_go_on(c, &promise, steps);
        int64_t wanted = count_by_hand(rules, &promise);
        assert_int_equal(promise_recount(&promise, by, &found, &e), 0);
        if (found.due_us != wanted)
            fail_msg("%lld days of kind %d from %s, stood %zu times: %s instead of %s",
                     (long long)promise.policy.amount, (int)promise.policy.kind,
                     clock_text_local(promise.from_us, (char[CLOCK_TEXT_SIZE]){0}),
                     promise.step_count, clock_text_local(found.due_us, a),
                     clock_text_local(wanted, b));
        assert_int_equal(count_step_by_step(&promise, by), wanted);
    }
}

static void agrees_with_who_counts_by_hand_and_step_by_step(void **state)
{
    struct chance c = {chance_seed()};
    AUTO(worktime_close) struct worktime *always = NULL;
    struct err e;

    (void)state;
    print_message("DUNGHEN_SEED=%llu\n", (unsigned long long)c.state);
    assert_int_equal(worktime_open(&always, &always_rules, &e), 0);
    compare(&c, &vn_rules, calendar);
    compare(&c, &always_rules, always);
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
        cmocka_unit_test(rolls_calendar_days_only_at_their_end),
        cmocka_unit_test(keeps_a_date_whose_day_only_ends_earlier),
        cmocka_unit_test(agrees_with_who_counts_by_hand_and_step_by_step),
    };

    return cmocka_run_group_tests_name("recounted", tests, open_calendar, close_calendar);
}
