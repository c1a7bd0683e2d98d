/* SPDX-License-Identifier: Apache-2.0 */
#include "leader.h"

#include "sql_common.h" /* generated from sql/ */

#include "mem.h"
#include "metrics.h"

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
};

static void on_tried(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct leader *leader = ctx;

    leader->asked = false;
    if (leader->db == NULL)
        return;
    leader->settled = e == NULL;
    if (e != NULL || db_int(rows[0], 0, 0) == 0) {
        loop_timer_set_us(leader->again, TRY_EVERY_US);
        return;
    }
    leader->leads = true;
    metric_set(&leads, 1);
    leader->fn(leader->ctx, true);
}

static void try_lock(void *ctx)
{
    struct leader *leader = ctx;
    const struct db_step step = {&sql_try_leader_lock, &leader->args};
    struct err e;

    if (leader->db == NULL || leader->leads || leader->asked)
        return;
    db_arg_int64(&leader->args, leader->lock);
    if (db_send(leader->db, &step, 1, on_tried, leader, &e) < 0)
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
