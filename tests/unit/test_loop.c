/* SPDX-License-Identifier: Apache-2.0 */
#include "loop.h"

#include "turn.h"

#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.h>

#include "unit.h"

/* One end of something that is watched: what is heard there, and when that is enough. */
struct ear {
    struct town *town;
    void *socket; /* NULL: fd */
    int fd;
    int heard, enough;
    struct ear *silenced; /* is unwatched when this one hears */
};

/* A loop and a pair of sockets within the process, whose messages are there once they are sent. */
struct town {
    struct loop *loop;
    struct turn turn;
    void *zmq, *near, *far;
    struct ear socket, first, second;
};

static void silence(struct ear *ear)
{
    if (ear->socket != NULL)
        loop_unwatch_zmq(ear->town->loop, ear->socket);
    else
        loop_unwatch_fd(ear->town->loop, ear->fd);
}

static void hear(struct ear *ear, bool is_there)
{
    assert_true(is_there);
    ear->heard++;
    if (ear->silenced != NULL)
        silence(ear->silenced);
}

/* Takes one message, however many there are. */
static void on_message(void *ctx)
{
    struct ear *ear = ctx;
    char text[8];

    hear(ear, zmq_recv(ear->socket, text, sizeof(text), ZMQ_DONTWAIT) >= 0);
}

static void on_fd(void *ctx)
{
    struct ear *ear = ctx;
    uint64_t count;

    hear(ear, read(ear->fd, &count, sizeof(count)) == (ssize_t)sizeof(count));
}

static void open_ear(struct town *t, struct ear *ear)
{
    *ear = (struct ear){.town = t, .fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
    assert_true(ear->fd >= 0);
    loop_watch_fd(t->loop, ear->fd, LOOP_READ, on_fd, ear);
}

static void open_town(struct town *t)
{
    struct err e;

    *t = (struct town){.zmq = zmq_ctx_new()};
    assert_int_equal(loop_open(&t->loop, &e), 0);
    turn_open(&t->turn, t->loop);
    t->near = zmq_socket(t->zmq, ZMQ_PAIR);
    t->far = zmq_socket(t->zmq, ZMQ_PAIR);
    assert_int_equal(zmq_bind(t->near, "inproc://loop"), 0);
    assert_int_equal(zmq_connect(t->far, "inproc://loop"), 0);
    t->socket = (struct ear){.town = t, .socket = t->near};
    loop_watch_zmq(t->loop, t->near, on_message, &t->socket);
    open_ear(t, &t->first);
    open_ear(t, &t->second);
}

static void close_town(struct town *t)
{
    loop_close(&t->loop);
    zmq_close(t->near);
    zmq_close(t->far);
    zmq_ctx_term(t->zmq);
    close(t->first.fd);
    close(t->second.fd);
}

static void ring(const struct ear *ear)
{
    const uint64_t one = 1;

    assert_int_equal(write(ear->fd, &one, sizeof(one)), sizeof(one));
}

static void say(struct town *t)
{
    assert_int_equal(zmq_send(t->far, "x", 1, ZMQ_DONTWAIT), 1);
}

static bool has_heard(void *ctx)
{
    const struct ear *ear = ctx;

    return ear->heard >= ear->enough;
}

static bool hears(struct ear *ear, int count)
{
    ear->enough = ear->heard + count;
    return turn_until(&ear->town->turn, has_heard, ear) && ear->heard == ear->enough;
}

static void once(void *ctx)
{
    loop_stop(ctx);
}

/* All that is there already has been heard after it, and what came of that. */
static void run_some_turns(struct town *t)
{
    struct loop_timer *end = loop_timer_new(t->loop, once, t->loop);
    struct err e;

    for (int i = 0; i < 3; i++) {
        loop_timer_set_us(end, 0);
        assert_int_equal(loop_run(t->loop, &e), 0);
    }
}

static void messages_that_a_callback_leaves_are_heard_in_the_next_turns(void **state)
{
    AUTO(close_town) struct town t;

    (void)state;
    open_town(&t);
    for (int i = 0; i < 5; i++)
        say(&t);
    assert_true(hears(&t.socket, 5));
    say(&t);
    assert_true(hears(&t.socket, 1));
}

static void a_message_is_heard_though_its_sign_was_taken_away(void **state)
{
    AUTO(close_town) struct town t;
    size_t len = sizeof(int);
    int events;

    (void)state;
    open_town(&t);
    say(&t);
    assert_true(hears(&t.socket, 1));
    run_some_turns(&t); /* the socket has been asked and has nothing more */
    say(&t);
    assert_int_equal(zmq_getsockopt(t.near, ZMQ_EVENTS, &events, &len), 0);
    loop_used_zmq(t.loop, t.near);
    assert_true(hears(&t.socket, 1));
}

static void a_socket_that_rests_is_heard_when_it_is_watched_again(void **state)
{
    AUTO(close_town) struct town t;

    (void)state;
    open_town(&t);
    say(&t);
    say(&t);
    t.socket.silenced = &t.socket;
    assert_true(hears(&t.socket, 1));
    say(&t);
    run_some_turns(&t);
    assert_int_equal(t.socket.heard, 1);
    loop_used_zmq(t.loop, t.near); /* no matter: it rests */
    t.socket.silenced = NULL;
    loop_watch_zmq(t.loop, t.near, on_message, &t.socket);
    assert_true(hears(&t.socket, 2));
}

static void a_descriptor_is_heard_while_a_socket_has_messages(void **state)
{
    AUTO(close_town) struct town t;

    (void)state;
    open_town(&t);
    for (int i = 0; i < 200; i++)
        say(&t);
    ring(&t.first);
    assert_true(hears(&t.first, 1));
    assert_true(t.socket.heard < 200);
}

static void who_is_silenced_in_this_turn_hears_nothing_more(void **state)
{
    AUTO(close_town) struct town t;

    (void)state;
    open_town(&t);
    t.first.silenced = &t.second;
    ring(&t.first);
    ring(&t.second);
    assert_true(hears(&t.first, 1));
    run_some_turns(&t);
    assert_int_equal(t.second.heard, 0);
    loop_watch_fd(t.loop, t.second.fd, LOOP_READ, on_fd, &t.second);
    assert_true(hears(&t.second, 1));
}

static void a_number_that_another_descriptor_has_now_is_heard(void **state)
{
    AUTO(close_town) struct town t;

    (void)state;
    open_town(&t);
    ring(&t.first);
    assert_true(hears(&t.first, 1));
    close(t.first.fd); /* as libpq does, which tells nobody */
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    assert_int_equal(fd, t.first.fd);
    loop_watch_fd(t.loop, fd, LOOP_READ, on_fd, &t.first);
    ring(&t.first);
    assert_true(hears(&t.first, 1));
}

static void on_room(void *ctx)
{
    hear(ctx, true);
}

static void room_to_write_is_told_of_only_while_it_is_asked_for(void **state)
{
    AUTO(close_town) struct town t;

    (void)state;
    open_town(&t);
    loop_watch_fd(t.loop, t.first.fd, LOOP_READ | LOOP_WRITE, on_room, &t.first);
    assert_true(hears(&t.first, 1)); /* nothing is there to read */
    loop_watch_fd(t.loop, t.first.fd, LOOP_READ, on_room, &t.first);
    run_some_turns(&t);
    assert_int_equal(t.first.heard, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_that_a_callback_leaves_are_heard_in_the_next_turns),
        cmocka_unit_test(a_message_is_heard_though_its_sign_was_taken_away),
        cmocka_unit_test(a_socket_that_rests_is_heard_when_it_is_watched_again),
        cmocka_unit_test(a_descriptor_is_heard_while_a_socket_has_messages),
        cmocka_unit_test(who_is_silenced_in_this_turn_hears_nothing_more),
        cmocka_unit_test(a_number_that_another_descriptor_has_now_is_heard),
        cmocka_unit_test(room_to_write_is_told_of_only_while_it_is_asked_for),
    };

    return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
