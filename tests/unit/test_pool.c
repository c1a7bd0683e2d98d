/* SPDX-License-Identifier: Apache-2.0 */
/* The children are this program itself: they repeat what they hear, but "die", "sleep" and, when
 * they are given the cue for it, "wait". */
#include "clock.h"
#include "pool.h"
#include "turn.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

enum { ANSWER_MAX = 4096, CUE = 100 /* the children's end of a pair */ };
/* What a child may take: the one ends what hangs, the other is for those that are to be late. */
enum { LONG_US = 60000000, SHORT_US = 200000 };

METRIC_COUNTER(deaths, "test_deaths_total", "Children that ended.");

static int serve(void)
{
    char room[ANSWER_MAX];

    send(STDIN_FILENO, "{}", 2, 0);
    for (ssize_t len; (len = recv(STDIN_FILENO, room, sizeof(room), 0)) > 0;) {
        if (len == 3 && memcmp(room, "die", 3) == 0)
            return 3;
        if (len == 5 && memcmp(room, "sleep", 5) == 0)
            pause();
        bool is_cued = len == 4 && memcmp(room, "wait", 4) == 0;
        if (is_cued)
            (void)recv(CUE, &(char){0}, 1, 0);
        send(STDIN_FILENO, room, (size_t)len, 0);
        if (is_cued)
            send(CUE, "", 1, 0);
    }
    return 0;
}

struct desk {
    struct loop *loop;
    struct turn turn;
    struct pool *pool;
    int answered, failed;
    char last[ANSWER_MAX];
    struct err why;
    int wanted_idle, wanted_done;
};

static void on_done(void *ctx, const char *answer, size_t len, const struct err *e)
{
    struct desk *d = ctx;

    if (e != NULL) {
        d->failed++;
        d->why = *e;
        return;
    }
    d->answered++;
    snprintf(d->last, sizeof(d->last), "%.*s", (int)len, answer);
}

static bool is_idle(void *ctx)
{
    struct desk *d = ctx;

    return pool_idle(d->pool) == d->wanted_idle;
}

static bool is_done(void *ctx)
{
    struct desk *d = ctx;

    return d->answered + d->failed == d->wanted_done;
}

static void wait_idle(struct desk *d, int count)
{
    d->wanted_idle = count;
    assert_true(turn_until(&d->turn, is_idle, d));
}

static void wait_done(struct desk *d, int count)
{
    d->wanted_done = count;
    assert_true(turn_until(&d->turn, is_done, d));
}

static void say(struct desk *d, const char *message)
{
    struct err e;

    if (pool_send(d->pool, message, strlen(message), on_done, d, &e) < 0)
        fail_msg("%s", e.text);
}

/* Where the limit is so short that an idle child may miss it as well: then another is asked. */
static void expect_answer(struct desk *d, const char *message)
{
    int answered = d->answered;

    for (int tries = 0; d->answered == answered && tries < 20; tries++) {
        wait_idle(d, 1);
        say(d, message);
        wait_done(d, d->answered + d->failed + 1);
    }
    assert_int_equal(d->answered, answered + 1);
    assert_string_equal(d->last, message);
}

static void open_desk_with(struct desk *d, int children, int64_t limit_us)
{
    static const char *const argv[] = {"test_pool", "--child", NULL};
    static const char *const env[] = {NULL};
    struct err e;

    *d = (struct desk){0};
    assert_int_equal(loop_open(&d->loop, &e), 0);
    turn_open(&d->turn, d->loop);
    d->pool = pool_open(&(struct pool_settings){.loop = d->loop,
                                                .what = "echo",
                                                .program = "/proc/self/exe",
                                                .argv = argv,
                                                .env = env,
                                                .children = children,
                                                .limit_us = limit_us,
                                                .answer_max = ANSWER_MAX,
                                                .deaths = &deaths});
    wait_idle(d, children);
}

static void open_desk(struct desk *d, int children)
{
    open_desk_with(d, children, LONG_US);
}

static void close_desk(struct desk *d)
{
    pool_close(&d->pool);
    loop_close(&d->loop);
}

static void an_idle_child_answers(void **state)
{
    AUTO(close_desk) struct desk d;
    struct err e;

    (void)state;
    open_desk(&d, 2);
    say(&d, "one");
    say(&d, "two");
    assert_true(pool_send(d.pool, "three", 5, on_done, &d, &e) < 0);
    assert_int_equal(e.kind, ERR_BUSY);
    assert_int_equal(pool_ready(d.pool), 2);
    wait_done(&d, 2);
    wait_idle(&d, 2);
    say(&d, "three");
    wait_done(&d, 3);
    assert_string_equal(d.last, "three");
    assert_int_equal(d.failed, 0);
}

static void a_death_costs_one_message(void **state)
{
    AUTO(close_desk) struct desk d;

    (void)state;
    open_desk(&d, 1);
    say(&d, "die");
    wait_done(&d, 1);
    assert_int_equal(d.failed, 1);
    assert_int_equal(d.why.kind, ERR_SYSTEM);
    assert_non_null(strstr(d.why.text, "status 3"));
    wait_idle(&d, 1);
    say(&d, "still there");
    wait_done(&d, 2);
    assert_string_equal(d.last, "still there");
}

static void who_takes_too_long_is_replaced(void **state)
{
    AUTO(close_desk) struct desk d;

    (void)state;
    open_desk_with(&d, 1, SHORT_US);
    say(&d, "sleep");
    wait_done(&d, 1);
    assert_int_equal(d.failed, 1);
    assert_string_equal(d.why.text, "the echo took too long");
    expect_answer(&d, "awake");
}

/* What a child says too late, so that both its answer and its end are there. */
struct cue {
    struct desk *desk;
    int ends[2];
    bool is_refused; /* with its answer it was given the next message, which it did not get */
};

static void open_cue(struct cue *cue, struct desk *d)
{
    *cue = (struct cue){.desk = d};
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, cue->ends), 0);
    assert_int_equal(dup2(cue->ends[1], CUE), CUE);
}

static void close_cue(struct cue *cue)
{
    close(cue->ends[0]);
    close(cue->ends[1]);
    close(CUE);
}

/* In the turn in which its time is over already: it answers before it is killed. */
static void give_cue(void *ctx)
{
    const struct cue *cue = ctx;
    char byte;

    loop_unwatch_fd(cue->desk->loop, cue->ends[0]);
    assert_int_equal(send(cue->ends[0], "", 1, 0), 1);
    assert_int_equal(recv(cue->ends[0], &byte, 1, 0), 1);
}

static void send_next(void *ctx, const char *answer, size_t len, const struct err *e)
{
    struct cue *cue = ctx;
    struct err why;

    on_done(cue->desk, answer, len, e);
    cue->is_refused = pool_send(cue->desk->pool, "next", 4, on_done, cue->desk, &why) < 0;
}

static void count_idle(void *ctx)
{
    (*(int *)ctx)++;
}

static void who_answers_while_it_is_killed_gets_nothing_more(void **state)
{
    AUTO(close_desk) struct desk d;
    AUTO(close_cue) struct cue cue;
    int idle = 0;
    struct err e;

    (void)state;
    open_cue(&cue, &d);
    open_desk_with(&d, 1, SHORT_US);
    pool_on_idle(d.pool, count_idle, &idle);
    assert_int_equal(pool_send(d.pool, "wait", 4, send_next, &cue, &e), 0);
    for (int64_t begun = clock_mono_us(); clock_mono_us() - begun <= SHORT_US;)
        ;
    loop_watch_fd(d.loop, cue.ends[0], LOOP_WRITE, give_cue, &cue);
    wait_done(&d, 1);
    assert_string_equal(d.last, "wait");
    assert_true(cue.is_refused);
    assert_int_equal(idle, 0);
    wait_idle(&d, 1); /* another one */
    assert_int_equal(idle, 1);
    assert_int_equal(d.failed, 0);
    expect_answer(&d, "next");
}

static void a_pool_closes_while_it_works(void **state)
{
    AUTO(close_desk) struct desk d;

    (void)state;
    open_desk(&d, 2);
    say(&d, "sleep");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_idle_child_answers),
        cmocka_unit_test(a_death_costs_one_message),
        cmocka_unit_test(who_takes_too_long_is_replaced),
        cmocka_unit_test(who_answers_while_it_is_killed_gets_nothing_more),
        cmocka_unit_test(a_pool_closes_while_it_works),
    };

    if (argc == 2 && strcmp(argv[1], "--child") == 0)
        return serve();
    return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
