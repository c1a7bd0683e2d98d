/* SPDX-License-Identifier: Apache-2.0 */
/* tasks - the queue's tasks: all that are open from the database at the start, then what the
 * ledger's events say of them (common/follow). */
#include "dispatch.h"
#include "log.h"
#include "sql_dispatch.h"

#include <inttypes.h>
#include <string.h>

/* Columns of sql/select_tasks.sql and its kin; SEQ only of select_missed. */
enum {
    CASE_ID,
    NUMBER,
    REFERENCE,
    SERVICE,
    UNIT,
    DUE_AT,
    PRIORITY,
    EPOCH,
    KEPT_BACK,
    FOLLOWERS,
    SEQ
};

static const char kept_back[] =
    "the task has ended or is kept back: its case stands still, a person "
    "has it, or it waits for a signature";

/* ---- rows ---- */

/* It may have stood still, and go on again, before what its holder has said of it was answered. */
static void put(struct dispatch *d, const struct queue_entry *entry)
{
    struct task *task = queue_put(d->queue, entry);

    if (task == NULL) {
        log_event(LOG_ERROR, "too many units or services", "reference", entry->reference, NULL);
        return;
    }
    if (task->lease != NULL)
        task->lease->finished = NULL;
    news_note(d, &entry->id, entry->followers);
}

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
        .followers = db_int(rows, row, FOLLOWERS),
    };
    int64_t epoch = db_int(rows, row, EPOCH);
    if (epoch > d->top_epoch)
        d->top_epoch = epoch;
    if (aside_is_older(d, &entry.id.case_id))
        return;
    if (db_int(rows, row, KEPT_BACK) != 0)
        handout_forget(d, &entry.id, kept_back);
    else
        put(d, &entry);
}

void tasks_take_rows(struct dispatch *d, const PGresult *rows)
{
    for (int row = 0; row < PQntuples(rows); row++)
        take_row(d, rows, row);
    d->dirty = true;
}

static bool take_missed(void *ctx, const PGresult *rows)
{
    tasks_take_rows(ctx, rows);
    return true;
}

/* ---- events ---- */

/* What else an event tells is in m, from frame on. */
enum { DETAIL_FRAME = 1, CONTENT_FRAME };

static void end_task(struct dispatch *d, const struct event_head *head, const struct bus_message *m,
                     int frame)
{
    (void)m;
    (void)frame;
    handout_forget(d, &(struct wire_task_id){head->case_id, (int16_t)head->task},
                   "the task has ended");
    aside_hear(d, &head->case_id);
    d->dirty = true;
}

static void keep_back(struct dispatch *d, const struct event_head *head,
                      const struct bus_message *m, int frame)
{
    (void)m;
    (void)frame;
    handout_forget(d, &(struct wire_task_id){head->case_id, (int16_t)head->task}, kept_back);
    aside_hear(d, &head->case_id);
    d->dirty = true;
}

/* The case stands still or goes on, or dates have moved. */
static void look_at_case(struct dispatch *d, const struct event_head *head,
                         const struct bus_message *m, int frame)
{
    (void)m;
    (void)frame;
    aside_look(d, &head->case_id);
}

/* Whether the clock stands: what a unit gets meanwhile is kept back until it goes on. */
static bool stands(const struct event_head *head)
{
    return strcmp(head->state, "NEED_INFO") == 0 || strcmp(head->state, "SUSPENDED") == 0;
}

static void open_task(struct dispatch *d, const struct event_head *head,
                      const struct bus_message *m, int frame)
{
    struct queue_entry entry = {
        .id = {head->case_id, (int16_t)head->task},
        .reference = head->reference,
        .service = head->service,
        .unit = head->unit,
        .due_at = head->due_at,
        .priority = head->priority,
    };

    if (stands(head)) {
        look_at_case(d, head, m, frame);
        return;
    }
    struct task *task = queue_put(d->queue, &entry);
    if (task != NULL && task->place != 0)
        queue_keep_content(d->queue, task, bus_data(m, frame + CONTENT_FRAME),
                           bus_len(m, frame + CONTENT_FRAME));
    d->dirty = true;
}

struct acceptance {
    int64_t epoch;
};

static const struct json_field acceptance_fields[] = {
    JSON_INT(struct acceptance, epoch, true, 0, (double)EPOCH_PERSON),
    JSON_SKIPPED("unit", true),
    {0},
};

/* 0: it does not say. */
static int64_t accepted_epoch(const struct bus_message *m, int frame)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct acceptance acceptance;
    struct err e;

    return json_take(acceptance_fields, bus_data(m, frame + DETAIL_FRAME),
                     bus_len(m, frame + DETAIL_FRAME), &store, &acceptance, &e) == 0
               ? acceptance.epoch
               : 0;
}

/* By a worker: no more leases at or below its epoch, also of a dispatch that stands by. By a
 * person: the task is theirs from now on. */
static void take_acceptance(struct dispatch *d, const struct event_head *head,
                            const struct bus_message *m, int frame)
{
    int64_t epoch = accepted_epoch(m, frame);

    if (epoch == EPOCH_PERSON)
        keep_back(d, head, m, frame);
    else if (epoch > d->top_epoch)
        d->top_epoch = epoch;
}

/* Others have reported the same. */
static void take_followers(struct dispatch *d, const struct event_head *head,
                           const struct bus_message *m, int frame)
{
    AUTO(json_release) json_t *document = NULL;
    struct err e;

    if (json_parse(bus_data(m, frame + DETAIL_FRAME), bus_len(m, frame + DETAIL_FRAME), &document,
                   &e) == 0)
        news_note(d, &(struct wire_task_id){head->case_id, (int16_t)head->task},
                  json_integer_value(json_object_get(document, "count")));
}

/* What each event says of a task; those that are not here say nothing that matters to workers.
 * Keep in step with sql/select_missed.sql. */
static const struct {
    const char *type;
    void (*take)(struct dispatch *d, const struct event_head *head, const struct bus_message *m,
                 int frame);
} types[] = {
    {"received", open_task},
    {"assigned", open_task},
    {"accepted", take_acceptance},
    {"answered", end_task},
    {"coordinated", end_task},
    {"returned", end_task},
    {"transferred", end_task},
    {"cancelled", end_task},
    /* It waits for a signature, not for a worker; and now it does again. */
    {"drafted", keep_back},
    {"sent_back", look_at_case},
    {"info_requested", look_at_case},
    {"info_given", look_at_case},
    {"suspended", look_at_case},
    {"resumed", look_at_case},
    {"extended", look_at_case},
    {"due_moved", look_at_case},
    {"followed", take_followers},
};

static void take_event(void *ctx, const struct event_head *head, const struct bus_message *m,
                       int frame)
{
    for (size_t i = 0; i < COUNT(types); i++)
        if (strcmp(head->type, types[i].type) == 0)
            types[i].take(ctx, head, m, frame);
}

/* ---- loading ---- */

static void fetch_more(struct dispatch *d);

static void give_up(struct dispatch *d, const struct err *e)
{
    log_event(LOG_WARN, "open tasks not read", "why", e->text, NULL);
    d->tasks_state = TASKS_UNKNOWN; /* the next tick begins again */
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
    tasks_take_rows(d, rows[0]);
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
    d->tasks_state = TASKS_KNOWN;
    follow_begin(d->follow, d->loaded_seq);
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
    d->loaded_seq = db_int(rows[1], 0, 0);
    fetch_more(d);
}

/* The number first, then the tasks: what happens between them is told twice. */
static void load(struct dispatch *d)
{
    struct db_step steps[] = {
        {&sql_close_cursors, NULL}, /* of a try that failed */
        {&sql_select_seq, NULL},
        {&sql_declare_open_tasks, NULL},
    };
    struct err e;

    queue_clear(d->queue);
    d->tasks_state = TASKS_LOADING;
    if (db_send(d->db, steps, COUNT(steps), on_declared, d, &e) < 0)
        give_up(d, &e);
}

/* ---- for the others ---- */

static void on_live(void *ctx)
{
    lead_begin(ctx);
}

int tasks_open(struct dispatch *d, struct err *e)
{
    const struct follow_settings settings = {
        .db = d->db,
        .bus = d->bus,
        .endpoint = d->settings.events_endpoint,
        .missed = &sql_select_missed,
        .seq_column = SEQ,
        .take_rows = take_missed,
        .take_event = take_event,
        .live = on_live,
        .ctx = d,
    };

    return follow_open(&d->follow, d->loop, &settings, e);
}

void tasks_ready(struct dispatch *d)
{
    if (d->tasks_state == TASKS_UNKNOWN)
        load(d);
    else if (d->tasks_state == TASKS_KNOWN)
        follow_read(d->follow);
}

void tasks_tick(struct dispatch *d)
{
    if (d->tasks_state == TASKS_KNOWN)
        follow_tick(d->follow);
    else if (d->tasks_state == TASKS_UNKNOWN && db_is_ready(d->db))
        load(d);
}
