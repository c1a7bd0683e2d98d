/* SPDX-License-Identifier: Apache-2.0 */
/* follow - open tasks from the database at the start, then the live events; what
 * was missed is read from the table. Rows and events may tell the same twice
 * and in any overlap: a row says how a task is, and every event that is newer
 * than the rows is taken after them. */
#include "clock.h"
#include "dispatch.h"
#include "log.h"
#include "metrics.h"
#include "sql_dispatch.h"

#include <inttypes.h>
#include <string.h>

METRIC_COUNTER(gaps, "dunghen_dispatch_event_gaps_total",
               "Times that events had to be read from the table.");

/* Columns of sql/select_tasks.sql and its kin; SEQ only of select_missed. */
enum { CASE_ID, NUMBER, REFERENCE, SERVICE, UNIT, DUE_AT, PRIORITY, EPOCH, FINISHED, SEQ };

/* ---- rows ---- */

static void take_row(struct dispatch *d, const PGresult *rows, int row)
{
    if (db_is_null(rows, row, CASE_ID) || db_is_null(rows, row, REFERENCE))
        return; /* an event of the case as a whole */
    struct queue_entry entry = {
        .id = {db_uuid(rows, row, CASE_ID), (int16_t)db_int(rows, row, NUMBER)},
        .reference = db_text(rows, row, REFERENCE),
        .service = db_text(rows, row, SERVICE),
        .unit = db_text(rows, row, UNIT),
        .due_at = db_time(rows, row, DUE_AT),
        .priority = db_int(rows, row, PRIORITY),
    };
    int64_t epoch = db_int(rows, row, EPOCH);
    if (epoch > d->follow.top_epoch)
        d->follow.top_epoch = epoch;
    if (db_int(rows, row, FINISHED) != 0)
        handout_forget(d, &entry.id);
    else if (queue_put(d->queue, &entry) == NULL)
        log_event(LOG_ERROR, "too many units or services", "reference", entry.reference, NULL);
}

void follow_take_rows(struct dispatch *d, const PGresult *rows)
{
    for (int row = 0; row < PQntuples(rows); row++)
        take_row(d, rows, row);
    d->dirty = true;
}

/* ---- events ---- */

static void open_task(struct dispatch *d, const struct event_head *head, const char *content,
                      size_t len)
{
    struct queue_entry entry = {
        .id = {head->case_id, (int16_t)head->task},
        .reference = head->reference,
        .service = head->service,
        .unit = head->unit,
        .due_at = head->due_at,
        .priority = head->priority,
    };
    struct task *task = queue_put(d->queue, &entry);

    if (task != NULL && task->place != 0)
        queue_keep_content(d->queue, task, content, len);
    d->dirty = true;
}

static void end_task(struct dispatch *d, const struct event_head *head, const char *content,
                     size_t len)
{
    (void)content;
    (void)len;
    handout_forget(d, &(struct wire_task_id){head->case_id, (int16_t)head->task});
    d->dirty = true;
}

static const struct {
    const char *type;
    void (*take)(struct dispatch *d, const struct event_head *head, const char *content,
                 size_t len);
} types[] = {
    {"received", open_task},   {"assigned", open_task}, {"answered", end_task},
    {"coordinated", end_task}, {"returned", end_task},  {"cancelled", end_task},
};

static int take_event(struct dispatch *d, const struct bus_message *m, int frame, struct err *e)
{
    AUTO(json_release) json_t *document = NULL;
    struct event_head head = {0};

    if (json_parse(bus_data(m, frame), bus_len(m, frame), &document, e) < 0 ||
        json_read(event_head_fields, document, false, &head, e) < 0)
        return -1;
    if (head.seq <= d->follow.seq)
        return 0;
    d->follow.seq = head.seq;
    for (size_t i = 0; head.task > 0 && i < COUNT(types); i++)
        if (strcmp(head.type, types[i].type) == 0)
            types[i].take(d, &head, bus_data(m, frame + 2), bus_len(m, frame + 2));
    return 0;
}

/* Takes a message that begins no later than the next event. */
static void take_events(struct dispatch *d, const struct bus_message *m)
{
    struct err e = {0};

    for (int frame = 2; frame + EVENT_FRAMES <= m->count; frame += EVENT_FRAMES)
        if (take_event(d, m, frame, &e) < 0)
            log_event(LOG_ERROR, "event not understood", "why", e.text, NULL);
}

static int read_range(const struct bus_message *m, struct event_range *range, struct err *e)
{
    AUTO(json_release) json_t *document = NULL;

    if (m->count < 2)
        return err_set(e, ERR_INPUT, "frames are missing");
    if (json_parse(bus_data(m, 1), bus_len(m, 1), &document, e) < 0)
        return -1;
    return json_read(event_range_fields, document, false, range, e);
}

static void hold(struct follow *f, const struct bus_message *m)
{
    if (f->held_count == FOLLOW_HELD)
        return; /* it will be missed, and read from the table */
    struct bus_message *copy = &f->held[f->held_count++];
    for (int i = 0; i < m->count; i++)
        bus_add_frame(copy, &m->frames[i]);
}

/* A gap leaves us behind; the caller has it read. */
static void take_live(struct dispatch *d, const struct bus_message *m)
{
    struct event_range range = {0};
    struct err e = {0};
    struct follow *f = &d->follow;

    if (read_range(m, &range, &e) < 0) {
        log_event(LOG_ERROR, "events not understood", "why", e.text, NULL);
        return;
    }
    if (range.last > f->told)
        f->told = range.last;
    if (f->state != FOLLOW_LIVE) {
        hold(f, m);
    } else if (range.first > f->seq + 1) {
        metric_add(&gaps, 1);
        f->state = FOLLOW_BEHIND;
        hold(f, m);
    } else {
        take_events(d, m);
    }
}

/* Up to date as far as the table goes: now what came in meanwhile. */
static void go_live(struct dispatch *d)
{
    struct follow *f = &d->follow;
    int count = f->held_count;

    f->state = FOLLOW_LIVE;
    for (int i = 0; i < count; i++) {
        struct bus_message m = f->held[i];
        f->held[i] = (struct bus_message){0};
        f->held_count = i; /* a gap among them holds this one and those after it again */
        take_live(d, &m);
        bus_message_free(&m);
    }
    if (f->state == FOLLOW_LIVE) {
        f->held_count = 0;
        lead_begin(d);
    }
}

/* ---- catching up ---- */

static void read_missed(struct dispatch *d);

static void on_missed(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct dispatch *d = ctx;
    int count = e == NULL ? PQntuples(rows[0]) : 0;

    d->follow.asking = false;
    if (e != NULL) {
        log_event(LOG_WARN, "events not read", "why", e->text, NULL);
        return; /* the next tick asks again */
    }
    follow_take_rows(d, rows[0]);
    if (count == 0) {
        go_live(d);
        return;
    }
    d->follow.seq = db_int(rows[0], count - 1, SEQ);
    read_missed(d);
}

static void read_missed(struct dispatch *d)
{
    struct follow *f = &d->follow;
    struct db_step step = {&sql_select_missed, &f->args};
    struct err e;

    if (f->asking || !db_is_ready(d->db))
        return;
    db_arg_int64(&f->args, f->seq);
    f->asking = db_send(d->db, &step, 1, on_missed, d, &e) == 0;
    if (!f->asking)
        db_args_free(&f->args);
}

void follow_take(void *ctx, const struct bus_message *m)
{
    struct dispatch *d = ctx;

    d->follow.heard_us = loop_now_us(d->loop);
    take_live(d, m);
    if (d->follow.state == FOLLOW_BEHIND)
        read_missed(d);
}

void follow_read_again(struct dispatch *d)
{
    if (d->follow.state == FOLLOW_LIVE)
        d->follow.state = FOLLOW_BEHIND;
    if (d->follow.state == FOLLOW_BEHIND)
        read_missed(d);
}

/* ---- loading ---- */

static void fetch_more(struct dispatch *d);

static void give_up(struct dispatch *d, const struct err *e)
{
    log_event(LOG_WARN, "open tasks not read", "why", e->text, NULL);
    d->follow.asking = false;
    d->follow.state = FOLLOW_EMPTY; /* the next tick begins again */
}

static void on_closed(void *ctx, PGresult *const rows[], const struct err *e)
{
    (void)ctx;
    (void)rows;
    if (e != NULL)
        log_event(LOG_WARN, "cursor not closed", "why", e->text, NULL);
}

static void on_fetched(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct dispatch *d = ctx;

    if (e != NULL) {
        give_up(d, e);
        return;
    }
    follow_take_rows(d, rows[0]);
    if (PQntuples(rows[0]) > 0) {
        fetch_more(d);
        return;
    }
    char count[32];
    snprintf(count, sizeof(count), "%zu", queue_count(d->queue));
    log_event(LOG_INFO, "open tasks read", "count", count, NULL);
    struct db_step step = {&sql_close_cursors, NULL};
    struct err ignored; /* the cursor is closed with the connection, at the latest */
    (void)!db_send(d->db, &step, 1, on_closed, d, &ignored);
    d->follow.asking = false;
    d->follow.state = FOLLOW_BEHIND;
    read_missed(d);
}

static void fetch_more(struct dispatch *d)
{
    struct db_step step = {&sql_fetch_open_tasks, NULL};
    struct err e;

    if (db_send(d->db, &step, 1, on_fetched, d, &e) < 0)
        give_up(d, &e);
}

static void on_declared(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct dispatch *d = ctx;

    if (e != NULL) {
        give_up(d, e);
        return;
    }
    d->follow.seq = db_int(rows[1], 0, 0);
    fetch_more(d);
}

/* The number first, then the tasks: what happens between them is told twice. */
static void load(struct dispatch *d)
{
    struct follow *f = &d->follow;
    struct db_step steps[] = {
        {&sql_close_cursors, NULL}, /* of a try that failed */
        {&sql_select_seq, NULL},
        {&sql_declare_open_tasks, NULL},
    };
    struct err e;

    queue_clear(d->queue);
    f->state = FOLLOW_LOADING;
    f->asking = true;
    if (db_send(d->db, steps, COUNT(steps), on_declared, d, &e) < 0)
        give_up(d, &e);
}

void follow_ready(struct dispatch *d)
{
    if (d->follow.asking)
        return;
    if (d->follow.state == FOLLOW_EMPTY)
        load(d);
    else
        follow_read_again(d);
}

void follow_tick(struct dispatch *d)
{
    struct follow *f = &d->follow;

    if (!db_is_ready(d->db) || f->asking)
        return;
    if (f->state == FOLLOW_EMPTY)
        load(d);
    else if (f->state == FOLLOW_BEHIND)
        read_missed(d);
}

void follow_free(struct dispatch *d)
{
    for (int i = 0; i < FOLLOW_HELD; i++)
        bus_message_free(&d->follow.held[i]);
    db_args_free(&d->follow.args);
}
