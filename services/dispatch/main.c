/* SPDX-License-Identifier: Apache-2.0 */
/* dispatch - leases tasks to the units' workers and turns what they say into commands.
 *
 * The database and the ledger's events are its memory; leases live here alone
 * and are fenced by their epochs. schemas/worker-protocol.md is what it speaks. */
#include "clock.h"
#include "dispatch.h"
#include "log.h"
#include "mem.h"
#include "sql_common.h"
#include "sql_dispatch.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONTENT_BUDGET_BYTES = 64 * 1024 * 1024,
    TICK_MS = 1000,
    DRAIN_US = 5 * 1000000,
    SILENCE_US = 5 * 1000000,
};

static const struct config_key keys[] = {
    SERVICE_KEYS(struct dispatch_settings, common, "127.0.0.1:9104"),
    CONFIG_TEXT(
        struct dispatch_settings, keys_dir, "DUNGHEN_KEYS_DIR", "var/keys",
        "Directory of worker-server.key, and of contact.keys, which sealed the uploads' ids."),
    CONFIG_RULED(struct dispatch_settings, worker_endpoint, "DUNGHEN_WORKER_ENDPOINT",
                 &config_bound, "tcp://127.0.0.1:5570", "Where workers connect."),
    SERVICE_ENDPOINT(struct dispatch_settings, tracker_endpoint, "DUNGHEN_TRACKER_ENDPOINT",
                     "Where the tracker takes commands."),
    SERVICE_ENDPOINT(struct dispatch_settings, events_endpoint, "DUNGHEN_EVENTS_ENDPOINT",
                     "Where the tracker publishes events."),
    CONFIG_INT(struct dispatch_settings, lease_s, "DUNGHEN_LEASE_S", "300", 1, 86400,
               "Seconds a worker has to accept a task."),
    CONFIG_INT(struct dispatch_settings, lease_max_s, "DUNGHEN_LEASE_MAX_S", "604800", 1, 31536000,
               "Seconds a live worker may hold a task that it has accepted."),
    {0},
};

static const struct config_program program = {
    "dunghen-dispatch",
    "leases tasks to the units' workers, the earliest deadline first.",
};

static void on_ready(void *ctx)
{
    tasks_ready(ctx);
    lead_ready(ctx);
}

static void on_lost(void *ctx)
{
    struct dispatch *d = ctx;

    leader_lost(d->leader);
}

static void on_tick(void *ctx)
{
    struct dispatch *d = ctx;

    lead_tick(d);
    tasks_tick(d);
    aside_tick(d);
    door_tick(d);
}

/* What a sweep gives back is handed out in the next turn. */
static void on_turn_end(void *ctx)
{
    struct dispatch *d = ctx;

    lead_turn(d);
    orders_send(d);
    aside_turn(d);
    news_turn(d);
    handout_turn(d);
    door_sweep(d);
    if (d->dirty && d->leads && !d->stopping)
        loop_timer_set_us(d->again, 0);
    if (d->stopping && bus_calls(d->tracker) == 0)
        loop_stop(d->loop);
}

static void on_again(void *ctx)
{
    (void)ctx; /* a turn is all that is wanted */
}

static void on_patience_over(void *ctx)
{
    struct dispatch *d = ctx;

    loop_stop(d->loop);
}

/* What was asked of tracker is still answered; workers ask again for the rest. */
static void on_stop(void *ctx)
{
    struct dispatch *d = ctx;

    d->stopping = true;
    probe_drain(d->probe);
    loop_timer_set_us(loop_timer_new(d->loop, on_patience_over, d), DRAIN_US);
}

/* ---- readiness ---- */

static const char *check_database(void *ctx)
{
    const struct dispatch *d = ctx;

    return db_trouble(d->db);
}

static const char *check_tracker(void *ctx)
{
    const struct dispatch *d = ctx;

    if (!bus_is_connected(d->tracker))
        return "not connected";
    return bus_silence_us(d->tracker) > SILENCE_US ? "does not answer" : NULL;
}

static const char *check_events(void *ctx)
{
    const struct dispatch *d = ctx;

    if (d->tasks_state != TASKS_KNOWN)
        return "the open tasks are being read";
    return follow_trouble(d->follow);
}

static const char *check_leader(void *ctx)
{
    const struct dispatch *d = ctx;
    const char *trouble = leader_trouble(d->leader);

    if (trouble != NULL)
        return trouble;
    if (!leader_leads(d->leader))
        return "standing by";
    return d->door == NULL ? "the workers' endpoint is not open" : NULL;
}

static const struct probe_check checks[] = {
    {"database", check_database},
    {"tracker", check_tracker},
    {"events", check_events},
    {"leader", check_leader},
    {0},
};

/* ---- start and end ---- */

static void close_file(FILE **f)
{
    if (*f != NULL)
        fclose(*f);
}

static int key_path(const struct dispatch *d, const char *name, struct strbuf *out, struct err *e)
{
    strbuf_addf(out, "%s/%s", d->settings.keys_dir, name);
    return strbuf_text(out) != NULL ? 0 : err_set(e, ERR_INPUT, "DUNGHEN_KEYS_DIR is too long");
}

static int open_ring(struct dispatch *d, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);

    return key_path(d, "contact.keys", &path, e) < 0
               ? -1
               : crypto_ring_open(&d->ring, strbuf_text(&path), e);
}

/* One line, as "dunghen keys init" writes it. */
static int read_secret_key(struct dispatch *d, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
    char line[2 * CRYPTO_CURVE_SIZE] = "";

    if (key_path(d, "worker-server.key", &path, e) < 0)
        return -1;
    AUTO(close_file) FILE *f = fopen(strbuf_text(&path), "re");
    if (f == NULL)
        return err_set(e, ERR_INPUT, "could not read \"%s\": %s (\"dunghen keys init\" makes it)",
                       strbuf_text(&path), strerror(errno));
    if (fgets(line, sizeof(line), f) == NULL || strcspn(line, "\n") != CRYPTO_CURVE_SIZE - 1)
        return err_set(e, ERR_INPUT, "\"%s\" does not hold a CURVE key of 40 characters",
                       strbuf_text(&path));
    line[CRYPTO_CURVE_SIZE - 1] = '\0';
    d->secret_key = mem_text(line);
    return 0;
}

static int open_database(struct dispatch *d, struct err *e)
{
    static const struct sql *const *const statements[] = {sql_dispatch_all, sql_common_all, NULL};
    static const char *const session[] = {DB_LOOKUPS, NULL};
    const struct service *common = &d->settings.common;
    const struct db_settings settings = {
        .target = {common->database_url, common->run_dir, "dunghen_dispatch", program.name},
        .session = session,
        .statements = statements,
        .on_ready = on_ready,
        .on_lost = on_lost,
        .ctx = d,
    };

    d->leader = leader_open(d->loop, LEADER_DISPATCH, lead_change, d);
    return db_open(&d->db, d->loop, &settings, e);
}

static int open_bus(struct dispatch *d, struct err *e)
{
    struct dispatch_settings *s = &d->settings;

    if (service_endpoint(&s->common, "tracker", &s->tracker_endpoint, e) < 0 ||
        service_endpoint(&s->common, "events", &s->events_endpoint, e) < 0)
        return -1;
    const struct bus_client_settings tracker = {
        .endpoint = s->tracker_endpoint,
        .again_us = CLOCK_US_PER_S,
        .expire_us = 30 * (int64_t)CLOCK_US_PER_S,
        .max_calls = ORDERS_CALLS,
    };

    return bus_open(&d->bus, d->loop, e) < 0 ? -1 : bus_connect(&d->tracker, d->bus, &tracker, e);
}

static int dispatch_open(struct dispatch *d, struct err *e)
{
    d->queue = queue_new(CONTENT_BUDGET_BYTES);
    d->keys.version = -1;
    d->text = STRBUF(WIRE_MAX_BYTES);
    if (read_secret_key(d, e) < 0 || open_ring(d, e) < 0 || open_bus(d, e) < 0 ||
        open_database(d, e) < 0 || tasks_open(d, e) < 0)
        return -1;
    if (probe_open(&d->probe, d->loop, "dispatch", d->settings.common.metrics_listen, checks, d,
                   e) < 0)
        return -1;
    d->again = loop_timer_new(d->loop, on_again, d);
    loop_every_ms(d->loop, TICK_MS, on_tick, d);
    loop_after_turn(d->loop, on_turn_end, d);
    loop_on_stop(d->loop, on_stop, d);
    return 0;
}

static void dispatch_close(struct dispatch *d)
{
    probe_close(&d->probe);
    if (d->queue != NULL)
        door_close(d);
    zap_close(&d->zap);
    follow_close(&d->follow);
    leader_close(&d->leader);
    db_close(&d->db);
    bus_client_close(&d->tracker);
    bus_close(&d->bus);
    accounts_free(&d->accounts);
    orders_free(d);
    handout_free(d);
    aside_free(d);
    news_free(d);
    keys_free(&d->keys);
    db_args_free(&d->keys_args);
    strbuf_free(&d->text);
    queue_free(&d->queue);
    crypto_ring_close(&d->ring);
    free(d->secret_key);
    loop_close(&d->loop);
    config_free(keys, &d->settings);
}

int main(int argc, char **argv)
{
    AUTO(dispatch_close) struct dispatch d = {0};
    struct err e = {0};
    bool done;

    (void)argc;
    if (service_start(&program, keys, &d.settings, &d.settings.common, argv, &done, &e) < 0)
        return log_exit(&e);
    if (done)
        return 0;
    if (loop_open(&d.loop, &e) < 0 || dispatch_open(&d, &e) < 0)
        return log_exit(&e);
    log_event(LOG_INFO, "started", "endpoint", d.settings.worker_endpoint, NULL);
    if (loop_run(d.loop, &e) < 0)
        return log_exit(&e);
    log_event(LOG_INFO, "stopped", NULL);
    return 0;
}
