/* SPDX-License-Identifier: Apache-2.0 */
/* account - what the workers of one key have of dispatch, over all their connections: bounded, so
 * that no key, whatever its workers do, takes what is the others'.
 *
 * What a worker does not read lies in the door's socket until libzmq can send it. That is known
 * here because libzmq frees a message when it sends it, or when the connection is lost. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "crypto.h"
#include "err.h"
#include "table.h"

#include <stdatomic.h>
#include <zmq.h>

enum {
    ACCOUNT_TASK_BYTES = 2 * 1024 * 1024,   /* unsent: tasks wait */
    ACCOUNT_UNSENT_BYTES = 8 * 1024 * 1024, /* nothing more is said */
    ACCOUNT_FRAME_BYTES = 128,              /* what a frame takes besides its bytes, about */
    ACCOUNT_ORDERS = 4096,                  /* that tracker has not answered */
    ACCOUNT_HELLOS = 64,                    /* in a second */
};

struct account {
    char key[CRYPTO_CURVE_SIZE]; /* public, Z85 */
    atomic_size_t unsent_bytes;  /* libzmq's threads lower it */
    int orders;
    int hellos; /* since the last tick */
    UT_hash_handle hh;
};

struct accounts {
    struct account *all;
};

/* Made when it is asked for first; there until accounts_free. A key that has no connection may have
 * orders and messages on their way. */
struct account *accounts_get(struct accounts *accounts, const char *key);
void accounts_tick(struct accounts *accounts); /* once a second */
/* After the context of ZeroMQ, which frees what was not sent. */
void accounts_free(struct accounts *accounts);

/* Counts a HELLO. ERR_BUSY: there were too many in this second. */
int account_greet(struct account *account, struct err *e) CHECKED;

/* Counts an order until account_settle. ERR_BUSY: tracker has too many. */
int account_order(struct account *account, struct err *e) CHECKED;
void account_settle(struct account *account);

bool account_takes_tasks(const struct account *account);
/* Whether one more message may be said; its frames are counted until they are sent. */
bool account_takes_words(const struct account *account);
/* A frame with a copy of the bytes. */
void account_frame(struct account *account, zmq_msg_t *frame, const void *bytes, size_t len);

#endif
