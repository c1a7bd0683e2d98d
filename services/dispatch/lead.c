/* SPDX-License-Identifier: Apache-2.0 */
/* lead - the dispatch that leads (common/leader.h) serves the workers.
 *
 * The others keep their queues warm. Epochs begin above every one in the
 * ledger and never below the clock, so that two leaders one after the other
 * give no lease the same number, even one that nobody has accepted. */
#include "clock.h"
#include "dispatch.h"
#include "log.h"
#include "metrics.h"
#include "sql_dispatch.h"

METRIC_GAUGE(open_tasks, "dunghen_dispatch_tasks_open", "Tasks that are not finished.");
METRIC_GAUGE(waiting, "dunghen_dispatch_tasks_waiting", "Tasks that wait for a worker.");
METRIC_GAUGE(leased, "dunghen_dispatch_tasks_leased", "Tasks that workers have in hand.");

/* ---- the lead ---- */

/* It goes with the connection; leases stay, since tracker judges by epochs. */
void lead_change(void *ctx, bool leads)
{
    struct dispatch *d = ctx;

    if (leads)
        tasks_ready(d);
    else
        d->leads = false;
}

/* Who had the lead and comes back to find that it is another's. */
void lead_turn(struct dispatch *d)
{
    if (d->door == NULL || !leader_is_settled(d->leader) || leader_leads(d->leader))
        return;
    log_event(LOG_WARN, "leads no more", NULL);
    door_close(d);
}

static int64_t max(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* An address in use is tried again each second: a leader before us may still hold it. */
static void try_door(struct dispatch *d)
{
    struct err e = {0};

    if (!d->leads || d->stopping || d->door != NULL || d->keys.version < 0)
        return;
    if (door_open(d, &e) == 0) {
        d->door_failed = false;
        log_event(LOG_INFO, "serving workers", "endpoint", d->settings.worker_endpoint, NULL);
    } else if (!d->door_failed) {
        d->door_failed = true;
        log_event(LOG_ERROR, "cannot serve workers", "why", e.text, NULL);
    }
}

void lead_begin(struct dispatch *d)
{
    if (!leader_leads(d->leader) || d->leads)
        return;
    d->leads = true;
    d->dirty = true;
    d->epoch = max(d->epoch, max(d->top_epoch, clock_now_us()));
    try_door(d);
}

/* ---- keys ---- */

static void on_keys(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct dispatch *d = ctx;

    d->asking_keys = false;
    if (e != NULL)
        log_event(LOG_WARN, "keys not read", "why", e->text, NULL);
    if (e != NULL || !keys_take(&d->keys, queue_units(d->queue), rows[0]))
        return;
    door_check_keys(d);
    try_door(d);
}

static void ask_for_keys(struct dispatch *d)
{
    struct db_step step = {&sql_select_keys, &d->keys_args};
    struct err e;

    if (d->asking_keys || !db_is_ready(d->db))
        return;
    db_arg_int64(&d->keys_args, d->keys.version);
    d->asking_keys = db_send(d->db, &step, 1, on_keys, d, &e) == 0;
    if (!d->asking_keys)
        db_args_free(&d->keys_args);
}

void lead_ready(struct dispatch *d)
{
    ask_for_keys(d);
    leader_connected(d->leader, d->db);
}

void lead_tick(struct dispatch *d)
{
    ask_for_keys(d);
    try_door(d);
    metric_set(&open_tasks, (double)queue_count(d->queue));
    metric_set(&waiting, (double)queue_waiting(d->queue));
    metric_set(&leased, (double)d->sessions.leased);
}
