/* SPDX-License-Identifier: Apache-2.0 */
/* dispatch - what its files share.
 *
 * A turn of the loop: events and rows change the queue, workers' messages
 * become commands to tracker, tracker's answers go back to the workers; at its
 * end what was gathered is sent, tasks are handed out, and sessions that are
 * gone give theirs back. */
#ifndef DISPATCH_H
#define DISPATCH_H

#include "bus.h"
#include "crypto.h"
#include "follow.h"
#include "keys.h"
#include "leader.h"
#include "messages.h"
#include "probe.h"
#include "service.h"
#include "session.h"
#include "zap.h"

struct dispatch_settings {
    struct service common;
    char *keys_dir;
    char *worker_endpoint, *tracker_endpoint, *events_endpoint;
    int64_t lease_s, lease_max_s;
};

/* Something a worker asked for, on its way to tracker and back. */
struct order {
    struct account *account;
    uint8_t session[SESSION_ID_BYTES];
    uint64_t serial; /* of the session */
    enum wire_verb verb;
    struct wire_task_id id;
    int64_t epoch;
    bool counted;  /* in its lease's in_flight */
    bool answered; /* by tracker */
};

struct dispatch;
struct fetch; /* handout.c */

/* The orders of one message to tracker. */
struct errand {
    struct dispatch *dispatch;
    struct bus_message m;
    int64_t begun_us; /* monotonic */
    int count;
    struct order orders[BUS_MAX_ITEMS];
    struct errand *prev, *next; /* among those that tracker has */
};

enum tasks_state {
    TASKS_UNKNOWN, /* nothing has been read */
    TASKS_LOADING, /* the open tasks are being read */
    TASKS_KNOWN,   /* and the events since are followed */
};

/* A task that tracker would not give to the worker we gave it to: looked at again after a while,
 * the longer the more often that happened, so that a disagreement cannot spin. */
struct aside_task {
    struct wire_task_id id;
    int64_t at_us; /* monotonic */
};

/* What has to be read from the database again. */
struct aside {
    struct aside_task *tasks;
    size_t count, room;
    size_t asked;       /* the first so many are being looked at */
    struct uuid *cases; /* of which an event did not say everything */
    size_t case_count, case_room;
    size_t cases_asked; /* the first so many are being read */
    bool cases_rest;    /* that has failed: not again before the next tick */
    struct uuid *heard; /* of which events have told while they were being read */
    size_t heard_count, heard_room;
    struct db_args args, case_args;
};

/* Tasks whose holders have to hear of a change. */
struct news {
    struct wire_task_id *tasks;
    size_t count, room;
};

struct dispatch {
    struct dispatch_settings settings;
    struct loop *loop;
    struct bus *bus;
    struct db *db;
    struct bus_client *tracker;
    struct probe *probe;
    struct zap *zap;
    struct crypto_ring *ring; /* sealed the ids of uploads */
    char *secret_key;         /* of the door, Z85 */
    void *door;               /* ROUTER; NULL: closed */
    bool door_failed;         /* and said so in the log */

    struct queue *queue;
    struct sessions sessions;
    struct accounts accounts;
    struct keys keys;
    bool asking_keys;
    struct db_args keys_args;
    struct follow *follow;
    enum tasks_state tasks_state;
    int64_t loaded_seq; /* the last event before the open tasks were read */
    int64_t top_epoch;  /* the highest that the ledger was seen to have, but a person's */
    struct aside aside;
    struct news news;

    struct leader *leader;
    bool leads;    /* and the queue is up to date: tasks may be handed out */
    bool stopping; /* no more tasks, no more commands */
    int64_t epoch; /* of the last lease */
    bool dirty;    /* there may be something to hand out */
    int64_t ticked_us;
    struct loop_timer *again;
    struct errand *errand;                  /* being filled, or NULL */
    struct errand *errands;                 /* that tracker has not answered, the oldest first */
    struct fetch *fetches;                  /* contents that the database was asked for */
    struct strbuf text;                     /* of the message being written */
    struct wire_item items[WIRE_MAX_ITEMS]; /* of the message being read */
    struct db_args contents_args;
};

/* ---- door.c: the workers' socket ---- */

int door_open(struct dispatch *d, struct err *e) CHECKED;
void door_close(struct dispatch *d); /* ends all sessions */
/* One message; what d->text holds is its JSON, unless it is empty. Empties d->text. A worker that
 * cannot be reached is gone. */
void door_say(struct dispatch *d, struct session *session, enum wire_verb verb);
/* Who hears an ERROR: a connection, which may have no session. */
struct door_peer {
    const void *id; /* as a session's */
    struct account *account;
};
/* Why there is no session, or not any more; or what of a message was not read. Empties d->text. */
void door_error(struct dispatch *d, const struct door_peer *to, const char *error,
                const char *text);
/* Ends the sessions whose key was revoked or changed. */
void door_check_keys(struct dispatch *d);
/* Ends what is gone. */
void door_sweep(struct dispatch *d);
/* Once a second: heartbeats, silence, leases that have run out. */
void door_tick(struct dispatch *d);

/* ---- handout.c: leases ---- */

void handout_turn(struct dispatch *d);
/* The task is not for workers (any more); who holds it is told why. */
void handout_forget(struct dispatch *d, const struct wire_task_id *id, const char *why);
/* Ends a lease and tells its holder why; empties d->text. */
void handout_end(struct dispatch *d, struct lease *lease, const char *why);
/* The same for its holder, and the lease is that of another session of the same worker. */
void handout_move(struct dispatch *d, struct lease *lease, struct session *to);
void handout_free(struct dispatch *d); /* after the database, which will not call back */

/* ---- aside.c: what is looked up again ---- */

/* The task, which is not leased, waits until it has been looked at again. */
void aside_put(struct dispatch *d, struct task *task);
/* All tasks of the case are looked at, in this turn or as soon as the database can be asked. */
void aside_look(struct dispatch *d, const struct uuid *case_id);
/* An event has told of the case: what is on its way from the database may be older. */
void aside_hear(struct dispatch *d, const struct uuid *case_id);
/* Whether such rows of the case are not to be taken; it is looked at again after them. */
bool aside_is_older(const struct dispatch *d, const struct uuid *case_id);
void aside_turn(struct dispatch *d);
void aside_tick(struct dispatch *d); /* once a second */
void aside_free(struct dispatch *d);

/* ---- news.c: what holders of a task hear of it ---- */

/* So many others wait for the task's answer, if it is known. */
void news_note(struct dispatch *d, const struct wire_task_id *id, int64_t followers);
void news_turn(struct dispatch *d);
void news_free(struct dispatch *d);

/* ---- orders.c: what workers ask for goes to tracker, and back ---- */

enum { ORDERS_CALLS = 64 }; /* that tracker may have at once, of BUS_MAX_ITEMS orders each */

/* The items of ACCEPT, DONE or RETURN. */
struct orders_frame {
    const struct wire_item *items;
    const json_t *tree; /* their array, when they are not in items; else NULL */
    size_t count;
};
void orders_take(struct dispatch *d, struct session *session, enum wire_verb verb,
                 const struct orders_frame *frame);
void orders_send(struct dispatch *d); /* what was gathered, unless tracker has much already */
/* The lease has become its session's: what that has said of it already is in flight for it. */
void orders_count(struct dispatch *d, struct lease *lease);
void orders_free(struct dispatch *d); /* after tracker's client, which will not call back */

/* ---- answers.c: what becomes of orders, and who hears it ---- */

/* Answers on their way to one worker, all OK or all REFUSED; d->text is theirs meanwhile. */
struct answers {
    struct dispatch *dispatch;
    struct session *to;
    enum wire_verb verb;
};
void answers_send(struct answers *a);
/* To an order that does not go to tracker. */
void answers_refuse(struct answers *a, const struct order *order, const struct err *e);
/* To all orders of an errand: tracker's, or all refused with failed. Frees the errand. */
void answers_settle(struct errand *errand, const struct bus_message *answer,
                    const struct err *failed);
/* The lease the order was given under, or NULL. */
struct lease *order_lease(const struct dispatch *d, const struct order *order);

/* ---- tasks.c: the queue keeps up with the ledger ---- */

int tasks_open(struct dispatch *d, struct err *e) CHECKED; /* after the database */
void tasks_ready(struct dispatch *d); /* the database can be asked; then lead_begin */
void tasks_tick(struct dispatch *d);
/* Takes rows of select_tasks over. */
void tasks_take_rows(struct dispatch *d, const PGresult *rows);

/* ---- lead.c: one dispatch serves, others stand by ---- */

void lead_ready(struct dispatch *d); /* the database can be asked */
leader_fn lead_change;
void lead_turn(struct dispatch *d);  /* after each turn of the loop */
void lead_begin(struct dispatch *d); /* the queue is up to date */
void lead_tick(struct dispatch *d);

#endif
