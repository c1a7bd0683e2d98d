/* SPDX-License-Identifier: Apache-2.0 */
#include "follow.h"

#include "log.h"
#include "mem.h"
#include "metrics.h"

#include <stdlib.h>

enum {
    HELD = 256, /* messages kept while rows are read; more are a gap */
    SILENCE_US = 5 * 1000000,
};

METRIC_COUNTER(
    gaps, "dunghen_event_gaps_total",
    "Times that events had to be read from the table, since the stream had left some out.");

enum state {
    STOPPED,
    BEHIND, /* events are missing: they are read from the table */
    LIVE,
};

struct follow {
    struct loop *loop;
    struct follow_settings settings;
    struct bus_follower *follower;
    struct loop_timer *again;
    enum state state;
    bool reading; /* rows are on their way */
    bool dropped; /* and of no use any more */
    bool taking;  /* rows are being taken */
    bool more;    /* since they were asked for, something was told that is not held */
    int64_t seq;
    int64_t heard_us; /* monotonic, of the last message; 0: none yet */
    int64_t asked_us; /* monotonic, of the last reading */
    struct bus_message held[HELD];
    int held_count;
    struct db_args args;
};

/* ---- the stream ---- */

static int take_event(struct follow *f, const struct bus_message *m, int frame, struct err *e)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct event_head head = {0};

    if (json_take(event_head_fields, bus_data(m, frame), bus_len(m, frame), &store, &head, e) < 0)
        return -1;
    if (head.seq <= f->seq)
        return 0;
    f->seq = head.seq;
    f->settings.take_event(f->settings.ctx, &head, m, frame);
    return 0;
}

/* Takes a message that begins no later than the next event. */
static void take_events(struct follow *f, const struct bus_message *m)
{
    struct err e = {0};

    for (int frame = 2; frame + EVENT_FRAMES <= m->count; frame += EVENT_FRAMES)
        if (take_event(f, m, frame, &e) < 0)
            log_event(LOG_ERROR, "event not understood", "why", e.text, NULL);
}

static int read_range(const struct bus_message *m, struct event_range *range, struct err *e)
{
    AUTO(json_store_free) struct json_store store = {0};

    if (m->count < 2)
        return err_set(e, ERR_INPUT, "frames are missing");
    return json_take(event_range_fields, bus_data(m, 1), bus_len(m, 1), &store, range, e);
}

static void hold(struct follow *f, const struct bus_message *m)
{
    if (f->settings.take_event == NULL || f->held_count == HELD) {
        f->more = true; /* in the table, perhaps not in the rows that are on their way */
        return;
    }
    struct bus_message *copy = &f->held[f->held_count++];
    for (int i = 0; i < m->count; i++)
        bus_add_frame(copy, &m->frames[i]);
}

/* A gap leaves us behind; the caller has it read. */
static void take_live(struct follow *f, const struct bus_message *m)
{
    struct event_range range = {0};
    struct err e = {0};

    if (read_range(m, &range, &e) < 0) {
        log_event(LOG_ERROR, "events not understood", "why", e.text, NULL);
        return;
    }
    if (f->state != LIVE) {
        hold(f, m);
    } else if (f->settings.take_event == NULL) {
        f->state = range.last > f->seq ? BEHIND : LIVE;
    } else if (range.first > f->seq + 1) {
        metric_add(&gaps, 1);
        f->state = BEHIND;
        hold(f, m);
    } else {
        take_events(f, m);
    }
}

/* Up to date as far as the table went: now what came in meanwhile. What was not held leaves us
 * behind; the caller has it read. */
static void go_live(struct follow *f)
{
    int count = f->held_count;

    f->state = LIVE;
    for (int i = 0; i < count; i++) {
        struct bus_message m = f->held[i];
        f->held[i] = (struct bus_message){0};
        f->held_count = i; /* a gap among them holds this one and those after it again */
        take_live(f, &m);
        bus_message_free(&m);
    }
    if (f->state != LIVE)
        return;
    f->held_count = 0;
    if (f->more)
        f->state = BEHIND;
    else if (f->settings.live != NULL)
        f->settings.live(f->settings.ctx);
}

/* ---- the table ---- */

static void read_missed(struct follow *f);

static void take_rows(struct follow *f, const PGresult *rows)
{
    int count = PQntuples(rows);

    if (count == 0) {
        go_live(f);
        if (f->more && !loop_timer_is_set(f->again))
            read_missed(f);
        return;
    }
    f->seq = db_int(rows, count - 1, f->settings.seq_column);
    f->taking = !f->settings.take_rows(f->settings.ctx, rows);
    read_missed(f);
}

static void on_missed(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct follow *f = ctx;

    f->reading = false;
    if (e != NULL)
        log_event(LOG_WARN, "events not read", "why", e->text, NULL);
    if (f->dropped) {
        f->dropped = false;
        read_missed(f);
    } else if (e == NULL) {
        take_rows(f, rows[0]);
    }
}

static void read_missed(struct follow *f)
{
    struct db_step step = {f->settings.missed, &f->args};
    struct err e;

    if (f->state != BEHIND || f->reading || f->taking || !db_is_ready(f->settings.db))
        return;
    f->asked_us = loop_now_us(f->loop);
    f->more = false;
    db_arg_int64(&f->args, f->seq);
    f->reading = db_send(f->settings.db, &step, 1, on_missed, f, &e) == 0;
}

static void on_again(void *ctx)
{
    read_missed(ctx);
}

static void on_hint(void *ctx, const struct bus_message *m)
{
    struct follow *f = ctx;
    int64_t now = loop_now_us(f->loop);

    f->heard_us = now;
    take_live(f, m);
    if (f->state != BEHIND || loop_timer_is_set(f->again))
        return;
    if (now - f->asked_us >= f->settings.pause_us)
        read_missed(f);
    else
        loop_timer_set_us(f->again, f->asked_us + f->settings.pause_us - now);
}

/* ---- for its user ---- */

int follow_open(struct follow **out, struct loop *loop, const struct follow_settings *settings,
                struct err *e)
{
    AUTO(follow_close) struct follow *f = mem_new(1, sizeof(*f));

    f->loop = loop;
    f->settings = *settings;
    f->again = loop_timer_new(loop, on_again, f);
    if (bus_follow(&f->follower, settings->bus, settings->endpoint, TOPIC_EVENTS, on_hint, f, e) <
        0)
        return -1;
    *out = f;
    f = NULL;
    return 0;
}

void follow_close(struct follow **follow)
{
    struct follow *f = *follow;

    if (f == NULL)
        return;
    loop_timer_cancel(f->again);
    bus_follower_close(&f->follower);
    for (int i = 0; i < HELD; i++)
        bus_message_free(&f->held[i]);
    db_args_free(&f->args);
    free(f);
    *follow = NULL;
}

void follow_begin(struct follow *f, int64_t seq)
{
    follow_stop(f);
    f->seq = seq;
    f->state = BEHIND;
    read_missed(f);
}

void follow_stop(struct follow *f)
{
    f->state = STOPPED;
    f->dropped = f->reading;
    f->taking = false;
}

void follow_taken(struct follow *f)
{
    f->taking = false;
    read_missed(f);
}

void follow_read(struct follow *f)
{
    if (f->state == LIVE)
        f->state = BEHIND;
    read_missed(f);
}

void follow_tick(struct follow *f)
{
    read_missed(f);
}

const char *follow_trouble(const struct follow *f)
{
    if (f->heard_us == 0 || loop_now_us(f->loop) - f->heard_us > SILENCE_US)
        return "nothing is heard";
    return NULL;
}
