/* SPDX-License-Identifier: Apache-2.0 */
/* tracker - the one writer of the ledger.
 *
 * Takes new cases from router, and commands on cases from dispatch, sentinel,
 * intake (what citizens say) and people's "dunghen case"; checks them against
 * the state machine, commits them in groups, answers after the commit, publishes
 * what happened. One tracker leads; the others stand by until its database
 * session ends. Only the leader binds the endpoints. */
#include "sql_common.h"  /* generated from common/sql/ */
#include "sql_tracker.h" /* generated from sql/ */
#include "tracker.h"

#include "keeper.h"
#include "leader.h"
#include "log.h"
#include "probe.h"
#include "service.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DRAIN_US = 20 * 1000000 };

struct tracker {
    struct service common;
    char *tracker_endpoint;
    char *events_endpoint;
    int64_t fold_ms;
    struct loop *loop;
    struct bus *bus;
    struct db *db;
    struct keeper *keeper;
    struct recount *recount;
    struct leader *leader;
    struct catalogue_watch *watch;
    struct bus_publisher *publisher;
    struct inbox inbox;
    struct batches *batches;
    struct probe *probe;
    bool stopping;
};

static const struct config_program program = {
    "dunghen-tracker", "Writes cases: checks commands, commits them in groups, publishes events."};

static const struct config_key keys[] = {
    SERVICE_KEYS(struct tracker, common, "127.0.0.1:9103"),
    SERVICE_ENDPOINT(struct tracker, tracker_endpoint, "DUNGHEN_TRACKER_ENDPOINT",
                     "Where commands are taken."),
    SERVICE_ENDPOINT(struct tracker, events_endpoint, "DUNGHEN_EVENTS_ENDPOINT",
                     "Where events are published."),
    CONFIG_INT(struct tracker, fold_ms, "DUNGHEN_FOLD_MS", "500", 100, 3600000,
               "Milliseconds between two folds of the measures."),
    {0},
};

static const struct sql *const *const statements[] = {sql_tracker_all, sql_common_all, NULL};

static const char *const session[] = {DB_LOOKUPS, NULL};

/* ---- leading ---- */

static void begin_to_lead(struct tracker *t, const struct ledger_head *head,
                          const PGresult *numbers)
{
    struct err e = {0};

    if (t->inbox.server == NULL &&
        (bus_serve(&t->inbox.server, t->bus, t->tracker_endpoint, inbox_take, &t->inbox, &e) < 0 ||
         bus_publisher_open(&t->publisher, t->bus, t->events_endpoint, &e) < 0))
        _exit(log_exit(&e));
    batches_open(t->batches, t->publisher);
    batches_lead(t->batches, head, numbers);
    keeper_lead(t->keeper, true);
    recount_lead(t->recount, true);
    log_event(LOG_INFO, "leads", "commands", t->tracker_endpoint, "events", t->events_endpoint,
              NULL);
}

/* A new session tries again, here or elsewhere: who has the lead and does not serve would keep it
 * from everybody. */
static void give_up_lead(struct tracker *t, const struct err *e)
{
    log_event(LOG_ERROR, "could not read where the ledger stands", "why", e->text, NULL);
    db_reconnect(t->db);
}

static void on_head(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct tracker *t = ctx;
    struct ledger_head head = {0};

    if (e != NULL) {
        give_up_lead(t, e);
        return;
    }
    if (PQntuples(rows[0]) == 1 && db_len(rows[0], 0, 1) == sizeof(head.hash)) {
        head.seq = db_int(rows[0], 0, 0);
        memcpy(head.hash, db_text(rows[0], 0, 1), sizeof(head.hash));
    }
    begin_to_lead(t, &head, rows[1]);
}

static void on_lead(void *ctx, bool leads)
{
    struct tracker *t = ctx;
    const struct db_step steps[] = {{&sql_select_head, NULL}, {&sql_select_letter_numbers, NULL}};
    struct err e = {0};

    if (!leads) {
        batches_rest(t->batches);
        keeper_lead(t->keeper, false);
        recount_lead(t->recount, false);
        log_event(LOG_WARN, "leads no more", NULL);
    } else if (db_send(t->db, steps, COUNT(steps), on_head, t, &e) < 0) {
        give_up_lead(t, &e);
    }
}

static void on_connected(void *ctx)
{
    struct tracker *t = ctx;

    leader_connected(t->leader, t->db);
}

static void on_lost(void *ctx)
{
    struct tracker *t = ctx;

    leader_lost(t->leader);
}

/* ---- turning ---- */

static void turn(void *ctx)
{
    struct tracker *t = ctx;

    batches_turn(t->batches);
    /* Without the lead nothing can be answered any more: who asked will ask the next leader. */
    if (t->stopping && (batches_idle(t->batches) || !leader_leads(t->leader)))
        loop_stop(t->loop);
}

static void each_second(void *ctx)
{
    struct tracker *t = ctx;

    if (leader_leads(t->leader) && t->publisher != NULL)
        publish_head(t->publisher, batches_seq(t->batches));
    if (t->publisher != NULL && leader_is_settled(t->leader) && !leader_leads(t->leader)) {
        /* Another leads. What is here may be behind the ledger: the supervisor starts a fresh
         * standby. */
        const char *unfit = leader_trouble(t->leader);
        log_event(LOG_WARN, "stopped", "why", unfit != NULL ? unfit : "another tracker leads",
                  NULL);
        _exit(EXIT_SUCCESS);
    }
}

/* What a full disk holds up is not waited for: who asked will ask again. */
static void on_patience_over(void *ctx)
{
    struct tracker *t = ctx;

    log_event(LOG_WARN, "stopped with commands unanswered", NULL);
    loop_stop(t->loop);
}

static void on_stop(void *ctx)
{
    struct tracker *t = ctx;

    log_event(LOG_INFO, "stopping", NULL);
    probe_drain(t->probe);
    if (t->inbox.server == NULL || !leader_leads(t->leader)) {
        loop_stop(t->loop);
        return;
    }
    inbox_stop(&t->inbox);
    recount_lead(t->recount, false);
    t->stopping = true;
    loop_timer_set_us(loop_timer_new(t->loop, on_patience_over, t), DRAIN_US);
}

/* ---- readiness ---- */

static const char *check_database(void *ctx)
{
    const struct tracker *t = ctx;

    return db_trouble(t->db);
}

static const char *check_catalogue(void *ctx)
{
    const struct tracker *t = ctx;

    /* A standby reads it when it leads. */
    return catalogue_now(t->watch) == NULL ? "not read yet" : NULL;
}

static const char *check_leader(void *ctx)
{
    const struct tracker *t = ctx;

    return leader_trouble(t->leader);
}

static const struct probe_check checks[] = {
    {"database", check_database},
    {"catalogue", check_catalogue},
    {"leader", check_leader},
    {0},
};

/* ---- starting and ending ---- */

static void tracker_close(struct tracker *t)
{
    probe_close(&t->probe);
    batches_free(&t->batches);
    inbox_clear(&t->inbox);
    bus_publisher_close(&t->publisher);
    bus_server_close(&t->inbox.server);
    bus_close(&t->bus);
    recount_close(&t->recount);
    catalogue_watch_close(&t->watch);
    keeper_close(&t->keeper);
    db_close(&t->db);
    leader_close(&t->leader);
    loop_close(&t->loop);
    config_free(keys, t);
}

static int open_database(struct tracker *t, struct err *e)
{
    const struct dbconn_target target = {.url = t->common.database_url,
                                         .run_dir = t->common.run_dir,
                                         .role = "dunghen_tracker",
                                         .program = program.name};
    const struct db_settings settings = {.target = target,
                                         .session = session,
                                         .statements = statements,
                                         .on_ready = on_connected,
                                         .on_lost = on_lost,
                                         .ctx = t};

    t->leader = leader_open(t->loop, LEADER_TRACKER, on_lead, t);
    if (db_open(&t->db, t->loop, &settings, e) < 0)
        return -1;
    t->watch = catalogue_watch_open(
        t->loop, &(struct catalogue_watch_settings){.db = t->db, .with_areas = false});
    if (recount_open(&t->recount, t->loop, &(struct recount_settings){target, t->watch}, e) < 0)
        return -1;
    return keeper_open(&t->keeper, t->loop, &(struct keeper_settings){target, t->fold_ms}, e);
}

static int tracker_open(struct tracker *t, struct err *e)
{
    if (service_endpoint(&t->common, "tracker", &t->tracker_endpoint, e) < 0 ||
        service_endpoint(&t->common, "events", &t->events_endpoint, e) < 0 ||
        loop_open(&t->loop, e) < 0 || bus_open(&t->bus, t->loop, e) < 0 || open_database(t, e) < 0)
        return -1;
    t->batches = batches_new(&(struct batches_settings){.loop = t->loop,
                                                        .db = t->db,
                                                        .inbox = &t->inbox,
                                                        .watch = t->watch,
                                                        .recount = t->recount});
    loop_after_turn(t->loop, turn, t);
    loop_every_ms(t->loop, 1000, each_second, t);
    loop_on_stop(t->loop, on_stop, t);
    return probe_open(&t->probe, t->loop, "tracker", t->common.metrics_listen, checks, t, e);
}

int main(int argc, char **argv)
{
    AUTO(tracker_close) struct tracker t = {0};
    struct err e = {0};
    bool done = false;

    (void)argc;
    if (service_start(&program, keys, &t, &t.common, argv, &done, &e) < 0)
        return log_exit(&e);
    if (done)
        return EXIT_SUCCESS;
    if (tracker_open(&t, &e) < 0)
        return log_exit(&e);
    log_event(LOG_INFO, "started", "version", DUNGHEN_VERSION, NULL);
    if (loop_run(t.loop, &e) < 0)
        return log_exit(&e);
    log_event(LOG_INFO, "stopped", NULL);
    return EXIT_SUCCESS;
}
