/* SPDX-License-Identifier: Apache-2.0 */
#include "readers.h"

#include "log.h"
#include "mem.h"
#include "sql_intake.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STEPS_MAX = 4,
    LIMIT_SIZE = 48,
    UNDER_WAY = 8, /* of one connection: the pipeline never runs dry, and the queue stays fair */
};

/* Every statement of intake walks one index in its order, whatever the tables
 * looked like when it was prepared. Workers would take longer to start than the statement lasts. */
static const char *const session[] = {DB_LOOKUPS, "SET max_parallel_workers_per_gather = 0",
                                      "SET enable_sort = off",
                                      "SET default_transaction_read_only = on", NULL};

static const struct sql *const *const statements[] = {sql_intake_all, NULL};

struct job {
    struct readers *readers;
    struct db *db;    /* that it was given to */
    struct job *next; /* of those that wait */
    db_fn *done;
    void *ctx;
    int count;
    const struct sql *sql[STEPS_MAX];
    struct db_args args[STEPS_MAX];
};

struct readers {
    char limit[LIMIT_SIZE];                  /* the last statement of each session */
    const char *session[COUNT(session) + 1]; /* ended by NULL */
    size_t count;
    struct db **dbs;
    size_t waiting, max_waiting;
    struct job *first, *last;
};

static void job_free(struct job *job)
{
    for (int i = 0; i < job->count; i++)
        db_args_free(&job->args[i]);
    free(job);
}

static void make_session(struct readers *r, int64_t limit_ms)
{
    snprintf(r->limit, sizeof(r->limit), "SET statement_timeout = %" PRId64, limit_ms);
    memcpy(r->session, session, sizeof(session));
    r->session[COUNT(session) - 1] = r->limit;
}

int readers_open(struct readers **out, struct loop *loop, const struct readers_settings *settings,
                 struct err *e)
{
    AUTO(readers_close) struct readers *r = mem_new(1, sizeof(*r));
    const struct db_settings each = {
        .target = settings->target, .session = r->session, .statements = statements};

    make_session(r, settings->limit_ms);
    r->max_waiting = settings->max_waiting;
    r->dbs = mem_new(settings->connections, sizeof(struct db *));
    for (; r->count < settings->connections; r->count++)
        if (db_open(&r->dbs[r->count], loop, &each, e) < 0)
            return -1;
    *out = r;
    r = NULL;
    return 0;
}

void readers_close(struct readers **readers)
{
    struct readers *r = *readers;

    if (r == NULL)
        return;
    for (size_t i = 0; i < r->count; i++)
        db_close(&r->dbs[i]);
    while (r->first != NULL) {
        struct job *job = r->first;
        r->first = job->next;
        job_free(job);
    }
    free(r->dbs);
    free(r);
    *readers = NULL;
}

/* The connection with the least to do; NULL when none is there. */
static struct db *least_busy(const struct readers *r)
{
    struct db *best = NULL;

    for (size_t i = 0; i < r->count; i++)
        if (db_is_ready(r->dbs[i]) && (best == NULL || db_waiting(r->dbs[i]) < db_waiting(best)))
            best = r->dbs[i];
    return best;
}

const char *readers_trouble(const struct readers *readers)
{
    return least_busy(readers) != NULL ? NULL : db_trouble(readers->dbs[0]);
}

static void on_rows(void *ctx, PGresult *const rows[], const struct err *e);

static int start(struct db *db, struct job *job, struct err *e)
{
    struct db_step steps[STEPS_MAX];

    for (int i = 0; i < job->count; i++)
        steps[i] = (struct db_step){job->sql[i], &job->args[i]};
    job->db = db;
    return db_send(db, steps, job->count, on_rows, job, e);
}

/* Gives what waits to the connections that have room. */
static void hand_out(struct readers *r)
{
    struct err e;

    while (r->first != NULL) {
        struct db *db = least_busy(r);
        struct job *job = r->first;
        if (db != NULL && db_waiting(db) >= UNDER_WAY)
            return;
        r->first = job->next;
        r->waiting--;
        if (db == NULL)
            err_set(&e, ERR_BUSY, "the database is not connected");
        else if (start(db, job, &e) == 0)
            continue;
        job->done(job->ctx, NULL, &e);
        job_free(job);
    }
}

static void on_rows(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct job *job = ctx;
    struct readers *r = job->readers;
    struct err failed;

    if (e != NULL && e->kind == ERR_BUSY && db_is_ready(job->db)) /* given up, not lost */
        log_event(LOG_WARN, "reading given up", "statement", job->sql[0]->name, "why", e->text,
                  NULL);
    if (e != NULL) { /* what the database refuses is a fault of ours, not of who asks */
        err_set(&failed, e->kind == ERR_BUSY ? ERR_BUSY : ERR_SYSTEM, "%s", e->text);
        e = &failed;
    }
    job->done(job->ctx, rows, e);
    job_free(job);
    hand_out(r);
}

static struct job *new_job(struct readers *r, const struct db_step *steps, int count)
{
    struct job *job = mem_new(1, sizeof(*job));

    job->readers = r;
    job->count = count;
    for (int i = 0; i < count; i++) {
        job->sql[i] = steps[i].sql;
        if (steps[i].args == NULL)
            continue;
        job->args[i] = *steps[i].args;
        *steps[i].args = (struct db_args){0};
    }
    return job;
}

int readers_send(struct readers *r, const struct db_step *steps, int count, db_fn *done, void *ctx,
                 struct err *e)
{
    struct db *db = least_busy(r);

    if (count > STEPS_MAX)
        abort();
    if (db == NULL)
        return err_set(e, ERR_BUSY, "the database is not connected: %s", readers_trouble(r));
    if (db_waiting(db) >= UNDER_WAY && r->waiting >= r->max_waiting)
        return err_set(e, ERR_BUSY, "%zu requests wait for the database", r->waiting);
    struct job *job = new_job(r, steps, count);
    job->done = done;
    job->ctx = ctx;
    if (db_waiting(db) < UNDER_WAY && r->first == NULL) {
        if (start(db, job, e) == 0)
            return 0;
        job_free(job);
        return -1;
    }
    if (r->first == NULL)
        r->first = job;
    else
        r->last->next = job;
    r->last = job;
    r->waiting++;
    return 0;
}
