/* SPDX-License-Identifier: Apache-2.0 */
/* links: tracker */
#include "tracker_fixture.h"

static const char *const accept_1 = "\"verb\":\"accept\",\"task\":1,\"unit\":\"W1\",\"epoch\":7";
static const char *const done_1 = "\"verb\":\"done\",\"task\":1,\"unit\":\"W1\",\"epoch\":7";
static const char *const solved = "{\"result\":\"solved\",\"text\":\"Đã nhắc nhở\"}";

static void promises_a_date_when_it_records(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(record(f, ""), 0);
    const struct case_row *c = the_case(f);
    assert_int_equal(c->state, STATE_ASSIGNED);
    assert_int_equal(c->due_at, monday_0900 + hour_us * 11 / 2); /* 4 hours and the lunch break */
    assert_int_equal(c->task_count, 2);
    assert_true(c->tasks[0].leads);
    assert_string_equal(c->tasks[1].unit->code, "W2");
    assert_int_equal(f->set.event_count, 2);
    assert_non_null(strstr(f->answer.data, "\"unit\":\"W1\""));
}

static void says_the_same_of_a_case_said_twice(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(record(f, ""), 0);
    assert_int_equal(record(f, ""), 0);
    assert_non_null(strstr(f->answer.data, "\"repeated\":true"));
    assert_int_equal(f->set.event_count, 2);
}

static void gives_the_same_key_the_first_answer(void **state)
{
    static const char *key =
        ",\"command\":\"018f0000-0000-8000-8000-000000000001\","
        "\"fingerprint\":\"00112233445566778899aabbccddeeff\"";
    struct fixture *f = *state;

    assert_int_equal(record(f, key), 0);
    f->case_id = uuid_new();
    assert_int_equal(record(f, key), 0);
    assert_non_null(strstr(f->answer.data, "\"repeated\":true"));
    assert_null(the_case(f));
}

static void refuses_a_key_with_other_words(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(record(f,
                            ",\"command\":\"018f0000-0000-8000-8000-000000000001\","
                            "\"fingerprint\":\"00112233445566778899aabbccddeeff\""),
                     0);
    f->case_id = uuid_new();
    assert_int_equal(record(f,
                            ",\"command\":\"018f0000-0000-8000-8000-000000000001\","
                            "\"fingerprint\":\"ffffffffffffffffffffffffffffffff\""),
                     -1);
    assert_int_equal(f->e.kind, ERR_CONFLICT);
}

static void carries_a_case_through(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(record(f, ""), 0);
    assert_int_equal(command(f, accept_1, ""), 0);
    assert_int_equal(the_case(f)->state, STATE_IN_PROGRESS);
    f->set.now += hour_us;
    assert_int_equal(command(f, done_1, solved), 0);
    assert_int_equal(the_case(f)->state, STATE_ANSWERED);
    assert_int_equal(the_case(f)->answered_at, f->set.now);
    assert_int_equal(the_case(f)->tasks[1].state, TASK_CANCELLED);
    assert_int_equal(the_case(f)->tasks[0].finished_at, f->set.now);
}

static void repeats_an_outcome_without_doing_it_again(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(record(f, ""), 0);
    assert_int_equal(command(f, accept_1, ""), 0);
    assert_int_equal(command(f, accept_1, ""), 0);
    assert_int_equal(command(f, done_1, solved), 0);
    size_t events = f->set.event_count;
    assert_int_equal(command(f, done_1, solved), 0);
    assert_non_null(strstr(f->answer.data, "\"repeated\":true"));
    assert_int_equal(f->set.event_count, events);
}

static void fences_the_holder_of_an_older_lease(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(record(f, ""), 0);
    assert_int_equal(command(f, accept_1, ""), 0);
    assert_int_equal(command(f, "\"verb\":\"accept\",\"task\":1,\"unit\":\"W1\",\"epoch\":8", ""),
                     0);
    assert_int_equal(command(f, done_1, solved), -1);
    assert_int_equal(f->e.kind, ERR_CONFLICT);
    assert_int_equal(the_case(f)->state, STATE_IN_PROGRESS);
}

static void hides_the_tasks_of_other_units(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(record(f, ""), 0);
    assert_int_equal(command(f, "\"verb\":\"accept\",\"task\":1,\"unit\":\"W2\",\"epoch\":7", ""),
                     -1);
    assert_string_equal(f->e.text, "task: is not one of the unit's");
    assert_int_equal(command(f, "\"verb\":\"accept\",\"task\":9,\"unit\":\"W2\",\"epoch\":7", ""),
                     -1);
    assert_string_equal(f->e.text, "task: is not one of the unit's");
}

static void wants_an_acceptance_before_an_answer(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(record(f, ""), 0);
    assert_int_equal(command(f, done_1, solved), -1);
    assert_string_equal(f->e.text, "the task has not been accepted");
}

static void changes_nothing_for_an_answer_that_is_malformed(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(record(f, ""), 0);
    assert_int_equal(command(f, accept_1, ""), 0);
    assert_int_equal(command(f, done_1, "{\"result\":\"solved\"}"), -1);
    assert_string_equal(f->e.text, "text: is missing");
    assert_int_equal(the_case(f)->state, STATE_IN_PROGRESS);
    assert_int_equal(the_case(f)->tasks[0].state, TASK_ACCEPTED);
}

static void brings_a_returned_case_to_the_desk_on_the_same_clock(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(record(f, ""), 0);
    int64_t due_at = the_case(f)->due_at;
    f->set.now += hour_us;
    assert_int_equal(command(f, "\"verb\":\"return\",\"task\":1,\"unit\":\"W1\",\"epoch\":7",
                             "{\"reason\":\"not_ours\"}"),
                     0);
    const struct case_row *c = the_case(f);
    assert_int_equal(c->state, STATE_RETURNED);
    assert_int_equal(c->returns, 1);
    assert_string_equal(c->unit->code, "DESK");
    assert_int_equal(c->tasks[2].due_at, due_at);
    assert_true(c->tasks[2].leads);
    assert_int_equal(c->tasks[0].state, TASK_RETURNED);
}

/* Whoever takes part and gives up, or is done, leaves the lead free to answer. */
static void lets_the_lead_answer_whatever_others_do(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(record(f, ""), 0);
    assert_int_equal(command(f, "\"verb\":\"accept\",\"task\":2,\"unit\":\"W2\",\"epoch\":3", ""),
                     0);
    assert_int_equal(the_case(f)->state, STATE_ASSIGNED);
    assert_int_equal(command(f, accept_1, ""), 0);
    assert_int_equal(command(f, "\"verb\":\"return\",\"task\":2,\"unit\":\"W2\",\"epoch\":3",
                             "{\"reason\":\"not_ours\"}"),
                     0);
    assert_int_equal(the_case(f)->state, STATE_IN_PROGRESS);
    assert_string_equal(the_case(f)->unit->code, "W1");
    assert_int_equal(command(f, done_1, solved), 0);
    assert_int_equal(the_case(f)->state, STATE_ANSWERED);
    assert_int_equal(the_case(f)->tasks[2].state, TASK_CANCELLED);
}

static void repeats_a_receipt_though_the_service_has_closed(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(record(f, ""), 0);
    f->services[0].closed_notice_vi = "Đã đóng";
    assert_int_equal(record(f, ""), 0);
    assert_non_null(strstr(f->answer.data, "\"repeated\":true"));
    f->case_id = uuid_new();
    assert_int_equal(record(f, ""), -1);
}

static void raises_all_that_fell_due_in_one_go(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(record(f, ""), 0);
    f->set.now += 30 * 24 * hour_us;
    assert_int_equal(command(f, "\"verb\":\"flag\",\"task\":1", ""), 0);
    assert_int_equal(f->set.flag_count, 5); /* no working day lies before four hours' limit */
    assert_int_equal(the_case(f)->tasks[0].next_at, INT64_MAX);
    assert_true(case_updated_at(the_case(f)) ==
                the_case(f)->received_at); /* no step of anybody's */
    assert_int_equal(command(f, "\"verb\":\"flag\",\"task\":1", ""), 0);
    assert_int_equal(f->set.flag_count, 5);
}

static void raises_nothing_before_its_moment(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(record(f, ""), 0);
    assert_int_equal(command(f, "\"verb\":\"flag\",\"task\":1", ""), 0);
    assert_int_equal(f->set.flag_count, 0);
}

static void refuses_a_closed_service(void **state)
{
    struct fixture *f = *state;
    char head[300], id[UUID_TEXT_SIZE];

    snprintf(head, sizeof(head),
             "{\"id\":\"%s\",\"received_at\":1,\"service\":\"TC01\",\"channel\":\"api\","
             "\"language\":\"vi\"}",
             uuid_text(&f->case_id, id));
    const char *const frames[] = {head, "{\"unit\":\"W1\",\"priority\":3,\"rule\":\"x\"}", "{}", "",
                                  NULL};
    const struct command *first = say(f, TOPIC_RECORD, frames);
    assert_int_equal(record_decide(&f->set, first, &f->answer, &f->e), -1);
    assert_int_equal(f->e.kind, ERR_BUSY); /* router may know that it is open again */
    f->inbox.last->look = 1;
    assert_int_equal(record_decide(&f->set, first, &f->answer, &f->e), -1);
    assert_int_equal(f->e.kind, ERR_INPUT);
    assert_null(the_case(f));
}

static void chains_each_event_to_the_one_before(void **state)
{
    struct fixture *f = *state;
    uint8_t before[CRYPTO_HASH_BYTES] = {0}, hash[CRYPTO_HASH_BYTES];

    assert_int_equal(record(f, ""), 0);
    assert_int_equal(command(f, accept_1, ""), 0);
    for (size_t i = 0; i < f->set.event_count; i++) {
        const struct event_row *event = &f->set.events[i];
        const struct ledger_event entry = {event->seq,           f->set.now,       event->of->id,
                                           (int16_t)event->task, event->type,      event->actor,
                                           event->detail.data,   event->detail.len};
        assert_int_equal(event->seq, (int64_t)i + 1);
        ledger_hash(before, &entry, hash);
        assert_memory_equal(hash, event->hash, sizeof(hash));
        memcpy(before, hash, sizeof(before));
    }
}

#define FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(promises_a_date_when_it_records),
        FIXTURE(says_the_same_of_a_case_said_twice),
        FIXTURE(gives_the_same_key_the_first_answer),
        FIXTURE(refuses_a_key_with_other_words),
        FIXTURE(carries_a_case_through),
        FIXTURE(repeats_an_outcome_without_doing_it_again),
        FIXTURE(fences_the_holder_of_an_older_lease),
        FIXTURE(hides_the_tasks_of_other_units),
        FIXTURE(wants_an_acceptance_before_an_answer),
        FIXTURE(changes_nothing_for_an_answer_that_is_malformed),
        FIXTURE(brings_a_returned_case_to_the_desk_on_the_same_clock),
        FIXTURE(lets_the_lead_answer_whatever_others_do),
        FIXTURE(repeats_a_receipt_though_the_service_has_closed),
        FIXTURE(raises_all_that_fell_due_in_one_go),
        FIXTURE(raises_nothing_before_its_moment),
        FIXTURE(refuses_a_closed_service),
        FIXTURE(chains_each_event_to_the_one_before),
    };

    return cmocka_run_group_tests_name("tracker", tests, NULL, NULL);
}
