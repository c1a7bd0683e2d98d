/* SPDX-License-Identifier: Apache-2.0 */
/* links: tracker */
/* While the clock stands nobody is late, nor is what a late case owes counted on. */
#include "verbs_fixture.h"

static const char suspension[] = "{\"decision\":\"12/QĐ\",\"reason_code\":\"court\"}";
static const char question[] = "{\"question\":\"Nhà số mấy?\"}";

/* From now on, so many days long. */
static void suspend(struct fixture *f, int days)
{
    GOOD(say_as(f, head, "suspend", suspension));
    f->set.now += days * day_us;
    GOOD(say_as(f, head, "resume", "{\"decision\":\"13/QĐ\"}"));
}

/* Nothing more falls due before the moment; at it, one thing of the level does. */
static void expect_next(struct fixture *f, int task, int64_t moment, enum deadline_level level)
{
    size_t flags = f->set.flag_count;

    f->set.now = moment - 1;
    GOOD(ring(f, task));
    assert_int_equal(f->set.flag_count, flags);
    f->set.now = moment;
    GOOD(ring(f, task));
    assert_int_equal(f->set.flag_count, flags + 1);
    assert_string_equal(deadline_level_name(f->set.flags[flags].level), deadline_level_name(level));
    assert_int_equal(f->set.flags[flags].moment, moment);
}

/* Everything else has been raised for the task. */
static void leave_only(struct fixture *f, int task, enum deadline_level level)
{
    case_task(the_case(f), task)->raised = ~(INT64_C(1) << level);
}

/* Late on Monday at 16:00, with everything raised that there is by then. */
static void begin_late(struct fixture *f)
{
    begin(f);
    f->set.now = monday_0900 + 7 * hour_us;
    GOOD(ring(f, 1));
    GOOD(ring(f, 2));
    assert_int_equal(count_events(f, "escalated_head"), 2);
}

/* It was late for an hour and a half: the next working day is over four weeks later. */
static void a_late_case_is_escalated_by_days_on_which_its_clock_ran(void **state)
{
    struct fixture *f = *state;
    const int64_t tuesday_1700 = monday_0900 + 29 * day_us + 8 * hour_us;

    begin_late(f);
    int64_t due_at = the_case(f)->due_at;
    suspend(f, 28);
    for (int task = 1; task <= 2; task++) {
        expect_next(f, task, tuesday_1700, DEADLINE_ESCALATED_CITY);
        expect_next(f, task, tuesday_1700 + 6 * day_us, DEADLINE_ESCALATED_LEADER);
    }
    assert_int_equal(the_case(f)->due_at, due_at); /* which it had missed before */
}

static void each_standstill_of_a_late_case_counts(void **state)
{
    struct fixture *f = *state;
    const int64_t monday_1700 = monday_0900 + 21 * day_us + 8 * hour_us;

    begin_late(f);
    suspend(f, 7);
    expect_next(f, 1, monday_0900 + 8 * day_us + 8 * hour_us, DEADLINE_ESCALATED_CITY);
    f->set.now += 16 * hour_us; /* the second working day late */
    suspend(f, 7);
    expect_next(f, 1, monday_1700, DEADLINE_ESCALATED_LEADER);
}

/* Three of seven days were over; the first moment of the next update follows the last one. */
static void a_late_case_owes_no_news_of_days_on_which_its_clock_stood(void **state)
{
    struct fixture *f = *state;

    f->regime.limits[LIMIT_UPDATE] = (struct deadline_policy){WORKTIME_CALENDAR_DAYS, 7};
    begin_late(f);
    leave_only(f, 1, DUTY_UPDATE);
    f->set.now += 3 * day_us;
    suspend(f, 28);
    expect_next(f, 1, monday_0900 + 35 * day_us + 8 * hour_us, DUTY_UPDATE);
    suspend(f, 14);
    expect_next(f, 1, monday_0900 + 56 * day_us + 8 * hour_us, DUTY_UPDATE);
}

/* The seventh day was a Sunday, which had rolled over to the Monday. */
static void news_are_owed_after_days_and_not_after_what_they_rolled_over(void **state)
{
    struct fixture *f = *state;

    f->regime.limits[LIMIT_UPDATE] = (struct deadline_policy){WORKTIME_CALENDAR_DAYS, 6};
    begin_late(f);
    leave_only(f, 1, DUTY_UPDATE);
    suspend(f, 2);
    expect_next(f, 1, monday_0900 + 8 * day_us + 8 * hour_us, DUTY_UPDATE);
}

/* Four working hours, of which the first was over when the clock stopped. */
static void half_of_the_time_is_gone_when_half_of_what_the_clock_ran_has(void **state)
{
    struct fixture *f = *state;

    begin(f);
    f->set.now += hour_us;
    suspend(f, 28); /* until 10:00 */
    for (int task = 1; task <= 2; task++) {
        leave_only(f, task, DEADLINE_DUE_SOON_HALF);
        expect_next(f, task, monday_0900 + 28 * day_us + 2 * hour_us, DEADLINE_DUE_SOON_HALF);
    }
}

static void what_is_to_be_forwarded_waits_for_the_citizen_as_well(void **state)
{
    struct fixture *f = *state;

    f->regime.limits[LIMIT_FORWARD] = (struct deadline_policy){WORKTIME_CLOCK_HOURS, 300};
    GOOD(record(f, ""));
    GOOD(say_as(f, officer, "return", "{\"reason\":\"not_ours\"}"));
    f->set.now += hour_us / 60;
    GOOD(say_as(f, desk, "ask", question));
    f->set.now += 2 * day_us;
    GOOD(say_as(f, citizen, "info", words));
    expect_state(f, STATE_SCREENING);
    leave_only(f, 3, DUTY_FORWARD);
    expect_next(f, 3, f->set.now + 4 * hour_us / 60, DUTY_FORWARD);
}

/* Whoever takes the case over while its clock stands has the whole time to accept it. */
static void what_was_assigned_meanwhile_counts_from_the_end_of_the_standstill(void **state)
{
    static const char *const to_w2[] = {"W2", NULL};
    struct fixture *f = *state;

    f->regime.limits[LIMIT_ACCEPT] = (struct deadline_policy){WORKTIME_CLOCK_HOURS, 3600};
    begin(f);
    GOOD(say_as(f, officer, "ask", question));
    f->set.now += 2 * day_us;
    f->units[1].valid_until = catalogue_day(f->set.now) - 1;
    f->units[1].successors = to_w2;
    GOOD(command(f,
                 "\"verb\":\"transfer\",\"role\":\"system\",\"task\":1,"
                 "\"id\":\"018f0000-0000-7000-8000-000000000001\"",
                 "{\"unit\":\"W2\",\"reason\":\"succession\"}"));
    f->set.now += day_us;
    GOOD(say_as(f, citizen, "info", words));
    expect_state(f, STATE_ASSIGNED);
    leave_only(f, 3, DUTY_ACCEPT);
    expect_next(f, 3, f->set.now + hour_us, DUTY_ACCEPT);
}

#define FIXTURE(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(a_late_case_is_escalated_by_days_on_which_its_clock_ran),
        FIXTURE(each_standstill_of_a_late_case_counts),
        FIXTURE(a_late_case_owes_no_news_of_days_on_which_its_clock_stood),
        FIXTURE(news_are_owed_after_days_and_not_after_what_they_rolled_over),
        FIXTURE(half_of_the_time_is_gone_when_half_of_what_the_clock_ran_has),
        FIXTURE(what_is_to_be_forwarded_waits_for_the_citizen_as_well),
        FIXTURE(what_was_assigned_meanwhile_counts_from_the_end_of_the_standstill),
    };

    return cmocka_run_group_tests_name("standstill", tests, NULL, NULL);
}
