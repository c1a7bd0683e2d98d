/* SPDX-License-Identifier: Apache-2.0 */
/* loop - epoll over descriptors, those of ZeroMQ's sockets among them; timers in a plain list,
 * since a service has a handful of them (thousands of deadlines are one timer over a heap of the
 * service's own).
 *
 * A socket's descriptor tells that something has changed, once, and whatever uses the socket takes
 * that sign away (zmq_getsockopt(3), ZMQ_FD). So a socket is asked for its messages after its
 * descriptor has told, after its callback, and after any other use. The others are left alone:
 * zmq_poll() asks every socket, and the kernel about each, twice a turn. */
#include "loop.h"

#include "clock.h"
#include "mem.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <zmq.h>

enum { TURN_EVENTS = 64 }; /* that the kernel tells in one turn; the rest come in the next */

struct handler {
    loop_fn *fn;
    void *ctx;
};

/* What is watched. It stays where it is until it is swept: the kernel has its address. */
struct watch {
    void *socket; /* NULL: a plain descriptor */
    int fd;
    struct handler handler; /* fn NULL: unwatched, to be swept */
    bool ask;               /* the socket may have messages that its descriptor does not tell of */
    bool ready;
};

struct loop_timer {
    struct loop *loop;
    struct loop_timer *next;
    struct handler handler;
    int64_t due_us; /* -1: not set */
    int64_t period_us;
};

struct loop {
    int epoll_fd;
    struct watch **watches; /* in the order in which they are served */
    int watch_count, watch_room;
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
    AUTO(loop_close) struct loop *loop = mem_new(1, sizeof(*loop));
    loop->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (loop->signal_fd < 0 || loop->epoll_fd < 0)
        return err_set(e, ERR_SYSTEM, "could not open a loop: %s", strerror(errno));
    loop->now_us = clock_mono_us();
    loop_watch_fd(loop, loop->signal_fd, LOOP_READ, on_signal, loop);
    *out = loop;
    loop = NULL;
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
    for (int i = 0; i < l->watch_count; i++)
        free(l->watches[i]);
    free(l->watches);
    if (l->signal_fd >= 0)
        close(l->signal_fd);
    if (l->epoll_fd >= 0)
        close(l->epoll_fd);
    free(l->after);
    free(l);
    *loop = NULL;
}

/* ---- what is watched ---- */

/* NULL: it is not watched. fd counts where there is no socket. */
static struct watch *find(const struct loop *loop, const void *socket, int fd)
{
    for (int i = 0; i < loop->watch_count; i++) {
        struct watch *w = loop->watches[i];
        if (w->handler.fn != NULL && w->socket == socket && (socket != NULL || w->fd == fd))
            return w;
    }
    return NULL;
}

static struct watch *add(struct loop *loop, void *socket, int fd)
{
    struct watch *w = mem_new(1, sizeof(*w));

    *w = (struct watch){.socket = socket, .fd = fd};
    if (loop->watch_count == loop->watch_room) {
        loop->watch_room = 2 * loop->watch_room + 8;
        loop->watches =
            mem_resize(loop->watches, (size_t)loop->watch_room * sizeof(struct watch *));
    }
    loop->watches[loop->watch_count++] = w;
    return w;
}

/* The kernel forgets a descriptor that is closed: one that bears its number may be new to it. */
static void tell_kernel(struct loop *loop, struct watch *w, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = w};

    if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, w->fd, &event) == 0 ||
        (errno == ENOENT && epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, w->fd, &event) == 0))
        return;
    fprintf(stderr, "descriptor %d cannot be watched: %s\n", w->fd, strerror(errno));
    abort();
}

/* Only marks: the array must not move under run_ready. */
static void unwatch(struct loop *loop, struct watch *w)
{
    if (w == NULL)
        return;
    (void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, w->fd, NULL); /* it may be closed already */
    w->handler.fn = NULL;
}

void loop_watch_fd(struct loop *loop, int fd, int events, loop_fn *fn, void *ctx)
{
    struct watch *w = find(loop, NULL, fd);

    if (w == NULL)
        w = add(loop, NULL, fd);
    w->handler = (struct handler){fn, ctx};
    tell_kernel(loop, w,
                ((events & LOOP_READ) != 0 ? EPOLLIN : 0U) |
                    ((events & LOOP_WRITE) != 0 ? EPOLLOUT : 0U));
}

void loop_unwatch_fd(struct loop *loop, int fd)
{
    unwatch(loop, find(loop, NULL, fd));
}

void loop_watch_zmq(struct loop *loop, void *socket, loop_fn *fn, void *ctx)
{
    struct watch *w = find(loop, socket, -1);
    int fd = -1;
    size_t len = sizeof(fd);

    if (w == NULL) {
        (void)zmq_getsockopt(socket, ZMQ_FD, &fd, &len);
        w = add(loop, socket, fd);
    }
    w->handler = (struct handler){fn, ctx};
    w->ask = true;
    tell_kernel(loop, w, EPOLLIN);
}

void loop_unwatch_zmq(struct loop *loop, void *socket)
{
    unwatch(loop, find(loop, socket, -1));
}

void loop_used_zmq(struct loop *loop, const void *socket)
{
    struct watch *w = find(loop, socket, -1);

    if (w != NULL)
        w->ask = true;
}

/* ---- timers ---- */

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

/* ---- turns ---- */

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
static int wait_ms(const struct loop *loop)
{
    int64_t first = -1;

    for (const struct loop_timer *t = loop->timers; t != NULL; t = t->next)
        if (t->due_us >= 0 && (first < 0 || t->due_us < first))
            first = t->due_us;
    if (first < 0)
        return -1;
    int64_t left = (first - clock_mono_us() + CLOCK_US_PER_MS - 1) / CLOCK_US_PER_MS;
    return left <= 0 ? 0 : left < INT_MAX ? (int)left : INT_MAX;
}

static void sweep(struct loop *loop)
{
    int kept = 0;

    for (int i = 0; i < loop->watch_count; i++) {
        if (loop->watches[i]->handler.fn == NULL)
            free(loop->watches[i]);
        else
            loop->watches[kept++] = loop->watches[i];
    }
    loop->watch_count = kept;
}

/* Finds those that have messages; whether any has. */
static bool ask_sockets(struct loop *loop)
{
    bool any = false;

    for (int i = 0; i < loop->watch_count; i++) {
        struct watch *w = loop->watches[i];
        int events = 0;
        size_t len = sizeof(events);
        if (w->ask && !w->ready && zmq_getsockopt(w->socket, ZMQ_EVENTS, &events, &len) == 0)
            w->ready = w->ask = (events & ZMQ_POLLIN) != 0;
        any = any || w->ready;
    }
    return any;
}

/* Waits for the kernel's word, but not while there is something to do already. */
static int listen_to_kernel(struct loop *loop, struct err *e)
{
    struct epoll_event told[TURN_EVENTS];
    int count =
        epoll_wait(loop->epoll_fd, told, TURN_EVENTS, ask_sockets(loop) ? 0 : wait_ms(loop));

    if (count < 0 && errno != EINTR)
        return err_set(e, ERR_SYSTEM, "epoll_wait: %s", strerror(errno));
    for (int i = 0; i < count; i++) {
        struct watch *w = told[i].data.ptr;
        if (w->socket != NULL)
            w->ask = true;
        else
            w->ready = true;
    }
    ask_sockets(loop);
    return 0;
}

static void run_ready(struct loop *loop)
{
    int count = loop->watch_count; /* what a callback adds waits for the next turn */

    for (int i = 0; i < count; i++) {
        struct watch *w = loop->watches[i];
        bool is_due = w->ready && w->handler.fn != NULL;
        w->ready = false;
        if (is_due)
            w->handler.fn(w->handler.ctx);
    }
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
        if (listen_to_kernel(loop, e) < 0)
            return -1;
        loop->now_us = clock_mono_us();
        run_ready(loop);
        run_timers(loop);
        for (int i = 0; i < loop->after_count; i++)
            loop->after[i].fn(loop->after[i].ctx);
    }
    loop->stop = false;
    return 0;
}
