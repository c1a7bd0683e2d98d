/* SPDX-License-Identifier: Apache-2.0 */
/* orders - what workers ask for becomes commands to tracker, many in a message;
 * a worker hears OK only from tracker's answer, that is after the commit. */
#include "clock.h"
#include "dispatch.h"
#include "files.h"
#include "log.h"
#include "mem.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

enum {
    HEAD_BYTES = 1024,
    BODY_BYTES = 64 * 1024,
    EAGER_CALLS = ORDERS_CALLS / 2, /* the rest is for full errands */
    HELD_US = 1000000,
};

/* ---- at tracker ---- */

static void count_orders(const struct dispatch *d, struct errand *errand, struct lease *lease)
{
    for (int i = 0; i < errand->count; i++) {
        struct order *order = &errand->orders[i];
        if (order->epoch != lease->epoch || order->answered || order_lease(d, order) != lease)
            continue;
        order->counted = true;
        lease->in_flight++;
    }
}

void orders_count(struct dispatch *d, struct lease *lease)
{
    struct errand *errand;

    lease->in_flight = 0;
    DL_FOREACH(d->errands, errand)
    {
        count_orders(d, errand, lease);
    }
    if (d->errand != NULL)
        count_orders(d, d->errand, lease);
}

static void on_answer(void *ctx, const struct bus_message *answer, const struct err *e)
{
    struct errand *errand = ctx;

    if (e != NULL)
        log_event(LOG_WARN, "tracker does not answer", "why", e->text, NULL);
    answers_settle(errand, answer, e);
}

/* While tracker has much to do, the errand waits for more to be said: else workers that say little
 * at a time, but often, would take all calls. Not for long, as tracker may be away. */
static bool waits_for_more(const struct dispatch *d, const struct errand *errand)
{
    return !d->stopping && errand->count < BUS_MAX_ITEMS && bus_calls(d->tracker) >= EAGER_CALLS &&
           loop_now_us(d->loop) - errand->begun_us < HELD_US;
}

void orders_send(struct dispatch *d)
{
    struct errand *errand = d->errand;
    struct err e = {0};

    if (errand == NULL || waits_for_more(d, errand))
        return;
    d->errand = NULL;
    DL_APPEND(d->errands, errand);
    if (bus_call(d->tracker, &errand->m, on_answer, errand, &e) == 0)
        return;
    bus_message_free(&errand->m);
    answers_settle(errand, NULL, &e);
}

void orders_free(struct dispatch *d)
{
    struct errand *errand, *next;

    if (d->errand != NULL) {
        DL_APPEND(d->errands, d->errand);
        d->errand = NULL;
    }
    DL_FOREACH_SAFE(d->errands, errand, next)
    {
        bus_message_free(&errand->m);
        free(errand);
    }
    d->errands = NULL;
}

/* ---- orders from workers ---- */

/* The unit on whose behalf the worker speaks: the task's, else the one it
 * names, else its only one. tracker refuses a wrong one. */
static int find_unit(struct dispatch *d, const struct session *session,
                     const struct wire_item *item, const struct task *task, uint16_t *out,
                     struct err *e)
{
    uint16_t unit = NAMES_MAX;

    if (task != NULL)
        unit = task->unit;
    else if (item->unit != NULL)
        unit = names_find(queue_units(d->queue), item->unit);
    else if (session->unit_count == 1)
        unit = session->units[0];
    else
        return err_set(e, ERR_INPUT, "unit: is needed for a task that is not open");
    if (unit == NAMES_MAX || !session_has_unit(session, unit))
        return err_set(e, ERR_INPUT, "task: is not one of the unit's");
    *out = unit;
    return 0;
}

/* While somebody has the task, only its worker speaks of it, under that lease; but whoever had
 * accepted it before may have done it, until somebody else has accepted it (tracker knows). A lease
 * that never was is not worth a question to tracker. */
static int check_lease(const struct dispatch *d, const struct session *session,
                       const struct order *order, const struct task *task, struct err *e)
{
    const struct lease *lease = task != NULL ? task->lease : NULL;

    if (order->verb != WIRE_DONE && order->epoch > d->epoch)
        return err_set(e, ERR_INPUT, "epoch: no such lease was given");
    if (lease == NULL || (order->verb == WIRE_DONE && order->epoch < lease->epoch))
        return 0;
    if (order->epoch < lease->epoch)
        return err_set(e, ERR_CONFLICT, "epoch: the task has been given to another worker");
    if (order->epoch > lease->epoch || lease->session->account != session->account)
        return err_set(e, ERR_CONFLICT, "epoch: another worker has the task");
    return 0;
}

static void begin_errand(struct dispatch *d)
{
    if (d->errand != NULL)
        return;
    d->errand = mem_new(1, sizeof(*d->errand));
    d->errand->dispatch = d;
    d->errand->begun_us = loop_now_us(d->loop);
    bus_add(&d->errand->m, TOPIC_COMMAND, strlen(TOPIC_COMMAND));
}

/* Appends head and body of the command, and none of them when it fails: a message without commands
 * has no answer coming. */
static int write_command(struct dispatch *d, const struct session *session,
                         const struct order *order, const struct wire_item *item, uint16_t unit,
                         struct err *e)
{
    AUTO(strbuf_free) struct strbuf head = STRBUF(HEAD_BYTES);
    AUTO(strbuf_free) struct strbuf body = STRBUF(BODY_BYTES);
    struct case_command command = {.verb = wire_command_name(order->verb),
                                   .case_id = order->id.case_id,
                                   .task = order->id.number,
                                   .actor = session->actor,
                                   .unit = names_code(queue_units(d->queue), unit),
                                   .epoch = order->epoch};

    if (wire_body_write(order->verb, item, &body, e) < 0)
        return -1;
    json_write(case_command_fields, &command, &head);
    if (strbuf_text(&head) == NULL || body.failed)
        return err_set(e, ERR_INPUT, "the item is too long");
    begin_errand(d);
    bus_add(&d->errand->m, head.data, head.len);
    bus_add(&d->errand->m, body.data, body.len);
    return 0;
}

/* Which task and lease the next item is about. */
static int read_name(const struct orders_frame *frame, size_t i, struct order *order, struct err *e)
{
    const json_t *json = frame->tree != NULL ? json_array_get(frame->tree, i) : NULL;
    struct wire_item item = {0};

    if (frame->tree == NULL)
        item = frame->items[i];
    else if (!json_is_object(json))
        return err_set(e, ERR_INPUT, "must be an object");
    else if (json_read(wire_item_name_fields, json, false, &item, e) < 0)
        return -1;
    order->epoch = item.epoch;
    return wire_task_id_read(item.task, &order->id, e);
}

/* The next item, out of a whole frame that was taken or of a tree. */
static int read_item(const struct orders_frame *frame, size_t i, struct wire_item *item,
                     struct err *e)
{
    if (frame->tree != NULL)
        return json_read(wire_item_fields, json_array_get(frame->tree, i), false, item, e);
    *item = frame->items[i];
    return 0;
}

static int add_order(struct dispatch *d, const struct session *session, const struct order *order,
                     struct wire_item *item, uint16_t unit, struct err *e)
{
    if (order->verb == WIRE_DONE && files_take(d->ring, item->answer, clock_now_us(), e) < 0)
        return -1;
    if (account_order(order->account, e) < 0)
        return -1;
    if (write_command(d, session, order, item, unit, e) < 0) {
        account_settle(order->account);
        return -1;
    }
    d->errand->orders[d->errand->count++] = *order;
    struct lease *lease = order_lease(d, order);
    if (lease != NULL) {
        d->errand->orders[d->errand->count - 1].counted = true;
        lease->in_flight++;
    }
    return 0;
}

/* What is wrong with the words themselves is said last: it leaves the worker its task. */
static int take_one(struct answers *a, struct session *session, const struct order *order,
                    const struct orders_frame *frame, size_t i, struct err *e)
{
    struct dispatch *d = a->dispatch;
    const struct task *task = queue_find(d->queue, &order->id);
    struct wire_item item = {0};
    uint16_t unit = NAMES_MAX;

    if (d->stopping)
        return err_set(e, ERR_BUSY, "dispatch is stopping");
    int rc = read_item(frame, i, &item, e);
    if (rc < 0 && task == NULL)
        return -1;
    if (find_unit(d, session, &item, task, &unit, e) < 0 ||
        check_lease(d, session, order, task, e) < 0)
        return -1;
    struct lease *lease = task != NULL ? task->lease : NULL;
    if (lease != NULL && lease->epoch == order->epoch && lease->session != session) {
        answers_send(a);
        handout_move(d, lease, session);
    }
    return rc < 0 ? -1 : add_order(d, session, order, &item, unit, e);
}

/* Items of a message of which nobody can say which task they are about. */
struct nameless {
    size_t count;
    struct err first;
};

static void add_nameless(struct nameless *nameless, size_t i, const struct err *e)
{
    char where[32];

    if (nameless->count++ > 0)
        return;
    nameless->first = *e;
    snprintf(where, sizeof(where), "item %zu", i + 1);
    (void)err_in(&nameless->first, where);
}

static void say_nameless(struct dispatch *d, const struct session *session,
                         const struct nameless *nameless)
{
    char text[sizeof(nameless->first.text)];

    if (nameless->count == 0)
        return;
    if (nameless->count == 1)
        snprintf(text, sizeof(text), "%s", nameless->first.text);
    else
        snprintf(text, sizeof(text), "%zu items, the first: %.200s", nameless->count,
                 nameless->first.text);
    door_error(d, &(struct door_peer){session->id, session->account}, "message", text);
}

void orders_take(struct dispatch *d, struct session *session, enum wire_verb verb,
                 const struct orders_frame *frame)
{
    struct answers a = {.dispatch = d};
    struct nameless nameless = {0};

    strbuf_clear(&d->text);
    for (size_t i = 0; i < frame->count; i++) {
        struct order order = {.account = session->account, .verb = verb};
        struct err e = {0};
        memcpy(order.session, session->id, sizeof(order.session));
        order.serial = session->serial;
        if (read_name(frame, i, &order, &e) < 0)
            add_nameless(&nameless, i, &e);
        else if (take_one(&a, session, &order, frame, i, &e) < 0)
            answers_refuse(&a, &order, &e);
        if (d->errand != NULL && d->errand->count == BUS_MAX_ITEMS) {
            answers_send(&a);
            orders_send(d);
        }
    }
    answers_send(&a);
    say_nameless(d, session, &nameless);
}
