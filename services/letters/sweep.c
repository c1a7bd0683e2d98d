/* SPDX-License-Identifier: Apache-2.0 */
#include "sweep.h"

#include "sql_letters.h" /* generated from sql/ */

#include "clock.h"
#include "log.h"
#include "mem.h"

#include <stdlib.h>

/* Columns of sql/select_unfiled.sql. */
enum { ID, SEQ };

enum { AGAIN_S = 600 };

struct sweep {
    struct db *db;
    struct jobs *jobs;
    int64_t before; /* letters issued from this event on were looked at */
    bool goes_on, asking;
    int64_t ended_us; /* monotonic */
    struct db_args args;
};

struct sweep *sweep_new(struct db *db, struct jobs *jobs)
{
    struct sweep *s = mem_new(1, sizeof(*s));

    s->db = db;
    s->jobs = jobs;
    return s;
}

void sweep_free(struct sweep **sweep)
{
    if (*sweep == NULL)
        return;
    db_args_free(&(*sweep)->args);
    free(*sweep);
    *sweep = NULL;
}

static void take_rows(struct sweep *s, const PGresult *rows)
{
    int last = PQntuples(rows) - 1;
    struct err ignored; /* one that failed before waits, and that is all there is to say */

    for (int i = 0; i < last; i++) {
        struct uuid id = db_uuid(rows, i, ID);
        (void)!jobs_add(s->jobs, &id, false, &ignored);
    }
    if (last >= 0) {
        s->before = db_int(rows, last, SEQ);
        return;
    }
    s->goes_on = false;
    s->ended_us = clock_mono_us();
}

static void on_rows(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct sweep *s = ctx;

    if (e == NULL)
        take_rows(s, rows[0]); /* which may find room for more meanwhile */
    else
        log_event(LOG_WARN, "letters without a file not read", "why", e->text, NULL);
    s->asking = false;
    if (e == NULL)
        sweep_turn(s); /* else the next tick asks again */
}

void sweep_begin(struct sweep *s)
{
    s->before = INT64_MAX;
    s->goes_on = true;
    sweep_turn(s);
}

void sweep_stop(struct sweep *s)
{
    s->goes_on = false;
}

void sweep_turn(struct sweep *s)
{
    const struct db_step step = {&sql_select_unfiled, &s->args};
    struct err e;

    if (!s->goes_on || s->asking || !jobs_has_room(s->jobs) || !db_is_ready(s->db))
        return;
    db_arg_int64(&s->args, s->before);
    s->asking = db_send(s->db, &step, 1, on_rows, s, &e) == 0;
}

void sweep_tick(struct sweep *s)
{
    bool rested = clock_mono_us() - s->ended_us >= AGAIN_S * (int64_t)CLOCK_US_PER_S;

    if (!s->goes_on && rested && jobs_forgot(s->jobs))
        sweep_begin(s);
    else
        sweep_turn(s);
}
