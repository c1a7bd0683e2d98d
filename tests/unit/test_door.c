/* SPDX-License-Identifier: Apache-2.0 */
/* The workers' socket. The worker is the test itself. */
/* links: dispatch */
#include "dispatch.h"
#include "queue.h"
#include "rows.h"

#include "arrival.h"
#include "bus_fixture.h"

#include <string.h>

static const char hello[] = "{\"protocol\":1,\"name\":\"test\",\"credit\":1}";

/* Dispatch has nothing but its door here. */
static struct dispatch dispatch;

struct line {
    struct bus_fixture at;
    void *worker;
    char server_key[CRYPTO_CURVE_SIZE], server_secret[CRYPTO_CURVE_SIZE];
    char public_key[CRYPTO_CURVE_SIZE], secret_key[CRYPTO_CURVE_SIZE];
    int welcomes, errors; /* that the worker has heard */
};

/* ---- the worker ---- */

static void say(const struct line *l, const char *verb, const char *json)
{
    assert_true(zmq_send(l->worker, verb, strlen(verb), ZMQ_SNDMORE) >= 0);
    assert_true(zmq_send(l->worker, json, strlen(json), 0) >= 0);
    loop_used_zmq(l->at.loop, l->worker);
}

static void on_worker(void *ctx)
{
    struct line *l = ctx;
    char text[1000];
    int len;

    while ((len = zmq_recv(l->worker, text, sizeof(text), ZMQ_DONTWAIT)) >= 0) {
        l->welcomes += len == 7 && memcmp(text, "WELCOME", 7) == 0;
        l->errors += len == 5 && memcmp(text, "ERROR", 5) == 0;
    }
}

static void open_worker(struct line *l)
{
    l->worker = zmq_socket(bus_context(l->at.bus), ZMQ_DEALER);
    zmq_setsockopt(l->worker, ZMQ_CURVE_SERVERKEY, l->server_key, CRYPTO_CURVE_SIZE);
    zmq_setsockopt(l->worker, ZMQ_CURVE_PUBLICKEY, l->public_key, CRYPTO_CURVE_SIZE);
    zmq_setsockopt(l->worker, ZMQ_CURVE_SECRETKEY, l->secret_key, CRYPTO_CURVE_SIZE);
    zmq_setsockopt(l->worker, ZMQ_LINGER, &(int){0}, sizeof(int));
    zmq_setsockopt(l->worker, ZMQ_RCVHWM, &(int){1}, sizeof(int));
    assert_int_equal(zmq_connect(l->worker, l->at.endpoint), 0);
    loop_watch_zmq(l->at.loop, l->worker, on_worker, l);
}

/* ---- the door ---- */

/* The worker's key is the only one, and is for no unit. */
static void take_key(const struct line *l)
{
    enum { VERSION, PUBLIC_KEY, NAME, COLUMNS = 4 }; /* of sql/select_keys.sql */
    PGresult *rows = rows_new(COLUMNS);

    rows_set_int(rows, 0, VERSION, 1);
    rows_set_text(rows, 0, PUBLIC_KEY, l->public_key);
    rows_set_text(rows, 0, NAME, "test");
    assert_true(keys_take(&dispatch.keys, queue_units(dispatch.queue), rows));
    PQclear(rows);
}

static bool is_welcome(void *ctx)
{
    return ((struct line *)ctx)->welcomes == 1;
}

static bool is_welcome_again(void *ctx)
{
    return ((struct line *)ctx)->welcomes == ACCOUNT_HELLOS + 1;
}

static bool was_answered(void *ctx)
{
    return ((struct line *)ctx)->errors == 1;
}

/* The worker has a session. */
static void open_line(struct line *l)
{
    struct err e;

    *l = (struct line){0};
    bus_fixture_open(&l->at);
    crypto_curve_new(l->server_key, l->server_secret);
    crypto_curve_new(l->public_key, l->secret_key);
    dispatch = (struct dispatch){.settings = {.worker_endpoint = l->at.endpoint, .lease_s = 60},
                                 .loop = l->at.loop,
                                 .bus = l->at.bus,
                                 .secret_key = l->server_secret,
                                 .queue = queue_new(0),
                                 .text = STRBUF(WIRE_MAX_BYTES)};
    take_key(l);
    assert_int_equal(door_open(&dispatch, &e), 0);
    open_worker(l);
    say(l, "HELLO", hello);
    assert_true(turn_until(&l->at.turn, is_welcome, l));
}

static void close_worker(struct line *l)
{
    if (l->worker == NULL)
        return;
    loop_unwatch_zmq(l->at.loop, l->worker);
    zmq_close(l->worker);
    l->worker = NULL;
}

static void close_line(struct line *l)
{
    close_worker(l);
    door_close(&dispatch);
    zap_close(&dispatch.zap);
    keys_free(&dispatch.keys);
    queue_free(&dispatch.queue);
    strbuf_free(&dispatch.text);
    bus_fixture_close(&l->at);
    accounts_free(&dispatch.accounts);
}

static void ask_and_let_it_speak(void *ctx)
{
    const struct line *l = ctx;

    say(l, "WHAT", "{}");
    arrival_wait(dispatch.door);
    door_say(&dispatch, dispatch.sessions.all, WIRE_HEARTBEAT);
}

static void hears_what_came_just_before_it_spoke(void **state)
{
    AUTO(close_line) struct line l;

    (void)state;
    open_line(&l);
    loop_timer_set_us(loop_timer_new(l.at.loop, ask_and_let_it_speak, &l), 0);
    assert_true(turn_until(&l.at.turn, was_answered, &l));
}

static void hellos_of_a_key_are_bounded_until_the_next_second(void **state)
{
    AUTO(close_line) struct line l;

    (void)state;
    open_line(&l);
    for (int i = 0; i < ACCOUNT_HELLOS; i++)
        say(&l, "HELLO", hello);
    assert_true(turn_until(&l.at.turn, was_answered, &l));
    assert_int_equal(l.welcomes, ACCOUNT_HELLOS);
    door_tick(&dispatch);
    say(&l, "HELLO", hello);
    assert_true(turn_until(&l.at.turn, is_welcome_again, &l));
}

/* Of messages of so many bytes. */
static size_t say_until_it_is_gone(struct session *worker, size_t len)
{
    static const char bytes[64 * 1024] = "words";
    size_t said = 0;

    assert_true(len <= sizeof(bytes));
    for (; !worker->gone && said < 4 * (size_t)ACCOUNT_UNSENT_BYTES; said += len) {
        strbuf_add(&dispatch.text, bytes, len);
        door_say(&dispatch, worker, WIRE_OK);
    }
    return said;
}

static bool has_nothing_unsent(void *ctx)
{
    const struct account *account = ctx;

    return account->unsent_bytes == 0;
}

/* What the sockets of the system have taken is not counted. */
static void of_who_does_not_read_no_more_is_kept_than_its_key_may_have(void **state)
{
    enum { LEN = 64 * 1024 };
    AUTO(close_line) struct line l;

    (void)state;
    open_line(&l);
    loop_unwatch_zmq(l.at.loop, l.worker);
    struct session *worker = dispatch.sessions.all;
    struct account *account = worker->account;
    assert_true(say_until_it_is_gone(worker, LEN) < 2 * (size_t)ACCOUNT_UNSENT_BYTES);
    assert_true(worker->gone);
    assert_in_range(account->unsent_bytes, ACCOUNT_UNSENT_BYTES / 2,
                    ACCOUNT_UNSENT_BYTES + 2 * LEN);
    close_worker(&l);
    assert_true(turn_until(&l.at.turn, has_nothing_unsent, account));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hears_what_came_just_before_it_spoke),
        cmocka_unit_test(hellos_of_a_key_are_bounded_until_the_next_second),
        cmocka_unit_test(of_who_does_not_read_no_more_is_kept_than_its_key_may_have),
    };

    return cmocka_run_group_tests_name("door", tests, NULL, NULL);
}
