/* SPDX-License-Identifier: Apache-2.0 */
#include "keeper.h"

#include "sql_tracker.h" /* generated from sql/ */

#include "clock.h"
#include "log.h"
#include "mem.h"

#include <stdlib.h>

enum { COMMANDS_KEPT_DAYS = 90, PURGED_BLOCKS = 20 }; /* blocks that are looked through at a time */

struct keeper {
    struct db *db;
    bool leads;
    bool busy;         /* the last request is not answered yet */
    int64_t purged_to; /* the first block of commands that was not looked through */
};

static const struct sql *const *const statements[] = {sql_tracker_all, NULL};

/* What cannot be sent now is done the next time. */
static void send(struct keeper *keeper, const struct sql *sql, struct db_args *args, db_fn *done)
{
    const struct db_step step = {sql, args};
    struct err e;

    if (keeper->leads && !keeper->busy)
        keeper->busy = db_send(keeper->db, &step, 1, done, keeper, &e) == 0;
}

static void end(struct keeper *keeper, const struct err *e)
{
    keeper->busy = false;
    if (e != NULL && e->kind != ERR_BUSY)
        log_event(LOG_ERROR, "housekeeping failed", "why", e->text, NULL);
}

/* Behind the last block it begins again with the first. */
static void on_purged(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct keeper *keeper = ctx;

    end(keeper, e);
    if (e != NULL)
        return;
    keeper->purged_to += PURGED_BLOCKS;
    if (keeper->purged_to >= db_int(rows[0], 0, 0))
        keeper->purged_to = 0;
}

static void purge(struct keeper *keeper)
{
    AUTO(db_args_free) struct db_args args = {0};
    const int64_t kept_us = COMMANDS_KEPT_DAYS * 24 * 3600 * (int64_t)CLOCK_US_PER_S;

    db_arg_time(&args, clock_now_us() - kept_us);
    db_arg_int64(&args, keeper->purged_to);
    db_arg_int64(&args, keeper->purged_to + PURGED_BLOCKS);
    send(keeper, &sql_purge_commands, &args, on_purged);
}

static void on_folded(void *ctx, PGresult *const rows[], const struct err *e)
{
    (void)rows;
    end(ctx, e);
    if (e == NULL)
        purge(ctx);
}

static void fold(void *ctx)
{
    send(ctx, &sql_fold_measures, NULL, on_folded);
}

int keeper_open(struct keeper **out, struct loop *loop, const struct keeper_settings *settings,
                struct err *e)
{
    AUTO(keeper_close) struct keeper *keeper = mem_new(1, sizeof(*keeper));
    const struct db_settings db = {.target = settings->target, .statements = statements};

    if (db_open(&keeper->db, loop, &db, e) < 0)
        return -1;
    loop_every_ms(loop, settings->fold_ms, fold, keeper);
    *out = keeper;
    keeper = NULL;
    return 0;
}

void keeper_close(struct keeper **keeper)
{
    if (*keeper == NULL)
        return;
    db_close(&(*keeper)->db);
    free(*keeper);
    *keeper = NULL;
}

void keeper_lead(struct keeper *keeper, bool leads)
{
    keeper->leads = leads;
}
