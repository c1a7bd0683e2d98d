/* SPDX-License-Identifier: Apache-2.0 */
/* lead - one notifier tells people, others stand by.
 *
 * Who takes the lead first writes the outcomes that it still holds, then lets
 * every attempt that somebody else has begun be made again, then follows the
 * events from where the table says. While there is no way to tell anybody,
 * events are passed over without being read. */
#include "notifier.h"

#include "sql_notifier.h" /* generated from sql/ */

#include "clock.h"
#include "log.h"

#include <stdio.h>

enum { S_PER_H = 3600 };

static void take_fronts(struct notifier *n, const PGresult *rows)
{
    const struct notifier_settings *s = &n->settings;
    const struct lane_limits limits = {
        (int)s->webhook_connections, s->deadline_h * S_PER_H * CLOCK_US_PER_S, s->timeout_s * 1000};

    lanes_take_fronts(&n->lanes, rows, n->ring, &limits);
}

/* An address that another one still holds is tried again with each tick. */
static void open_door(struct notifier *n)
{
    struct err e;

    if (asked_open(n, &e) < 0)
        log_event(LOG_WARN, "cannot be asked", "why", e.text, NULL);
}

static void on_begun(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct notifier *n = ctx;
    char count[32], seq[32];

    if (!leader_leads(n->leader))
        return;
    if (e != NULL) {
        log_event(LOG_WARN, "cannot begin", "why", e->text, NULL);
        n->stalled = true;
        return;
    }
    take_fronts(n, rows[2]);
    n->position = db_int(rows[3], 0, 0);
    n->begun = true;
    (void)snprintf(count, sizeof(count), "%lld", (long long)db_int(rows[0], 0, 0));
    (void)snprintf(seq, sizeof(seq), "%lld", (long long)n->position);
    n->muted = !lanes_any_open(&n->lanes);
    log_event(LOG_INFO, n->muted ? "leads, and has no way to tell anybody" : "leads", "from", seq,
              "attempts_cut_short", count, NULL);
    open_door(n);
    if (!n->muted)
        follow_begin(n->follow, n->position);
    sender_turn(n);
}

/* Statements are run in their order: what is held back is written before it is asked for. */
static void begin(struct notifier *n)
{
    const struct db_step steps[] = {{&sql_reset_begun, &n->lead_args},
                                    {&sql_remove_revoked, &n->revoked_args},
                                    {&sql_select_webhooks, NULL},
                                    {&sql_select_position, NULL}};
    struct err e;

    n->stalled = n->begun = false;
    n->look = 0;
    if (n->claiming) { /* the next tick knows what is under way: none of that is to be made again */
        n->stalled = true;
        return;
    }
    if (!leader_leads(n->leader) || catalogue_now(n->watch) == NULL)
        return;
    outcomes_send(&n->outcomes, n->db);
    db_arg_time(&n->lead_args, clock_now_us());
    attempts_add_ids(n, &n->lead_args);
    db_arg_time(&n->revoked_args, clock_now_us());
    if (db_send(n->db, steps, COUNT(steps), on_begun, n, &e) < 0)
        n->stalled = true;
}

void lead_change(void *ctx, bool leads)
{
    struct notifier *n = ctx;

    if (leads) {
        begin(n);
        return;
    }
    log_event(LOG_INFO, "leads no more", NULL);
    n->begun = n->stalled = false;
    follow_stop(n->follow);
    bus_server_close(&n->server);
}

/* The first way that opens, or the last that closes, changes what is done with events. */
static void on_fronts(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct notifier *n = ctx;

    if (e != NULL || !n->begun)
        return;
    take_fronts(n, rows[1]);
    if (n->muted == lanes_any_open(&n->lanes)) {
        follow_stop(n->follow);
        begin(n);
    }
}

static void on_skipped(void *ctx, PGresult *const rows[], const struct err *e)
{
    (void)ctx;
    (void)rows;
    if (e != NULL)
        log_event(LOG_WARN, "events not passed over", "why", e->text, NULL);
}

static void pass_over(struct notifier *n)
{
    const struct db_step step = {&sql_skip_events, NULL};
    struct err ignored; /* the next tick does it */

    (void)!db_send(n->db, &step, 1, on_skipped, n, &ignored);
}

void lead_fronts(struct notifier *n)
{
    const struct db_step steps[] = {{&sql_remove_revoked, &n->revoked_args},
                                    {&sql_select_webhooks, NULL}};
    struct err ignored; /* then it begins again, and reads them as well */

    db_arg_time(&n->revoked_args, clock_now_us());
    (void)!db_send(n->db, steps, COUNT(steps), on_fronts, n, &ignored);
}

void lead_catalogue(void *ctx, const struct catalogue *now)
{
    struct notifier *n = ctx;

    lanes_take_catalogue(&n->lanes, now);
    if (n->begun)
        lead_fronts(n);
    else
        begin(n);
}

void lead_tick(struct notifier *n)
{
    if (n->stalled)
        begin(n);
    if (!n->begun)
        return;
    if (n->muted)
        pass_over(n);
    else
        follow_tick(n->follow);
    open_door(n);
}
