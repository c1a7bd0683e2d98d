/* SPDX-License-Identifier: Apache-2.0 */
/* answers - what tracker's answers mean for the leases, and what the workers hear of them. */
#include "dispatch.h"
#include "metrics.h"

#include <stdlib.h>
#include <utlist.h>

METRIC_COUNTER(refused, "dunghen_dispatch_refused_total",
               "What workers asked for and did not get.");
METRIC_COUNTER(confirmed, "dunghen_dispatch_confirmed_total",
               "What workers asked for and was committed.");

/* Who has given the order, if the session is still there: another one may have its connection. */
static struct session *session_of(const struct dispatch *d, const struct order *order)
{
    struct session *session = sessions_find(&d->sessions, order->session);

    return session != NULL && session->serial == order->serial ? session : NULL;
}

/* ---- answers to workers ---- */

void answers_send(struct answers *a)
{
    struct strbuf *text = &a->dispatch->text;

    if (text->len == 0)
        return;
    strbuf_add(text, "]", 1);
    door_say(a->dispatch, a->to, a->verb);
}

/* Adds the answer to an order; e is NULL for OK. */
static void answers_add(struct answers *a, const struct order *order, const char *state,
                        const struct err *e)
{
    char id[WIRE_TASK_ID_SIZE];
    enum wire_verb verb = e == NULL ? WIRE_OK : WIRE_REFUSED;
    struct session *to = session_of(a->dispatch, order);
    struct wire_result words = {.task = wire_task_id_text(&order->id, id),
                                .epoch = order->epoch,
                                .verb = wire_command_name(order->verb),
                                .state = state};

    metric_add(e == NULL ? &confirmed : &refused, 1);
    if (to == NULL)
        return;
    if (to != a->to || verb != a->verb)
        answers_send(a);
    a->to = to;
    a->verb = verb;
    if (e != NULL) {
        words.refused = refusal_name(e->kind);
        words.text = e->text;
    }
    strbuf_add(&a->dispatch->text, a->dispatch->text.len == 0 ? "[" : ",", 1);
    json_write(wire_result_fields, &words, &a->dispatch->text);
}

/* ---- what an answer means for the lease ---- */

struct lease *order_lease(const struct dispatch *d, const struct order *order)
{
    const struct task *task = queue_find(d->queue, &order->id);
    struct lease *lease = task != NULL ? task->lease : NULL;

    return lease != NULL && lease->epoch == order->epoch && lease->session->serial == order->serial
               ? lease
               : NULL;
}

/* What tracker has taken of a worker that had lost the task is good unless somebody else has said
 * a word of it meanwhile: tracker takes the higher epoch then, whatever we say. */
static int check_given_on(const struct dispatch *d, const struct order *order, struct err *e)
{
    const struct task *task = queue_find(d->queue, &order->id);
    struct lease *other = task != NULL ? task->lease : NULL;

    if (other == NULL)
        return 0;
    if (other->epoch == order->epoch)
        other->accepted = true; /* it was moved, and the answer went to where it was */
    if (!other->accepted && other->in_flight == 0)
        return 0;
    return err_set(e, ERR_CONFLICT, "epoch: the lease has been replaced by another");
}

/* A worker that had a lease before dispatch was restarted, or before it was cut off, has said so
 * again: the task is its own, and nobody else's. */
static void adopt(struct dispatch *d, const struct order *order)
{
    struct task *task = queue_find(d->queue, &order->id);
    struct session *session = session_of(d, order);

    if (task == NULL || session == NULL)
        return;
    if (task->lease != NULL)
        handout_end(d, task->lease, "who had the task before goes on with it");
    struct lease *lease =
        lease_begin(&d->sessions, session, d->queue,
                    &(struct lease_grant){task, order->epoch, loop_now_us(d->loop)});
    lease->accepted = true;
    orders_count(d, lease);
}

static void settle_ok(struct dispatch *d, const struct order *order, struct lease *lease)
{
    if (order->verb == WIRE_ACCEPT && lease == NULL) {
        adopt(d, order);
    } else if (order->verb == WIRE_ACCEPT && lease->finished == NULL) {
        lease->accepted = true;
    } else if (order->verb == WIRE_ACCEPT || lease == NULL) {
        handout_forget(d, &order->id, lease != NULL ? lease->finished : "the task has ended");
    } else {
        struct task *task = lease->task;
        lease_end(&d->sessions, lease);
        queue_remove(d->queue, task);
    }
    d->dirty = true;
}

/* Words that can be mended and times that pass leave the worker its task. */
static void settle_refused(struct dispatch *d, const struct order *order, struct lease *lease,
                           const struct err *e)
{
    bool keeps = e->kind == ERR_BUSY || (e->kind == ERR_INPUT && order->verb != WIRE_ACCEPT);

    if (lease == NULL || (keeps && lease->finished == NULL))
        return;
    struct task *task = lease->task;
    bool finished = lease->finished != NULL;
    lease_end(&d->sessions, lease);
    if (finished)
        queue_remove(d->queue, task);
    else
        aside_put(d, task);
    d->dirty = true;
}

void answers_refuse(struct answers *a, const struct order *order, const struct err *e)
{
    struct lease *lease = order_lease(a->dispatch, order);

    answers_add(a, order, NULL, e);
    if (lease != NULL && lease->in_flight == 0)
        settle_refused(a->dispatch, order, lease, e);
}

/* ---- answers from tracker ---- */

static int read_answer(const struct bus_message *answer, int i, struct json_store *store,
                       struct case_outcome *outcome, struct err *e)
{
    if (i + 1 >= answer->count)
        return err_set(e, ERR_SYSTEM, "the answer is malformed");
    return answer_read(case_outcome_fields, bus_data(answer, i + 1), bus_len(answer, i + 1), store,
                       outcome, e);
}

/* The session hears first, then its credit grows. */
static void settle(struct answers *a, struct order *order, const char *state, const struct err *e)
{
    struct dispatch *d = a->dispatch;
    struct lease *lease = order_lease(d, order);
    struct err given_on = {0};

    order->answered = true;
    account_settle(order->account);
    if (e == NULL && order->verb == WIRE_ACCEPT && lease == NULL &&
        check_given_on(d, order, &given_on) < 0)
        e = &given_on;
    answers_add(a, order, state, e);
    if (lease != NULL && order->counted)
        lease->in_flight--;
    if (e == NULL) {
        if (lease == NULL || lease->finished != NULL)
            answers_send(a); /* a holder may have to be told more */
        settle_ok(d, order, lease);
    } else {
        settle_refused(d, order, lease, e);
    }
}

void answers_settle(struct errand *errand, const struct bus_message *answer,
                    const struct err *failed)
{
    struct answers a = {.dispatch = errand->dispatch};

    strbuf_clear(&errand->dispatch->text);
    for (int i = 0; i < errand->count; i++) {
        AUTO(json_store_free) struct json_store store = {0};
        struct case_outcome outcome = {0};
        struct err e = {0};
        bool good = failed == NULL && read_answer(answer, i, &store, &outcome, &e) == 0;
        settle(&a, &errand->orders[i], good ? outcome.state : NULL,
               good ? NULL : (failed != NULL ? failed : &e));
    }
    answers_send(&a);
    DL_DELETE(errand->dispatch->errands, errand);
    free(errand);
}
