/* SPDX-License-Identifier: Apache-2.0 */
#include "pool.h"

#include "log.h"
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { AGAIN_US = 1000000, START_LIMIT_US = 30000000, SOCKET_BYTES = 1 << 20 };

enum child_state {
    DOWN,
    STARTING,
    IDLE,
    WORKING,
    ENDING, /* killed at its limit, but its answer was there yet */
};

struct child {
    struct pool *pool;
    enum child_state state;
    pid_t pid;
    int socket, pidfd; /* -1: none */
    bool late;         /* killed at its time limit */
    pool_fn *done;     /* while it works */
    void *ctx;
    struct loop_timer *limit; /* of a message; while down: until the next start */
};

struct pool {
    struct pool_settings settings;
    struct child children[POOL_CHILDREN_MAX];
    loop_fn *on_idle;
    void *on_idle_ctx;
    char *room;
};

static void start(void *ctx);
static void on_socket(void *ctx);
static void on_death(void *ctx);

/* ---- a message's end ---- */

static void finish(struct child *c, const char *answer, size_t len, const struct err *e)
{
    pool_fn *done = c->done;

    loop_timer_cancel(c->limit);
    c->done = NULL;
    done(c->ctx, answer, len, e);
}

static void become_idle(struct child *c)
{
    loop_timer_cancel(c->limit);
    c->state = IDLE;
    if (c->pool->on_idle != NULL)
        c->pool->on_idle(c->pool->on_idle_ctx);
}

/* ---- life and death ---- */

static void close_fds(struct child *c)
{
    int *const fds[] = {&c->socket, &c->pidfd};

    for (size_t i = 0; i < COUNT(fds); i++) {
        if (*fds[i] < 0)
            continue;
        loop_unwatch_fd(c->pool->settings.loop, *fds[i]);
        close(*fds[i]);
        *fds[i] = -1;
    }
}

static int spawn(struct child *c, int socket)
{
    const struct pool_settings *s = &c->pool->settings;
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, standard;

    sigemptyset(&none);
    sigemptyset(&standard);
    sigaddset(&standard, SIGPIPE);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&files, socket, STDIN_FILENO);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &standard);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    pid_t pid = 0;
    int rc = posix_spawn(&pid, s->program, &files, &attributes, (char *const *)(uintptr_t)s->argv,
                         (char *const *)(uintptr_t)s->env);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    c->pid = rc == 0 ? pid : 0;
    return rc;
}

static int open_child(struct child *c)
{
    const int room = SOCKET_BYTES;
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return errno;
    for (int i = 0; i < 2; i++)
        setsockopt(ends[i], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
    int rc = spawn(c, ends[1]);
    close(ends[1]);
    c->socket = ends[0];
    if (rc != 0)
        return rc;
    fcntl(c->socket, F_SETFL, O_NONBLOCK);
    c->pidfd = pidfd_open(c->pid, 0);
    return c->pidfd >= 0 ? 0 : errno;
}

/* At once, whatever it does. */
static void end_child(struct child *c)
{
    close_fds(c);
    if (c->pid == 0)
        return;
    kill(c->pid, SIGKILL);
    waitpid(c->pid, NULL, 0);
    c->pid = 0;
}

static void start(void *ctx)
{
    struct child *c = ctx;
    struct loop *loop = c->pool->settings.loop;
    int rc = open_child(c);

    if (rc != 0) {
        log_event(LOG_ERROR, "could not start a child", "what", c->pool->settings.what, "why",
                  strerror(rc), NULL);
        end_child(c);
        loop_timer_set_us(c->limit, AGAIN_US);
        return;
    }
    c->state = STARTING;
    c->late = false;
    loop_timer_set_us(c->limit, START_LIMIT_US);
    loop_watch_fd(loop, c->socket, LOOP_READ, on_socket, c);
    loop_watch_fd(loop, c->pidfd, LOOP_READ, on_death, c);
}

static void describe_end(const struct child *c, int status, struct err *e)
{
    const char *what = c->pool->settings.what;

    if (c->late)
        err_set(e, ERR_SYSTEM, "the %s took too long", what);
    else if (WIFSIGNALED(status))
        err_set(e, ERR_SYSTEM, "the %s was killed by signal %d", what, WTERMSIG(status));
    else
        err_set(e, ERR_SYSTEM, "the %s exited with status %d", what, WEXITSTATUS(status));
}

static void on_death(void *ctx)
{
    struct child *c = ctx;
    int status = 0;
    struct err e;

    if (waitpid(c->pid, &status, WNOHANG) == 0)
        return;
    close_fds(c);
    metric_add(c->pool->settings.deaths, 1);
    describe_end(c, status, &e);
    log_event(LOG_ERROR, "child ended", "what", c->pool->settings.what, "why", e.text, NULL);
    bool worked = c->state == WORKING;
    c->state = DOWN;
    c->pid = 0;
    if (worked)
        finish(c, NULL, 0, &e);
    loop_timer_set_us(c->limit, worked ? 0 : AGAIN_US);
}

/* Down: it is time to start it. At work: it is time to end it. */
static void on_timer(void *ctx)
{
    struct child *c = ctx;

    if (c->state == DOWN) {
        start(c);
    } else {
        c->late = true;
        kill(c->pid, SIGKILL);
    }
}

/* ---- its words ---- */

static void on_socket(void *ctx)
{
    struct child *c = ctx;
    const struct pool_settings *s = &c->pool->settings;
    ssize_t len = recv(c->socket, c->pool->room, s->answer_max, MSG_DONTWAIT);

    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (len <= 0 || (c->state != STARTING && c->state != WORKING)) {
        loop_unwatch_fd(s->loop, c->socket);
        kill(c->pid, SIGKILL); /* on_death has the rest */
        return;
    }
    if (c->state == WORKING) {
        c->state = c->late ? ENDING : IDLE;
        finish(c, c->pool->room, (size_t)len, NULL);
    }
    if (c->state != WORKING && !c->late) /* unless it was given the next one already */
        become_idle(c);
}

/* ---- for its user ---- */

struct pool *pool_open(const struct pool_settings *settings)
{
    struct pool *pool = mem_new(1, sizeof(*pool));

    pool->settings = *settings;
    pool->room = mem_new(settings->answer_max, 1);
    for (int i = 0; i < settings->children; i++) {
        struct child *c = &pool->children[i];
        *c = (struct child){.pool = pool, .socket = -1, .pidfd = -1};
        c->limit = loop_timer_new(settings->loop, on_timer, c);
        start(c);
    }
    return pool;
}

void pool_close(struct pool **pool)
{
    struct pool *p = *pool;

    if (p == NULL)
        return;
    for (int i = 0; i < p->settings.children; i++) {
        struct child *c = &p->children[i];
        loop_timer_cancel(c->limit);
        end_child(c);
    }
    free(p->room);
    free(p);
    *pool = NULL;
}

int pool_idle(const struct pool *pool)
{
    int idle = 0;

    for (int i = 0; i < pool->settings.children; i++)
        idle += pool->children[i].state == IDLE;
    return idle;
}

int pool_ready(const struct pool *pool)
{
    int ready = 0;

    for (int i = 0; i < pool->settings.children; i++)
        ready += pool->children[i].state == IDLE || pool->children[i].state == WORKING;
    return ready;
}

static struct child *idle_child(struct pool *pool)
{
    for (int i = 0; i < pool->settings.children; i++)
        if (pool->children[i].state == IDLE)
            return &pool->children[i];
    return NULL;
}

int pool_send(struct pool *pool, const char *message, size_t len, pool_fn *done, void *ctx,
              struct err *e)
{
    struct child *c = idle_child(pool);

    if (c == NULL)
        return err_set(e, ERR_BUSY, "no %s is idle", pool->settings.what);
    if (send(c->socket, message, len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
        if (errno == EMSGSIZE)
            return err_set(e, ERR_INPUT, "the message is too long: %zu bytes", len);
        return err_set(e, ERR_BUSY, "could not reach a %s: %s", pool->settings.what,
                       strerror(errno));
    }
    c->state = WORKING;
    c->done = done;
    c->ctx = ctx;
    loop_timer_set_us(c->limit, pool->settings.limit_us);
    return 0;
}

void pool_on_idle(struct pool *pool, loop_fn *fn, void *ctx)
{
    pool->on_idle = fn;
    pool->on_idle_ctx = ctx;
}
