/* SPDX-License-Identifier: Apache-2.0 */
/* loop - the one place where a service waits.
 *
 * A thin reactor on epoll: sockets of ZeroMQ, plain descriptors, timers,
 * and SIGTERM/SIGINT. Callbacks run one at a time and must not block. One
 * turn is: wait, sockets, timers, then the "after" callbacks, where a service
 * sends what the turn has gathered as one batch. */
#ifndef LOOP_H
#define LOOP_H

#include "err.h"

struct loop;
struct loop_timer;
typedef void loop_fn(void *ctx);

enum { LOOP_READ = 1, LOOP_WRITE = 2 };

/* Blocks SIGTERM and SIGINT and ignores SIGPIPE: call before any thread
 * starts (zmq_ctx_new starts some). */
int loop_open(struct loop **out, struct err *e) CHECKED;
void loop_close(struct loop **loop);

/* Watching a descriptor or socket that is watched already replaces its events
 * and callback. Unwatching what is not watched does nothing. A callback may
 * watch and unwatch anything, itself included. A socket is unwatched before it
 * is closed; so is a descriptor, unless its number is watched again at once. */
void loop_watch_fd(struct loop *loop, int fd, int events, loop_fn *fn, void *ctx);
void loop_unwatch_fd(struct loop *loop, int fd);
/* fn is called again on the next turn while messages are left: it may handle a
 * bounded number of them each time. */
void loop_watch_zmq(struct loop *loop, void *socket, loop_fn *fn, void *ctx);
void loop_unwatch_zmq(struct loop *loop, void *socket);
/* To be called in the turn of any use of a watched socket outside its callback, whatever the use
 * was: it may have taken away the sign that a message has come, which would lie until the next one.
 * Not needed after reading until there is no more. Does nothing for a socket that is not watched.
 */
void loop_used_zmq(struct loop *loop, const void *socket);

/* Timers. The handle lives until loop_close; a cancelled or fired one can be
 * set again. */
struct loop_timer *loop_timer_new(struct loop *loop, loop_fn *fn, void *ctx);
void loop_timer_set_us(struct loop_timer *timer, int64_t delay_us); /* once, from now; replaces */
void loop_timer_cancel(struct loop_timer *timer);
bool loop_timer_is_set(const struct loop_timer *timer);
void loop_every_ms(struct loop *loop, int64_t period_ms, loop_fn *fn, void *ctx);

/* fn runs at the end of each turn, in the order of registration. */
void loop_after_turn(struct loop *loop, loop_fn *fn, void *ctx);

/* On SIGTERM or SIGINT fn is called once instead of stopping at once; the
 * service drains and calls loop_stop. A second signal stops without asking. */
void loop_on_stop(struct loop *loop, loop_fn *fn, void *ctx);
void loop_stop(struct loop *loop);

int64_t loop_now_us(const struct loop *loop); /* monotonic, read once per turn */

/* Returns 0 after loop_stop, -1 if polling failed. May be called again. */
int loop_run(struct loop *loop, struct err *e) CHECKED;

#endif
