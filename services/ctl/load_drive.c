/* SPDX-License-Identifier: Apache-2.0 */
#include "load_drive.h"

#include "clock.h"
#include "load_answer.h"
#include "mem.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum {
    ANSWER_ROOM = 16 * 1024,
    EVENTS = 128,
    TICK_US = 20 * CLOCK_US_PER_MS,
    REST_US = CLOCK_US_PER_MS / 2,    /* from turn to turn of an open loop, at least */
    PAUSE_US = 100 * CLOCK_US_PER_MS, /* before trying again */
    MAX_PAUSE_S = 1,                  /* however long the server asks for */
    ANSWER_LIMIT_US = 30 * CLOCK_US_PER_S,
    CONNECT_LIMIT_US = 5 * CLOCK_US_PER_S, /* then those that are there begin */
    FLUSH_US = CLOCK_US_PER_S,
};

enum state {
    DOWN,       /* no socket; dials at wake_us */
    CONNECTING, /* until wake_us */
    IDLE,
    BUSY,   /* sent or being sent; until wake_us */
    PAUSED, /* sends its case again at wake_us */
};

struct connection {
    enum state state;
    int fd;
    int64_t wake_us;
    size_t idle_at;     /* among the idle ones, while IDLE */
    int64_t n;          /* its case, or -1 */
    int64_t planned_us; /* when its case was due */
    char *request;      /* of its case */
    size_t request_len, sent;
    char answer[ANSWER_ROOM];
    size_t received;
};

struct drive {
    const struct load_drive_settings *settings;
    struct load_result *result;
    int epoll, signals;
    struct connection *connections;
    size_t count;
    struct connection **idle;
    size_t idle_count, busy_count; /* busy: with a case, in any state */
    int64_t next;                  /* case */
    int64_t opened_us, start_us;   /* start_us 0: not begun */
    int64_t reached_us;            /* when a connection was there last */
    int64_t turn_us, tick_us, flush_us;
    bool ending; /* no more cases */
};

/* ---- connections ---- */

static void watch(struct drive *d, struct connection *c)
{
    /* Edge-triggered: both directions are registered once and for all. */
    struct epoll_event ev = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c};

    (void)epoll_ctl(d->epoll, EPOLL_CTL_ADD, c->fd, &ev);
}

static void put_down(struct connection *c, int64_t now)
{
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    c->state = DOWN;
    c->wake_us = now + PAUSE_US;
    c->received = 0;
}

static void dial(struct drive *d, struct connection *c, int64_t now)
{
    struct err e;

    if (load_target_dial(d->settings->target, &c->fd, &e) < 0) {
        put_down(c, now);
        return;
    }
    c->state = CONNECTING;
    c->wake_us = now + CONNECT_LIMIT_US;
    watch(d, c);
}

static void make_idle(struct drive *d, struct connection *c)
{
    c->state = IDLE;
    c->n = -1;
    c->idle_at = d->idle_count;
    d->idle[d->idle_count++] = c;
}

static void leave_idle(struct drive *d, const struct connection *c)
{
    d->idle[c->idle_at] = d->idle[--d->idle_count];
    d->idle[c->idle_at]->idle_at = c->idle_at;
}

/* ---- cases ---- */

/* The case of c is over, answered or not. */
static void drop_case(struct drive *d, struct connection *c)
{
    c->n = -1;
    d->busy_count--;
}

static bool may_repeat(const struct drive *d, const struct connection *c, int64_t now)
{
    return d->settings->keys && now - c->planned_us < d->settings->give_up_s * CLOCK_US_PER_S;
}

/* The connection broke, said something that is not HTTP, or took too long. */
static void lose(struct drive *d, struct connection *c, int64_t now)
{
    if (c->state == IDLE)
        leave_idle(d, c);
    put_down(c, now);
    if (c->n >= 0 && !may_repeat(d, c, now)) {
        d->result->errors++;
        drop_case(d, c);
    }
}

static void push(struct drive *d, struct connection *c, int64_t now)
{
    ssize_t n = send(c->fd, c->request + c->sent, c->request_len - c->sent, MSG_NOSIGNAL);

    if (n < 0 && errno != EAGAIN)
        lose(d, c, now);
    else if (n > 0)
        c->sent += (size_t)n;
}

static void send_case(struct drive *d, struct connection *c, int64_t now)
{
    c->state = BUSY;
    c->sent = 0;
    c->received = 0;
    c->wake_us = now + ANSWER_LIMIT_US;
    push(d, c, now);
}

static void repeat_case(struct drive *d, struct connection *c, int64_t now)
{
    d->result->retries++;
    send_case(d, c, now);
}

static void hand_out(struct drive *d, int64_t planned_us, int64_t now)
{
    struct connection *c = d->idle[d->idle_count - 1];

    leave_idle(d, c);
    c->n = d->next++;
    c->planned_us = planned_us;
    c->request_len = load_requests_write(d->settings->requests, c->n, c->request);
    d->busy_count++;
    d->result->sent++;
    send_case(d, c, now);
}

/* When the next case is due. */
static int64_t due_us(const struct drive *d, int64_t now)
{
    if (d->settings->rate == 0)
        return now;
    return d->start_us + (int64_t)((double)d->next * CLOCK_US_PER_S / (double)d->settings->rate);
}

static int64_t end_us(const struct drive *d)
{
    return d->settings->seconds == 0 ? INT64_MAX
                                     : d->start_us + d->settings->seconds * CLOCK_US_PER_S;
}

static void hand_out_due(struct drive *d, int64_t now)
{
    while (d->start_us != 0 && !d->ending) {
        int64_t due = due_us(d, now);
        d->ending = due >= end_us(d) || now >= end_us(d) ||
                    (d->settings->count > 0 && d->next >= d->settings->count);
        if (d->ending || due > now || d->idle_count == 0)
            return;
        hand_out(d, due, now);
    }
}

/* ---- answers ---- */

static void note_refusal(struct load_result *r, const struct load_answer *answer)
{
    r->refused++;
    if (r->refusal[0] == '\0')
        (void)snprintf(r->refusal, sizeof(r->refusal), "%u %.*s", answer->status,
                       (int)(answer->len < sizeof(r->refusal) ? answer->len : sizeof(r->refusal)),
                       answer->body);
}

static void note_accepted(struct drive *d, const struct connection *c,
                          const struct load_answer *answer, int64_t now)
{
    struct load_result *r = d->result;
    const char *reference = load_answer_text(answer, "reference", REFERENCE_SIZE - 1);

    if (reference == NULL) {
        r->errors++;
        return;
    }
    r->accepted++;
    load_latency_add(&r->latency, now - c->planned_us);
    if (now <= end_us(d)) {
        r->accepted_in_time++;
        r->elapsed_us = now - d->start_us;
    }
    if (d->settings->notes != NULL)
        load_notes_add(d->settings->notes, reference, c->n);
}

static void pause_case(struct drive *d, struct connection *c, const struct load_answer *answer,
                       int64_t now)
{
    int64_t wanted_s = answer->retry_after_s < MAX_PAUSE_S ? answer->retry_after_s : MAX_PAUSE_S;

    c->state = PAUSED;
    c->wake_us = now + (wanted_s > 0 ? wanted_s * CLOCK_US_PER_S : PAUSE_US);
    if (!may_repeat(d, c, now)) {
        note_refusal(d->result, answer);
        drop_case(d, c);
    }
}

static void take_answer(struct drive *d, struct connection *c, const struct load_answer *answer,
                        int64_t now)
{
    c->received = 0;
    if (answer->status >= 500) {
        pause_case(d, c, answer, now);
    } else {
        if (answer->status == 201)
            note_accepted(d, c, answer, now);
        else
            note_refusal(d->result, answer);
        drop_case(d, c);
        make_idle(d, c);
    }
    if (answer->closes)
        lose(d, c, now);
}

static void pull(struct drive *d, struct connection *c, int64_t now)
{
    struct load_answer answer;
    ssize_t n = recv(c->fd, c->answer + c->received, sizeof(c->answer) - c->received, 0);

    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0 || c->state != BUSY) {
        lose(d, c, now);
        return;
    }
    c->received += (size_t)n;
    switch (load_answer_read(c->answer, c->received, &answer)) {
    case LOAD_WHOLE:
        take_answer(d, c, &answer, now);
        break;
    case LOAD_WRONG:
        lose(d, c, now);
        break;
    case LOAD_MORE:
        if (c->received == sizeof(c->answer))
            lose(d, c, now);
        break;
    }
}

/* ---- events and time ---- */

static void on_connected(struct drive *d, struct connection *c, int64_t now)
{
    int error = 0;
    socklen_t len = sizeof(error);

    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0 || error != 0)
        lose(d, c, now);
    else if (c->n >= 0)
        repeat_case(d, c, now);
    else
        make_idle(d, c);
}

static void on_event(struct drive *d, struct connection *c, uint32_t events)
{
    int64_t now = clock_mono_us();

    if (c->state == CONNECTING) {
        if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0)
            on_connected(d, c, now);
        return;
    }
    if (c->state == BUSY && c->sent < c->request_len)
        push(d, c, now);
    if (c->fd >= 0 && (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
        pull(d, c, now);
}

static void wake(struct drive *d, struct connection *c, int64_t now)
{
    switch (c->state) {
    case DOWN:
        if (c->n >= 0 && !may_repeat(d, c, now)) {
            d->result->errors++;
            drop_case(d, c);
        }
        dial(d, c, now);
        break;
    case CONNECTING:
    case BUSY:
        lose(d, c, now);
        break;
    case PAUSED:
        if (c->n >= 0)
            repeat_case(d, c, now);
        else
            make_idle(d, c);
        break;
    case IDLE:
        break;
    }
}

static int tick(struct drive *d, int64_t now, struct err *e)
{
    for (size_t i = 0; i < d->count; i++) {
        struct connection *c = &d->connections[i];
        if (c->state == IDLE || c->state == BUSY || c->state == PAUSED)
            d->reached_us = now;
        if (c->wake_us <= now)
            wake(d, c, now);
    }
    if (d->start_us == 0 &&
        (d->idle_count == d->count || (d->idle_count > 0 && now - d->opened_us > CONNECT_LIMIT_US)))
        d->start_us = now;
    if (now - d->reached_us > d->settings->give_up_s * CLOCK_US_PER_S)
        return err_set(e, ERR_BUSY, "nobody was reached at %s for %d seconds",
                       d->settings->target->host, (int)d->settings->give_up_s);
    if (d->settings->notes != NULL && now >= d->flush_us) {
        d->flush_us = now + FLUSH_US;
        return load_notes_flush(d->settings->notes, e);
    }
    return 0;
}

/* How long nothing is to be done: until the next tick or case. */
static struct timespec patience(const struct drive *d, int64_t now)
{
    int64_t until = d->tick_us;

    if (d->settings->rate > 0 && d->start_us != 0 && !d->ending && d->idle_count > 0 &&
        due_us(d, now) < until)
        until = due_us(d, now);
    int64_t left = until > now ? until - now : 0;
    return (struct timespec){left / CLOCK_US_PER_S, left % CLOCK_US_PER_S * 1000};
}

/* Who is woken by each answer and each planned moment by itself takes processor time from what it
 * measures, where both share a machine. What an answer waits for that counts as its latency. A
 * closed loop has its pace from the answers and needs none. */
static int64_t rest(const struct drive *d)
{
    int64_t now = clock_mono_us();
    int64_t left = d->turn_us + REST_US - now;

    if (d->settings->rate == 0 || left <= 0)
        return now;
    const struct timespec pause = {0, left * 1000};
    (void)nanosleep(&pause, NULL); /* a signal is found on its descriptor */
    return clock_mono_us();
}

static int turn(struct drive *d, struct err *e)
{
    struct epoll_event events[EVENTS];
    int64_t now = d->turn_us = rest(d);
    struct timespec left = patience(d, now);

    int n = epoll_pwait2(d->epoll, events, EVENTS, &left, NULL);
    if (n < 0 && errno != EINTR)
        return err_set(e, ERR_SYSTEM, "could not wait: %s", strerror(errno));
    for (int i = 0; i < n; i++) {
        if (events[i].data.ptr == NULL)
            d->ending = true;
        else
            on_event(d, events[i].data.ptr, events[i].events);
        hand_out_due(d, clock_mono_us());
    }
    now = clock_mono_us();
    if (now >= d->tick_us) {
        d->tick_us = now + TICK_US;
        if (tick(d, now, e) < 0)
            return -1;
    }
    hand_out_due(d, now);
    return 0;
}

/* ---- beginning and end ---- */

static int watch_signals(struct drive *d, struct err *e)
{
    struct epoll_event ev = {.events = EPOLLIN | EPOLLET, .data.ptr = NULL};
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    d->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (d->signals < 0 || epoll_ctl(d->epoll, EPOLL_CTL_ADD, d->signals, &ev) < 0)
        return err_set(e, ERR_SYSTEM, "could not watch for signals: %s", strerror(errno));
    return 0;
}

static int drive_open(struct drive *d, struct err *e)
{
    const struct load_drive_settings *s = d->settings;

    d->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (d->epoll < 0)
        return err_set(e, ERR_SYSTEM, "could not make an epoll: %s", strerror(errno));
    d->count = (size_t)s->connections;
    d->connections = mem_new(d->count, sizeof(*d->connections));
    d->idle = mem_new(d->count, sizeof(struct connection *));
    for (size_t i = 0; i < d->count; i++) {
        struct connection *c = &d->connections[i];
        c->fd = -1;
        c->n = -1;
        c->request = mem_new(1, load_requests_room(s->requests));
    }
    /* Else the kernel may deliver each planned moment 50 microseconds late. */
    prctl(PR_SET_TIMERSLACK, 1);
    return watch_signals(d, e);
}

static void drive_close(struct drive *d)
{
    for (size_t i = 0; i < d->count; i++) {
        if (d->connections[i].fd >= 0)
            close(d->connections[i].fd);
        free(d->connections[i].request);
    }
    free(d->connections);
    free(d->idle);
    if (d->signals >= 0)
        close(d->signals);
    if (d->epoll >= 0)
        close(d->epoll);
}

int load_drive(const struct load_drive_settings *settings, struct load_result *out, struct err *e)
{
    AUTO(drive_close)
    struct drive d = {.settings = settings, .result = out, .epoll = -1, .signals = -1};

    *out = (struct load_result){0};
    if (drive_open(&d, e) < 0)
        return -1;
    d.opened_us = clock_mono_us();
    d.reached_us = d.opened_us;
    while (!d.ending || d.busy_count > 0)
        if (turn(&d, e) < 0)
            return -1;
    if (settings->seconds > 0 && out->elapsed_us > 0 && settings->count == 0)
        out->elapsed_us = settings->seconds * CLOCK_US_PER_S;
    return settings->notes != NULL ? load_notes_flush(settings->notes, e) : 0;
}
