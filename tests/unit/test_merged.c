/* SPDX-License-Identifier: Apache-2.0 */
/* links: tracker */
#include "verbs_fixture.h"

static void tells_a_merged_case_the_answer_of_its_parent(void **state)
{
    struct fixture *f = *state;
    struct uuid parent = f->case_id;

    begin(f);
    f->case_id = uuid_new();
    GOOD(record(f, ""));
    REFUSED(say_as(f, desk, "merge", ""), "into: is missing");
    f->into = f->case_id;
    REFUSED(say_as(f, desk, "merge", ""), "into: is the case itself");
    f->into = uuid_new();
    REFUSED(say_as(f, desk, "merge", ""), "into: there is no such case");
    f->into = parent;
    GOOD(say_as(f, desk, "merge", words));
    expect_state(f, STATE_MERGED);
    struct uuid child = f->case_id;
    f->into = (struct uuid){{0}};
    f->case_id = parent;
    assert_non_null(strstr(told(f, "followed"), "\"count\":1"));
    GOOD(say_as(f, officer, "answer", answer));
    assert_non_null(strstr(told(f, "merged_answered"), the_case(f)->reference));
    f->case_id = child;
    assert_int_equal(the_case(f)->answered_at, f->set.now);
    expect_state(f, STATE_MERGED);
}

static void takes_a_case_out_of_another_on_its_own_clock(void **state)
{
    struct fixture *f = *state;
    struct uuid parent = f->case_id;

    begin(f);
    f->case_id = uuid_new();
    GOOD(record(f, ""));
    struct uuid child = f->case_id;
    int64_t due_at = the_case(f)->due_at;
    f->into = parent;
    REFUSED(say_as(f, officer, "split", ""), "state: \"split\" is not allowed");
    case_lead(the_case(f))->raised = 1 << DEADLINE_OVERDUE | 1 << DUTY_ACCEPT;
    GOOD(say_as(f, citizen, "merge", ""));
    f->into = uuid_new();
    REFUSED(say_as(f, officer, "split", ""), "into: is not the case");
    f->into = parent;
    f->set.now += day_us;
    GOOD(say_as(f, officer, "split", words));
    expect_state(f, STATE_ASSIGNED);
    assert_int_equal(the_case(f)->due_at, due_at);
    assert_int_equal(case_lead(the_case(f))->due_at, due_at);
    assert_true(case_lead(the_case(f))->is_new);
    assert_int_equal(case_lead(the_case(f))->raised, 1 << DEADLINE_OVERDUE);
    assert_int_equal(the_case(f)->terms.closed_at, INT64_MIN);
    assert_non_null(strstr(told(f, "split"), "\"from\":"));
    f->into = (struct uuid){{0}};
    f->case_id = parent;
    assert_int_equal(the_case(f)->terms.merged, 0);
    GOOD(say_as(f, officer, "answer", answer));
    assert_int_equal(count_events(f, "merged_answered"), 0);
    f->case_id = child;
    assert_int_equal(the_case(f)->answered_at, INT64_MIN);
}

static bool was_cleared(const struct fixture *f, const struct uuid *id, enum deadline_level level)
{
    for (size_t i = 0; i < f->set.clear_count; i++)
        if (uuid_equal(&f->set.clears[i].case_id, id) && f->set.clears[i].level == level)
            return true;
    return false;
}

/* It is still late, whoever will answer; only its unit has nothing to accept any more. */
static void what_is_merged_is_late_until_it_has_an_answer(void **state)
{
    struct fixture *f = *state;
    struct uuid parent = f->case_id, child = uuid_new();

    begin(f);
    f->case_id = child;
    GOOD(record(f, ""));
    case_lead(the_case(f))->raised =
        1 << DEADLINE_OVERDUE | 1 << DUTY_FORWARD | 1 << DUTY_ACCEPT | 1 << DUTY_APOLOGY;
    the_case(f)->terms.update_due_at = f->set.now;
    f->into = parent;
    GOOD(say_as(f, desk, "merge", words));
    assert_true(was_cleared(f, &child, DUTY_FORWARD));
    assert_true(was_cleared(f, &child, DUTY_ACCEPT));
    assert_int_equal(f->set.clear_count, 2);
    f->into = (struct uuid){{0}};
    f->case_id = parent;
    GOOD(say_as(f, officer, "answer", answer));
    assert_true(was_cleared(f, &child, DEADLINE_OVERDUE));
    assert_true(was_cleared(f, &child, DUTY_UPDATE));
    assert_false(was_cleared(f, &child, DUTY_APOLOGY)); /* which is owed all the same */
}

/* A lead with an officer at work on it and, merged into it, two others of an hour later each. */
static void begin_three(struct fixture *f, struct uuid ids[3])
{
    begin(f);
    ids[0] = f->case_id;
    for (int i = 1; i < 3; i++) {
        f->set.now += hour_us;
        ids[i] = f->case_id = uuid_new();
        f->into = (struct uuid){{0}};
        GOOD(record(f, ""));
        f->into = ids[0];
        GOOD(say_as(f, desk, "merge", ""));
    }
    f->into = (struct uuid){{0}};
    f->case_id = ids[0];
    assert_int_equal(the_case(f)->terms.merged, 2);
}

/* The second leads the third, by its own date. */
static void expect_handed_over(struct fixture *f, const struct uuid ids[3])
{
    f->case_id = ids[0];
    assert_int_equal(the_case(f)->terms.merged, 0);
    f->case_id = ids[1];
    const struct case_row *lead = the_case(f);
    expect_state(f, STATE_ASSIGNED);
    assert_int_equal(lead->terms.merged, 1);
    assert_int_equal(lead->terms.closed_at, INT64_MIN);
    assert_true(uuid_is_nil(&lead->terms.merged_into));
    assert_true(task_is_open(case_lead(lead)));
    assert_int_equal(case_lead(lead)->due_at, lead->due_at);
    assert_non_null(strstr(told(f, "merged"), lead->reference));
    assert_non_null(strstr(told(f, "followed"), "\"count\":1"));
    f->case_id = ids[2];
    expect_state(f, STATE_MERGED);
    assert_true(uuid_equal(&the_case(f)->terms.merged_into, &ids[1]));
    assert_int_equal(count_events(f, "merged_answered"), 0);
    f->case_id = ids[1];
    GOOD(say_as(f, officer, "accept", ""));
    GOOD(say_as(f, officer, "answer", answer));
    assert_int_equal(count_events(f, "merged_answered"), 1);
}

static void a_silent_citizen_ends_nobody_elses_case(void **state)
{
    struct fixture *f = *state;
    struct uuid ids[3];

    f->regime.limits[LIMIT_INFO] = (struct deadline_policy){WORKTIME_WORKING_DAYS, 5};
    begin_three(f, ids);
    GOOD(say_as(f, officer, "ask", "{\"question\":\"Nhà số mấy?\"}"));
    f->set.now += 30 * day_us;
    GOOD(ring(f, 1));
    expect_state(f, STATE_CLOSED);
    f->case_id = ids[1];
    assert_int_equal(the_case(f)->changed_at, f->set.now); /* it is open again */
    expect_handed_over(f, ids);
}

static void who_withdraws_leaves_the_others_to_the_first_of_them(void **state)
{
    struct fixture *f = *state;
    struct uuid ids[3];

    begin_three(f, ids);
    GOOD(say_as(f, officer, "reject", "{\"reason_code\":\"unclear\",\"text\":\"Không rõ\"}"));
    GOOD(say_as(f, citizen, "withdraw", ""));
    expect_state(f, STATE_WITHDRAWN);
    assert_non_null(strstr(told(f, "split"), the_case(f)->reference));
    expect_handed_over(f, ids);
}

/* The last words are kept with the first event of the type, which the others of it name. */
static void expect_one_note(const struct fixture *f, const char *type)
{
    const struct note_row *note = &f->set.notes[f->set.note_count - 1];
    char name[60];

    snprintf(name, sizeof(name), ",\"note_of\":%lld,\"note\":\"", (long long)note->seq);
    for (size_t i = 0; i < f->set.event_count; i++) {
        const struct event_row *event = &f->set.events[i];
        if (strcmp(event->type, type) != 0)
            continue;
        assert_non_null(strstr(event->detail.data, "\"note\":\""));
        assert_int_equal(strstr(event->detail.data, name) != NULL, event->seq != note->seq);
        assert_true(event->seq >= note->seq);
    }
}

static void refuses_all_that_were_merged_each_with_a_letter(void **state)
{
    struct fixture *f = *state;
    struct uuid ids[3];

    begin_three(f, ids);
    GOOD(say_as(f, officer, "reject", "{\"reason_code\":\"unclear\",\"text\":\"Không rõ\"}"));
    GOOD(say_as(f, "reviewer:binh", "confirm", words));
    assert_int_equal(the_case(f)->terms.merged, 0);
    for (int i = 0; i < 3; i++) {
        f->case_id = ids[i];
        expect_state(f, STATE_REJECTED);
        assert_int_equal(the_case(f)->terms.closed_at, f->set.now);
        assert_string_equal(the_case(f)->terms.rejecting_reason, "");
    }
    assert_int_equal(count_events(f, "rejected"), 3);
    assert_non_null(strstr(told(f, "rejected"), "\"reason_code\":\"unclear\""));
    assert_int_equal(f->set.note_count, 2); /* proposed, and confirmed for all */
    expect_one_note(f, "rejected");
    assert_int_equal(f->set.letter_count, 3);
    for (size_t i = 1; i < 3; i++) {
        const struct letter_row *letter = &f->set.letters[i];
        assert_int_equal(letter->number, i + 1);
        assert_int_equal(letter->fields.len, 0);
        assert_true(uuid_equal(&letter->like, &f->set.letters[0].id));
    }
}

static void forwards_all_that_were_merged(void **state)
{
    struct fixture *f = *state;
    struct uuid ids[3];

    begin_three(f, ids);
    GOOD(say_as(f, desk, "forward",
                "{\"to\":\"Bộ Xây dựng\",\"document\":\"7/PC\",\"date\":\"2026-10-05\"}"));
    for (int i = 0; i < 3; i++) {
        f->case_id = ids[i];
        expect_state(f, STATE_FORWARDED_OUT);
    }
    assert_int_equal(count_events(f, "forwarded_out"), 3);
    assert_non_null(strstr(told(f, "forwarded_out"), "\"document\":\"7/PC\""));
    assert_int_equal(f->set.note_count, 1);
    expect_one_note(f, "forwarded_out");
}

static void those_that_were_merged_go_along_into_another_case(void **state)
{
    struct fixture *f = *state;
    struct uuid ids[3], other = uuid_new();

    begin_three(f, ids);
    f->case_id = other;
    GOOD(record(f, ""));
    f->case_id = ids[0];
    f->into = other;
    REFUSED(say_as(f, "system:burst", "merge", ""), "merged: 2 other cases wait");
    GOOD(say_as(f, desk, "merge", ""));
    f->into = (struct uuid){{0}};
    assert_int_equal(the_case(f)->terms.merged, 0);
    f->case_id = other;
    assert_int_equal(the_case(f)->terms.merged, 3);
    GOOD(say_as(f, officer, "accept", ""));
    GOOD(say_as(f, officer, "answer", answer));
    assert_int_equal(count_events(f, "merged_answered"), 3);
    for (int i = 0; i < 3; i++) {
        f->case_id = ids[i];
        assert_int_equal(the_case(f)->answered_at, f->set.now);
    }
}

static void an_answer_is_the_end_of_waiting(void **state)
{
    struct fixture *f = *state;
    struct uuid ids[3];

    f->regime.limits[LIMIT_CONFIRM] = (struct deadline_policy){WORKTIME_WORKING_DAYS, 5};
    begin_three(f, ids);
    GOOD(say_as(f, officer, "answer", answer));
    GOOD(say_as(f, citizen, "reopen", words));
    GOOD(say_as(f, citizen, "withdraw", ""));
    assert_int_equal(the_case(f)->terms.merged, 2); /* they have had their answer */
    assert_int_equal(count_events(f, "split"), 0);
    f->case_id = ids[1];
    expect_state(f, STATE_MERGED);
}

static void who_follows_can_leave(void **state)
{
    struct fixture *f = *state;
    struct uuid ids[3];

    begin_three(f, ids);
    f->case_id = ids[1];
    REFUSED(say_as(f, citizen, "withdraw", ""), "into: is not the case");
    f->into = ids[0];
    REFUSED(say_as(f, officer, "withdraw", ""), "role: \"withdraw\" is not for a officer");
    f->set.now += hour_us;
    GOOD(say_as(f, citizen, "withdraw", words));
    expect_state(f, STATE_WITHDRAWN);
    assert_int_equal(the_case(f)->terms.closed_at, f->set.now);
    assert_int_equal(counted(f, "withdrawn"), 1);
    f->into = (struct uuid){{0}};
    f->case_id = ids[0];
    expect_state(f, STATE_IN_PROGRESS);
    assert_int_equal(the_case(f)->terms.merged, 1);
    assert_non_null(strstr(told(f, "followed"), "\"count\":1"));
    GOOD(say_as(f, officer, "answer", answer));
    assert_int_equal(count_events(f, "merged_answered"), 1);
    assert_int_equal(counted(f, "merged_answered"), 1);
    f->case_id = ids[2];
    f->into = ids[0];
    REFUSED(say_as(f, citizen, "withdraw", ""), "state: the answer is there");
}

static void a_note_of_who_follows_reaches_the_unit_of_the_lead(void **state)
{
    struct fixture *f = *state;
    struct uuid ids[3];

    begin_three(f, ids);
    f->case_id = ids[1];
    const char *mine = the_case(f)->reference;
    REFUSED(say_as(f, citizen, "note", words), "into: is not the case");
    f->into = ids[0];
    REFUSED(say_as(f, officer, "note", words), "role: \"note\" is not for a officer");
    REFUSED(say_as(f, citizen, "note", ""), "body");
    assert_int_equal(count_events(f, "follower_noted"), 0);
    f->set.now += hour_us;
    GOOD(say_as(f, citizen, "note", words));
    expect_state(f, STATE_MERGED);
    const struct event_row *last = &f->set.events[f->set.event_count - 1];
    assert_string_equal(last[-1].type, "noted");
    assert_true(uuid_equal(&last[-1].of->id, &ids[1]));
    assert_string_equal(last->type, "follower_noted");
    assert_true(uuid_equal(&last->of->id, &ids[0]));
    assert_int_equal(last->task, 1);
    assert_non_null(strstr(last->detail.data, mine));
    assert_int_equal(f->set.note_count, 1); /* of its own case alone */
    assert_true(uuid_equal(&f->set.notes[0].case_id, &ids[1]));
    f->into = (struct uuid){{0}};
    f->case_id = ids[0];
    expect_state(f, STATE_IN_PROGRESS);
    assert_int_equal(the_case(f)->changed_at, f->set.now);
    GOOD(say_as(f, officer, "answer", answer));
    f->case_id = ids[1];
    f->into = ids[0];
    REFUSED(say_as(f, citizen, "note", words), "state: the answer is there");
}

static void who_follows_judges_the_answer_once(void **state)
{
    struct fixture *f = *state;
    struct uuid ids[3];

    f->regime.limits[LIMIT_CONFIRM] = (struct deadline_policy){WORKTIME_WORKING_DAYS, 5};
    begin_three(f, ids);
    f->case_id = ids[1];
    f->into = ids[0];
    int64_t closed_at = the_case(f)->terms.closed_at;
    REFUSED(say_as(f, citizen, "rate", "{\"score\":2}"), "waits: the case");
    REFUSED(say_as(f, citizen, "reopen", ""), "waits: the case");
    f->case_id = ids[0];
    f->into = (struct uuid){{0}};
    GOOD(say_as(f, officer, "answer", answer));
    f->case_id = ids[1];
    f->into = ids[0];
    GOOD(say_as(f, citizen, "rate", "{\"score\":2}"));
    expect_state(f, STATE_MERGED);
    assert_int_equal(the_case(f)->terms.rated, 2);
    assert_int_equal(the_case(f)->terms.closed_at, closed_at);
    assert_int_equal(counted(f, "rated_2"), 1);
    assert_int_equal(count_events(f, "closed"), 0);
    REFUSED(say_as(f, citizen, "rate", "{\"score\":5}"), "rated: a case is rated once");
    f->case_id = ids[2];
    f->set.now += 30 * day_us;
    REFUSED(say_as(f, citizen, "rate", "{\"score\":5}"), "window: ");
    REFUSED(say_as(f, citizen, "reopen", ""), "confirm: ");
}

static void who_follows_and_is_not_served_goes_on_alone(void **state)
{
    struct fixture *f = *state;
    struct uuid ids[3];

    f->regime.limits[LIMIT_CONFIRM] = (struct deadline_policy){WORKTIME_WORKING_DAYS, 5};
    begin_three(f, ids);
    GOOD(say_as(f, officer, "answer", answer));
    f->case_id = ids[1];
    f->into = ids[0];
    f->set.now += hour_us;
    GOOD(say_as(f, citizen, "reopen", words));
    expect_state(f, STATE_REOPENED);
    const struct case_row *mine = the_case(f);
    assert_int_equal(mine->answered_at, INT64_MIN);
    assert_int_equal(mine->terms.closed_at, INT64_MIN);
    assert_int_equal(mine->terms.clock_from, f->set.now);
    assert_true(uuid_is_nil(&mine->terms.merged_into));
    assert_true(task_is_open(case_lead(mine)));
    assert_true(case_lead(mine)->due_at > f->set.now);
    assert_int_equal(case_lead(mine)->due_at, mine->due_at);
    f->into = (struct uuid){{0}};
    f->case_id = ids[0];
    expect_state(f, STATE_ANSWERED); /* nobody else is disturbed */
    assert_int_equal(the_case(f)->terms.merged, 1);
    GOOD(say_as(f, citizen, "reopen", words));
    GOOD(say_as(f, officer, "accept", ""));
    GOOD(say_as(f, officer, "answer", answer));
    f->case_id = ids[1];
    assert_int_equal(the_case(f)->answered_at, INT64_MIN);
    GOOD(say_as(f, officer, "accept", ""));
    GOOD(say_as(f, officer, "answer", answer));
    expect_state(f, STATE_ANSWERED);
}

static void move_to(struct fixture *f, const char *verb, const char *reason, const char *field,
                    int64_t us)
{
    char body[200];

    snprintf(body, sizeof(body), "{\"reason_code\":\"%s\",\"text\":\"Chờ\",\"%s\":%lld}", reason,
             field, (long long)us);
    GOOD(say_as(f, head, verb, body));
}

static void who_follows_hears_of_a_later_date(void **state)
{
    struct fixture *f = *state;
    struct uuid ids[3];

    f->regime.extensions = 1;
    begin_three(f, ids);
    int64_t due_at = the_case(f)->due_at;
    f->case_id = ids[2];
    the_case(f)->due_at = due_at + day_us + hour_us; /* promised later than it is moved to */
    f->case_id = ids[1];
    int64_t own = the_case(f)->due_at;
    f->case_id = ids[0];
    move_to(f, "extend", "complex", "due_at", due_at + day_us);
    assert_int_equal(count_events(f, "merged_moved"), 1);
    const char *detail = told(f, "merged_moved");
    assert_non_null(strstr(detail, the_case(f)->reference));
    assert_non_null(strstr(detail, "\"why\":\"extended\""));
    assert_non_null(strstr(detail, "\"reason_code\":\"complex\""));
    f->case_id = ids[1];
    assert_int_equal(the_case(f)->due_at, own); /* the promise stays what it was */
}

/* The letter of a case: that of the lead as it is said, those of others like it. */
static const struct letter_row *apology_of(const struct fixture *f, const struct uuid *id)
{
    for (size_t i = 0; i < f->set.letter_count; i++)
        if (strcmp(f->set.letters[i].form, "apology") == 0 &&
            uuid_equal(&f->set.letters[i].of->id, id))
            return &f->set.letters[i];
    return NULL;
}

static void each_who_follows_is_apologised_to_by_a_letter(void **state)
{
    struct fixture *f = *state;
    struct uuid ids[3];

    begin_three(f, ids);
    f->regime.apology = true;
    f->case_id = ids[2];
    case_lead(the_case(f))->raised |= 1 << DUTY_APOLOGY;
    int64_t last = the_case(f)->due_at;
    f->case_id = ids[0];
    f->set.now = last + hour_us; /* late for all */
    move_to(f, "apologise", "parts", "new_due_at", last + day_us);
    assert_int_equal(count_events(f, "apologised"), 3);
    assert_int_equal(f->set.note_count, 1);
    expect_one_note(f, "apologised");
    assert_int_equal(count_events(f, "letter_issued"), 3);
    assert_int_equal(count_events(f, "merged_moved"), 0);
    assert_int_equal(counted(f, "apologised"), 3);
    assert_int_equal(counted(f, "apologised_on_time"), 0);
    assert_non_null(strstr(told(f, "apologised"), the_case(f)->reference));
    for (int i = 1; i < 3; i++) {
        const struct letter_row *letter = apology_of(f, &ids[i]);
        assert_non_null(letter);
        assert_int_equal(letter->fields.len, 0);
        assert_true(uuid_equal(&letter->like, &apology_of(f, &ids[0])->id));
        assert_string_equal(letter->unit->code, the_case(f)->unit->code);
        assert_in_range(letter->number, 2, 3);
        f->case_id = ids[i];
        expect_state(f, STATE_MERGED);
        assert_int_equal(the_case(f)->due_at, last - (2 - i) * hour_us); /* as it was */
        assert_int_equal(the_case(f)->terms.apologised_at, f->set.now);
        assert_int_equal(the_case(f)->terms.promised_at, last + day_us);
        f->case_id = ids[0];
    }
    assert_true(was_cleared(f, &ids[2], DUTY_APOLOGY));
    assert_false(was_cleared(f, &ids[1], DUTY_APOLOGY)); /* it was never raised there */
    GOOD(say_as(f, officer, "answer", answer));
    assert_int_equal(count_events(f, "merged_answered"), 2);
}

static void nobody_who_follows_is_apologised_to_without_need(void **state)
{
    struct fixture *f = *state;
    struct uuid ids[3];

    begin_three(f, ids);
    f->regime.apology = true;
    int64_t due_at = the_case(f)->due_at;
    f->case_id = ids[1];
    the_case(f)->terms.apologised_at = f->set.now; /* before it was merged */
    the_case(f)->terms.promised_at = due_at + day_us;
    f->case_id = ids[2];
    the_case(f)->due_at = due_at + 2 * day_us; /* the new date keeps this promise */
    f->case_id = ids[0];
    move_to(f, "apologise", "parts", "new_due_at", due_at + 2 * day_us);
    assert_int_equal(count_events(f, "apologised"), 1);
    assert_int_equal(counted(f, "apologised_on_time"), 1);
    assert_int_equal(f->set.letter_count, 1);
    assert_int_equal(count_events(f, "merged_moved"), 1);
    assert_non_null(strstr(told(f, "merged_moved"), "\"why\":\"apologised\""));
}

static void the_system_merges_nothing_that_was_taken_out(void **state)
{
    struct fixture *f = *state;
    struct uuid parent = f->case_id;

    begin(f);
    f->case_id = uuid_new();
    GOOD(record(f, ""));
    f->into = parent;
    GOOD(say_as(f, "system:burst", "merge", words));
    expect_state(f, STATE_MERGED);
    GOOD(say_as(f, officer, "split", words));
    REFUSED(say_as(f, "system:burst", "merge", words), "split: it was taken out");
    GOOD(say_as(f, desk, "merge", "")); /* people may think again */
}

static void a_case_has_so_many_others_at_the_most(void **state)
{
    struct fixture *f = *state;
    struct uuid parent = f->case_id;

    begin(f);
    the_case(f)->terms.merged = CASE_MAX_MERGED;
    f->case_id = uuid_new();
    GOOD(record(f, ""));
    f->into = parent;
    REFUSED(say_as(f, desk, "merge", ""), "merged: 5000 cases are the most");
    expect_state(f, STATE_ASSIGNED);
}

#define FIXTURE(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(tells_a_merged_case_the_answer_of_its_parent),
        FIXTURE(takes_a_case_out_of_another_on_its_own_clock),
        FIXTURE(what_is_merged_is_late_until_it_has_an_answer),
        FIXTURE(a_silent_citizen_ends_nobody_elses_case),
        FIXTURE(who_withdraws_leaves_the_others_to_the_first_of_them),
        FIXTURE(refuses_all_that_were_merged_each_with_a_letter),
        FIXTURE(forwards_all_that_were_merged),
        FIXTURE(those_that_were_merged_go_along_into_another_case),
        FIXTURE(an_answer_is_the_end_of_waiting),
        FIXTURE(who_follows_can_leave),
        FIXTURE(a_note_of_who_follows_reaches_the_unit_of_the_lead),
        FIXTURE(who_follows_judges_the_answer_once),
        FIXTURE(who_follows_and_is_not_served_goes_on_alone),
        FIXTURE(who_follows_hears_of_a_later_date),
        FIXTURE(each_who_follows_is_apologised_to_by_a_letter),
        FIXTURE(nobody_who_follows_is_apologised_to_without_need),
        FIXTURE(the_system_merges_nothing_that_was_taken_out),
        FIXTURE(a_case_has_so_many_others_at_the_most),
    };

    return cmocka_run_group_tests_name("merged", tests, NULL, NULL);
}
