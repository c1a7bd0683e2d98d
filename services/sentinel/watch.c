/* SPDX-License-Identifier: Apache-2.0 */
/* watch - twice a second the moments of the next two seconds are read, however
 * many tasks are open; one timer waits for the first of them. A task is in one
 * call at a time. What a call leaves undone is found by the next reading, since
 * its moment stays in the table until the flag is raised. */
#include "watch.h"

#include "sql_sentinel.h" /* generated from sql/ */

#include "clock.h"
#include "log.h"
#include "mem.h"
#include "messages.h"
#include "metrics.h"
#include "timetable.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    READ_EVERY_MS = 500,
    HORIZON_US = 2000000,
    LIST_MOST = 4000, /* moments of one reading */
    HOLD_BUSY_US = 500000,
    HOLD_REFUSED_US = 10000000,
    COMMAND_BYTES = 256,
};

METRIC_COUNTER(flags_sent, "dunghen_sentinel_flags_sent_total",
               "Tasks that the tracker was asked to flag.");
METRIC_COUNTER(flags_refused, "dunghen_sentinel_flags_refused_total",
               "Tasks that the tracker did not flag, those finished meanwhile included.");
METRIC_HISTOGRAM(lag, "dunghen_sentinel_lag_seconds",
                 "From the moment of a flag until the tracker was asked to raise it.");
METRIC_HISTOGRAM(confirmation, "dunghen_sentinel_confirmation_seconds",
                 "From asking the tracker until its answer.");

struct call {
    struct watch *watch;
    bool in_use;
    int64_t sent_mono_us;
    int count;
    struct moment items[BUS_MAX_ITEMS];
};

struct watch {
    struct watch_settings settings;
    struct timetable *table;
    struct db_args args;
    struct loop_timer *moment; /* when the first of the list falls due */
    struct call calls[WATCH_MAX_CALLS];
    bool leads;
    bool reading;
    bool more;     /* the last reading did not show all that is due */
    int64_t asked; /* rows of the reading under way */
};

static void read_moments(void *ctx);

/* ---- answers ---- */

/* How long readings leave a task out after a refusal that asking at once would not change. */
static int64_t hold_us(enum err_kind kind)
{
    return kind == ERR_BUSY ? HOLD_BUSY_US : HOLD_REFUSED_US;
}

static void settle(struct watch *w, const struct moment *m, const struct err *e)
{
    if (e == NULL) {
        timetable_release(w->table, m);
        return;
    }
    metric_add(&flags_refused, 1);
    timetable_hold(w->table, m, clock_mono_us() + hold_us(e->kind));
    /* Usual are a task that was finished in the meantime and a tracker that has too much to do. */
    if (e->kind != ERR_CONFLICT && e->kind != ERR_BUSY)
        log_event(LOG_ERROR, "flag refused", "why", e->text, NULL);
}

static void settle_item(struct watch *w, const struct moment *m, const struct bus_message *answer,
                        int frame)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct case_outcome outcome = {0};
    struct err e;

    if (answer_read(case_outcome_fields, bus_data(answer, frame), bus_len(answer, frame), &store,
                    &outcome, &e) < 0)
        settle(w, m, &e);
    else
        settle(w, m, NULL);
}

static void send_due(void *ctx);

static void on_answer(void *ctx, const struct bus_message *answer, const struct err *e)
{
    struct call *call = ctx;
    struct watch *w = call->watch;
    bool whole = e == NULL && answer->count == 1 + call->count;

    if (e != NULL)
        log_event(LOG_WARN, "flags not confirmed, asking again", "why", e->text, NULL);
    else
        metric_observe_us(&confirmation, clock_mono_us() - call->sent_mono_us);
    for (int i = 0; i < call->count; i++) {
        if (whole)
            settle_item(w, &call->items[i], answer, 1 + i);
        else
            timetable_release(w->table, &call->items[i]);
    }
    call->in_use = false;
    send_due(w);
}

/* ---- asking ---- */

static struct call *free_call(struct watch *w)
{
    for (int i = 0; i < WATCH_MAX_CALLS; i++)
        if (!w->calls[i].in_use)
            return &w->calls[i];
    return NULL;
}

static void add_command(struct bus_message *m, const struct moment *moment)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(COMMAND_BYTES);
    const struct case_command command = {
        .verb = "flag", .case_id = moment->case_id, .task = moment->task, .actor = "sentinel"};

    json_write(case_command_fields, &command, &text);
    bus_add(m, strbuf_text(&text), text.len);
    bus_add(m, "", 0);
}

/* Asks for all that is due, as far as one call carries it. */
static void send_call(struct watch *w, struct call *call)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    int64_t now = clock_now_us();
    struct err e;

    call->count = 0;
    bus_add(&m, TOPIC_COMMAND, sizeof(TOPIC_COMMAND) - 1);
    while (call->count < BUS_MAX_ITEMS &&
           timetable_take(w->table, now, &call->items[call->count])) {
        add_command(&m, &call->items[call->count]);
        metric_observe_us(&lag, now - call->items[call->count].at_us);
        call->count++;
    }
    call->sent_mono_us = clock_mono_us();
    if (bus_call(w->settings.tracker, &m, on_answer, call, &e) == 0) {
        call->in_use = true;
        metric_add(&flags_sent, call->count);
        return;
    }
    for (int i = 0; i < call->count; i++)
        timetable_release(w->table, &call->items[i]);
}

/* Then waits for the next moment. Without a free call the next answer comes here. */
static void send_due(void *ctx)
{
    struct watch *w = ctx;
    struct call *call = free_call(w);

    for (; call != NULL && timetable_first_us(w->table) <= clock_now_us(); call = free_call(w))
        send_call(w, call);
    int64_t first = timetable_first_us(w->table);
    if (first == INT64_MAX && w->more)
        read_moments(w);
    else if (first != INT64_MAX && call != NULL)
        loop_timer_set_us(w->moment, first - clock_now_us());
}

/* ---- reading ---- */

static void on_read(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct watch *w = ctx;

    w->reading = false;
    if (e != NULL) {
        if (e->kind != ERR_BUSY)
            log_event(LOG_ERROR, "could not read the next moments", "why", e->text, NULL);
        return;
    }
    if (!w->leads)
        return;
    timetable_begin(w->table);
    for (int i = 0; i < PQntuples(rows[0]); i++) {
        const struct moment m = {db_uuid(rows[0], i, 0), db_int(rows[0], i, 1),
                                 db_time(rows[0], i, 2)};
        timetable_add(w->table, &m);
    }
    w->more = PQntuples(rows[0]) == w->asked;
    send_due(w);
}

/* Tasks that are left out do not count, so that they never hide the others. */
static void read_moments(void *ctx)
{
    struct watch *w = ctx;
    const struct db_step step = {&sql_select_due_tasks, &w->args};
    struct err e;

    if (!w->leads || w->reading)
        return;
    w->more = false;
    timetable_ask(w->table, clock_mono_us());
    w->asked = LIST_MOST + (int64_t)timetable_left_out(w->table);
    db_arg_time(&w->args, clock_now_us() + HORIZON_US);
    db_arg_int64(&w->args, w->asked);
    w->reading = db_send(w->settings.db, &step, 1, on_read, w, &e) == 0;
}

struct watch *watch_new(const struct watch_settings *settings)
{
    struct watch *w = mem_new(1, sizeof(*w));

    w->settings = *settings;
    w->table = timetable_new(LIST_MOST);
    w->moment = loop_timer_new(settings->loop, send_due, w);
    for (int i = 0; i < WATCH_MAX_CALLS; i++)
        w->calls[i].watch = w;
    loop_every_ms(settings->loop, READ_EVERY_MS, read_moments, w);
    return w;
}

void watch_free(struct watch **watch)
{
    struct watch *w = *watch;

    if (w == NULL)
        return;
    loop_timer_cancel(w->moment);
    timetable_free(&w->table);
    db_args_free(&w->args);
    free(w);
    *watch = NULL;
}

void watch_lead(struct watch *w, bool leads)
{
    w->leads = leads;
    w->more = false;
    timetable_begin(w->table);
    loop_timer_cancel(w->moment);
    read_moments(w);
}
