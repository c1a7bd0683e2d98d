/* SPDX-License-Identifier: Apache-2.0 */
/* outbox - cases on their way to the router, and the requests that wait for them.
 *
 * All cases of one turn of the loop go out as one message (or more, of OUTBOX_BATCH each); while
 * another message is on its way, those of the turns until its answer, or for gather_us. What waits
 * is bounded: at the limit who asks is told. */
#ifndef OUTBOX_H
#define OUTBOX_H

#include "bus.h"
#include "http.h"
#include "language.h"
#include "messages.h"

enum { OUTBOX_BATCH = 128 };

struct outbox;
struct outbox_item;

/* Each must answer item->request. */
typedef void outbox_accepted_fn(void *ctx, const struct outbox_item *item,
                                const struct case_receipt *receipt);
typedef void outbox_refused_fn(void *ctx, const struct outbox_item *item, const struct err *e);

struct outbox_item {
    struct http_request *request;
    enum language language;
    outbox_accepted_fn *accepted;
    outbox_refused_fn *refused;
    void *own;        /* of those functions */
    int64_t begun_us; /* monotonic */
};

struct outbox_settings {
    const char *endpoint; /* of the router */
    size_t max_pending;   /* cases */
    int64_t gather_us;    /* a case waits for others that long at most, microseconds */
    void *ctx;            /* given to the items' functions */
};

/* Open it after http: its turn callback sends what http's has brought. */
int outbox_open(struct outbox **out, struct loop *loop, struct bus *bus,
                const struct outbox_settings *settings, struct err *e) CHECKED;
void outbox_close(struct outbox **outbox); /* does not call back for what still waits */

/* Refuses whatever waits, and what comes from then on (ERR_BUSY): for a service that stops. */
void outbox_give_up(struct outbox *outbox);

bool outbox_is_full(const struct outbox *outbox);
size_t outbox_pending(const struct outbox *outbox);
int64_t outbox_silence_us(const struct outbox *outbox); /* as bus_silence_us */
bool outbox_is_connected(struct outbox *outbox);        /* as bus_is_connected */

/* The message to which the frames of item are to be added, right after this
 * call. Not when the outbox is full. */
struct bus_message *outbox_add(struct outbox *outbox, const struct outbox_item *item);

#endif
