/* SPDX-License-Identifier: Apache-2.0 */
/* links: tracker */
/* What moves a promise in days: questions, and dates that are granted. */
#include "verbs_fixture.h"

static void ask_and_hear(struct fixture *f, int64_t asked, int64_t heard)
{
    f->set.now = asked;
    GOOD(say_as(f, officer, "ask", "{\"question\":\"Nhà số mấy?\"}"));
    f->set.now = heard;
    GOOD(say_as(f, citizen, "info", words));
}

/* Three days of a unit that works round the clock end on Thursday at 24:00. */
static void moves_nothing_by_questions_that_are_answered_at_once(void **state)
{
    struct fixture *f = *state;
    const int64_t midnight = monday_0900 + 15 * hour_us;

    works_always(f, 1);
    for (int kind = WORKTIME_WORKING_DAYS; kind <= WORKTIME_CALENDAR_DAYS; kind++) {
        f->services[0].policy = (struct deadline_policy){(enum worktime_kind)kind, 3};
        f->case_id = uuid_new();
        f->set.now = monday_0900;
        begin(f);
        assert_int_equal(the_case(f)->due_at, midnight + 3 * day_us);
        for (int again = 1; again <= 5; again++)
            ask_and_hear(f, monday_0900 + again * hour_us, monday_0900 + again * hour_us);
        assert_int_equal(the_case(f)->due_at, midnight + 3 * day_us);
        ask_and_hear(f, monday_0900 + 8 * hour_us, monday_0900 + day_us);
        assert_int_equal(the_case(f)->due_at, midnight + 4 * day_us);
        assert_int_equal(case_lead(the_case(f))->due_at, the_case(f)->due_at);
    }
}

/* Monday is the last day; the answer comes on Tuesday evening. */
static void leaves_the_last_day_to_who_hears_after_closing_time(void **state)
{
    struct fixture *f = *state;

    f->services[0].policy = (struct deadline_policy){WORKTIME_CALENDAR_DAYS, 0};
    begin(f);
    assert_int_equal(the_case(f)->due_at, monday_0900 + 8 * hour_us);
    ask_and_hear(f, monday_0900 + hour_us, monday_0900 + day_us + 9 * hour_us);
    assert_int_equal(the_case(f)->due_at, monday_0900 + 2 * day_us + 8 * hour_us);
    GOOD(ring(f, 1));
    assert_int_equal(count_events(f, "overdue"), 0);
}

/* Five days from Monday end on Saturday and roll to Monday the 12th; each day that it stands is one
 * more, up to that Monday and then beyond. A part with a date of its own stays within the case's.
 */
static void counts_what_is_left_before_days_off(void **state)
{
    struct fixture *f = *state;
    const int64_t closing = monday_0900 + 8 * hour_us;
    static const int days[] = {7, 7, 8};

    f->services[0].policy = (struct deadline_policy){WORKTIME_CALENDAR_DAYS, 5};
    begin(f);
    assert_int_equal(the_case(f)->due_at, closing + 7 * day_us);
    for (int day = 0; day < 3; day++) {
        ask_and_hear(f, monday_0900 + day * day_us + hour_us, monday_0900 + (day + 1) * day_us);
        assert_int_equal(the_case(f)->due_at, closing + days[day] * day_us);
        assert_int_equal(the_case(f)->tasks[1].due_at, closing + days[day] * day_us);
    }
    assert_int_equal(the_case(f)->terms.days_end, closing + 8 * day_us + 7 * hour_us);
}

static void refuse_or_extend(struct fixture *f, int64_t due_at, bool refuse)
{
    static const char too_far[] = "due_at: lies beyond what the regime";
    char body[100];

    snprintf(body, sizeof(body), "{\"reason_code\":\"complex\",\"due_at\":%lld}",
             (long long)due_at);
    if (refuse)
        REFUSED(say_as(f, head, "extend", body), too_far);
    else
        GOOD(say_as(f, head, "extend", body));
}

/* Five days and eight more are thirteen, though the five have rolled over a Sunday: they end on
 * Sunday the 18th, which rolls. A date that was granted is where the next days begin. */
static void extends_by_days_that_follow_the_promises_own(void **state)
{
    struct fixture *f = *state;
    const int64_t closing = monday_0900 + 8 * hour_us;

    f->services[0].policy = (struct deadline_policy){WORKTIME_CALENDAR_DAYS, 5};
    f->regime.limits[LIMIT_EXTENSION] = (struct deadline_policy){WORKTIME_CALENDAR_DAYS, 8};
    f->regime.extensions = 2;
    begin(f);
    refuse_or_extend(f, closing + 15 * day_us, true);
    refuse_or_extend(f, closing + 14 * day_us, false);
    refuse_or_extend(f, closing + 23 * day_us, true);
    refuse_or_extend(f, closing + 22 * day_us, false);
    ask_and_hear(f, monday_0900 + hour_us, monday_0900 + day_us);
    assert_int_equal(the_case(f)->due_at, closing + 23 * day_us);
}

/* Due on Wednesday at 10:00, a part at 9:00; the question is answered at 9:30. The case has its
 * half hour, and the part no more than that. */
static void keeps_a_part_within_its_case(void **state)
{
    struct fixture *f = *state;
    const int64_t wednesday_0900 = monday_0900 + 2 * day_us;
    char part[100];

    f->services[0].policy = (struct deadline_policy){WORKTIME_CALENDAR_DAYS, 1};
    f->regime.extensions = 1;
    begin(f);
    refuse_or_extend(f, wednesday_0900 + hour_us, false);
    snprintf(part, sizeof(part), "{\"unit\":\"DESK\",\"due_at\":%lld}", (long long)wednesday_0900);
    GOOD(say_as(f, officer, "coordinate", part));
    ask_and_hear(f, wednesday_0900 - hour_us / 2, wednesday_0900 + hour_us / 2);
    assert_int_equal(the_case(f)->due_at, wednesday_0900 + hour_us);
    assert_int_equal(the_case(f)->tasks[2].due_at, wednesday_0900 + hour_us);
}

/* Two days end on Wednesday at 24:00: one day more ends on Thursday at 24:00. */
static void counts_limits_from_a_due_time_at_midnight(void **state)
{
    struct fixture *f = *state;
    const int64_t due = monday_0900 + 15 * hour_us + 2 * day_us;

    works_always(f, 1);
    f->services[0].policy = (struct deadline_policy){WORKTIME_WORKING_DAYS, 2};
    f->regime.limits[LIMIT_EXTENSION] = (struct deadline_policy){WORKTIME_CALENDAR_DAYS, 1};
    f->regime.limits[LIMIT_UPDATE] = (struct deadline_policy){WORKTIME_CALENDAR_DAYS, 7};
    f->regime.extensions = 2;
    begin(f);
    assert_int_equal(the_case(f)->due_at, due);
    refuse_or_extend(f, due + 2 * day_us, true);
    refuse_or_extend(f, due + day_us, false);
    f->set.now = due + day_us + 40 * day_us;
    GOOD(ring(f, 1));
    assert_int_equal(count_events(f, "update"), 5);
    assert_int_equal(the_case(f)->terms.update_due_at, due + day_us + 35 * day_us);
}

#define FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(moves_nothing_by_questions_that_are_answered_at_once),
        FIXTURE(leaves_the_last_day_to_who_hears_after_closing_time),
        FIXTURE(counts_what_is_left_before_days_off),
        FIXTURE(extends_by_days_that_follow_the_promises_own),
        FIXTURE(keeps_a_part_within_its_case),
        FIXTURE(counts_limits_from_a_due_time_at_midnight),
    };

    return cmocka_run_group_tests_name("days_end", tests, NULL, NULL);
}
