/* SPDX-License-Identifier: Apache-2.0 */
/* worker_session - the worker's side of schemas/worker-protocol.md.
 *
 * Keeps the connection: heartbeats, HELLO again after a loss, and says what is
 * wrong where ZeroMQ would be silent (a key that is not known). What is said
 * within one turn of the loop goes out in batches, so that thousands of tasks
 * a second cost little. */
#ifndef WORKER_SESSION_H
#define WORKER_SESSION_H

#include "loop.h"
#include "messages.h"
#include "wire.h"
#include "worker_keys.h"

struct worker_session;

struct worker_session_settings {
    const char *endpoint;
    const struct worker_keys *keys;
    const char *name; /* of the program */
    int64_t credit;
    const char *const *units; /* ended by NULL; or NULL: all of the key's */
    bool no_content;          /* tasks come without theirs, which is then not even parsed */
    /* What is given to these is borrowed for the call. All but on_task may be NULL. */
    void (*on_task)(void *ctx, const struct wire_task *task);
    void (*on_result)(void *ctx, const struct wire_result *result); /* refused NULL: OK */
    void (*on_news)(void *ctx, const struct wire_news *news);
    void (*on_welcome)(void *ctx, const struct wire_welcome *welcome);
    /* There is no session (any more), and why: tasks in hand will be given to
     * somebody. It is tried again by itself. Not said twice in a row. */
    void (*on_trouble)(void *ctx, const char *why);
    void *ctx;
};

/* Keeps the pointers of settings. zmq: a ZeroMQ context. */
int worker_session_open(struct worker_session **out, struct loop *loop, void *zmq,
                        const struct worker_session_settings *settings, struct err *e) CHECKED;
/* Says BYE. */
void worker_session_close(struct worker_session **session);
bool worker_session_is_welcome(const struct worker_session *session);

/* Which task, as TASK had it. */
struct worker_task {
    const char *task;
    int64_t epoch;
    const char *unit;
};
void worker_session_accept(struct worker_session *session, const struct worker_task *task);
void worker_session_done(struct worker_session *session, const struct worker_task *task,
                         const struct case_answer *answer);
void worker_session_return(struct worker_session *session, const struct worker_task *task,
                           const struct case_return *why);

#endif
