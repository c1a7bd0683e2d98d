/* SPDX-License-Identifier: Apache-2.0 */
#include "worker_session_internal.h"

#include "clock.h"
#include "mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BATCH_ITEMS = 500,
    BATCH_BYTES = 256 * 1024,
    HELLO_BYTES = 64 * 1024,
};

/* ---- saying ---- */

void worker_say(struct worker_session *s, enum wire_verb verb, const char *json, size_t len)
{
    const char *name = wire_verb_name(verb);

    if (zmq_send(s->socket, name, strlen(name), ZMQ_DONTWAIT | (len > 0 ? ZMQ_SNDMORE : 0)) >= 0 &&
        len > 0)
        (void)zmq_send(s->socket, json, len, ZMQ_DONTWAIT);
    loop_used_zmq(s->loop, s->socket);
}

void worker_say_hello(struct worker_session *s)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(HELLO_BYTES);
    AUTO(json_release) json_t *units = s->settings.units != NULL ? json_array() : NULL;
    struct wire_hello hello = {WIRE_PROTOCOL, s->settings.name, s->settings.credit, units,
                               s->settings.on_news != NULL};

    for (const char *const *unit = s->settings.units; unit != NULL && *unit != NULL; unit++)
        json_array_append_new(units, json_string(*unit));
    json_write(wire_hello_fields, &hello, &text);
    worker_say(s, WIRE_HELLO, text.data, text.len);
    s->heard_us = clock_mono_us();
}

static void send_batch(struct worker_session *s, enum wire_verb verb)
{
    struct batch *batch = &s->batches[verb];

    if (batch->count > 0) {
        strbuf_add(&batch->text, "]", 1);
        worker_say(s, verb, batch->text.data, batch->text.len);
    }
    batch->text.len = 0;
    batch->count = 0;
}

static void send_all(void *ctx)
{
    struct worker_session *s = ctx;

    for (int verb = 0; verb < WIRE_VERBS; verb++)
        send_batch(s, (enum wire_verb)verb);
}

/* Opens an item; the caller adds what is its own and "}". */
static struct strbuf *begin_item(struct worker_session *s, enum wire_verb verb,
                                 const struct worker_task *task)
{
    struct batch *batch = &s->batches[verb];

    if (batch->count == BATCH_ITEMS || batch->text.len > BATCH_BYTES)
        send_batch(s, verb);
    strbuf_addf(&batch->text, "%s{\"task\":\"%s\",\"epoch\":%" PRId64,
                batch->count++ == 0 ? "[" : ",", task->task, task->epoch);
    if (task->unit != NULL) {
        strbuf_add(&batch->text, ",\"unit\":", 8);
        json_write_text(&batch->text, task->unit, strlen(task->unit));
    }
    if (!loop_timer_is_set(s->send))
        loop_timer_set_us(s->send, 0);
    return &batch->text;
}

void worker_session_accept(struct worker_session *s, const struct worker_task *task)
{
    strbuf_add(begin_item(s, WIRE_ACCEPT, task), "}", 1);
}

void worker_session_done(struct worker_session *s, const struct worker_task *task,
                         const struct case_answer *answer)
{
    struct strbuf *text = begin_item(s, WIRE_DONE, task);

    strbuf_add(text, ",\"answer\":", 10);
    json_write(case_answer_fields, answer, text);
    strbuf_add(text, "}", 1);
}

void worker_session_return(struct worker_session *s, const struct worker_task *task,
                           const struct case_return *why)
{
    struct strbuf *text = begin_item(s, WIRE_RETURN, task);

    strbuf_add(text, ",\"reason\":", 10);
    json_write_text(text, why->reason, strlen(why->reason));
    if (why->text != NULL) {
        strbuf_add(text, ",\"text\":", 8);
        json_write_text(text, why->text, strlen(why->text));
    }
    strbuf_add(text, "}", 1);
}

/* ---- trouble ---- */

void worker_report(struct worker_session *s, const char *why)
{
    bool known = strcmp(s->trouble, why) == 0;

    s->welcome = false;
    snprintf(s->trouble, sizeof(s->trouble), "%s", why);
    if (!known && s->settings.on_trouble != NULL)
        s->settings.on_trouble(s->settings.ctx, s->trouble);
}

/* What was to be said to the session before is not for the next one. */
void worker_drop_batches(struct worker_session *s)
{
    for (int verb = 0; verb < WIRE_VERBS; verb++) {
        s->batches[verb].text.len = 0;
        s->batches[verb].count = 0;
    }
}

/* ---- opening and closing ---- */

static void on_beat(void *ctx)
{
    struct worker_session *s = ctx;
    int64_t silence = clock_mono_us() - s->heard_us;
    struct err e = {0};

    loop_timer_set_us(s->beat, (int64_t)WIRE_HEARTBEAT_S * CLOCK_US_PER_S);
    if (silence > (int64_t)WIRE_DEAD_S * CLOCK_US_PER_S) {
        if (s->welcome || s->trouble[0] == '\0')
            worker_report(s, "the server is silent");
        worker_disconnect(s);
        if (worker_connect(s, &e) < 0)
            worker_report(s, e.text);
    } else if (s->welcome) {
        worker_say(s, WIRE_HEARTBEAT, NULL, 0);
    }
}

int worker_session_open(struct worker_session **out, struct loop *loop, void *zmq,
                        const struct worker_session_settings *settings, struct err *e)
{
    AUTO(worker_session_close) struct worker_session *s = mem_new(1, sizeof(*s));

    s->settings = *settings;
    s->loop = loop;
    s->zmq = zmq;
    for (int verb = 0; verb < WIRE_VERBS; verb++)
        s->batches[verb].text = STRBUF(WIRE_MAX_BYTES);
    s->beat = loop_timer_new(loop, on_beat, s);
    s->send = loop_timer_new(loop, send_all, s);
    if (worker_connect(s, e) < 0)
        return -1;
    loop_timer_set_us(s->beat, (int64_t)WIRE_HEARTBEAT_S * CLOCK_US_PER_S);
    *out = s;
    s = NULL;
    return 0;
}

void worker_session_close(struct worker_session **session)
{
    struct worker_session *s = *session;

    if (s == NULL)
        return;
    if (s->welcome) {
        send_all(s);
        worker_say(s, WIRE_BYE, NULL, 0);
    }
    worker_disconnect(s);
    for (int verb = 0; verb < WIRE_VERBS; verb++)
        strbuf_free(&s->batches[verb].text);
    loop_timer_cancel(s->beat);
    loop_timer_cancel(s->send);
    free(s);
    *session = NULL;
}

bool worker_session_is_welcome(const struct worker_session *session)
{
    return session->welcome;
}
