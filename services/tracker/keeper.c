/* SPDX-License-Identifier: Apache-2.0 */
#include "keeper.h"

#include "sql_tracker.h" /* generated from sql/ */

#include "log.h"
#include "mem.h"

#include <stdlib.h>

struct keeper {
    struct db *db;
    bool leads;
    bool busy; /* the last request is not answered yet */
};

static const struct sql *const *const statements[] = {sql_tracker_all, NULL};

static void on_done(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct keeper *keeper = ctx;

    (void)rows;
    keeper->busy = false;
    if (e != NULL && e->kind != ERR_BUSY)
        log_event(LOG_ERROR, "housekeeping failed", "why", e->text, NULL);
}

/* What cannot be sent now is done the next time. */
static void fold(void *ctx)
{
    static const struct db_step step = {&sql_fold_measures, NULL};
    struct keeper *keeper = ctx;
    struct err e;

    if (keeper->leads && !keeper->busy)
        keeper->busy = db_send(keeper->db, &step, 1, on_done, keeper, &e) == 0;
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
