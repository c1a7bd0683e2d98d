/* SPDX-License-Identifier: Apache-2.0 */
/* bus - messages between services, over ZeroMQ.
 *
 * A message is: topic with its version ("case.submit.v1"), address, then the
 * frames of one or more items; a topic has a fixed number of frames an item
 * (common/messages.h), so that one message carries a batch. An answer has the
 * asked message's address and one frame for each item. Addresses are opaque
 * to who answers, so a service in the middle keeps no state: bus_pass sends
 * the asker's address along, and the answer finds its way back.
 *
 * A call is repeated until it is answered or its time is over; whoever serves
 * it must bear that. Nothing is ever queued without a bound: a full pipe is
 * "try again" for the caller. Published messages are hints and may be lost. */
#ifndef BUS_H
#define BUS_H

#include "bus_message.h"
#include "loop.h"

/* ---- endpoints ---- */

struct bus;
int bus_open(struct bus **out, struct loop *loop, struct err *e) CHECKED;
void bus_close(struct bus **bus);   /* after everything opened on it */
void *bus_context(struct bus *bus); /* ZeroMQ's, for a service's own sockets */

/* ---- serving ---- */

struct bus_server;
/* Answers now or later with bus_answer, or not at all: then it is asked again. */
typedef void bus_request_fn(void *ctx, const struct bus_address *from, struct bus_message *m);

/* Binds endpoint ("ipc:///run/x", "tcp://..."). For ipc a stale socket file is
 * replaced. */
int bus_serve(struct bus_server **out, struct bus *bus, const char *endpoint, bus_request_fn *fn,
              void *ctx, struct err *e) CHECKED;
void bus_server_close(struct bus_server **server);
/* No more requests are read; answers still go out. */
void bus_server_pause(struct bus_server *server, bool pause);
/* Sends m (topic and frames) to the asker; empties m. Dropped when the asker
 * has gone or reads too slowly: it will ask again. */
void bus_answer(struct bus_server *server, const struct bus_address *to, struct bus_message *m);

/* ---- calling ---- */

struct bus_client;
struct bus_client_settings {
    const char *endpoint; /* copied */
    int64_t again_us;     /* repeat a call that long without an answer */
    int64_t expire_us;    /* give a call up after that */
    size_t max_calls;     /* in flight; more are refused with ERR_BUSY */
    /* For answers to what was passed; NULL when bus_pass is not used. */
    bus_request_fn *passed;
    void *ctx;
};

int bus_connect(struct bus_client **out, struct bus *bus,
                const struct bus_client_settings *settings, struct err *e) CHECKED;
/* Does not call back for what still waits: a ctx of a call is its owner's to free afterwards. */
void bus_client_close(struct bus_client **client);

/* answer is NULL exactly when e is not (ERR_BUSY: expired). Frame 0 of answer
 * is the topic, then one frame for each item. Borrowed for the call. */
typedef void bus_answer_fn(void *ctx, const struct bus_message *answer, const struct err *e);

/* Sends m and empties it. fn is called once, later, never from within. ERR_BUSY when max_calls
 * wait; ERR_INPUT for what is longer than a server would read. */
int bus_call(struct bus_client *client, struct bus_message *m, bus_answer_fn *fn, void *ctx,
             struct err *e) CHECKED;
/* Every call has its fn called at once, with ERR_BUSY, and from then on no call is taken: for a
 * service that stops, so that those who wait hear of it and are freed. */
void bus_give_up(struct bus_client *client);
/* Whether somebody is there who could take a message now. Only ipc and tcp tell. */
bool bus_is_connected(struct bus_client *client);
size_t bus_calls(const struct bus_client *client); /* in flight */
/* The last answer's age in microseconds, while calls wait for one; else 0. */
int64_t bus_silence_us(const struct bus_client *client);

/* Sends m on behalf of from, and empties it. Dropped when the pipe is full:
 * from will ask again. */
void bus_pass(struct bus_client *client, const struct bus_address *from, struct bus_message *m);

/* ---- publishing ---- */

struct bus_publisher;
int bus_publisher_open(struct bus_publisher **out, struct bus *bus, const char *endpoint,
                       struct err *e) CHECKED;
void bus_publisher_close(struct bus_publisher **publisher);
void bus_publish(struct bus_publisher *publisher, struct bus_message *m); /* empties m */

struct bus_follower;
typedef void bus_hint_fn(void *ctx, const struct bus_message *m);
/* Follows every message whose topic begins with topic. */
int bus_follow(struct bus_follower **out, struct bus *bus, const char *endpoint, const char *topic,
               bus_hint_fn *fn, void *ctx, struct err *e) CHECKED;
void bus_follower_close(struct bus_follower **follower);

#endif
