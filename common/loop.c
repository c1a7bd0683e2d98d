/* SPDX-License-Identifier: Apache-2.0 */
/* loop - zmq_poll over a growing array of items; timers in a plain list, since
 * a service has a handful of them (thousands of deadlines are one timer over a
 * heap of the service's own). */
#include "loop.h"

#include "clock.h"
#include "mem.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <zmq.h>

struct handler {
    loop_fn *fn;
    void *ctx;
};

struct loop_timer {
    struct loop *loop;
    struct loop_timer *next;
    struct handler handler;
    int64_t due_us; /* -1: not set */
    int64_t period_us;
};

struct loop {
    zmq_pollitem_t *items;
    struct handler *handlers; /* of the item with the same index; fn NULL: unwatched, to be swept */
    int item_count, item_room;
    struct loop_timer *timers;
    struct handler *after;
    int after_count;
    struct handler on_stop;
    int64_t now_us;
    int signal_fd;
    int signals_seen;
    bool stop;
};

static void on_signal(void *ctx)
{
    struct loop *loop = ctx;
    struct signalfd_siginfo info;

    if (read(loop->signal_fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
        return;
    if (loop->signals_seen++ == 0 && loop->on_stop.fn != NULL)
        loop->on_stop.fn(loop->on_stop.ctx);
    else
        loop->stop = true;
}

int loop_open(struct loop **out, struct err *e)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    signal(SIGPIPE, SIG_IGN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        return err_set(e, ERR_SYSTEM, "signalfd: %s", strerror(errno));

    struct loop *loop = mem_new(1, sizeof(*loop));
    loop->signal_fd = fd;
    loop->now_us = clock_mono_us();
    loop_watch_fd(loop, fd, LOOP_READ, on_signal, loop);
    *out = loop;
    return 0;
}

void loop_close(struct loop **loop)
{
    struct loop *l = *loop;

    if (l == NULL)
        return;
    while (l->timers != NULL) {
        struct loop_timer *timer = l->timers;
        l->timers = timer->next;
        free(timer);
    }
    close(l->signal_fd);
    free(l->items);
    free(l->handlers);
    free(l->after);
    free(l);
    *loop = NULL;
}

/* The index of what is watched, or -1. */
static int find(const struct loop *loop, const void *socket, int fd)
{
    for (int i = 0; i < loop->item_count; i++)
        if (loop->items[i].socket == socket && (socket != NULL || loop->items[i].fd == fd))
            return i;
    return -1;
}

static void watch(struct loop *loop, zmq_pollitem_t item, struct handler h)
{
    int i = find(loop, item.socket, item.fd);

    if (i < 0) {
        i = loop->item_count++;
        if (loop->item_count > loop->item_room) {
            loop->item_room = 2 * loop->item_count + 8;
            loop->items = mem_resize(loop->items, (size_t)loop->item_room * sizeof(item));
            loop->handlers = mem_resize(loop->handlers, (size_t)loop->item_room * sizeof(h));
        }
        loop->items[i] = item;
    }
    loop->items[i].events = item.events;
    loop->handlers[i] = h;
}

/* Only marks: the array must not move under run_sockets. */
static void unwatch(struct loop *loop, const void *socket, int fd)
{
    int i = find(loop, socket, fd);

    if (i < 0)
        return;
    loop->handlers[i].fn = NULL;
    loop->items[i].events = 0;
    loop->items[i].revents = 0;
}

void loop_watch_fd(struct loop *loop, int fd, int events, loop_fn *fn, void *ctx)
{
    short poll_events = (short)(((events & LOOP_READ) != 0 ? ZMQ_POLLIN : 0) |
                                ((events & LOOP_WRITE) != 0 ? ZMQ_POLLOUT : 0));

    watch(loop, (zmq_pollitem_t){.fd = fd, .events = poll_events}, (struct handler){fn, ctx});
}

void loop_unwatch_fd(struct loop *loop, int fd)
{
    unwatch(loop, NULL, fd);
}

void loop_watch_zmq(struct loop *loop, void *socket, loop_fn *fn, void *ctx)
{
    watch(loop, (zmq_pollitem_t){.socket = socket, .events = ZMQ_POLLIN},
          (struct handler){fn, ctx});
}

void loop_unwatch_zmq(struct loop *loop, void *socket)
{
    unwatch(loop, socket, -1);
}

struct loop_timer *loop_timer_new(struct loop *loop, loop_fn *fn, void *ctx)
{
    struct loop_timer *timer = mem_new(1, sizeof(*timer));

    *timer =
        (struct loop_timer){.loop = loop, .next = loop->timers, .handler = {fn, ctx}, .due_us = -1};
    loop->timers = timer;
    return timer;
}

void loop_timer_set_us(struct loop_timer *timer, int64_t delay_us)
{
    timer->due_us = clock_mono_us() + (delay_us > 0 ? delay_us : 0);
}

void loop_timer_cancel(struct loop_timer *timer)
{
    timer->due_us = -1;
}

bool loop_timer_is_set(const struct loop_timer *timer)
{
    return timer->due_us >= 0;
}

void loop_every_ms(struct loop *loop, int64_t period_ms, loop_fn *fn, void *ctx)
{
    struct loop_timer *timer = loop_timer_new(loop, fn, ctx);

    timer->period_us = period_ms * CLOCK_US_PER_MS;
    loop_timer_set_us(timer, timer->period_us);
}

void loop_after_turn(struct loop *loop, loop_fn *fn, void *ctx)
{
    loop->after = mem_resize(loop->after, (size_t)(loop->after_count + 1) * sizeof(*loop->after));
    loop->after[loop->after_count++] = (struct handler){fn, ctx};
}

void loop_on_stop(struct loop *loop, loop_fn *fn, void *ctx)
{
    loop->on_stop = (struct handler){fn, ctx};
}

void loop_stop(struct loop *loop)
{
    loop->stop = true;
}

int64_t loop_now_us(const struct loop *loop)
{
    return loop->now_us;
}

/* Milliseconds to the first timer, rounded up so that it is due on waking. */
static long wait_ms(const struct loop *loop)
{
    int64_t first = -1;

    for (const struct loop_timer *t = loop->timers; t != NULL; t = t->next)
        if (t->due_us >= 0 && (first < 0 || t->due_us < first))
            first = t->due_us;
    if (first < 0)
        return -1;
    int64_t left = first - clock_mono_us();
    return left > 0 ? (long)((left + CLOCK_US_PER_MS - 1) / CLOCK_US_PER_MS) : 0;
}

static void sweep(struct loop *loop)
{
    int kept = 0;

    for (int i = 0; i < loop->item_count; i++) {
        if (loop->handlers[i].fn == NULL)
            continue;
        loop->items[kept] = loop->items[i];
        loop->handlers[kept++] = loop->handlers[i];
    }
    loop->item_count = kept;
}

static void run_sockets(struct loop *loop)
{
    int count = loop->item_count; /* what a callback adds waits for the next turn */

    for (int i = 0; i < count; i++)
        if (loop->items[i].revents != 0 && loop->handlers[i].fn != NULL)
            loop->handlers[i].fn(loop->handlers[i].ctx);
}

static void run_timers(struct loop *loop)
{
    for (struct loop_timer *t = loop->timers; t != NULL; t = t->next) {
        if (t->due_us < 0 || t->due_us > loop->now_us)
            continue;
        t->due_us = t->period_us > 0 ? loop->now_us + t->period_us : -1;
        t->handler.fn(t->handler.ctx);
    }
}

int loop_run(struct loop *loop, struct err *e)
{
    while (!loop->stop) {
        sweep(loop);
        if (zmq_poll(loop->items, loop->item_count, wait_ms(loop)) < 0 && errno != EINTR)
            return err_set(e, ERR_SYSTEM, "zmq_poll: %s", zmq_strerror(errno));
        loop->now_us = clock_mono_us();
        run_sockets(loop);
        run_timers(loop);
        for (int i = 0; i < loop->after_count; i++)
            loop->after[i].fn(loop->after[i].ctx);
    }
    loop->stop = false;
    return 0;
}
