/* SPDX-License-Identifier: Apache-2.0 */
/* A worker's session with a server that is the test itself. */
/* links: ctl */
#include "worker_session_internal.h"

#include "arrival.h"
#include "bus_fixture.h"

#include <string.h>

static const char welcome[] = "{\"heartbeat_s\":1,\"lease_s\":60,\"units\":[\"W1\"]}";
static const char news[] =
    "[{\"task\":\"018f0000-0000-7000-8000-000000000001/1\",\"epoch\":1,\"followers\":3}]";

struct line {
    struct bus_fixture at;
    void *server;
    char server_secret[CRYPTO_CURVE_SIZE];
    struct worker_keys keys;
    struct worker_session *session;
    uint8_t id[16]; /* of the worker */
    size_t id_len;
    int64_t followers; /* as the last news has it */
};

/* ---- the server ---- */

static void say(const struct line *l, const char *verb, const char *json)
{
    assert_true(zmq_send(l->server, l->id, l->id_len, ZMQ_SNDMORE) >= 0);
    assert_true(zmq_send(l->server, verb, strlen(verb), ZMQ_SNDMORE) >= 0);
    assert_true(zmq_send(l->server, json, strlen(json), 0) >= 0);
    loop_used_zmq(l->at.loop, l->server);
}

static void on_server(void *ctx)
{
    struct line *l = ctx;
    char text[1000];
    int len;

    while ((len = zmq_recv(l->server, l->id, sizeof(l->id), ZMQ_DONTWAIT)) >= 0) {
        int more = 1;
        size_t size = sizeof(more);
        bool is_hello = false;
        l->id_len = (size_t)len;
        for (int frame = 0; more == 1; frame++) {
            len = zmq_recv(l->server, text, sizeof(text), 0);
            is_hello = is_hello || (frame == 0 && len == 5 && memcmp(text, "HELLO", 5) == 0);
            assert_int_equal(zmq_getsockopt(l->server, ZMQ_RCVMORE, &more, &size), 0);
        }
        if (is_hello)
            say(l, "WELCOME", welcome);
    }
}

static void open_server(struct line *l)
{
    int yes = 1;

    crypto_curve_new(l->keys.server_key, l->server_secret);
    crypto_curve_new(l->keys.public_key, l->keys.secret_key);
    l->server = zmq_socket(bus_context(l->at.bus), ZMQ_ROUTER);
    zmq_setsockopt(l->server, ZMQ_CURVE_SERVER, &yes, sizeof(yes));
    zmq_setsockopt(l->server, ZMQ_CURVE_SECRETKEY, l->server_secret, CRYPTO_CURVE_SIZE);
    zmq_setsockopt(l->server, ZMQ_LINGER, &(int){0}, sizeof(int));
    assert_int_equal(zmq_bind(l->server, l->at.endpoint), 0);
    loop_watch_zmq(l->at.loop, l->server, on_server, l);
}

/* ---- the worker ---- */

static void on_task(void *ctx, const struct wire_task *task)
{
    (void)ctx;
    (void)task;
    fail_msg("no task is given");
}

static void on_news(void *ctx, const struct wire_news *words)
{
    ((struct line *)ctx)->followers = words->followers;
}

static bool is_welcome(void *ctx)
{
    return worker_session_is_welcome(((struct line *)ctx)->session);
}

static bool has_news(void *ctx)
{
    return ((struct line *)ctx)->followers == 3;
}

/* It comes to a session that is welcome. */
static void open_line(struct line *l)
{
    struct err e;

    *l = (struct line){0};
    bus_fixture_open(&l->at);
    open_server(l);
    const struct worker_session_settings settings = {.endpoint = l->at.endpoint,
                                                     .keys = &l->keys,
                                                     .name = "test",
                                                     .credit = 1,
                                                     .on_task = on_task,
                                                     .on_news = on_news,
                                                     .ctx = l};
    assert_int_equal(
        worker_session_open(&l->session, l->at.loop, bus_context(l->at.bus), &settings, &e), 0);
    assert_true(turn_until(&l->at.turn, is_welcome, l));
}

static void close_line(struct line *l)
{
    worker_session_close(&l->session);
    loop_unwatch_zmq(l->at.loop, l->server);
    zmq_close(l->server);
    bus_fixture_close(&l->at);
}

static void tell_and_let_it_speak(void *ctx)
{
    const struct line *l = ctx;

    say(l, "NEWS", news);
    arrival_wait(l->session->socket);
    worker_say(l->session, WIRE_HEARTBEAT, NULL, 0);
}

static void hears_what_came_just_before_it_spoke(void **state)
{
    AUTO(close_line) struct line l;

    (void)state;
    open_line(&l);
    loop_timer_set_us(loop_timer_new(l.at.loop, tell_and_let_it_speak, &l), 0);
    assert_true(turn_until(&l.at.turn, has_news, &l));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hears_what_came_just_before_it_spoke),
    };

    return cmocka_run_group_tests_name("worker_session", tests, NULL, NULL);
}
