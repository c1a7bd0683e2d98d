/* SPDX-License-Identifier: Apache-2.0 */
/* session - workers that have said HELLO, and the tasks that each has in hand.
 *
 * A session is one connection from HELLO to its end, or to the next HELLO: the
 * routing id, made by libzmq, finds it, its serial tells it from the one before. A
 * lease belongs to one session and one task; whichever ends first ends it. */
#ifndef SESSION_H
#define SESSION_H

#include "account.h"
#include "queue.h"

enum { SESSION_ID_BYTES = 5, SESSION_NAME_SIZE = 100 };

struct lease {
    struct task *task;
    struct session *session;
    int64_t epoch;
    int64_t granted_us; /* monotonic */
    bool accepted;
    int in_flight;        /* commands about it that tracker has not answered */
    const char *finished; /* why the task has gone meanwhile; the lease waits for the answer */
    struct lease *previous, *next; /* of the session, in the order in which they came to it */
};

struct session {
    uint8_t id[SESSION_ID_BYTES];
    uint64_t serial;         /* no other session has had it */
    struct account *account; /* of its key */
    uint64_t key_serial;     /* of the key as it was at HELLO (keys.h) */
    char actor[SESSION_NAME_SIZE];
    uint16_t *units;
    size_t unit_count;
    int64_t credit, held; /* tasks: the most it may have in hand, and has */
    struct lease *oldest, *newest;
    bool wants_news;
    int64_t heard_us, told_us; /* monotonic, of the last message from and to it */
    bool gone;                 /* is ended when the turn ends */
    UT_hash_handle hh;
};

struct sessions {
    struct session *all; /* who was given a task last comes last; at first in the order of HELLO */
    size_t leased;       /* tasks in all hands */
    uint64_t serial;     /* of the session that came last */
};

void sessions_free(struct sessions *sessions, struct queue *queue);

struct session *sessions_find(const struct sessions *sessions, const void *id); /* or NULL */
struct session *sessions_add(struct sessions *sessions, const void *id);
void sessions_put_last(struct sessions *sessions, struct session *session);
/* Puts its unfinished tasks back into the queue. Returns how many. */
size_t sessions_end(struct sessions *sessions, struct session *session, struct queue *queue);

bool session_has_unit(const struct session *session, uint16_t unit);
void session_add_unit(struct session *session, uint16_t unit); /* once each */

struct lease_grant {
    struct task *task; /* waits, or is set aside */
    int64_t epoch;
    int64_t now_us;
};
struct lease *lease_begin(struct sessions *sessions, struct session *session, struct queue *queue,
                          const struct lease_grant *grant);
/* To another session of the same worker. Answers to what the one before has asked are no longer
 * about it: orders_count says what is in flight now. */
void lease_move(struct lease *lease, struct session *to);
/* The task neither waits nor is leased afterwards. */
void lease_end(struct sessions *sessions, struct lease *lease);

#endif
