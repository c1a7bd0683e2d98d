/* SPDX-License-Identifier: Apache-2.0 */
#include "leader.h"

#include "sql_common.h" /* generated from sql/ */

#include "mem.h"
#include "metrics.h"

#include <inttypes.h>
#include <stdlib.h>

enum { TRY_EVERY_US = 300000 };

METRIC_GAUGE(leads, "dunghen_leads", "1 while this process leads, 0 while another does.");

struct leader {
    enum leader_lock lock;
    leader_fn *fn;
    void *ctx;
    struct db *db; /* with a session; NULL: without */
    struct db_args args;
    struct loop_timer *again;
    bool asked, settled, leads;
    struct err unfit; /* for the database as it is; ERR_NONE: fit */
};

static void judge(struct leader *leader, int64_t last)
{
    leader->unfit = (struct err){0};
    if (last != DUNGHEN_MIGRATION)
        err_set(&leader->unfit, ERR_CONFLICT,
                "the database is %s than this program: it has migration %04" PRId64
                ", the program is for %04d",
                last > DUNGHEN_MIGRATION ? "newer" : "older", last, DUNGHEN_MIGRATION);
}

static void on_tried(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct leader *leader = ctx;

    leader->asked = false;
    if (leader->db == NULL)
        return;
    leader->settled = e == NULL;
    if (e == NULL)
        judge(leader, db_is_null(rows[1], 0, 0) ? 0 : db_int(rows[1], 0, 0));
    if (e != NULL || db_int(rows[0], 0, 0) == 0) {
        loop_timer_set_us(leader->again, TRY_EVERY_US);
    } else if (leader->unfit.kind != ERR_NONE) {
        db_reconnect(leader->db); /* a migration has ended just before the lock was free */
    } else {
        leader->leads = true;
        metric_set(&leads, 1);
        leader->fn(leader->ctx, true);
    }
}

static void try_lock(void *ctx)
{
    struct leader *leader = ctx;
    /* What is read behind the lock is what whoever had it has left. */
    const struct db_step steps[] = {{&sql_try_leader_lock, &leader->args},
                                    {&sql_select_last_migration, NULL}};
    struct err e;

    if (leader->db == NULL || leader->leads || leader->asked)
        return;
    db_arg_int64(&leader->args, leader->lock);
    db_arg_int32(&leader->args, DUNGHEN_MIGRATION);
    if (db_send(leader->db, steps, COUNT(steps), on_tried, leader, &e) < 0)
        loop_timer_set_us(leader->again, TRY_EVERY_US);
    else
        leader->asked = true;
}

struct leader *leader_open(struct loop *loop, enum leader_lock lock, leader_fn *fn, void *ctx)
{
    struct leader *leader = mem_new(1, sizeof(*leader));

    leader->lock = lock;
    leader->fn = fn;
    leader->ctx = ctx;
    leader->again = loop_timer_new(loop, try_lock, leader);
    return leader;
}

void leader_close(struct leader **leader)
{
    if (*leader == NULL)
        return;
    loop_timer_cancel((*leader)->again);
    db_args_free(&(*leader)->args);
    free(*leader);
    *leader = NULL;
}

void leader_connected(struct leader *leader, struct db *db)
{
    leader->db = db;
    try_lock(leader);
}

void leader_lost(struct leader *leader)
{
    bool led = leader->leads;

    leader->db = NULL;
    leader->leads = leader->settled = false;
    metric_set(&leads, 0);
    loop_timer_cancel(leader->again);
    if (led)
        leader->fn(leader->ctx, false);
}

bool leader_leads(const struct leader *leader)
{
    return leader->leads;
}

bool leader_is_settled(const struct leader *leader)
{
    return leader->settled;
}

const char *leader_trouble(const struct leader *leader)
{
    if (!leader->settled)
        return "neither leads nor stands by";
    return leader->unfit.kind != ERR_NONE ? leader->unfit.text : NULL;
}
