/* SPDX-License-Identifier: Apache-2.0 */
/* links: tracker */
/* A unit has ended, and what it had goes on to who took over. */
#include "verbs_fixture.h"

#include <stdio.h>

enum { DESK, W1, W2 };

static const char *const to_w1[] = {"W1", NULL}, *const to_w2[] = {"W2", NULL};

/* Its last day was so many days ago. */
static void ends(struct fixture *f, int unit, int days_ago, const char *const *successors)
{
    f->units[unit].valid_until = catalogue_day(f->set.now) - days_ago;
    f->units[unit].successors = successors;
}

/* As sentinel says it, under an id that is the task's. */
static int hand_over(struct fixture *f, int task, const char *unit)
{
    char fields[200], body[100];

    snprintf(fields, sizeof(fields),
             "\"verb\":\"transfer\",\"role\":\"system\",\"task\":%d,"
             "\"id\":\"018f0000-0000-7000-8000-0000000000%02d\"",
             task, task);
    snprintf(body, sizeof(body),
             "{\"unit\":\"%s\",\"reason\":\"succession\",\"text\":\"Sáp nhập\"}", unit);
    return command(f, fields, body);
}

static void expect_lead(const struct fixture *f, const char *unit)
{
    const struct task_row *lead = case_lead(the_case(f));

    assert_string_equal(the_case(f)->unit->code, unit);
    assert_string_equal(lead->unit->code, unit);
    assert_int_equal(lead->state, TASK_OPEN);
}

static void goes_to_the_successor_on_the_same_clock(void **state)
{
    struct fixture *f = *state;

    begin(f);
    int64_t due_at = the_case(f)->due_at;
    ends(f, W1, 1, to_w2);
    GOOD(hand_over(f, 1, "W2"));
    expect_state(f, STATE_ASSIGNED);
    expect_lead(f, "W2");
    assert_int_equal(the_case(f)->tasks[0].state, TASK_TRANSFERRED);
    assert_int_equal(the_case(f)->due_at, due_at);
    assert_int_equal(case_lead(the_case(f))->due_at, due_at);
    assert_non_null(strstr(told(f, "transferred"),
                           "{\"unit\":\"W2\",\"from\":\"W1\",\"state\":\"ASSIGNED\","
                           "\"reason\":\"succession\",\"note\":"));
    assert_int_equal(count_events(f, "assigned"), 2);
}

static void is_no_bounce(void **state)
{
    struct fixture *f = *state;

    f->regime.returns = 0;
    begin(f);
    ends(f, W1, 1, to_w2);
    GOOD(hand_over(f, 1, "W2"));
    assert_int_equal(the_case(f)->returns, 0);
    assert_int_equal(counted(f, "transferred"), 0);
    assert_int_equal(counted(f, "handed_over"), 1);
}

static void is_never_taken_away_from_a_unit_in_force(void **state)
{
    struct fixture *f = *state;

    begin(f);
    REFUSED(hand_over(f, 1, "W2"), "unit: W1 has not ended, and keeps what it has");
    assert_int_equal(f->e.kind, ERR_BUSY); /* until a newer catalogue was looked for */
    ends(f, W1, 0, to_w2);
    REFUSED(hand_over(f, 1, "W2"), "unit: W1 has not ended"); /* it is its last day */
    expect_state(f, STATE_IN_PROGRESS);
    f->units[W2].valid_from = f->units[W1].valid_until + 1;
    f->set.now += day_us;
    GOOD(hand_over(f, 1, "W2"));
    expect_lead(f, "W2");
}

static void goes_to_nobody_but_a_successor_or_the_desk(void **state)
{
    struct fixture *f = *state;

    begin(f);
    ends(f, W1, 1, no_texts);
    REFUSED(hand_over(f, 1, "W2"), "unit: W2 is no successor of W1");
    REFUSED(hand_over(f, 1, "W9"), "unit: \"W9\" is not in the catalogue");
    GOOD(hand_over(f, 1, "DESK"));
    expect_state(f, STATE_SCREENING);
    expect_lead(f, "DESK");
    GOOD(say_as(f, desk, "assign", "{\"unit\":\"W2\"}"));
    expect_state(f, STATE_ASSIGNED);
}

static void is_done_once(void **state)
{
    struct fixture *f = *state;

    begin(f);
    ends(f, W1, 1, to_w2);
    GOOD(hand_over(f, 1, "W2"));
    GOOD(hand_over(f, 1, "W2"));
    assert_non_null(strstr(f->answer.data, "\"repeated\":true"));
    assert_int_equal(count_events(f, "transferred"), 1);
    REFUSED(command(f,
                    "\"verb\":\"transfer\",\"role\":\"system\",\"task\":1,"
                    "\"id\":\"018f0000-0000-7000-8000-000000000077\"",
                    "{\"unit\":\"DESK\"}"),
            "the task is transferred already");
}

/* They were the other unit's: whoever has the case now answers for itself. */
static void leaves_drafts_behind(void **state)
{
    struct fixture *f = *state;

    f->regime.approval = true;
    begin(f);
    GOOD(say_as(f, officer, "draft", answer));
    GOOD(say_as(f, head, "approve", ""));
    ends(f, W1, 1, to_w2);
    GOOD(hand_over(f, 1, "W2"));
    expect_state(f, STATE_ASSIGNED);
    assert_string_equal(the_case(f)->terms.drafted_by, "");
    GOOD(say_as(f, "officer:mai@W2", "accept", ""));
    REFUSED(say_as(f, "officer:mai@W2", "answer", ""), "approval:");
}

/* The clock goes on standing, and who took over goes on. */
static void stays_in_a_pause(void **state)
{
    struct fixture *f = *state;

    begin(f);
    int64_t due_at = the_case(f)->due_at;
    GOOD(say_as(f, officer, "ask", "{\"question\":\"Nhà số mấy?\"}"));
    ends(f, W1, 1, to_w2);
    GOOD(hand_over(f, 1, "W2"));
    expect_state(f, STATE_NEED_INFO);
    expect_lead(f, "W2");
    assert_true(case_is_paused(the_case(f)));
    f->set.now += hour_us;
    GOOD(say_as(f, citizen, "info", words));
    expect_state(f, STATE_ASSIGNED);
    assert_int_equal(the_case(f)->due_at, due_at + hour_us);
    assert_int_equal(case_lead(the_case(f))->due_at, due_at + hour_us);
}

static void is_resumed_by_the_new_head(void **state)
{
    struct fixture *f = *state;

    begin(f);
    GOOD(say_as(f, head, "suspend", "{\"decision\":\"12/QĐ\",\"reason_code\":\"court\"}"));
    ends(f, W1, 1, to_w2);
    GOOD(hand_over(f, 1, "W2"));
    expect_state(f, STATE_SUSPENDED);
    REFUSED(say_as(f, head, "resume", ""), "task: is not one of the unit's");
    GOOD(say_as(f, "head:mai@W2", "resume", ""));
    expect_state(f, STATE_ASSIGNED);
    GOOD(say_as(f, "officer:mai@W2", "accept", ""));
    expect_state(f, STATE_IN_PROGRESS);
}

static void waits_for_the_desks_word_after_a_pause(void **state)
{
    struct fixture *f = *state;

    begin(f);
    GOOD(say_as(f, head, "suspend", "{\"decision\":\"12/QĐ\",\"reason_code\":\"court\"}"));
    ends(f, W1, 1, no_texts);
    GOOD(hand_over(f, 1, "DESK"));
    expect_state(f, STATE_SUSPENDED);
    GOOD(say_as(f, "head:hoa@DESK", "resume", ""));
    expect_state(f, STATE_SCREENING);
}

/* Where nothing was handed over, a pause ends as it always did. */
static void goes_on_where_it_was_with_the_same_unit(void **state)
{
    struct fixture *f = *state;

    begin(f);
    GOOD(say_as(f, officer, "ask", "{\"question\":\"Nhà số mấy?\"}"));
    GOOD(say_as(f, citizen, "info", words));
    expect_state(f, STATE_IN_PROGRESS);
    GOOD(say_as(f, head, "suspend", "{\"decision\":\"12/QĐ\",\"reason_code\":\"court\"}"));
    GOOD(say_as(f, head, "resume", ""));
    expect_state(f, STATE_IN_PROGRESS);
}

static void stays_with_the_desk_when_the_desk_is_another(void **state)
{
    struct fixture *f = *state;

    GOOD(record(f, ""));
    GOOD(say_as(f, officer, "return", "{\"reason\":\"not_ours\"}"));
    ends(f, DESK, 1, to_w1);
    f->catalogue.desk = &f->units[W2];
    REFUSED(hand_over(f, 3, "W1"), "unit: the desk says who is responsible");
    GOOD(hand_over(f, 3, "W2"));
    expect_state(f, STATE_RETURNED);
    expect_lead(f, "W2");
}

static const struct task_row *last_task(const struct fixture *f)
{
    return &the_case(f)->tasks[the_case(f)->task_count - 1];
}

/* The case stays where it is. */
static void takes_over_a_part_with_its_own_time(void **state)
{
    struct fixture *f = *state;

    begin(f);
    case_task(the_case(f), 2)->due_at -= hour_us;
    int64_t due_at = case_task(the_case(f), 2)->due_at;
    REFUSED(hand_over(f, 2, "DESK"), "unit: W2 has not ended");
    ends(f, W2, 1, no_texts);
    GOOD(hand_over(f, 2, "DESK"));
    expect_state(f, STATE_IN_PROGRESS);
    assert_string_equal(the_case(f)->unit->code, "W1");
    assert_int_equal(case_task(the_case(f), 2)->state, TASK_TRANSFERRED);
    assert_string_equal(last_task(f)->unit->code, "DESK");
    assert_false(last_task(f)->leads);
    assert_int_equal(last_task(f)->due_at, due_at);
    assert_non_null(strstr(told(f, "transferred"), "\"state\":\"IN_PROGRESS\""));
    assert_non_null(strstr(told(f, "assigned"), "\"role\":\"coordinate\""));
}

/* Who has it now hears of the lateness as well. */
static void leaves_nothing_flagged_of_a_part_that_another_one_has(void **state)
{
    struct fixture *f = *state;

    begin(f);
    f->set.now += day_us;
    GOOD(ring(f, 2));
    assert_true(f->set.flag_count > 0);
    ends(f, W2, 1, no_texts);
    GOOD(hand_over(f, 2, "DESK"));
    assert_true(task_is_open(last_task(f)));
    assert_int_equal(f->set.clear_count, f->set.flag_count);
    for (size_t i = 0; i < f->set.clear_count; i++)
        assert_int_equal(f->set.clears[i].task, 2);
    GOOD(ring(f, 3));
    assert_int_equal(count_events(f, "overdue"), 2);
}

static void needs_no_part_of_who_leads(void **state)
{
    struct fixture *f = *state;

    begin(f);
    f->set.now += 10 * day_us;
    GOOD(ring(f, 2));
    ends(f, W2, 1, to_w1);
    GOOD(hand_over(f, 2, "W1"));
    assert_int_equal(the_case(f)->task_count, 2);
    assert_int_equal(f->set.clear_count, f->set.flag_count); /* it is late no more */
    assert_int_equal(case_task(the_case(f), 2)->state, TASK_TRANSFERRED);
    expect_state(f, STATE_IN_PROGRESS);
}

static void is_nothing_that_people_may_ask_for(void **state)
{
    struct fixture *f = *state;

    begin(f);
    ends(f, W1, 1, to_w2);
    REFUSED(command(f, "\"verb\":\"transfer\",\"task\":2,\"unit\":\"W2\",\"epoch\":1",
                    "{\"unit\":\"W1\"}"),
            "task: 2 takes part");
    GOOD(say_as(f, officer, "ask", "{\"question\":\"Nhà số mấy?\"}"));
    REFUSED(say_as(f, desk, "transfer", "{\"unit\":\"W2\"}"),
            "state: \"transfer\" is not allowed while the case is NEED_INFO");
}

#define FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(goes_to_the_successor_on_the_same_clock),
        FIXTURE(is_no_bounce),
        FIXTURE(is_never_taken_away_from_a_unit_in_force),
        FIXTURE(goes_to_nobody_but_a_successor_or_the_desk),
        FIXTURE(is_done_once),
        FIXTURE(leaves_drafts_behind),
        FIXTURE(stays_in_a_pause),
        FIXTURE(is_resumed_by_the_new_head),
        FIXTURE(waits_for_the_desks_word_after_a_pause),
        FIXTURE(goes_on_where_it_was_with_the_same_unit),
        FIXTURE(stays_with_the_desk_when_the_desk_is_another),
        FIXTURE(takes_over_a_part_with_its_own_time),
        FIXTURE(leaves_nothing_flagged_of_a_part_that_another_one_has),
        FIXTURE(needs_no_part_of_who_leads),
        FIXTURE(is_nothing_that_people_may_ask_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
