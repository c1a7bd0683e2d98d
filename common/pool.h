/* SPDX-License-Identifier: Apache-2.0 */
/* pool - child processes that work for the loop, one message at a time each.
 *
 * A child is any program that, on its descriptor 0 (SOCK_SEQPACKET), says anything when it is
 * ready, then answers each message with one, and ends with the socket. One that dies or takes too
 * long is replaced; only the message that it had fails. */
#ifndef POOL_H
#define POOL_H

#include "loop.h"
#include "metrics.h"

enum { POOL_CHILDREN_MAX = 16 };

struct pool;

struct pool_settings {
    struct loop *loop;
    const char *what; /* a child, for logs and errors: "renderer" */
    const char *program;
    const char *const *argv; /* ended by NULL, as the next */
    const char *const *env;  /* all that the children have of it */
    int children;            /* 1 to POOL_CHILDREN_MAX */
    int64_t limit_us;        /* for one message */
    size_t answer_max;       /* bytes */
    struct metric *deaths;   /* counts children that ended without being told to */
};

/* answer is NULL exactly when e is not; borrowed for the call. ERR_SYSTEM: the child died or was
 * killed at its time limit. */
typedef void pool_fn(void *ctx, const char *answer, size_t len, const struct err *e);

/* Keeps the pointers of settings. Children start at once, and again one second after a death. */
struct pool *pool_open(const struct pool_settings *settings);
/* Kills the children. Does not call back for what they had. */
void pool_close(struct pool **pool);

/* Children that have said that they are ready and have no message. */
int pool_idle(const struct pool *pool);
/* Children that are ready, at work or not. */
int pool_ready(const struct pool *pool);
/* Gives an idle child the message; done is called once, later, never from within. ERR_BUSY when no
 * child is idle, ERR_INPUT when the message is longer than a socket carries. */
int pool_send(struct pool *pool, const char *message, size_t len, pool_fn *done, void *ctx,
              struct err *e) CHECKED;
/* fn is called when a child has become idle. */
void pool_on_idle(struct pool *pool, loop_fn *fn, void *ctx);

#endif
