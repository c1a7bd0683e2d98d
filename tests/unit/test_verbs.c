/* SPDX-License-Identifier: Apache-2.0 */
/* links: tracker */
/* What everybody may do with a case and what becomes of it, decided in memory. */
#include "verbs_fixture.h"

/* ---- who may do what ---- */

static void wants_an_id_from_people(void **state)
{
    struct fixture *f = *state;

    GOOD(record(f, ""));
    REFUSED(command(f, "\"verb\":\"accept\",\"role\":\"officer\",\"unit\":\"W1\"", ""),
            "id: is missing");
}

static void does_once_what_is_said_twice(void **state)
{
    static const char *const fields =
        "\"verb\":\"accept\",\"role\":\"officer\",\"unit\":\"W1\","
        "\"id\":\"018f0000-0000-7000-8000-000000000009\"";
    struct fixture *f = *state;

    GOOD(record(f, ""));
    GOOD(command(f, fields, ""));
    assert_null(strstr(f->answer.data, "repeated"));
    GOOD(command(f, fields, ""));
    assert_non_null(strstr(f->answer.data, "\"repeated\":true"));
    assert_int_equal(count_events(f, "accepted"), 1);
    REFUSED(command(f,
                    "\"verb\":\"withdraw\",\"role\":\"citizen\","
                    "\"id\":\"018f0000-0000-7000-8000-000000000009\"",
                    ""),
            "id: was used before with another command");
}

static void names_the_role_that_may_not(void **state)
{
    struct fixture *f = *state;

    begin(f);
    REFUSED(say_as(f, citizen, "answer", answer), "role: \"answer\" is not for a citizen");
    REFUSED(say_as(f, officer, "suspend", "{\"decision\":\"1\"}"),
            "role: \"suspend\" is not for a officer");
    REFUSED(say_as(f, "mayor:x", "rate", "{\"score\":5}"), "role: \"mayor\" is not known");
    REFUSED(say_as(f, citizen, "rate", "{\"score\":5}"),
            "\"rate\" is not allowed while the case is IN_PROGRESS");
    REFUSED(say_as(f, "officer:lan@W2", "answer", answer), "task: is not one of the unit's");
}

static void fences_workers_once_a_person_has_the_task(void **state)
{
    struct fixture *f = *state;

    begin(f);
    REFUSED(
        command(f, "\"verb\":\"accept\",\"task\":1,\"unit\":\"W1\",\"epoch\":9007199254740990", ""),
        "a person has taken the task");
    REFUSED(command(f, "\"verb\":\"done\",\"task\":1,\"unit\":\"W1\",\"epoch\":9007199254740991",
                    answer),
            "a person has taken the task");
    GOOD(say_as(f, officer, "answer", answer));
    expect_state(f, STATE_ANSWERED);
    REFUSED(command(f, "\"verb\":\"done\",\"task\":1,\"unit\":\"W1\",\"epoch\":9007199254740991",
                    answer),
            "already");
}

static void puts_everything_back_when_a_verb_fails_halfway(void **state)
{
    struct fixture *f = *state;

    begin(f);
    GOOD(say_as(f, head, "suspend", "{\"decision\":\"12/QĐ\"}"));
    size_t events = f->set.event_count;
    struct case_row before = *the_case(f);
    f->set.now = INT64_C(2145916800) * 1000000; /* 2038: the calendar has ended */
    assert_int_equal(say_as(f, head, "resume", ""), -1);
    assert_int_equal(the_case(f)->changes, before.changes);
    assert_int_equal(the_case(f)->due_at, before.due_at);
    assert_int_equal(the_case(f)->terms.paused_at, before.terms.paused_at);
    expect_state(f, STATE_SUSPENDED);
    assert_int_equal(f->set.event_count, events);
}

/* ---- drafts ---- */

static void lets_nobody_approve_a_draft_of_his_own(void **state)
{
    struct fixture *f = *state;

    f->regime.approval = true;
    begin(f);
    REFUSED(say_as(f, officer, "answer", answer), "approval: ");
    GOOD(say_as(f, officer, "draft", answer));
    expect_state(f, STATE_DRAFTED);
    REFUSED(say_as(f, "head:lan@W1", "approve", ""), "nobody approves a draft of his own");
    GOOD(say_as(f, head, "approve", words));
    expect_state(f, STATE_APPROVED);
    REFUSED(say_as(f, officer, "answer", answer), "what goes out is what was approved");
    GOOD(say_as(f, officer, "answer", ""));
    expect_state(f, STATE_ANSWERED);
    assert_non_null(strstr(told(f, "answered"), "\"result\":\"solved\""));
    assert_int_equal(the_case(f)->tasks[0].state, TASK_DONE);
}

/* OK is for what is recorded. */
static void repeats_nothing_but_what_was_said(void **state)
{
    static const char *const done = "\"verb\":\"done\",\"task\":1,\"unit\":\"W1\",\"epoch\":7";
    static const char *const back = "\"verb\":\"return\",\"task\":2,\"unit\":\"W2\",\"epoch\":8";
    struct fixture *f = *state;

    GOOD(record(f, ""));
    GOOD(command(f, "\"verb\":\"accept\",\"task\":1,\"unit\":\"W1\",\"epoch\":7", ""));
    GOOD(command(f, "\"verb\":\"accept\",\"task\":1,\"unit\":\"W1\",\"epoch\":7", ""));
    GOOD(command(f, back, "{\"reason\":\"not_ours\"}"));
    GOOD(command(f, back, "{\"reason\":\"not_ours\"}"));
    REFUSED(command(f, back, "{\"reason\":\"not_ours\",\"text\":\"Khác\"}"),
            "epoch: other words were recorded under this lease");
    assert_int_equal(f->e.kind, ERR_CONFLICT);
    GOOD(command(f, done, answer));
    REFUSED(command(f, done, other_answer), "epoch: other words were recorded under this lease");
    GOOD(command(f, done, answer));
    assert_non_null(strstr(f->answer.data, "\"repeated\":true"));
    assert_int_equal(count_events(f, "answered"), 1);
}

/* What citizens read is one of three results, and words. */
static void refuses_an_answer_that_says_nothing(void **state)
{
    static const struct {
        const char *body, *why;
    } bad[] = {
        {"{\"result\":\"great\",\"text\":\"Tốt\"}",
         "result: must be one of solved, partly, not_possible"},
        {"{\"result\":\"\",\"text\":\"Tốt\"}", "result: "},
        {"{\"result\":\"solved\",\"text\":\" \"}", "text: must have something to read"},
        {"{\"result\":\"solved\",\"text\":\" \\n\\u00a0\\u200b\\u3164\"}", "text: must have"},
        {"{\"result\":\"solved\",\"text\":\"a\\u0001\"}", "text: must be Unicode without control"},
        {"{\"result\":\"solved\",\"text\":\"\\u001b[2J\"}", "text: must be Unicode"},
    };
    struct fixture *f = *state;

    begin(f);
    for (size_t i = 0; i < COUNT(bad); i++) {
        REFUSED(say_as(f, officer, "answer", bad[i].body), bad[i].why);
        assert_int_equal(f->e.kind, ERR_INPUT);
    }
    REFUSED(say_as(f, citizen, "note", "{\"text\":\"\\u200b\"}"), "text: must have something");
    GOOD(say_as(f, officer, "answer",
                "{\"result\":\"partly\",\"text\":\"Một\\r\\n\\thai 👍🏽\"}"));
}

static void keeps_a_workers_answer_until_somebody_approves_it(void **state)
{
    static const char *const done = "\"verb\":\"done\",\"task\":1,\"unit\":\"W1\",\"epoch\":7";
    struct fixture *f = *state;

    f->regime.approval = true;
    GOOD(record(f, ""));
    GOOD(command(f, "\"verb\":\"accept\",\"task\":1,\"unit\":\"W1\",\"epoch\":7", ""));
    GOOD(command(f, done, answer));
    expect_state(f, STATE_DRAFTED);
    GOOD(command(f, done, answer));
    assert_non_null(strstr(f->answer.data, "\"repeated\":true"));
    REFUSED(command(f, done, other_answer), "epoch: other words were recorded under this lease");
    GOOD(say_as(f, head, "approve", ""));
    GOOD(say_as(f, head, "answer", ""));
    expect_state(f, STATE_ANSWERED);
    GOOD(command(f, done, answer));
    REFUSED(command(f, done, other_answer), "epoch: other words were recorded under this lease");
    assert_int_equal(count_events(f, "answered"), 1);
}

static void sends_a_draft_back_with_a_reason(void **state)
{
    struct fixture *f = *state;

    f->regime.approval = true;
    begin(f);
    REFUSED(say_as(f, head, "send_back", words), "\"send_back\" is not allowed while the case is");
    GOOD(say_as(f, officer, "draft", answer));
    REFUSED(say_as(f, officer, "send_back", words), "role: \"send_back\" is not for a officer");
    REFUSED(say_as(f, head, "send_back", ""), "body");
    GOOD(say_as(f, head, "send_back", words));
    expect_state(f, STATE_IN_PROGRESS);
    assert_non_null(strstr(told(f, "sent_back"), "\"by\":\"head:minh\""));
    REFUSED(say_as(f, head, "approve", ""), "\"approve\" is not allowed while the case is");
    GOOD(say_as(f, officer, "draft", answer));
    GOOD(say_as(f, head, "approve", ""));
    GOOD(say_as(f, "head:binh@W1", "send_back", words));
    expect_state(f, STATE_IN_PROGRESS);
}

/* What the lease said before cannot be said again; the next one may. */
static void ends_a_lease_whose_draft_is_sent_back(void **state)
{
    static const char *const done = "\"verb\":\"done\",\"task\":1,\"unit\":\"W1\",\"epoch\":7";
    struct fixture *f = *state;

    f->regime.approval = true;
    f->regime.limits[LIMIT_ACCEPT] = (struct deadline_policy){WORKTIME_WORKING_HOURS, 600};
    GOOD(record(f, ""));
    GOOD(command(f, "\"verb\":\"accept\",\"task\":1,\"unit\":\"W1\",\"epoch\":7", ""));
    GOOD(command(f, done, answer));
    GOOD(say_as(f, head, "send_back", words));
    REFUSED(command(f, done, answer), "the task has not been accepted");
    expect_state(f, STATE_IN_PROGRESS);
    f->set.now += hour_us;
    GOOD(ring(f, 1));
    assert_int_equal(count_events(f, "accept"), 0); /* it was accepted once, in time */
    GOOD(command(f, "\"verb\":\"accept\",\"task\":1,\"unit\":\"W1\",\"epoch\":8", ""));
    GOOD(command(f, "\"verb\":\"done\",\"task\":1,\"unit\":\"W1\",\"epoch\":8", answer));
    expect_state(f, STATE_DRAFTED);
}

/* ---- from unit to unit ---- */

static void binds_with_the_desks_word_after_two_returns(void **state)
{
    struct fixture *f = *state;
    static const char *const why = "{\"reason\":\"not_ours\"}";

    GOOD(record(f, ""));
    GOOD(say_as(f, officer, "return", why));
    expect_state(f, STATE_RETURNED);
    GOOD(say_as(f, desk, "assign", "{\"unit\":\"W2\"}"));
    expect_state(f, STATE_ASSIGNED);
    assert_string_equal(the_case(f)->unit->code, "W2");
    GOOD(say_as(f, "officer:mai@W2", "return", why));
    GOOD(
        say_as(f, desk, "assign", "{\"unit\":\"W1\",\"reason\":\"decided\",\"text\":\"Rõ ràng\"}"));
    REFUSED(say_as(f, officer, "return", why), "returns: 2 are the most");
    REFUSED(say_as(f, officer, "transfer", "{\"unit\":\"W2\"}"), "returns: 2 are the most");
    GOOD(say_as(f, officer, "accept", ""));
    assert_int_equal(the_case(f)->returns, 2);
    assert_int_equal(counted(f, "returned"), 2);
}

static void wants_a_reason_of_the_catalogue_for_a_return(void **state)
{
    struct fixture *f = *state;
    static const char *const back = "\"verb\":\"return\",\"task\":1,\"unit\":\"W1\",\"epoch\":7";

    GOOD(record(f, ""));
    REFUSED(command(f, back, "{\"reason\":\"lazy\"}"),
            "reason: \"lazy\" is not one of the catalogue's reasons to return");
    REFUSED(say_as(f, officer, "return", "{\"reason\":\"unclear\"}"), "reason: \"unclear\" is not");
    expect_state(f, STATE_ASSIGNED);
    GOOD(command(f, back, "{\"reason\":\"not_ours\"}"));
    GOOD(command(f, back, "{\"reason\":\"not_ours\"}"));
    assert_int_equal(count_events(f, "returned"), 1);
}

/* What was done has taken the case away from the unit that says it again. */
static void repeats_a_transfer_after_the_case_has_gone(void **state)
{
    static const char *const fields =
        "\"verb\":\"transfer\",\"role\":\"officer\",\"unit\":\"W1\","
        "\"id\":\"018f0000-0000-7000-8000-000000000008\"";
    struct fixture *f = *state;

    begin(f);
    GOOD(command(f, fields, "{\"unit\":\"W2\"}"));
    GOOD(command(f, fields, "{\"unit\":\"W2\"}"));
    assert_non_null(strstr(f->answer.data, "\"repeated\":true"));
    assert_int_equal(count_events(f, "transferred"), 1);
}

static const char proposal[] = "{\"reason_code\":\"unclear\",\"text\":\"Nội dung không rõ\"}";

/* Whoever has the case now has not proposed it. */
static void forgets_a_proposal_when_the_case_moves_on(void **state)
{
    struct fixture *f = *state;

    begin(f);
    GOOD(say_as(f, officer, "reject", proposal));
    GOOD(say_as(f, officer, "return", "{\"reason\":\"not_ours\"}"));
    REFUSED(say_as(f, desk, "confirm", ""), "nobody has proposed");
}

static void forgets_a_proposal_when_the_case_begins_anew(void **state)
{
    struct fixture *f = *state;

    f->regime.limits[LIMIT_CONFIRM] = (struct deadline_policy){WORKTIME_CALENDAR_DAYS, 7};
    begin(f);
    GOOD(say_as(f, officer, "reject", proposal));
    GOOD(say_as(f, officer, "answer", answer));
    GOOD(say_as(f, citizen, "reopen", words));
    REFUSED(say_as(f, head, "confirm", ""), "nobody has proposed");
}

static void transfers_on_the_same_clock(void **state)
{
    struct fixture *f = *state;

    begin(f);
    int64_t due_at = the_case(f)->due_at;
    f->set.now += hour_us;
    REFUSED(say_as(f, officer, "transfer", "{\"unit\":\"W1\"}"), "unit: W1 has the case already");
    REFUSED(say_as(f, officer, "transfer", "{\"unit\":\"W9\"}"), "unit: \"W9\"");
    GOOD(say_as(f, officer, "transfer", "{\"unit\":\"W2\",\"reason\":\"not_ours\"}"));
    const struct case_row *c = the_case(f);
    expect_state(f, STATE_ASSIGNED);
    assert_int_equal(c->due_at, due_at);
    assert_int_equal(c->tasks[0].state, TASK_TRANSFERRED);
    assert_true(case_lead(c) == &c->tasks[2]);
    assert_string_equal(c->tasks[2].unit->code, "W2");
    assert_int_equal(c->tasks[2].due_at, due_at);
    assert_non_null(strstr(told(f, "transferred"), "{\"unit\":\"W2\",\"from\":\"W1\""));
    assert_int_equal(count_events(f, "assigned"), 2);
}

/* Whoever leads takes no part besides; who else does goes on. */
static void ends_the_part_of_who_leads_from_now_on(void **state)
{
    struct fixture *f = *state;

    begin(f); /* W2 takes part from the beginning */
    GOOD(say_as(f, officer, "coordinate", "{\"unit\":\"DESK\"}"));
    GOOD(say_as(f, officer, "transfer", "{\"unit\":\"W2\"}"));
    const struct case_row *c = the_case(f);
    assert_int_equal(c->tasks[1].state, TASK_CANCELLED);
    assert_int_equal(c->tasks[1].next_at, INT64_MAX);
    assert_true(task_is_open(&c->tasks[2]));
    assert_int_equal(count_events(f, "cancelled"), 1);
    assert_non_null(strstr(told(f, "cancelled"), "{\"unit\":\"W2\"}"));
    GOOD(command(f,
                 "\"verb\":\"return\",\"task\":4,\"unit\":\"W2\",\"role\":\"officer\","
                 "\"id\":\"018f0000-0000-7000-8000-000000000019\"",
                 "{\"reason\":\"not_ours\"}"));
    c = the_case(f);
    assert_string_equal(case_lead(c)->unit->code, "DESK");
    assert_true(task_is_open(case_lead(c)));
    assert_int_equal(c->tasks[2].state, TASK_CANCELLED);
    assert_int_equal(count_events(f, "cancelled"), 2);
}

static void takes_no_part_back_to_where_the_case_is_already(void **state)
{
    struct fixture *f = *state;

    begin(f); /* W2 takes part from the beginning */
    GOOD(say_as(f, officer, "return", "{\"reason\":\"not_ours\"}"));
    GOOD(command(f, "\"verb\":\"return\",\"task\":2,\"unit\":\"W2\",\"epoch\":7",
                 "{\"reason\":\"not_ours\"}"));
    const struct case_row *c = the_case(f);
    assert_int_equal(c->tasks[1].state, TASK_RETURNED);
    assert_int_equal(c->task_count, 3);
    assert_string_equal(case_lead(c)->unit->code, "DESK");
    assert_int_equal(count_events(f, "returned"), 2);
}

/* The task that led before is named: whatever is said of it was meant for how things were. */
static void leaves_alone_a_case_that_has_gone_on(void **state)
{
    static const char *const late =
        "\"verb\":\"transfer\",\"role\":\"coordinator\",\"task\":1,"
        "\"id\":\"018f0000-0000-7000-8000-000000000018\"";
    struct fixture *f = *state;

    begin(f);
    GOOD(say_as(f, officer, "transfer", "{\"unit\":\"W2\"}"));
    REFUSED(command(f, late, "{\"unit\":\"DESK\"}"), "the task is transferred already");
    assert_string_equal(the_case(f)->unit->code, "W2");
    assert_true(task_is_open(case_lead(the_case(f))));
}

static void asks_others_to_take_part_within_the_leads_time(void **state)
{
    struct fixture *f = *state;
    char body[100];

    begin(f);
    snprintf(body, sizeof(body), "{\"unit\":\"DESK\",\"due_at\":%lld}",
             (long long)the_case(f)->due_at + 1);
    REFUSED(say_as(f, officer, "coordinate", body), "due_at: lies after the case's due time");
    snprintf(body, sizeof(body), "{\"unit\":\"DESK\",\"due_at\":%lld,\"text\":\"Đo tiếng ồn\"}",
             (long long)the_case(f)->due_at - hour_us);
    GOOD(say_as(f, officer, "coordinate", body));
    expect_state(f, STATE_IN_PROGRESS);
    const struct task_row *part = &the_case(f)->tasks[2];
    assert_false(part->leads);
    assert_int_equal(part->due_at, the_case(f)->due_at - hour_us);
    assert_int_equal(f->set.note_count, 1);
    GOOD(command(f,
                 "\"verb\":\"answer\",\"task\":3,\"unit\":\"DESK\",\"role\":\"officer\","
                 "\"id\":\"018f0000-0000-7000-8000-000000000010\"",
                 answer));
    assert_int_equal(the_case(f)->tasks[2].state, TASK_DONE);
    expect_state(f, STATE_IN_PROGRESS);
    assert_int_equal(count_events(f, "coordinated"), 1);
}

/* The lead's are not: it has not answered. */
static void a_part_that_is_done_is_late_no_more(void **state)
{
    struct fixture *f = *state;

    begin(f);
    GOOD(say_as(f, officer, "coordinate", "{\"unit\":\"DESK\"}"));
    f->set.now += 10 * day_us;
    GOOD(ring(f, 1));
    GOOD(ring(f, 3));
    GOOD(command(f,
                 "\"verb\":\"answer\",\"task\":3,\"unit\":\"DESK\",\"role\":\"officer\","
                 "\"id\":\"018f0000-0000-7000-8000-000000000010\"",
                 answer));
    assert_int_equal(the_case(f)->tasks[2].state, TASK_DONE);
    assert_true(f->set.clear_count > 0);
    for (size_t i = 0; i < f->set.clear_count; i++)
        assert_int_equal(f->set.clears[i].task, 3);
}

/* Something was raised for the part of W2, and has been cleared; nothing of anybody else's. */
static void expect_late_no_more(const struct fixture *f)
{
    assert_true(f->set.clear_count > 0);
    for (size_t i = 0; i < f->set.clear_count; i++)
        assert_int_equal(f->set.clears[i].task, 2);
}

static void a_part_of_who_leads_now_is_late_no_more(void **state)
{
    struct fixture *f = *state;

    f->regime.limits[LIMIT_ACCEPT] = (struct deadline_policy){WORKTIME_WORKING_HOURS, 3600};
    begin(f);
    f->set.now += 10 * day_us;
    GOOD(ring(f, 1));
    GOOD(ring(f, 2));
    GOOD(say_as(f, officer, "transfer", "{\"unit\":\"W2\"}"));
    assert_int_equal(the_case(f)->tasks[1].state, TASK_CANCELLED);
    expect_late_no_more(f);
    assert_int_equal(f->set.clears[f->set.clear_count - 1].level, DUTY_ACCEPT);
}

static void a_part_that_nobody_takes_back_is_late_no_more(void **state)
{
    struct fixture *f = *state;

    begin(f);
    GOOD(say_as(f, officer, "return", "{\"reason\":\"not_ours\"}"));
    f->set.now += 10 * day_us;
    GOOD(ring(f, 2));
    GOOD(ring(f, 3));
    GOOD(command(f, "\"verb\":\"return\",\"task\":2,\"unit\":\"W2\",\"epoch\":7",
                 "{\"reason\":\"not_ours\"}"));
    expect_late_no_more(f);
}

static void asks_nobody_twice_at_once_to_take_part(void **state)
{
    static const char w2[] = "{\"unit\":\"W2\"}";
    struct fixture *f = *state;

    begin(f); /* W2 takes part from the beginning */
    REFUSED(say_as(f, officer, "coordinate", w2), "unit: W2 takes part already");
    assert_int_equal(the_case(f)->task_count, 2);
    GOOD(command(f,
                 "\"verb\":\"answer\",\"task\":2,\"unit\":\"W2\",\"role\":\"officer\","
                 "\"id\":\"018f0000-0000-7000-8000-000000000011\"",
                 answer));
    GOOD(say_as(f, officer, "coordinate", w2));
    REFUSED(say_as(f, desk, "coordinate", w2), "unit: W2 takes part already");
    assert_int_equal(the_case(f)->task_count, 3);
}

static void a_part_that_the_desk_takes_back_is_late_no_more_for_its_unit(void **state)
{
    struct fixture *f = *state;

    begin(f);
    f->set.now += day_us;
    GOOD(ring(f, 2));
    GOOD(command(f, "\"verb\":\"return\",\"task\":2,\"unit\":\"W2\",\"epoch\":7",
                 "{\"reason\":\"not_ours\"}"));
    expect_late_no_more(f);
    GOOD(ring(f, 3));
    assert_int_equal(count_events(f, "overdue"), 2);
}

/* The desk has the time that was given to the part, and does not get the case. */
static void takes_back_a_part_as_a_part(void **state)
{
    struct fixture *f = *state;
    char due[60];

    begin(f);
    the_case(f)->tasks[1].due_at -= hour_us;
    GOOD(command(f, "\"verb\":\"return\",\"task\":2,\"unit\":\"W2\",\"epoch\":7",
                 "{\"reason\":\"not_ours\"}"));
    expect_state(f, STATE_IN_PROGRESS);
    const struct task_row *part = &the_case(f)->tasks[2];
    assert_string_equal(part->unit->code, "DESK");
    assert_false(part->leads);
    assert_int_equal(part->due_at, the_case(f)->due_at - hour_us);
    snprintf(due, sizeof(due), "\"role\":\"coordinate\",\"due_at\":%lld", (long long)part->due_at);
    assert_non_null(strstr(told(f, "assigned"), due));
}

/* ---- pauses ---- */

static void stops_the_clock_for_a_question(void **state)
{
    struct fixture *f = *state;

    f->regime.limits[LIMIT_INFO] = (struct deadline_policy){WORKTIME_WORKING_DAYS, 5};
    begin(f);
    int64_t due_at = the_case(f)->due_at;
    f->set.now += hour_us;
    GOOD(say_as(f, officer, "ask", "{\"question\":\"Nhà số mấy?\"}"));
    expect_state(f, STATE_NEED_INFO);
    assert_int_equal(the_case(f)->tasks[1].next_at, INT64_MAX);
    assert_true(the_case(f)->tasks[0].next_at > due_at);
    assert_non_null(strstr(told(f, "info_requested"), "Nhà số mấy?"));
    REFUSED(say_as(f, officer, "answer", answer), "is not allowed while the case is NEED_INFO");
    f->set.now += day_us;
    GOOD(say_as(f, citizen, "info", words));
    expect_state(f, STATE_IN_PROGRESS);
    assert_int_equal(the_case(f)->due_at, due_at + day_us);
    assert_int_equal(the_case(f)->tasks[1].due_at, due_at + day_us);
    assert_true(the_case(f)->tasks[1].is_moved);
    assert_int_equal(the_case(f)->terms.paused_us, day_us);
    assert_int_equal(f->set.pause_count, 1);
    assert_int_equal(f->set.pauses[0].until - f->set.pauses[0].since, day_us);
}

/* A question of the most characters there may be. */
static void ask_at_length(struct fixture *f, const char *letter)
{
    AUTO(strbuf_free) struct strbuf body = STRBUF(64 * 1024);

    strbuf_addf(&body, "{\"question\":\"");
    for (int i = 0; i < 3999; i++)
        strbuf_addf(&body, "%s", letter);
    strbuf_addf(&body, "?\"}");
    GOOD(say_as(f, officer, "ask", strbuf_text(&body)));
}

/* Every letter of it, however JSON has to write it. */
static void asks_at_the_greatest_length(void **state)
{
    static const struct {
        const char *letter, *read;
    } questions[] = {{"ữ", "ữ"}, {"\\\"", "\""}, {"\\n", "\n"}, {"🏠", "🏠"}};
    struct fixture *f = *state;

    begin(f);
    for (size_t i = 0; i < COUNT(questions); i++) {
        AUTO(json_release) json_t *detail = NULL;
        ask_at_length(f, questions[i].letter);
        const char *text = told(f, "info_requested");
        GOOD(json_parse(text, strlen(text), &detail, &f->e));
        const char *asked = json_string_value(json_object_get(detail, "question"));
        assert_non_null(asked);
        assert_int_equal(strlen(asked), 3999 * strlen(questions[i].read) + 1);
        assert_true(strncmp(asked, questions[i].read, strlen(questions[i].read)) == 0);
        GOOD(say_as(f, citizen, "info", words));
    }
}

/* Its draft was sent back, and nobody has taken it again. */
static void leaves_a_case_with_the_unit_that_had_accepted_it(void **state)
{
    struct fixture *f = *state;

    f->regime.approval = true;
    GOOD(record(f, ""));
    GOOD(command(f, "\"verb\":\"accept\",\"task\":1,\"unit\":\"W1\",\"epoch\":7", ""));
    GOOD(command(f, "\"verb\":\"done\",\"task\":1,\"unit\":\"W1\",\"epoch\":7", answer));
    GOOD(say_as(f, head, "send_back", words));
    assert_int_equal(case_lead(the_case(f))->state, TASK_OPEN);
    GOOD(say_as(f, officer, "ask", "{\"question\":\"Nhà số mấy?\"}"));
    GOOD(say_as(f, citizen, "info", words));
    expect_state(f, STATE_IN_PROGRESS);
    assert_string_equal(the_case(f)->unit->code, "W1");
    GOOD(command(f, "\"verb\":\"accept\",\"task\":1,\"unit\":\"W1\",\"epoch\":8", ""));
    expect_state(f, STATE_IN_PROGRESS);
}

/* As from where it was asked: the desk has not accepted what it screens. */
static void leaves_a_case_with_the_desk_that_had_asked(void **state)
{
    struct fixture *f = *state;

    GOOD(record(f, ""));
    GOOD(say_as(f, officer, "return", "{\"reason\":\"not_ours\"}"));
    GOOD(say_as(f, desk, "ask", "{\"question\":\"Nhà số mấy?\"}"));
    GOOD(say_as(f, citizen, "info", words));
    expect_state(f, STATE_SCREENING);
}

/* Two hours are left on Monday at 15:00; who has the case now works at night as well. */
static void counts_a_pause_by_the_calendar_of_the_promise(void **state)
{
    struct fixture *f = *state;
    static const char mai[] = "officer:mai@W2";

    works_always(f, 2);
    f->set.now += 2 * hour_us;
    begin(f);
    assert_int_equal(the_case(f)->due_at, monday_0900 + 7 * hour_us + hour_us / 2);
    GOOD(say_as(f, officer, "transfer", "{\"unit\":\"W2\"}"));
    GOOD(say_as(f, mai, "accept", ""));
    f->set.now = monday_0900 + 5 * hour_us + hour_us / 2;
    GOOD(say_as(f, mai, "ask", "{\"question\":\"Nhà số mấy?\"}"));
    f->set.now = monday_0900 + 8 * hour_us;
    GOOD(say_as(f, citizen, "info", words));
    assert_int_equal(the_case(f)->due_at, monday_0900 + day_us + hour_us / 2);
    assert_int_equal(case_lead(the_case(f))->due_at, the_case(f)->due_at);
}

/* A date has to be worked by who leads and by the calendar that counts the promise. */
static void extends_to_a_moment_that_both_calendars_have(void **state)
{
    struct fixture *f = *state;
    char body[100];
    static const char by[] = "head:mai@W2";

    works_always(f, 2);
    f->regime.extensions = 1;
    begin(f);
    GOOD(say_as(f, officer, "transfer", "{\"unit\":\"W2\"}"));
    snprintf(body, sizeof(body), "{\"reason_code\":\"complex\",\"due_at\":%lld}",
             (long long)(monday_0900 + 12 * hour_us));
    REFUSED(say_as(f, by, "extend", body),
            "due_at: is not a working moment of the case's calendar");
    snprintf(body, sizeof(body), "{\"reason_code\":\"complex\",\"due_at\":%lld}",
             (long long)(monday_0900 + day_us));
    GOOD(say_as(f, by, "extend", body));
}

static void counts_a_new_clock_by_the_calendar_of_who_answers_now(void **state)
{
    struct fixture *f = *state;

    f->regime.limits[LIMIT_CONFIRM] = (struct deadline_policy){WORKTIME_CALENDAR_DAYS, 7};
    works_always(f, 2);
    begin(f);
    assert_string_equal(the_case(f)->calendar_code, "OFFICE");
    GOOD(say_as(f, officer, "transfer", "{\"unit\":\"W2\"}"));
    assert_string_equal(the_case(f)->calendar_code, "OFFICE");
    GOOD(say_as(f, "officer:mai@W2", "accept", ""));
    GOOD(say_as(f, "officer:mai@W2", "answer", answer));
    f->set.now += 10 * hour_us;
    GOOD(say_as(f, citizen, "reopen", words));
    assert_string_equal(the_case(f)->calendar_code, "ALWAYS");
    assert_int_equal(the_case(f)->due_at, f->set.now + 4 * hour_us);
}

static void raises_no_flag_while_the_clock_stands(void **state)
{
    struct fixture *f = *state;

    begin(f);
    GOOD(say_as(f, head, "suspend", "{\"decision\":\"12/QĐ\",\"reason_code\":\"court\"}"));
    f->set.now += 100 * day_us;
    GOOD(ring(f, 1));
    assert_int_equal(f->set.flag_count, 0);
    GOOD(say_as(f, head, "resume", "{\"decision\":\"13/QĐ\"}"));
    GOOD(ring(f, 1));
    assert_int_equal(count_events(f, "overdue"), 0);
    f->set.now += 3 * day_us;
    GOOD(ring(f, 1));
    assert_int_equal(count_events(f, "overdue"), 1);
    assert_non_null(strstr(told(f, "resumed"), "13/QĐ"));
    REFUSED(say_as(f, head, "suspend", "{\"decision\":\"12/QĐ\",\"reason_code\":\"parts\"}"),
            "reason_code: \"parts\" is not one of the catalogue's reasons to suspend");
}

static void closes_a_case_whose_question_nobody_answers(void **state)
{
    struct fixture *f = *state;

    f->regime.limits[LIMIT_INFO] = (struct deadline_policy){WORKTIME_WORKING_DAYS, 5};
    begin(f);
    GOOD(say_as(f, officer, "ask", "{\"question\":\"Nhà số mấy?\"}"));
    int64_t end = the_case(f)->tasks[0].next_at;
    f->set.now = end - 1;
    GOOD(ring(f, 1));
    expect_state(f, STATE_NEED_INFO);
    f->set.now = end;
    GOOD(ring(f, 1));
    expect_state(f, STATE_CLOSED);
    assert_non_null(strstr(told(f, "closed"), "\"why\":\"no_info\""));
    assert_int_equal(the_case(f)->tasks[0].state, TASK_CANCELLED);
    assert_int_equal(the_case(f)->terms.paused_at, INT64_MIN);
    REFUSED(say_as(f, citizen, "reopen", ""), "closed without an answer");
}

/* ---- ends without an answer ---- */

static void refuses_with_two_people(void **state)
{
    struct fixture *f = *state;
    static const char *const why = "{\"reason_code\":\"unclear\",\"text\":\"Không rõ ở đâu\"}";

    begin(f);
    REFUSED(say_as(f, "reviewer:binh", "confirm", ""), "nobody has proposed to refuse the case");
    REFUSED(say_as(f, officer, "reject", "{\"reason_code\":\"dull\",\"text\":\"x\"}"),
            "reason_code: \"dull\"");
    GOOD(say_as(f, officer, "reject", why));
    expect_state(f, STATE_IN_PROGRESS);
    REFUSED(say_as(f, "head:lan@W1", "confirm", ""), "nobody reviews a refusal of his own");
    GOOD(say_as(f, "reviewer:binh", "object", words));
    REFUSED(say_as(f, "reviewer:binh", "confirm", ""), "nobody has proposed");
    GOOD(say_as(f, officer, "reject", why));
    GOOD(say_as(f, "reviewer:binh", "confirm", ""));
    expect_state(f, STATE_REJECTED);
    assert_non_null(strstr(told(f, "rejected"), "\"reviewer\":\"reviewer:binh\""));
    assert_int_equal(the_case(f)->tasks[0].state, TASK_CANCELLED);
    assert_int_equal(counted(f, "rejected"), 1);
}

static void forwards_and_withdraws(void **state)
{
    struct fixture *f = *state;

    begin(f);
    REFUSED(say_as(f, head, "forward", "{\"to\":\"Tòa án\",\"date\":\"2026-10-05\"}"),
            "document: is missing");
    GOOD(say_as(f, head, "forward",
                "{\"to\":\"Tòa án\",\"document\":\"45/PC\",\"date\":\"2026-10-05\"}"));
    expect_state(f, STATE_FORWARDED_OUT);
    assert_non_null(strstr(told(f, "forwarded_out"), "45/PC"));
    f->case_id = uuid_new();
    GOOD(record(f, ""));
    GOOD(say_as(f, citizen, "withdraw", ""));
    expect_state(f, STATE_WITHDRAWN);
    assert_int_equal(the_case(f)->terms.closed_at, f->set.now);
    REFUSED(say_as(f, officer, "accept", ""), "the task is cancelled already");
}

/* ---- after the answer ---- */

static void answer_one(struct fixture *f)
{
    f->regime.limits[LIMIT_CONFIRM] = (struct deadline_policy){WORKTIME_WORKING_DAYS, 5};
    begin(f);
    GOOD(say_as(f, officer, "answer", answer));
}

static void closes_with_the_citizens_word(void **state)
{
    struct fixture *f = *state;

    answer_one(f);
    REFUSED(say_as(f, citizen, "rate", "{\"score\":6}"), "score");
    GOOD(say_as(f, citizen, "rate", "{\"score\":4,\"text\":\"Nhanh\"}"));
    expect_state(f, STATE_CLOSED);
    assert_int_equal(counted(f, "rated_4"), 1);
    assert_non_null(strstr(told(f, "closed"), "\"why\":\"rated\""));
}

static void takes_notes_while_the_case_is_open(void **state)
{
    struct fixture *f = *state;

    begin(f);
    REFUSED(say_as(f, citizen, "note", ""), "body");
    REFUSED(say_as(f, officer, "note", words), "role: \"note\" is not for a officer");
    GOOD(say_as(f, citizen, "note", words));
    expect_state(f, STATE_IN_PROGRESS);
    assert_non_null(strstr(told(f, "noted"), "\"note\":"));
    GOOD(say_as(f, officer, "answer", answer));
    REFUSED(say_as(f, citizen, "note", words), "state: \"note\" is not allowed while");
}

static void closes_by_itself_when_nobody_objects(void **state)
{
    struct fixture *f = *state;

    answer_one(f);
    int64_t end = the_case(f)->tasks[0].next_at;
    assert_true(end < INT64_MAX);
    f->set.now = end;
    GOOD(ring(f, 1));
    expect_state(f, STATE_CLOSED);
    assert_non_null(strstr(told(f, "closed"), "\"why\":\"window\""));
    assert_int_equal(the_case(f)->tasks[0].next_at, INT64_MAX);
    assert_int_equal(f->set.flag_count, 0);
    REFUSED(ring(f, 1), "the task is done already");
    f->set.now++;
    REFUSED(say_as(f, citizen, "reopen", ""), "the time to say \"not solved\" is over");
}

static void begins_a_new_clock_when_nothing_is_solved(void **state)
{
    struct fixture *f = *state;

    answer_one(f);
    f->set.now += day_us;
    GOOD(say_as(f, citizen, "reopen", words));
    const struct case_row *c = the_case(f);
    expect_state(f, STATE_REOPENED);
    assert_int_equal(c->due_at, monday_0900 + day_us + hour_us * 11 / 2);
    assert_int_equal(c->terms.reopened, 1);
    assert_int_equal(c->answered_at, INT64_MIN);
    assert_true(case_lead(c)->is_new);
    assert_string_equal(case_lead(c)->unit->code, "W1");
    assert_int_equal(c->tasks[0].next_at, INT64_MAX);
    assert_int_equal(counted(f, "reopened"), 1);
    GOOD(say_as(f, officer, "accept", ""));
    GOOD(say_as(f, officer, "answer", answer));
    expect_state(f, STATE_ANSWERED);
}

/* ---- duties ---- */

static void flags_the_duties_of_a_regime_once(void **state)
{
    struct fixture *f = *state;

    f->regime.limits[LIMIT_ACCEPT] = (struct deadline_policy){WORKTIME_WORKING_HOURS, 3600};
    f->regime.limits[LIMIT_UPDATE] = (struct deadline_policy){WORKTIME_CALENDAR_DAYS, 7};
    GOOD(record(f, ""));
    f->set.now += hour_us;
    GOOD(ring(f, 1));
    assert_int_equal(count_events(f, "accept"), 1);
    GOOD(ring(f, 1));
    assert_int_equal(count_events(f, "accept"), 1);
    f->set.now += 30 * day_us;
    GOOD(ring(f, 1));
    assert_int_equal(count_events(f, "update"), 4);
    assert_true(the_case(f)->terms.update_due_at <= f->set.now);
    assert_true(the_case(f)->terms.update_due_at > f->set.now - 10 * day_us);
    assert_true(the_case(f)->tasks[0].next_at > f->set.now);
}

static int count_cleared(const struct fixture *f, enum deadline_level level)
{
    int count = 0;

    for (size_t i = 0; i < f->set.clear_count; i++)
        count += f->set.clears[i].level == level;
    return count;
}

static void clears_a_flag_by_what_it_asks_for(void **state)
{
    struct fixture *f = *state;

    f->regime.limits[LIMIT_ACCEPT] = (struct deadline_policy){WORKTIME_WORKING_HOURS, 3600};
    f->regime.limits[LIMIT_UPDATE] = (struct deadline_policy){WORKTIME_CALENDAR_DAYS, 7};
    GOOD(record(f, ""));
    f->set.now += hour_us;
    GOOD(ring(f, 1));
    GOOD(say_as(f, officer, "accept", ""));
    assert_int_equal(count_cleared(f, DUTY_ACCEPT), 1);
    assert_int_equal(f->set.clear_count, 1);
    f->set.now += 10 * day_us;
    GOOD(ring(f, 1));
    GOOD(say_as(f, officer, "update", words));
    assert_int_equal(count_cleared(f, DUTY_UPDATE), 1);
    assert_int_equal(count_cleared(f, DEADLINE_OVERDUE), 0);
    GOOD(say_as(f, officer, "answer", answer));
    assert_int_equal(count_cleared(f, DEADLINE_OVERDUE), 1);
}

static void asks_once_in_vain_after_an_acceptance(void **state)
{
    struct fixture *f = *state;

    f->regime.limits[LIMIT_ACCEPT] = (struct deadline_policy){WORKTIME_WORKING_HOURS, 3600};
    begin(f);
    f->set.now += hour_us;
    assert_int_equal(the_case(f)->tasks[0].next_at, f->set.now);
    GOOD(ring(f, 1));
    assert_non_null(strstr(f->answer.data, "\"repeated\":true"));
    assert_int_equal(f->set.flag_count, 0);
    assert_true(the_case(f)->tasks[0].next_at > f->set.now);
    assert_true(the_case(f)->tasks[0].is_changed);
}

static void wants_the_answer_published(void **state)
{
    struct fixture *f = *state;

    f->regime.limits[LIMIT_PUBLISH] = (struct deadline_policy){WORKTIME_WORKING_DAYS, 2};
    answer_one(f);
    f->set.now += 4 * day_us;
    GOOD(ring(f, 1));
    assert_int_equal(count_events(f, "publish"), 1);
    REFUSED(say_as(f, officer, "publish", words), "answer: is missing");
    GOOD(say_as(f, officer, "publish", checked));
    assert_int_equal(f->set.publication_count, 1);
    assert_true(uuid_equal(&f->set.publications[0].case_id, &f->case_id));
    assert_non_null(strstr(told(f, "published"), "\"note\":"));
    REFUSED(say_as(f, officer, "publish", checked), "the answer is published already");
    assert_int_equal(f->set.publication_count, 1);
    f->set.now += 30 * day_us;
    GOOD(ring(f, 1));
    expect_state(f, STATE_CLOSED);
    assert_int_equal(f->set.flag_count, 1);
}

/* All in one batch: what is written last counts. */
static void publishes_the_answer_of_a_case_that_began_anew(void **state)
{
    struct fixture *f = *state;

    f->regime.limits[LIMIT_CONFIRM] = (struct deadline_policy){WORKTIME_CALENDAR_DAYS, 7};
    answer_one(f);
    GOOD(say_as(f, officer, "publish", checked));
    const struct command *first = f->set.publications[0].command;
    GOOD(say_as(f, citizen, "reopen", words));
    GOOD(say_as(f, officer, "accept", ""));
    REFUSED(say_as(f, officer, "publish", checked), "\"publish\" is not allowed while the case is");
    GOOD(say_as(f, officer, "answer", answer));
    GOOD(say_as(f, officer, "publish", checked));
    assert_int_equal(f->set.publication_count, 1);
    assert_true(f->set.publications[0].command != first);
}

/* ---- files ---- */

#define HASH_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HASH_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define PHOTO(bytes) "{\"name\":\"" HASH_A ".jpg\",\"bytes\":" #bytes ",\"width\":4,\"height\":3}"
#define WITH(files) "{\"result\":\"solved\",\"text\":\"Đã vá\",\"attachments\":[" files "]}"

static void takes_no_more_files_than_the_catalogue_allows(void **state)
{
    static const char *const done = "\"verb\":\"done\",\"task\":1,\"unit\":\"W1\",\"epoch\":7";
    struct fixture *f = *state;

    GOOD(record(f, ""));
    GOOD(command(f, "\"verb\":\"accept\",\"task\":1,\"unit\":\"W1\",\"epoch\":7", ""));
    REFUSED(command(f, done, WITH(PHOTO(1) "," PHOTO(2) "," PHOTO(3))),
            "attachments: has more than 2 of the kind \"photo\"");
    assert_int_equal(f->e.kind, ERR_INPUT);
    REFUSED(command(f, done, WITH(PHOTO(1) "," PHOTO(1000001))),
            "attachments/1: has more than 1000000 bytes, the most of a \"photo\"");
    REFUSED(command(f, done, WITH("{\"name\":\"" HASH_A ".mp4\",\"bytes\":5}")),
            "attachments: has more than 0 of the kind \"video\"");
    REFUSED(say_as(f, officer, "update", "{\"text\":\"Ảnh\",\"attachments\":[" PHOTO(1000001) "]}"),
            "attachments/0: has more than 1000000 bytes");
    assert_int_equal(f->set.attachment_count, 0);
    GOOD(command(f, done, WITH(PHOTO(1) "," PHOTO(1000000))));
    assert_int_equal(f->set.attachment_count, 2);
}

static void publishes_only_files_of_the_case(void **state)
{
    struct fixture *f = *state;

    begin(f);
    GOOD(say_as(f, officer, "update", "{\"text\":\"Ảnh\",\"attachments\":[" PHOTO(9) "]}"));
    GOOD(say_as(f, officer, "answer", answer));
    REFUSED(say_as(f, officer, "publish",
                   "{\"answer\":\"Đã vá\",\"photos\":[\"" HASH_A ".jpg\",\"" HASH_A ".pdf\"]}"),
            "photos/1: \"" HASH_A ".pdf\" is not a file of the case");
    REFUSED(say_as(f, officer, "publish", "{\"answer\":\"Đã vá\",\"photos\":[\"" HASH_B ".jpg\"]}"),
            "photos/0: \"" HASH_B ".jpg\" is not a file of the case");
    assert_int_equal(f->set.publication_count, 0);
    GOOD(say_as(f, officer, "publish", "{\"answer\":\"Đã vá\",\"photos\":[\"" HASH_A ".jpg\"]}"));
    assert_int_equal(f->set.publication_count, 1);
}

#define FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(wants_an_id_from_people),
        FIXTURE(does_once_what_is_said_twice),
        FIXTURE(names_the_role_that_may_not),
        FIXTURE(fences_workers_once_a_person_has_the_task),
        FIXTURE(puts_everything_back_when_a_verb_fails_halfway),
        FIXTURE(lets_nobody_approve_a_draft_of_his_own),
        FIXTURE(repeats_nothing_but_what_was_said),
        FIXTURE(refuses_an_answer_that_says_nothing),
        FIXTURE(keeps_a_workers_answer_until_somebody_approves_it),
        FIXTURE(sends_a_draft_back_with_a_reason),
        FIXTURE(ends_a_lease_whose_draft_is_sent_back),
        FIXTURE(binds_with_the_desks_word_after_two_returns),
        FIXTURE(wants_a_reason_of_the_catalogue_for_a_return),
        FIXTURE(repeats_a_transfer_after_the_case_has_gone),
        FIXTURE(forgets_a_proposal_when_the_case_moves_on),
        FIXTURE(forgets_a_proposal_when_the_case_begins_anew),
        FIXTURE(transfers_on_the_same_clock),
        FIXTURE(ends_the_part_of_who_leads_from_now_on),
        FIXTURE(takes_no_part_back_to_where_the_case_is_already),
        FIXTURE(leaves_alone_a_case_that_has_gone_on),
        FIXTURE(asks_others_to_take_part_within_the_leads_time),
        FIXTURE(a_part_that_is_done_is_late_no_more),
        FIXTURE(a_part_of_who_leads_now_is_late_no_more),
        FIXTURE(a_part_that_nobody_takes_back_is_late_no_more),
        FIXTURE(asks_nobody_twice_at_once_to_take_part),
        FIXTURE(a_part_that_the_desk_takes_back_is_late_no_more_for_its_unit),
        FIXTURE(takes_back_a_part_as_a_part),
        FIXTURE(stops_the_clock_for_a_question),
        FIXTURE(asks_at_the_greatest_length),
        FIXTURE(leaves_a_case_with_the_unit_that_had_accepted_it),
        FIXTURE(leaves_a_case_with_the_desk_that_had_asked),
        FIXTURE(counts_a_pause_by_the_calendar_of_the_promise),
        FIXTURE(extends_to_a_moment_that_both_calendars_have),
        FIXTURE(counts_a_new_clock_by_the_calendar_of_who_answers_now),
        FIXTURE(raises_no_flag_while_the_clock_stands),
        FIXTURE(closes_a_case_whose_question_nobody_answers),
        FIXTURE(refuses_with_two_people),
        FIXTURE(forwards_and_withdraws),
        FIXTURE(closes_with_the_citizens_word),
        FIXTURE(takes_notes_while_the_case_is_open),
        FIXTURE(closes_by_itself_when_nobody_objects),
        FIXTURE(begins_a_new_clock_when_nothing_is_solved),
        FIXTURE(flags_the_duties_of_a_regime_once),
        FIXTURE(clears_a_flag_by_what_it_asks_for),
        FIXTURE(asks_once_in_vain_after_an_acceptance),
        FIXTURE(wants_the_answer_published),
        FIXTURE(publishes_the_answer_of_a_case_that_began_anew),
        FIXTURE(takes_no_more_files_than_the_catalogue_allows),
        FIXTURE(publishes_only_files_of_the_case),
    };

    return cmocka_run_group_tests_name("verbs", tests, NULL, NULL);
}
