/* SPDX-License-Identifier: Apache-2.0 */
/* links: tracker */
#include "tracker.h"

#include "vn_2026.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit.h"

/* A city of two wards and a desk, in office hours; the workset of one batch. */
struct fixture {
    struct worktime *calendar;
    struct catalogue_unit units[3];
    struct catalogue_service services[2];
    struct catalogue catalogue;
    struct inbox inbox;
    struct workset set;
    struct strbuf answer;
    struct err e;
    struct uuid case_id;
};

static const char *const no_texts[] = {NULL};

/* Mon 2026-10-05 09:00 in Ho Chi Minh City. */
static const int64_t monday_0900 = INT64_C(1791165600) * 1000000;
static const int64_t hour_us = INT64_C(3600) * 1000000;

static void fill_unit(struct fixture *f, int i, const char *code)
{
    f->units[i] = (struct catalogue_unit){.code = code,
                                          .kind = "WARD",
                                          .name_vi = code,
                                          .name_en = code,
                                          .calendar_code = "OFFICE",
                                          .calendar = f->calendar,
                                          .valid_from = INT32_MIN,
                                          .valid_until = INT32_MAX,
                                          .successors = no_texts};
}

static int open_fixture(void **state)
{
    struct fixture *f = test_calloc(1, sizeof(*f));

    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    assert_int_equal(worktime_open(&f->calendar, &vn_rules, &f->e), 0);
    fill_unit(f, 0, "DESK");
    fill_unit(f, 1, "W1");
    fill_unit(f, 2, "W2");
    f->services[0] = (struct catalogue_service){.code = "NOISE",
                                                .kind = "field_report",
                                                .policy = {WORKTIME_WORKING_HOURS, 4 * 3600},
                                                .priority = 3};
    f->services[1] = (struct catalogue_service){.code = "TC01",
                                                .kind = "denunciation",
                                                .closed_notice_vi = "Đến Thanh tra",
                                                .policy = {WORKTIME_CALENDAR_DAYS, 30},
                                                .priority = 1};
    f->catalogue = (struct catalogue){.version = 1,
                                      .desk = &f->units[0],
                                      .units = f->units,
                                      .unit_count = 3,
                                      .services = f->services,
                                      .service_count = 2};
    f->set = (struct workset){.now = monday_0900, .catalogue = &f->catalogue};
    f->answer = STRBUF(1000);
    f->case_id = uuid_new();
    *state = f;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *f = *state;

    workset_free(&f->set);
    inbox_clear(&f->inbox);
    strbuf_free(&f->answer);
    worktime_close(&f->calendar);
    test_free(f);
    return 0;
}

/* Puts one item into the inbox as it comes over the bus. */
static const struct command *say(struct fixture *f, const char *topic, const char *const *frames)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    struct bus_address from = {.len = 13};

    bus_add(&m, topic, strlen(topic));
    for (; *frames != NULL; frames++)
        bus_add(&m, *frames, strlen(*frames));
    inbox_take(&f->inbox, &from, &m);
    assert_non_null(f->inbox.last);
    return f->inbox.last;
}

static int record(struct fixture *f, const char *extra)
{
    AUTO(strbuf_free) struct strbuf head = STRBUF(2000);
    char id[UUID_TEXT_SIZE];

    strbuf_addf(&head,
                "{\"id\":\"%s\",\"received_at\":%lld,\"service\":\"NOISE\",\"channel\":\"api\","
                "\"language\":\"vi\"%s}",
                uuid_text(&f->case_id, id), (long long)f->set.now, extra);
    const char *const frames[] = {strbuf_text(&head),
                                  "{\"unit\":\"W1\",\"priority\":3,\"rule\":\"NOISE\","
                                  "\"coordinators\":[\"W2\"]}",
                                  "{\"description\":\"Ồn\"}", "", NULL};
    f->answer.len = 0;
    return record_decide(&f->set, say(f, TOPIC_RECORD, frames), &f->answer, &f->e);
}

static int command(struct fixture *f, const char *fields, const char *body)
{
    AUTO(strbuf_free) struct strbuf head = STRBUF(2000);
    char id[UUID_TEXT_SIZE];

    strbuf_addf(&head, "{\"case_id\":\"%s\",\"actor\":\"worker:x\",%s}", uuid_text(&f->case_id, id),
                fields);
    const char *const frames[] = {strbuf_text(&head), body, NULL};
    f->answer.len = 0;
    return verb_decide(&f->set, say(f, TOPIC_COMMAND, frames), &f->answer, &f->e);
}

static struct case_row *the_case(const struct fixture *f)
{
    return workset_case(&f->set, &f->case_id);
}

static const char *accept_1 = "\"verb\":\"accept\",\"task\":1,\"unit\":\"W1\",\"epoch\":7";
static const char *done_1 = "\"verb\":\"done\",\"task\":1,\"unit\":\"W1\",\"epoch\":7";
static const char *solved = "{\"result\":\"solved\",\"text\":\"Đã nhắc nhở\"}";

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
    assert_int_equal(record_decide(&f->set, say(f, TOPIC_RECORD, frames), &f->answer, &f->e), -1);
    assert_int_equal(f->e.kind, ERR_INPUT);
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

#define FIXTURE(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

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
