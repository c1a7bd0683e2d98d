/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs.h"

#include "sql_letters.h" /* generated from sql/ */

#include "blobs.h"
#include "clock.h"
#include "log.h"
#include "mem.h"
#include "metrics.h"
#include "row.h"
#include "table.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

enum {
    QUEUE_MOST = 100,     /* then the table keeps the others */
    WAITING_MOST = 10000, /* failed ones; likewise */
    RETRIED_MOST = 50,    /* of them in the queue: there is room for others */
    AHEAD = 2,            /* letters that are read while all renderers work */
    TICK_MS = 200,
    FIRST_WAIT_US = 1000000,
    LONGEST_WAIT_US = 600000000,
    SHEET_BYTES = 128 * 1024,
    DIGITS = 2 * CRYPTO_HASH_BYTES,
};

METRIC_COUNTER(rendered, "dunghen_letters_rendered_total", "Letters that were rendered and kept.");
METRIC_COUNTER(unsigned_letters, "dunghen_letters_unsigned_total",
               "Letters that were kept without a signature, since there was no key.");
METRIC_COUNTER(failures, "dunghen_letters_failures_total", "Times that a letter's way failed.");
METRIC_GAUGE(failing, "dunghen_letters_failing",
             "Letters whose last try failed and that wait for the next one.");
METRIC_HISTOGRAM(lag, "dunghen_letters_lag_seconds", "From a letter's issue until it was kept.");

enum stage { NEW, QUEUED, READING, COMPOSED, RENDERING, KEEPING, WAITING, DONE };

struct job {
    struct jobs *jobs;
    struct uuid id;
    enum stage stage;
    int failures;
    int64_t again_us; /* monotonic; while it waits */
    int64_t issued_at;
    struct err why;      /* of its last failure */
    struct strbuf sheet; /* from composed on */
    struct db_args args;
    char hash[DIGITS + 1]; /* and what follows: while its row is written */
    struct letter_file file;
    char *signed_by;
    struct job *prev, *next; /* in the queue, or among the composed or forgotten */
    UT_hash_handle hh;
};

struct jobs {
    struct jobs_settings settings;
    struct job *all;              /* by id */
    struct job *queue, *composed; /* lists, as the next */
    struct job *forgotten;        /* while a renderer still has them */
    bool pumping;
    size_t queued, ahead; /* ahead: those being read or composed */
    size_t waiting;
    bool forgot; /* one that failed; since jobs_forgot was asked */
};

static void pump(struct jobs *jobs);

/* ---- the table of jobs ---- */

static struct job *find(const struct jobs *jobs, const struct uuid *id)
{
    struct job *job;

    HASH_FIND(hh, jobs->all, id, sizeof(*id), job);
    return job;
}

static void free_job(struct job *job)
{
    strbuf_free(&job->sheet);
    db_args_free(&job->args);
    free(job->signed_by);
    free(job);
}

static void tell_room(struct jobs *jobs, bool had_room)
{
    if (!had_room && jobs_has_room(jobs))
        jobs->settings.on_room(jobs->settings.ctx);
}

/* The one place where a job's stage changes: the lists and counts follow it. */
static void move(struct job *job, enum stage stage)
{
    struct jobs *jobs = job->jobs;
    bool had_room = jobs_has_room(jobs);

    if (job->stage == QUEUED) {
        DL_DELETE(jobs->queue, job);
        jobs->queued--;
    }
    if (job->stage == COMPOSED)
        DL_DELETE(jobs->composed, job);
    jobs->ahead -= (job->stage == READING || job->stage == COMPOSED);
    jobs->waiting -= job->stage == WAITING;
    job->stage = stage;
    jobs->ahead += (stage == READING || stage == COMPOSED);
    jobs->waiting += stage == WAITING;
    if (stage == COMPOSED)
        DL_APPEND(jobs->composed, job);
    if (stage == QUEUED) {
        DL_APPEND(jobs->queue, job);
        jobs->queued++;
    }
    metric_set(&failing, (double)jobs->waiting);
    tell_room(jobs, had_room);
}

static void forget(struct job *job)
{
    struct jobs *jobs = job->jobs;
    bool had_room = jobs_has_room(jobs);

    move(job, DONE);
    HASH_DEL(jobs->all, job);
    free_job(job);
    tell_room(jobs, had_room);
}

/* ---- how a letter's way ends ---- */

static void succeed(struct job *job, const struct letter_file *file)
{
    struct jobs *jobs = job->jobs;

    jobs->settings.done(jobs->settings.ctx, &job->id, file, NULL);
    forget(job);
    pump(jobs);
}

/* 1 s, 2 s, 4 s, ... ten minutes. */
static int64_t wait_us(int times)
{
    int64_t us = FIRST_WAIT_US;

    for (int i = 1; i < times && us < LONGEST_WAIT_US; i++)
        us *= 2;
    return us < LONGEST_WAIT_US ? us : LONGEST_WAIT_US;
}

static void fail(struct job *job, const struct err *e)
{
    struct jobs *jobs = job->jobs;
    bool waits = jobs->waiting < WAITING_MOST;
    char id[UUID_TEXT_SIZE];

    metric_add(&failures, 1);
    log_event(LOG_ERROR, "letter not rendered", "letter", uuid_text(&job->id, id), "why", e->text,
              NULL);
    job->why = *e;
    job->failures++;
    job->again_us = clock_mono_us() + wait_us(job->failures);
    strbuf_free(&job->sheet);
    if (waits)
        move(job, WAITING);
    jobs->settings.done(jobs->settings.ctx, &job->id, NULL, e);
    if (!waits) {
        jobs->forgot = true;
        forget(job);
    }
    pump(jobs);
}

/* It is no letter that could have a file. */
static void refuse(struct job *job)
{
    struct jobs *jobs = job->jobs;
    struct err e;

    err_set(&e, ERR_CONFLICT, "there is no issued letter of this id");
    jobs->settings.done(jobs->settings.ctx, &job->id, NULL, &e);
    forget(job);
    pump(jobs);
}

/* ---- keeping ---- */

static void on_kept(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct job *job = ctx;

    (void)rows;
    if (e != NULL) {
        fail(job, e);
        return;
    }
    metric_add(&rendered, 1);
    metric_observe_us(&lag, clock_now_us() - job->issued_at);
    if (job->file.signed_by == NULL) {
        char id[UUID_TEXT_SIZE];
        metric_add(&unsigned_letters, 1);
        log_event(LOG_WARN, "letter kept without a signature: no key", "letter",
                  uuid_text(&job->id, id), NULL);
    }
    succeed(job, &job->file);
}

static void keep(struct job *job, const struct letter_file *file)
{
    const struct db_step step = {&sql_insert_letter_file, &job->args};
    uint8_t hash[CRYPTO_HASH_BYTES];
    struct err e;

    if (!blobs_name_hash(file->hash, hash)) {
        err_set(&e, ERR_SYSTEM, "the renderer's hash is malformed");
        fail(job, &e);
        return;
    }
    memcpy(job->hash, file->hash, sizeof(job->hash));
    free(job->signed_by); /* of a try before */
    job->signed_by = file->signed_by != NULL ? mem_text(file->signed_by) : NULL;
    job->file = (struct letter_file){job->hash, file->bytes, file->pages, job->signed_by};
    db_arg_uuid(&job->args, &job->id);
    db_arg_bytes(&job->args, hash, sizeof(hash));
    db_arg_int32(&job->args, (int32_t)file->bytes);
    db_arg_int32(&job->args, (int32_t)file->pages);
    if (file->signed_by == NULL)
        db_arg_null(&job->args);
    else
        db_arg_text(&job->args, file->signed_by, strlen(file->signed_by));
    move(job, KEEPING);
    if (db_send(job->jobs->settings.db, &step, 1, on_kept, job, &e) < 0)
        fail(job, &e);
}

/* ---- rendering ---- */

static void on_rendered(void *ctx, const char *answer, size_t len, const struct err *e)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct letter_file file = {0};
    struct job *job = ctx;
    struct err why;

    if (job->stage == DONE) {
        DL_DELETE(job->jobs->forgotten, job);
        free_job(job);
        return;
    }
    if (e != NULL)
        fail(job, e);
    else if (answer_read(letter_file_fields, answer, len, &store, &file, &why) < 0)
        fail(job, &why);
    else
        keep(job, &file);
}

static void render(struct job *job)
{
    struct pool *pool = job->jobs->settings.pool;
    struct err e;

    move(job, RENDERING);
    if (pool_send(pool, job->sheet.data, job->sheet.len, on_rendered, job, &e) < 0)
        fail(job, &e);
}

/* ---- reading and composing ---- */

static int compose(struct job *job, const PGresult *rows, struct err *e)
{
    const struct jobs_settings *s = &job->jobs->settings;
    const struct catalogue *catalogue = catalogue_now(s->catalogue);

    if (catalogue == NULL)
        return err_set(e, ERR_BUSY, "there is no catalogue yet");
    job->issued_at = row_issued_at(rows);
    job->sheet = STRBUF(SHEET_BYTES);
    return row_compose(rows, &job->id, catalogue, s->ring, &job->sheet, e);
}

/* It was rendered before; only the question is new. */
static void tell_file(struct job *job, const PGresult *rows)
{
    AUTO(strbuf_free) struct strbuf digits = STRBUF(DIGITS);
    struct letter_file file;

    row_file(rows, &digits, &file);
    succeed(job, &file);
}

static void on_read(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct job *job = ctx;
    struct err why;

    if (e != NULL) {
        fail(job, e);
    } else if (PQntuples(rows[0]) == 0) {
        refuse(job);
    } else if (row_has_file(rows[0])) {
        tell_file(job, rows[0]);
    } else if (compose(job, rows[0], &why) < 0) {
        fail(job, &why);
    } else {
        struct jobs *jobs = job->jobs;
        move(job, COMPOSED);
        pump(jobs);
    }
}

static void read_letter(struct job *job)
{
    const struct db_step step = {&sql_read_letter, &job->args};
    struct err e;

    move(job, READING);
    db_arg_uuid(&job->args, &job->id);
    if (db_send(job->jobs->settings.db, &step, 1, on_read, job, &e) < 0)
        fail(job, &e);
}

/* ---- the whole ---- */

/* What can go on, goes on. A failure on the way comes here again, and finds it under way. */
static void pump(struct jobs *jobs)
{
    const struct jobs_settings *s = &jobs->settings;

    if (jobs->pumping)
        return;
    jobs->pumping = true;
    while (jobs->composed != NULL && pool_idle(s->pool) > 0)
        render(jobs->composed);
    bool able =
        pool_ready(s->pool) > 0 && db_is_ready(s->db) && catalogue_now(s->catalogue) != NULL;
    while (able && jobs->queue != NULL && jobs->ahead < (size_t)pool_idle(s->pool) + AHEAD)
        read_letter(jobs->queue);
    jobs->pumping = false;
}

static void on_idle(void *ctx)
{
    pump(ctx);
}

static void on_tick(void *ctx)
{
    struct jobs *jobs = ctx;
    int64_t now = clock_mono_us();
    struct job *job, *next;

    if (jobs->waiting > 0) {
        HASH_ITER(hh, jobs->all, job, next)
        {
            if (jobs->queued < RETRIED_MOST && job->stage == WAITING && job->again_us <= now)
                move(job, QUEUED);
        }
    }
    pump(jobs);
}

struct jobs *jobs_new(const struct jobs_settings *settings)
{
    struct jobs *jobs = mem_new(1, sizeof(*jobs));

    jobs->settings = *settings;
    pool_on_idle(settings->pool, on_idle, jobs);
    loop_every_ms(settings->loop, TICK_MS, on_tick, jobs);
    return jobs;
}

/* With the pool and the database gone, nobody calls back. */
void jobs_free(struct jobs **jobs)
{
    struct job *job, *next;

    if (*jobs == NULL)
        return;
    HASH_ITER(hh, (*jobs)->all, job, next)
    {
        HASH_DEL((*jobs)->all, job);
        free_job(job);
    }
    DL_FOREACH_SAFE((*jobs)->forgotten, job, next)
    {
        free_job(job);
    }
    free(*jobs);
    *jobs = NULL;
}

int jobs_add(struct jobs *jobs, const struct uuid *letter, bool urgent, struct err *e)
{
    struct job *job = find(jobs, letter);

    if (job != NULL && job->stage == WAITING) {
        *e = job->why;
        return -1;
    }
    if (job == NULL) {
        job = mem_new(1, sizeof(*job));
        job->jobs = jobs;
        job->id = *letter;
        HASH_ADD(hh, jobs->all, id, sizeof(job->id), job);
        move(job, QUEUED);
    }
    if (urgent && job->stage == QUEUED) {
        DL_DELETE(jobs->queue, job);
        DL_PREPEND(jobs->queue, job);
    }
    pump(jobs);
    return 0;
}

/* Called when the database's requests have been answered: only renderers can have some still. */
void jobs_clear(struct jobs *jobs)
{
    struct job *job, *next;

    HASH_ITER(hh, jobs->all, job, next)
    {
        HASH_DEL(jobs->all, job);
        bool rendering = job->stage == RENDERING;
        move(job, DONE);
        if (rendering)
            DL_APPEND(jobs->forgotten, job);
        else
            free_job(job);
    }
}

bool jobs_has_room(const struct jobs *jobs)
{
    return jobs->queued < QUEUE_MOST;
}

bool jobs_forgot(struct jobs *jobs)
{
    bool forgot = jobs->forgot;

    jobs->forgot = false;
    return forgot;
}
