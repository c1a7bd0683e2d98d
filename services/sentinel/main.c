/* SPDX-License-Identifier: Apache-2.0 */
/* main - dunghen-sentinel: watches the clock and has flags raised at their moment; watches what
 * comes in and has the reports of one incident merged; watches which units have ended and has what
 * they have handed over. */
#include "gather.h"
#include "handover.h"
#include "sql_common.h"   /* generated from common/sql/ */
#include "sql_sentinel.h" /* generated from sql/ */
#include "watch.h"

#include "leader.h"
#include "log.h"
#include "probe.h"
#include "service.h"

enum { AGAIN_US = 1000000, EXPIRE_US = 10000000, SILENCE_US = 5000000 };

struct sentinel {
    struct service common;
    char *tracker_endpoint;
    struct loop *loop;
    struct db *db;
    struct leader *leader;
    struct bus *bus;
    struct bus_client *tracker;
    struct catalogue_watch *catalogue;
    struct watch *watch;
    struct gather *gather;
    struct handover *handover;
    struct probe *probe;
};

static const struct config_program program = {
    "dunghen-sentinel",
    "watches the clock: has every flag raised at the moment when it falls due, the many reports "
    "of one incident merged, and what a unit has that has ended handed over to its successor.",
};

static const struct config_key keys[] = {
    SERVICE_KEYS(struct sentinel, common, "127.0.0.1:9105"),
    SERVICE_ENDPOINT(struct sentinel, tracker_endpoint, "DUNGHEN_TRACKER_ENDPOINT",
                     "Where the tracker takes commands."),
    {0},
};

static const struct sql *const *const statements[] = {sql_sentinel_all, sql_common_all, NULL};

/* Statements whose plans must walk the indexes of the next moments and events whatever the tables
 * looked like when they were prepared. */
static const char *const session[] = {DB_LOOKUPS, "SET enable_bitmapscan = off",
                                      "SET join_collapse_limit = 1", NULL};

/* ---- what it depends on ---- */

static const char *check_database(void *ctx)
{
    const struct sentinel *s = ctx;

    return db_trouble(s->db);
}

static const char *check_leader(void *ctx)
{
    const struct sentinel *s = ctx;

    return leader_trouble(s->leader);
}

static const char *check_tracker(void *ctx)
{
    const struct sentinel *s = ctx;

    if (!bus_is_connected(s->tracker))
        return "not connected";
    return bus_silence_us(s->tracker) < SILENCE_US ? NULL : "does not answer";
}

static const struct probe_check checks[] = {
    {"database", check_database},
    {"leader", check_leader},
    {"tracker", check_tracker},
    {0},
};

static void on_lead(void *ctx, bool leads)
{
    struct sentinel *s = ctx;

    log_event(LOG_INFO, leads ? "leads" : "leads no more", NULL);
    watch_lead(s->watch, leads);
    gather_lead(s->gather, leads);
    handover_lead(s->handover, leads);
}

static void on_catalogue(void *ctx, const struct catalogue *now)
{
    const struct sentinel *s = ctx;

    handover_take(s->handover, now);
}

static void on_ready(void *ctx)
{
    struct sentinel *s = ctx;

    leader_connected(s->leader, s->db);
}

static void on_lost(void *ctx)
{
    struct sentinel *s = ctx;

    leader_lost(s->leader);
}

/* ---- opening and closing ---- */

static int open_database(struct sentinel *s, struct err *e)
{
    const struct db_settings settings = {
        .target = {s->common.database_url, s->common.run_dir, "dunghen_sentinel", program.name},
        .session = session,
        .statements = statements,
        .on_ready = on_ready,
        .on_lost = on_lost,
        .ctx = s};

    s->leader = leader_open(s->loop, LEADER_SENTINEL, on_lead, s);
    if (db_open(&s->db, s->loop, &settings, e) < 0)
        return -1;
    s->catalogue = catalogue_watch_open(
        s->loop, &(struct catalogue_watch_settings){
                     .db = s->db, .with_areas = true, .on_change = on_catalogue, .ctx = s});
    return 0;
}

static int open_bus(struct sentinel *s, struct err *e)
{
    if (service_endpoint(&s->common, "tracker", &s->tracker_endpoint, e) < 0 ||
        bus_open(&s->bus, s->loop, e) < 0)
        return -1;
    const struct bus_client_settings tracker = {.endpoint = s->tracker_endpoint,
                                                .again_us = AGAIN_US,
                                                .expire_us = EXPIRE_US,
                                                .max_calls = WATCH_MAX_CALLS + GATHER_MAX_CALLS +
                                                             HANDOVER_MAX_CALLS};
    return bus_connect(&s->tracker, s->bus, &tracker, e);
}

static void sentinel_close(struct sentinel *s)
{
    probe_close(&s->probe);
    bus_client_close(&s->tracker);
    bus_close(&s->bus);
    leader_close(&s->leader);
    if (s->handover != NULL)
        handover_take(s->handover, NULL);
    catalogue_watch_close(&s->catalogue);
    db_close(&s->db);
    watch_free(&s->watch);
    gather_free(&s->gather);
    handover_free(&s->handover);
    loop_close(&s->loop);
    config_free(keys, s);
}

int main(int argc, char **argv)
{
    AUTO(sentinel_close) struct sentinel s = {0};
    struct err e;
    bool done;

    (void)argc;
    if (service_start(&program, keys, &s, &s.common, argv, &done, &e) < 0)
        return log_exit(&e);
    if (done)
        return 0;
    if (loop_open(&s.loop, &e) < 0 || open_bus(&s, &e) < 0 || open_database(&s, &e) < 0 ||
        probe_open(&s.probe, s.loop, "sentinel", s.common.metrics_listen, checks, &s, &e) < 0)
        return log_exit(&e);
    s.watch = watch_new(&(struct watch_settings){s.loop, s.db, s.tracker});
    s.gather = gather_new(&(struct gather_settings){s.loop, s.db, s.tracker});
    s.handover = handover_new(&(struct handover_settings){s.loop, s.db, s.tracker});
    log_event(LOG_INFO, "started", "tracker", s.tracker_endpoint, "probe", s.common.metrics_listen,
              NULL);
    /* Nothing to drain on SIGTERM: what is not flagged yet stays due. */
    if (loop_run(s.loop, &e) < 0)
        return log_exit(&e);
    log_event(LOG_INFO, "stopped", NULL);
    return 0;
}
