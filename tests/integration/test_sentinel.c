/* SPDX-License-Identifier: Apache-2.0 */
/* The real program against a real database; the test plays the tracker. */
#include "bus.h"
#include "cluster.h"
#include "format.h"
#include "messages.h"
#include "process.h"
#include "same_address.h"
#include "turn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum { ANSWER_BYTES = 1000, KEPT_ANSWERS = 64 /* more than sentinel asks for at once */ };

/* A request that was answered, and with what, for each of its items. */
struct kept_answer {
    struct bus_address from;
    char text[ANSWER_BYTES];
};

/* The tracker's desk. What is asked for is raised in the table: next_at becomes infinity, raised
 * counts how often, and epoch how often that was before its moment. */
struct desk {
    struct cluster *cluster;
    struct loop *loop;
    struct turn turn;
    struct bus *bus;
    struct bus_server *server;
    struct process *sentinel, *standby;
    char *endpoint, *database_setting, *endpoint_setting;
    int requests;                          /* what the bus has said again after an answer is none */
    struct kept_answer kept[KEPT_ANSWERS]; /* the last ones, in a circle */
    int kept_count;
    int merges, merges_at_once; /* asked for in all, and in one request at most */
    int deaf_for;               /* requests that are left without an answer */
    struct err refusal;         /* answered to everything, unless its kind is ERR_NONE */
    const char *wanted_sql;     /* what has_come waits for */
};

static bool are_merges(const struct bus_message *m)
{
    return memmem(bus_data(m, 1), bus_len(m, 1), "\"merge\"", strlen("\"merge\"")) != NULL;
}

static void count_merges(struct desk *d, const struct bus_message *m)
{
    int count = (m->count - 1) / COMMAND_FRAMES;

    d->merges += count;
    d->merges_at_once = count > d->merges_at_once ? count : d->merges_at_once;
}

static void add_command(const struct bus_message *m, int frame, struct strbuf *sql)
{
    AUTO(json_release) json_t *document = NULL;
    struct case_command command = {0};
    char id[UUID_TEXT_SIZE];
    struct err e;

    assert_int_equal(json_parse(bus_data(m, frame), bus_len(m, frame), &document, &e), 0);
    assert_int_equal(json_read(case_command_fields, document, true, &command, &e), 0);
    assert_string_equal(command.verb, "flag");
    assert_string_equal(command.actor, "sentinel");
    assert_int_equal(bus_len(m, frame + 1), 0);
    strbuf_addf(sql, "%s('%s'::uuid,%d)", frame == 1 ? "" : ",", uuid_text(&command.case_id, id),
                (int)command.task);
}

static void raise_flags(struct desk *d, const struct bus_message *m)
{
    AUTO(strbuf_free) struct strbuf sql = STRBUF(1000000);

    strbuf_addf(&sql,
                "UPDATE tasks SET next_at = 'infinity', raised = raised + 1,"
                " epoch = epoch + (next_at > clock_timestamp())::int FROM (VALUES ");
    for (int i = 1; i < m->count; i += COMMAND_FRAMES)
        add_command(m, i, &sql);
    strbuf_addf(&sql, ") AS asked (id, task) WHERE case_id = id AND number = task");
    cluster_query(d->cluster, strbuf_text(&sql));
}

/* NULL: it was not answered yet. The bus says a request again, from the same address, when the
 * answer is slow, and what it said then is read after the answer was given. */
static const char *answer_before(const struct desk *d, const struct bus_address *from)
{
    for (int i = 0; i < d->kept_count && i < KEPT_ANSWERS; i++)
        if (same_address(&d->kept[i].from, from))
            return d->kept[i].text;
    return NULL;
}

/* Does what is asked for, and keeps the answer. */
static const char *answer_now(struct desk *d, const struct bus_address *from,
                              const struct bus_message *m)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(ANSWER_BYTES - 1);
    const struct case_outcome outcome = {.state = "ASSIGNED"};
    struct kept_answer *kept = &d->kept[d->kept_count++ % KEPT_ANSWERS];

    if (d->refusal.kind == ERR_NONE) {
        if (are_merges(m))
            count_merges(d, m);
        else
            raise_flags(d, m);
        json_write(case_outcome_fields, &outcome, &text);
    } else {
        refusal_write(&d->refusal, &text);
    }
    kept->from = *from;
    snprintf(kept->text, sizeof(kept->text), "%s", strbuf_text(&text));
    return kept->text;
}

static void on_request(void *ctx, const struct bus_address *from, struct bus_message *m)
{
    AUTO(bus_message_free) struct bus_message answer = {0};
    struct desk *d = ctx;
    const char *text = answer_before(d, from);

    assert_true(bus_is(m, TOPIC_COMMAND));
    assert_int_equal((m->count - 1) % COMMAND_FRAMES, 0);
    if (text == NULL) {
        if (d->requests++ < d->deaf_for)
            return;
        text = answer_now(d, from, m);
    }
    bus_add(&answer, TOPIC_ANSWER, strlen(TOPIC_ANSWER));
    for (int i = 1; i < m->count; i += COMMAND_FRAMES)
        bus_add(&answer, text, strlen(text));
    bus_answer(d->server, from, &answer);
}

static struct process *start(struct desk *d, const char *name)
{
    const char *const env[] = {d->database_setting, d->endpoint_setting, NULL};
    const struct process_settings settings = {"dunghen-sentinel", name, env,
                                              cluster_dir(d->cluster)};
    struct process *p = NULL;
    struct err e;

    if (process_start(&p, &settings, &e) < 0 || process_wait_ready(p, &e) < 0)
        fail_msg("%s", e.text);
    return p;
}

static void serve(struct desk *d)
{
    struct err e;

    assert_int_equal(bus_serve(&d->server, d->bus, d->endpoint, on_request, d, &e), 0);
}

static void open_desk(struct desk *d, void **state)
{
    struct err e;

    *d = (struct desk){.cluster = *state};
    d->endpoint = format_new("ipc://%s/tracker.ipc", cluster_dir(d->cluster));
    d->endpoint_setting = format_new("DUNGHEN_TRACKER_ENDPOINT=%s", d->endpoint);
    d->database_setting = format_new("DUNGHEN_DATABASE_URL=%s", cluster_url(d->cluster));
    assert_int_equal(loop_open(&d->loop, &e), 0);
    turn_open(&d->turn, d->loop);
    assert_int_equal(bus_open(&d->bus, d->loop, &e), 0);
    serve(d);
    cluster_query(d->cluster, "TRUNCATE tasks");
    d->sentinel = start(d, "sentinel");
}

static void close_desk(struct desk *d)
{
    process_close(&d->standby);
    process_close(&d->sentinel);
    bus_server_close(&d->server);
    bus_close(&d->bus);
    loop_close(&d->loop);
    free(d->database_setting);
    free(d->endpoint_setting);
    free(d->endpoint);
}

/* count tasks of that many cases, the moments from first in steps of step. */
static void add_tasks(struct desk *d, int count, const char *first, const char *step)
{
    AUTO(format_free)
    char *sql = format_new(
        "INSERT INTO tasks (case_id, number, role, unit, state, priority, assigned_at, due_at,"
        "                   next_at)"
        " SELECT gen_random_uuid(), 1 + i %% 3, 'lead', 'SXD', 'open', 3, now(), now(),"
        "        now() + interval '%s' + i * interval '%s'"
        "   FROM generate_series(0, %d - 1) AS i",
        first, step, count);

    cluster_query(d->cluster, sql);
}

static bool has_come(void *ctx)
{
    struct desk *d = ctx;

    return strcmp(cluster_query(d->cluster, d->wanted_sql), "t") == 0;
}

static void wait_until(struct desk *d, const char *sql)
{
    d->wanted_sql = sql;
    if (!turn_until(&d->turn, has_come, d)) {
        process_show_log(d->sentinel);
        fail_msg("does not come true: %s", sql);
    }
}

static const char all_raised[] = "SELECT bool_and(raised > 0) FROM tasks";

static void expect_each_once_and_not_early(struct desk *d)
{
    assert_string_equal(cluster_query(d->cluster, "SELECT count(*) FROM tasks WHERE raised > 1"),
                        "0");
    assert_string_equal(cluster_query(d->cluster, "SELECT count(*) FROM tasks WHERE epoch > 0"),
                        "0");
}

static void asks_for_each_flag_once_when_its_moment_has_come(void **state)
{
    AUTO(close_desk) struct desk d;

    open_desk(&d, state);
    add_tasks(&d, 300, "200 milliseconds", "5 milliseconds");
    wait_until(&d, all_raised);
    expect_each_once_and_not_early(&d);
}

static void catches_up_with_thousands_that_it_slept_through(void **state)
{
    AUTO(close_desk) struct desk d;

    open_desk(&d, state);
    process_kill(d.sentinel);
    add_tasks(&d, 12000, "-1 day", "1 second");
    struct err e;
    assert_int_equal(process_again(d.sentinel, &e), 0);
    wait_until(&d, all_raised);
    expect_each_once_and_not_early(&d);
    assert_true(d.requests >= 12000 / BUS_MAX_ITEMS);
    assert_true(d.requests < 100); /* batches, not one by one */
}

static void leaves_alone_what_is_not_due_or_finished(void **state)
{
    AUTO(close_desk) struct desk d;

    open_desk(&d, state);
    add_tasks(&d, 10, "-1 hour", "1 second");
    cluster_query(d.cluster, "UPDATE tasks SET finished_at = now(), next_at = 'infinity'");
    add_tasks(&d, 10, "1 hour", "1 second");
    add_tasks(&d, 10, "-1 hour", "1 second");
    wait_until(&d, "SELECT count(*) = 10 FROM tasks WHERE raised > 0");
    expect_each_once_and_not_early(&d);
    assert_string_equal(cluster_query(d.cluster,
                                      "SELECT count(*) FROM tasks WHERE raised > 0"
                                      " AND finished_at IS NOT NULL"),
                        "0");
}

/* What is due after the answer is asked for like everything else. */
static void asks_of_answered_tasks_as_well(void **state)
{
    AUTO(close_desk) struct desk d;

    open_desk(&d, state);
    d.deaf_for = 2; /* so that none is raised while it is still open */
    add_tasks(&d, 10, "-1 hour", "1 second");
    cluster_query(d.cluster, "UPDATE tasks SET finished_at = now()");
    wait_until(&d, all_raised);
    expect_each_once_and_not_early(&d);
}

static void asks_again_until_the_tracker_answers(void **state)
{
    AUTO(close_desk) struct desk d;

    open_desk(&d, state);
    d.deaf_for = 2;
    add_tasks(&d, 5, "-1 hour", "1 second");
    wait_until(&d, all_raised);
    expect_each_once_and_not_early(&d);
    bus_server_close(&d.server);
    add_tasks(&d, 5, "-1 hour", "1 second");
    serve(&d);
    wait_until(&d, all_raised);
    expect_each_once_and_not_early(&d);
}

static bool was_asked_often(void *ctx)
{
    return ((struct desk *)ctx)->requests >= 3;
}

static void comes_back_to_a_tracker_that_was_busy(void **state)
{
    AUTO(close_desk) struct desk d;

    open_desk(&d, state);
    err_set(&d.refusal, ERR_BUSY, "too much to do");
    add_tasks(&d, 5, "-1 hour", "1 second");
    assert_true(turn_until(&d.turn, was_asked_often, &d));
    d.refusal.kind = ERR_NONE;
    wait_until(&d, all_raised);
    expect_each_once_and_not_early(&d);
}

static bool was_asked(void *ctx)
{
    return ((struct desk *)ctx)->requests > 0;
}

static void is_not_held_up_by_what_the_tracker_refuses(void **state)
{
    AUTO(close_desk) struct desk d;

    open_desk(&d, state);
    err_set(&d.refusal, ERR_CONFLICT, "the task is finished");
    add_tasks(&d, 500, "-2 hours", "1 second");
    assert_true(turn_until(&d.turn, was_asked, &d));
    d.refusal.kind = ERR_NONE;
    add_tasks(&d, 5000, "-1 hour", "0 seconds");
    wait_until(&d, "SELECT count(*) >= 5000 FROM tasks WHERE raised > 0");
}

static void hands_over_to_a_standby(void **state)
{
    AUTO(close_desk) struct desk d;

    open_desk(&d, state);
    d.standby = start(&d, "standby");
    add_tasks(&d, 50, "-1 hour", "1 second");
    wait_until(&d, all_raised);
    expect_each_once_and_not_early(&d);
    process_kill(d.sentinel);
    add_tasks(&d, 50, "-1 hour", "1 second");
    wait_until(&d, all_raised);
    expect_each_once_and_not_early(&d);
}

static void goes_on_after_the_database_was_killed(void **state)
{
    AUTO(close_desk) struct desk d;
    struct err e;

    open_desk(&d, state);
    cluster_kill(d.cluster);
    assert_int_equal(cluster_start(d.cluster, &e), 0);
    add_tasks(&d, 50, "-1 hour", "1 second");
    wait_until(&d, all_raised);
    expect_each_once_and_not_early(&d);
}

/* Of one incident, reported by so many within a moment. */
static void add_reports(struct desk *d, int count)
{
    AUTO(format_free)
    char *sql = format_new(
        "INSERT INTO services (code, kind, group_vi, group_en, name_vi, name_en, description_vi,"
        "     description_en, regime, clock, amount, priority, place_required,"
        "     anonymous_allowed, basis)"
        " VALUES ('FLOOD', 'field_report', '', '', '', '', '', '', '', 'working_days', 2, 3,"
        "         true, true, '');"
        "INSERT INTO bursts VALUES ('FLOOD', 20, 30, 100);"
        "INSERT INTO cases (id, reference, kind, service, unit, state, priority, channel,"
        "     language, hide_name, anonymous, received_at, due_at, clock, amount, calendar,"
        "     lat, lon)"
        " SELECT gen_random_uuid(), 'FLOOD-' || i, 'field_report', 'FLOOD', 'SXD', 'ASSIGNED',"
        "        3, 'api', 'vi', false, false, now(), now(), 'working_days', 2, 'ALL',"
        "        10.7, 106.7"
        "   FROM generate_series(1, %d) AS i;"
        "INSERT INTO tasks (case_id, number, role, unit, state, priority, assigned_at, due_at,"
        "     next_at)"
        " SELECT id, 1, 'lead', 'SXD', 'open', 3, now(), now(), 'infinity' FROM cases;"
        "INSERT INTO events (seq, at, case_id, task, type, actor, detail, hash)"
        " SELECT row_number() OVER (), now(), id, 1, 'received', 'citizen', '{}', ''"
        "   FROM cases",
        count);

    cluster_query(d->cluster, sql);
}

enum { REPORTS = 600 };

static bool all_are_merged(void *ctx)
{
    return ((struct desk *)ctx)->merges >= REPORTS - 1;
}

/* Those who send cases meanwhile wait for the same tracker. */
static void asks_for_a_few_merges_at_a_time(void **state)
{
    AUTO(close_desk) struct desk d;

    open_desk(&d, state);
    add_reports(&d, REPORTS);
    assert_true(turn_until(&d.turn, all_are_merged, &d));
    assert_int_equal(d.merges, REPORTS - 1);
    assert_in_range(d.merges_at_once, 1, 8);
}

static void counts_what_it_does_and_stops_when_told_to(void **state)
{
    AUTO(close_desk) struct desk d;
    struct err e;

    open_desk(&d, state);
    add_tasks(&d, 7, "-1 hour", "1 second");
    wait_until(&d, all_raised);
    assert_true(process_metric(d.sentinel, "dunghen_sentinel_flags_sent_total") == 7);
    assert_true(process_metric(d.sentinel, "dunghen_sentinel_lag_seconds_count") == 7);
    if (process_stop(d.sentinel, &e) < 0)
        fail_msg("%s", e.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_for_each_flag_once_when_its_moment_has_come),
        cmocka_unit_test(catches_up_with_thousands_that_it_slept_through),
        cmocka_unit_test(leaves_alone_what_is_not_due_or_finished),
        cmocka_unit_test(asks_of_answered_tasks_as_well),
        cmocka_unit_test(asks_again_until_the_tracker_answers),
        cmocka_unit_test(comes_back_to_a_tracker_that_was_busy),
        cmocka_unit_test(is_not_held_up_by_what_the_tracker_refuses),
        cmocka_unit_test(hands_over_to_a_standby),
        cmocka_unit_test(goes_on_after_the_database_was_killed),
        cmocka_unit_test(counts_what_it_does_and_stops_when_told_to),
        cmocka_unit_test(asks_for_a_few_merges_at_a_time),
    };

    return cmocka_run_group_tests_name("sentinel", tests, cluster_setup, cluster_teardown);
}
