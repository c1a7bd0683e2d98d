/* SPDX-License-Identifier: Apache-2.0 */
#include "outbox.h"

#include "clock.h"
#include "mem.h"
#include "metrics.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { AGAIN_S = 2, EXPIRE_S = 25 };

METRIC_COUNTER(accepted_total, "dunghen_cases_accepted_total",
               "Cases answered 201, repetitions included.");
METRIC_COUNTER(refused_total, "dunghen_intake_refused_total",
               "Cases that router or tracker refused, or did not answer.");
METRIC_GAUGE(pending_now, "dunghen_intake_pending", "Cases on their way to the ledger.");
METRIC_HISTOGRAM(accept_seconds, "dunghen_intake_accept_seconds",
                 "From a checked submission to its receipt.");

struct batch {
    struct outbox *outbox;
    struct batch *next; /* of those being answered or free */
    struct bus_message m;
    int count;
    struct outbox_item items[OUTBOX_BATCH];
};

struct outbox {
    struct outbox_settings settings;
    struct bus_client *client;
    struct loop_timer *gathered; /* set: open has waited long enough then */
    size_t pending;
    struct batch *open;  /* takes items; NULL: none yet */
    struct batch *all;   /* sent and waiting */
    struct batch *spare; /* one, kept for the next turn */
};

static void release(struct outbox *outbox, struct batch *batch)
{
    bus_message_free(&batch->m);
    if (outbox->spare == NULL)
        outbox->spare = batch;
    else
        free(batch);
}

static void unlink_batch(struct outbox *outbox, const struct batch *batch)
{
    struct batch **at = &outbox->all;

    while (*at != batch)
        at = &(*at)->next;
    *at = batch->next;
}

static void refuse(const struct outbox *outbox, const struct outbox_item *item, const struct err *e)
{
    metric_add(&refused_total, 1);
    item->refused(outbox->settings.ctx, item, e);
}

static void answer_item(const struct outbox *outbox, const struct outbox_item *item,
                        const char *frame, size_t len)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct case_receipt receipt = {0};
    struct err e;

    if (answer_read(case_receipt_fields, frame, len, &store, &receipt, &e) < 0) {
        refuse(outbox, item, &e);
        return;
    }
    metric_add(&accepted_total, 1);
    metric_observe_us(&accept_seconds, clock_mono_us() - item->begun_us);
    item->accepted(outbox->settings.ctx, item, &receipt);
}

/* Answers every item: with its frame, or all with e. */
static void finish(struct batch *batch, const struct bus_message *answer, const struct err *e)
{
    struct outbox *outbox = batch->outbox;
    struct err malformed;

    if (answer != NULL && answer->count != batch->count + 1) {
        err_set(&malformed, ERR_SYSTEM, "%d answers for %d cases", answer->count - 1, batch->count);
        e = &malformed;
    }
    outbox->pending -= (size_t)batch->count;
    for (int i = 0; i < batch->count; i++) {
        if (e != NULL)
            refuse(outbox, &batch->items[i], e);
        else
            answer_item(outbox, &batch->items[i], bus_data(answer, i + 1), bus_len(answer, i + 1));
    }
    metric_set(&pending_now, (double)outbox->pending);
    release(outbox, batch);
}

static void on_answer(void *ctx, const struct bus_message *answer, const struct err *e)
{
    struct batch *batch = ctx;

    unlink_batch(batch->outbox, batch);
    finish(batch, answer, e);
}

static void send_open(struct outbox *outbox)
{
    struct batch *batch = outbox->open;
    struct err e;

    outbox->open = NULL;
    if (bus_call(outbox->client, &batch->m, on_answer, batch, &e) < 0) {
        finish(batch, NULL, &e);
        return;
    }
    batch->next = outbox->all;
    outbox->all = batch;
}

/* Each message costs every hop some turns, and tracker a transaction: while one is on its way, more
 * cases are gathered for the next, as long as that delays nobody much. */
static void on_turn_end(void *ctx)
{
    struct outbox *outbox = ctx;

    if (outbox->open == NULL)
        return;
    int64_t waited = clock_mono_us() - outbox->open->items[0].begun_us;
    if (outbox->all == NULL || waited >= outbox->settings.gather_us)
        send_open(outbox);
    else if (!loop_timer_is_set(outbox->gathered))
        loop_timer_set_us(outbox->gathered, outbox->settings.gather_us - waited);
}

int outbox_open(struct outbox **out, struct loop *loop, struct bus *bus,
                const struct outbox_settings *settings, struct err *e)
{
    AUTO(outbox_close) struct outbox *outbox = mem_new(1, sizeof(*outbox));
    const struct bus_client_settings client = {
        .endpoint = settings->endpoint,
        .again_us = AGAIN_S * (int64_t)CLOCK_US_PER_S,
        .expire_us = EXPIRE_S * (int64_t)CLOCK_US_PER_S,
        .max_calls = settings->max_pending,
    };

    outbox->settings = *settings;
    if (bus_connect(&outbox->client, bus, &client, e) < 0)
        return -1;
    outbox->gathered = loop_timer_new(loop, on_turn_end, outbox);
    loop_after_turn(loop, on_turn_end, outbox);
    metric_add(&accepted_total, 0); /* so that they are there from the start */
    metric_add(&refused_total, 0);
    metric_set(&pending_now, 0);
    *out = outbox;
    outbox = NULL;
    return 0;
}

static void free_batch(struct batch *batch)
{
    if (batch != NULL)
        bus_message_free(&batch->m);
    free(batch);
}

void outbox_close(struct outbox **outbox)
{
    struct outbox *o = *outbox;

    if (o == NULL)
        return;
    bus_client_close(&o->client);
    while (o->all != NULL) {
        struct batch *batch = o->all;
        o->all = batch->next;
        free_batch(batch);
    }
    free_batch(o->open);
    free_batch(o->spare);
    free(o);
    *outbox = NULL;
}

void outbox_give_up(struct outbox *outbox)
{
    bus_give_up(outbox->client);
    if (outbox->open != NULL)
        send_open(outbox); /* which is refused */
}

bool outbox_is_full(const struct outbox *outbox)
{
    return outbox->pending >= outbox->settings.max_pending;
}

size_t outbox_pending(const struct outbox *outbox)
{
    return outbox->pending;
}

bool outbox_is_connected(struct outbox *outbox)
{
    return bus_is_connected(outbox->client);
}

int64_t outbox_silence_us(const struct outbox *outbox)
{
    return bus_silence_us(outbox->client);
}

static struct batch *new_batch(struct outbox *outbox)
{
    struct batch *batch = outbox->spare;

    if (batch == NULL)
        batch = mem_new(1, sizeof(*batch));
    outbox->spare = NULL;
    batch->outbox = outbox;
    batch->count = 0;
    bus_add(&batch->m, TOPIC_SUBMIT, strlen(TOPIC_SUBMIT));
    return batch;
}

struct bus_message *outbox_add(struct outbox *outbox, const struct outbox_item *item)
{
    assert(!outbox_is_full(outbox));
    if (outbox->open != NULL && outbox->open->count == OUTBOX_BATCH)
        send_open(outbox);
    if (outbox->open == NULL)
        outbox->open = new_batch(outbox);
    struct batch *batch = outbox->open;
    batch->items[batch->count] = *item;
    batch->items[batch->count++].begun_us = clock_mono_us();
    outbox->pending++;
    metric_set(&pending_now, (double)outbox->pending);
    return &batch->m;
}
