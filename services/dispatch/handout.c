/* SPDX-License-Identifier: Apache-2.0 */
/* handout - tasks go to workers that have credit left, the earliest due first. */
#include "clock.h"
#include "dispatch.h"
#include "log.h"
#include "mem.h"
#include "metrics.h"
#include "sql_dispatch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

enum {
    PARCEL_TASKS = 64,         /* to one worker before it is the next one's turn */
    PARCEL_BYTES = 128 * 1024, /* a message is closed when it is longer than that */
    FETCH_TASKS = BUS_MAX_ITEMS,
};

METRIC_HISTOGRAM(lease_wait, "dunghen_dispatch_lease_wait_seconds",
                 "From a task's becoming known to its being leased for the first time.");
METRIC_COUNTER(leases, "dunghen_dispatch_leases_total", "Tasks handed to workers.");

/* Leases whose content is being fetched. */
struct fetch {
    struct dispatch *dispatch;
    int count;
    struct {
        struct wire_task_id id;
        int64_t epoch;
    } wanted[FETCH_TASKS];
    struct fetch *prev, *next; /* among those that the database has */
};

/* ---- the message ---- */

static void write_code(struct strbuf *text, const char *key, const char *code)
{
    strbuf_add(text, key, strlen(key));
    json_write_text(text, code, strlen(code));
}

/* Appends an item; the content goes in as it is, without being parsed. Keep in
 * step with wire_task_fields. */
static void write_task(struct dispatch *d, const struct lease *lease, const char *content,
                       size_t len)
{
    const struct task *task = lease->task;
    char id[WIRE_TASK_ID_SIZE], due_at[CLOCK_TEXT_SIZE];

    strbuf_addf(&d->text, "%s{\"task\":\"%s\",\"epoch\":%" PRId64, d->text.len == 0 ? "[" : ",",
                wire_task_id_text(&task->id, id), lease->epoch);
    write_code(&d->text, ",\"reference\":", task->reference);
    write_code(&d->text, ",\"service\":", names_code(queue_services(d->queue), task->service));
    write_code(&d->text, ",\"unit\":", names_code(queue_units(d->queue), task->unit));
    strbuf_addf(&d->text, ",\"due_at\":\"%s\",\"attempt\":%u", clock_text_utc(task->due_at, due_at),
                task->attempts);
    if (task->followers > 0)
        strbuf_addf(&d->text, ",\"followers\":%u", task->followers);
    strbuf_addf(&d->text, ",\"content\":");
    strbuf_add(&d->text, content, len);
    strbuf_add(&d->text, "}", 1);
}

static void send_tasks(struct dispatch *d, struct session *session)
{
    if (d->text.len == 0)
        return;
    strbuf_add(&d->text, "]", 1);
    door_say(d, session, WIRE_TASK);
}

/* ---- fetching ---- */

static struct lease *still_leased(const struct dispatch *d, const struct fetch *fetch, int i)
{
    const struct task *task = queue_find(d->queue, &fetch->wanted[i].id);

    return task != NULL && task->lease != NULL && task->lease->epoch == fetch->wanted[i].epoch
               ? task->lease
               : NULL;
}

/* Nobody has seen the lease. */
static void undo_one(struct dispatch *d, struct lease *lease)
{
    struct task *task = lease->task;

    lease_end(&d->sessions, lease);
    queue_wait(d->queue, task);
}

/* Sends what was fetched, as far as its worker reads; leases of one worker lie together. */
static void deliver(struct dispatch *d, const struct fetch *fetch, const PGresult *rows)
{
    struct session *to = NULL;

    strbuf_clear(&d->text);
    for (int i = 0; i < fetch->count; i++) {
        struct lease *lease = still_leased(d, fetch, i);
        if (lease == NULL)
            continue;
        if (db_is_null(rows, i, 0)) {
            struct task *task = lease->task;
            lease_end(&d->sessions, lease);
            aside_put(d, task);
            continue;
        }
        if (!account_takes_tasks(lease->session->account)) {
            undo_one(d, lease);
            continue;
        }
        if (to != NULL && (lease->session != to || d->text.len > PARCEL_BYTES))
            send_tasks(d, to);
        to = lease->session;
        write_task(d, lease, db_text(rows, i, 0), db_len(rows, i, 0));
    }
    if (to != NULL)
        send_tasks(d, to);
}

static void undo(struct dispatch *d, const struct fetch *fetch)
{
    for (int i = 0; i < fetch->count; i++) {
        struct lease *lease = still_leased(d, fetch, i);
        if (lease != NULL)
            undo_one(d, lease);
    }
}

static void on_contents(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct fetch *fetch = ctx;
    struct dispatch *d = fetch->dispatch;

    if (e == NULL && PQntuples(rows[0]) == fetch->count) {
        deliver(d, fetch, rows[0]);
        d->dirty = true;
    } else { /* the next tick tries again */
        log_event(LOG_WARN, "contents not fetched", "why", e != NULL ? e->text : "rows are missing",
                  NULL);
        undo(d, fetch);
    }
    DL_DELETE(d->fetches, fetch);
    free(fetch);
}

/* Whether the database takes it. */
static bool send_fetch(struct dispatch *d, struct fetch **fetch)
{
    struct err e = {0};

    if (*fetch == NULL)
        return true;
    db_array_begin(&d->contents_args, DB_ARRAY_UUID);
    for (int i = 0; i < (*fetch)->count; i++)
        db_item_uuid(&d->contents_args, &(*fetch)->wanted[i].id.case_id);
    db_array_end(&d->contents_args);
    bool sent = db_send(d->db, &(struct db_step){&sql_select_contents, &d->contents_args}, 1,
                        on_contents, *fetch, &e) == 0;
    if (sent) {
        DL_APPEND(d->fetches, *fetch);
    } else {
        db_args_free(&d->contents_args);
        undo(d, *fetch);
        free(*fetch);
    }
    *fetch = NULL;
    return sent;
}

/* False: it cannot be had now, and the lease has ended. */
static bool want_content(struct dispatch *d, struct fetch **fetch, const struct lease *lease)
{
    if (*fetch == NULL) {
        *fetch = mem_new(1, sizeof(**fetch));
        (*fetch)->dispatch = d;
    }
    struct fetch *f = *fetch;
    f->wanted[f->count].id = lease->task->id;
    f->wanted[f->count++].epoch = lease->epoch;
    return f->count < FETCH_TASKS || send_fetch(d, fetch);
}

/* ---- handing out ---- */

/* The first of all units that the worker serves. */
static struct task *pick(const struct dispatch *d, const struct session *session)
{
    struct task *best = NULL;

    for (size_t i = 0; i < session->unit_count; i++) {
        struct task *task = queue_first(d->queue, session->units[i]);
        if (task != NULL && (best == NULL || queue_before(task, best)))
            best = task;
    }
    return best;
}

static struct lease *lend(struct dispatch *d, struct session *session, struct task *task)
{
    int64_t now = loop_now_us(d->loop);

    if (d->epoch < d->top_epoch) /* of a leader before us, whose clock was ahead */
        d->epoch = d->top_epoch;
    if (task->attempts++ == 0)
        metric_observe_us(&lease_wait, now - task->since_us);
    metric_add(&leases, 1);
    return lease_begin(&d->sessions, session, d->queue,
                       &(struct lease_grant){task, ++d->epoch, now});
}

struct round {
    struct fetch *fetch; /* being filled, or NULL */
    bool is_stuck;       /* the database takes no more: the next tick tries again */
};

/* One parcel to one worker; whether there was anything for it. Then it is the turn of the others:
 * the workers of a unit share its tasks, however few come at a time. */
static bool fill(struct dispatch *d, struct session *session, struct round *round)
{
    struct task *task;
    int count = 0;

    strbuf_clear(&d->text);
    while (count < PARCEL_TASKS && d->text.len < PARCEL_BYTES && !session->gone &&
           session->held < session->credit && account_takes_tasks(session->account) &&
           !round->is_stuck && (task = pick(d, session)) != NULL) {
        struct lease *lease = lend(d, session, task);
        count++;
        if (task->content != NULL)
            write_task(d, lease, task->content, task->content_len);
        else
            round->is_stuck = !want_content(d, &round->fetch, lease);
        queue_drop_content(d->queue, task); /* it is seldom needed twice */
    }
    send_tasks(d, session);
    if (count > 0)
        sessions_put_last(&d->sessions, session);
    return count > 0;
}

void handout_turn(struct dispatch *d)
{
    struct session *session, *next;
    struct round round = {0};
    bool more = d->leads && d->dirty && !d->stopping;

    if (more)
        d->dirty = false;
    while (more) {
        more = false;
        HASH_ITER(hh, d->sessions.all, session, next)
        {
            more = fill(d, session, &round) || more;
        }
    }
    (void)send_fetch(d, &round.fetch);
}

/* To the lease's holder. */
static void say_end(struct dispatch *d, const struct lease *lease, const char *why)
{
    char id[WIRE_TASK_ID_SIZE];
    struct wire_result words = {.task = wire_task_id_text(&lease->task->id, id),
                                .epoch = lease->epoch,
                                .verb = "lease",
                                .refused = "conflict",
                                .text = why};

    strbuf_clear(&d->text);
    strbuf_add(&d->text, "[", 1);
    json_write(wire_result_fields, &words, &d->text);
    strbuf_add(&d->text, "]", 1);
    door_say(d, lease->session, WIRE_REFUSED);
    d->dirty = true; /* it has credit for another */
}

void handout_end(struct dispatch *d, struct lease *lease, const char *why)
{
    say_end(d, lease, why);
    lease_end(&d->sessions, lease);
}

void handout_move(struct dispatch *d, struct lease *lease, struct session *to)
{
    say_end(d, lease, "the worker goes on with the task in another session");
    lease_move(lease, to);
    orders_count(d, lease);
}

void handout_forget(struct dispatch *d, const struct wire_task_id *id, const char *why)
{
    struct task *task = queue_find(d->queue, id);

    if (task == NULL)
        return;
    if (task->lease != NULL && task->lease->in_flight > 0) {
        task->lease->finished = why; /* the worker hears the answer before its credit grows */
        return;
    }
    if (task->lease != NULL)
        handout_end(d, task->lease, why);
    queue_remove(d->queue, task);
}

void handout_free(struct dispatch *d)
{
    struct fetch *fetch, *next;

    DL_FOREACH_SAFE(d->fetches, fetch, next)
    {
        free(fetch);
    }
    d->fetches = NULL;
    db_args_free(&d->contents_args);
}
