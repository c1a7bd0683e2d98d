/* SPDX-License-Identifier: Apache-2.0 */
/* links: tracker */
/* A tracker takes over just after a catalogue was loaded: the one before has written by it, and
 * this one has not looked yet. Its batches alone, in the test's own loop, so that the moment is
 * sure. */
#include "city.h"
#include "crypto.h"
#include "format.h"
#include "must.h"
#include "sql_common.h"  /* generated from common/sql/ */
#include "sql_tracker.h" /* generated from services/tracker/sql/ */
#include "tracker.h"
#include "turn.h"

#include <string.h>

#include "unit.h"

#define CASE_ID "00000000-0000-7000-8000-000000000001"

/* As the tracker before has left it. */
static const char new_catalogue[] =
    "INSERT INTO units SELECT (jsonb_populate_record(u, '{\"code\": \"NEW\"}')).* FROM units AS u"
    " WHERE code = 'D1'; UPDATE catalogue SET version = version + 1";
static const char new_case[] =
    "INSERT INTO cases (id, reference, kind, service, unit, state, priority, channel, language,"
    " hide_name, anonymous, received_at, due_at, clock, amount, calendar)"
    " VALUES ('" CASE_ID
    "', 'CASE-00001', 'field_report', 'LIGHT', 'NEW', 'ASSIGNED', 3, 'api',"
    " 'vi', false, false, now(), now() + interval '3 days', 'working_days', 3, 'OFFICE_HOURS');"
    "INSERT INTO tasks (case_id, number, role, unit, state, priority, assigned_at, due_at, next_at)"
    " VALUES ('" CASE_ID
    "', 1, 'lead', 'NEW', 'open', 3, now(), now() + interval '3 days', now() + interval '3 days')";

struct standby {
    struct city *city;
    struct loop *loop;
    struct turn turn;
    struct bus *bus;
    struct bus_client *client;
    struct bus_publisher *publisher;
    struct inbox inbox;
    struct db *db;
    struct catalogue_watch *watch;
    struct recount *recount;
    struct batches *batches;
    bool answered;
    struct case_outcome outcome;
    struct json_store store;
};

static void on_turn(void *ctx)
{
    batches_turn(((struct standby *)ctx)->batches);
}

static void open_bus(struct standby *s)
{
    AUTO(format_free) char *endpoint = format_new("ipc://%s/takeover.ipc", city_dir(s->city));
    AUTO(format_free) char *events = format_new("ipc://%s/takeover-events.ipc", city_dir(s->city));
    const struct bus_client_settings client = {
        .endpoint = endpoint, .again_us = 60000000, .expire_us = 60000000, .max_calls = 1};
    struct err e;

    assert_int_equal(bus_open(&s->bus, s->loop, &e), 0);
    assert_int_equal(bus_serve(&s->inbox.server, s->bus, endpoint, inbox_take, &s->inbox, &e), 0);
    assert_int_equal(bus_publisher_open(&s->publisher, s->bus, events, &e), 0);
    assert_int_equal(bus_connect(&s->client, s->bus, &client, &e), 0);
}

static void open_database(struct standby *s)
{
    static const struct sql *const *const statements[] = {sql_tracker_all, sql_common_all, NULL};
    const struct dbconn_target target = {cluster_url(city_cluster(s->city)), city_dir(s->city),
                                         "dunghen_tracker", "test"};
    struct err e;

    assert_int_equal(db_open(&s->db, s->loop,
                             &(struct db_settings){.target = target, .statements = statements}, &e),
                     0);
    s->watch = catalogue_watch_open(s->loop, &(struct catalogue_watch_settings){.db = s->db});
    assert_int_equal(
        recount_open(&s->recount, s->loop, &(struct recount_settings){target, s->watch}, &e), 0);
}

static int open_standby(void **state)
{
    static struct standby standby;
    struct standby *s = &standby;
    struct err e;

    *s = (struct standby){0};
    must(crypto_open(&e), &e);
    must(city_open_with(&s->city, (const char *const[]){NULL}, &e), &e);
    must(loop_open(&s->loop, &e), &e);
    turn_open(&s->turn, s->loop);
    open_bus(s);
    open_database(s);
    s->batches = batches_new(&(struct batches_settings){.loop = s->loop,
                                                        .db = s->db,
                                                        .inbox = &s->inbox,
                                                        .watch = s->watch,
                                                        .recount = s->recount});
    batches_open(s->batches, s->publisher);
    loop_after_turn(s->loop, on_turn, s);
    *state = s;
    return 0;
}

static int close_standby(void **state)
{
    struct standby *s = *state;

    batches_free(&s->batches);
    inbox_clear(&s->inbox);
    bus_publisher_close(&s->publisher);
    bus_client_close(&s->client);
    bus_server_close(&s->inbox.server);
    bus_close(&s->bus);
    recount_close(&s->recount);
    catalogue_watch_close(&s->watch);
    db_close(&s->db);
    loop_close(&s->loop);
    json_store_free(&s->store);
    city_close(&s->city);
    return 0;
}

static bool has_catalogue(void *ctx)
{
    return catalogue_now(((struct standby *)ctx)->watch) != NULL;
}

static bool is_answered(void *ctx)
{
    return ((struct standby *)ctx)->answered;
}

static void on_answer(void *ctx, const struct bus_message *answer, const struct err *e)
{
    struct standby *s = ctx;
    struct err why;

    s->answered = true;
    if (e != NULL)
        fail_msg("%s", e->text);
    if (answer_read(case_outcome_fields, bus_data(answer, 1), bus_len(answer, 1), &s->store,
                    &s->outcome, &why) < 0)
        fail_msg("refused: %s", why.text);
}

static void accept_case(struct standby *s)
{
    AUTO(strbuf_free) struct strbuf head = STRBUF(1000);
    AUTO(bus_message_free) struct bus_message m = {0};
    struct case_command command = {.verb = "accept",
                                   .actor = "officer:lan",
                                   .role = "officer",
                                   .unit = "NEW",
                                   .id = uuid_new()};
    struct err e;

    assert_int_equal(uuid_read(CASE_ID, &command.case_id, &e), 0);
    json_write(case_command_fields, &command, &head);
    bus_add(&m, TOPIC_COMMAND, strlen(TOPIC_COMMAND));
    bus_add(&m, head.data, head.len);
    bus_add(&m, "", 0);
    assert_int_equal(bus_call(s->client, &m, on_answer, s, &e), 0);
}

static void knows_the_units_of_whoever_led_before(void **state)
{
    PGresult *no_numbers = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    struct standby *s = *state;

    assert_true(turn_until(&s->turn, has_catalogue, s));
    assert_null(catalogue_unit(catalogue_now(s->watch), "NEW"));
    cluster_query(city_cluster(s->city), new_catalogue);
    cluster_query(city_cluster(s->city), new_case);
    batches_lead(s->batches, &(struct ledger_head){0}, no_numbers);
    PQclear(no_numbers);
    accept_case(s);
    assert_true(turn_until(&s->turn, is_answered, s));
    assert_string_equal(s->outcome.state, "IN_PROGRESS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(knows_the_units_of_whoever_led_before, open_standby,
                                        close_standby),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
