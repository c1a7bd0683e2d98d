/* SPDX-License-Identifier: Apache-2.0 */
#include "bus.h"

#include "bus_fixture.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

enum { NEVER_US = 60000000, SOON_US = 20000 };

/* What every test needs: a loop, a bus, a server and a client of it. */
struct town {
    struct bus_fixture at;
    struct bus_server *server;
    struct bus_client *client;
    /* of the server */
    int requests, deaf_for, answers_each;
    struct bus_address asker;
    int frames; /* of the last request */
    char first[32];
    int strangers; /* requests whose item is not one that must_call says */
    int to_use;    /* turns after which a socket is used outside its callback */
    /* of the client */
    int answers, failures;
    char got[64];
    struct err e;
};

static void copy_frame(const struct bus_message *m, int frame, char *out, size_t size)
{
    snprintf(out, size, "%.*s", (int)bus_len(m, frame), bus_data(m, frame));
}

/* Answers "re:<item>" for each item, but to the first deaf_for requests. */
static void serve(void *ctx, const struct bus_address *from, struct bus_message *m)
{
    struct town *t = ctx;

    t->asker = *from;
    t->frames = m->count;
    if (m->count > 1)
        copy_frame(m, 1, t->first, sizeof(t->first));
    t->strangers += strlen(t->first) > 1;
    if (t->requests++ < t->deaf_for)
        return;
    for (int again = 0; again < t->answers_each; again++) {
        AUTO(bus_message_free) struct bus_message answer = {0};
        bus_add(&answer, "answer.v1", 9);
        for (int i = 1; i < m->count; i++) {
            char text[64];
            snprintf(text, sizeof(text), "re:%.*s", (int)bus_len(m, i), bus_data(m, i));
            bus_add(&answer, text, strlen(text));
        }
        bus_answer(t->server, from, &answer);
    }
}

static void note(void *ctx, const struct bus_message *answer, const struct err *e)
{
    struct town *t = ctx;

    assert_true((answer == NULL) == (e != NULL));
    if (e != NULL) {
        t->failures++;
        t->e = *e;
        return;
    }
    t->answers++;
    t->got[0] = '\0';
    for (int i = 0; i < answer->count; i++) {
        size_t len = strlen(t->got);
        snprintf(t->got + len, sizeof(t->got) - len, "%.*s ", (int)bus_len(answer, i),
                 bus_data(answer, i));
    }
}

static void open_server(struct town *t)
{
    struct err e;

    assert_int_equal(bus_serve(&t->server, t->at.bus, t->at.endpoint, serve, t, &e), 0);
}

static void open_client(struct town *t, const char *endpoint, int64_t again_us, int64_t expire_us)
{
    char *said = mem_text(endpoint);
    const struct bus_client_settings settings = {
        .endpoint = said, .again_us = again_us, .expire_us = expire_us, .max_calls = 8};
    struct err e;

    assert_int_equal(bus_connect(&t->client, t->at.bus, &settings, &e), 0);
    free(said); /* the client has its own */
}

static void open_town(struct town *t)
{
    *t = (struct town){.answers_each = 1};
    bus_fixture_open(&t->at);
}

static void close_town(struct town *t)
{
    bus_client_close(&t->client);
    bus_server_close(&t->server);
    bus_fixture_close(&t->at);
}

/* Both ends, with a call repeated after again_us. */
static void open_both(struct town *t, int64_t again_us, int64_t expire_us)
{
    open_town(t);
    open_server(t);
    open_client(t, t->at.endpoint, again_us, expire_us);
}

static int call(struct town *t, const char *item, struct err *e)
{
    AUTO(bus_message_free) struct bus_message m = {0};

    bus_add(&m, "ask.v1", 6);
    bus_add(&m, item, strlen(item));
    return bus_call(t->client, &m, note, t, e);
}

static void must_call(struct town *t, const char *item)
{
    struct err e;

    assert_int_equal(call(t, item, &e), 0);
}

static bool all_answered(void *ctx)
{
    const struct town *t = ctx;

    return bus_calls(t->client) == 0;
}

static bool was_asked_twice(void *ctx)
{
    const struct town *t = ctx;

    return t->requests >= 2;
}

static void answers_each_item_of_a_call(void **state)
{
    AUTO(close_town) struct town t;
    AUTO(bus_message_free) struct bus_message m = {0};
    struct err e;

    (void)state;
    open_both(&t, SOON_US, NEVER_US);
    bus_add(&m, "ask.v1", 6);
    bus_add(&m, "one", 3);
    bus_add(&m, "", 0);
    assert_int_equal(bus_call(t.client, &m, note, &t, &e), 0);
    assert_int_equal(m.count, 0);
    assert_int_equal(bus_calls(t.client), 1);
    assert_true(turn_until(&t.at.turn, all_answered, &t));
    assert_string_equal(t.got, "answer.v1 re:one re: ");
    assert_int_equal(t.frames, 3);
    assert_int_equal(bus_silence_us(t.client), 0);
}

static void says_a_call_again_until_it_is_answered(void **state)
{
    AUTO(close_town) struct town t;

    (void)state;
    open_both(&t, SOON_US, NEVER_US);
    t.deaf_for = 3;
    must_call(&t, "x");
    assert_true(turn_until(&t.at.turn, all_answered, &t));
    assert_true(t.requests > 3);
    assert_int_equal(t.answers, 1);
    assert_string_equal(t.got, "answer.v1 re:x ");
}

static void takes_the_first_of_several_answers(void **state)
{
    AUTO(close_town) struct town t;

    (void)state;
    open_both(&t, SOON_US, NEVER_US);
    t.answers_each = 3;
    must_call(&t, "x");
    assert_true(turn_until(&t.at.turn, all_answered, &t));
    must_call(&t, "y");
    assert_true(turn_until(&t.at.turn, all_answered, &t));
    assert_int_equal(t.answers, 2);
    assert_string_equal(t.got, "answer.v1 re:y ");
}

static void gives_a_call_up_when_its_time_is_over(void **state)
{
    AUTO(close_town) struct town t;

    (void)state;
    open_both(&t, SOON_US, 5 * SOON_US);
    t.deaf_for = 1000;
    must_call(&t, "x");
    assert_true(turn_until(&t.at.turn, all_answered, &t));
    assert_int_equal(t.answers, 0);
    assert_int_equal(t.failures, 1);
    assert_int_equal(t.e.kind, ERR_BUSY);
}

static void insist(void *ctx, const struct bus_message *answer, const struct err *e)
{
    struct err again;

    note(ctx, answer, e);
    assert_int_equal(call(ctx, "again", &again), -1);
    assert_int_equal(again.kind, ERR_BUSY);
}

static void tells_whoever_waits_when_it_gives_up(void **state)
{
    AUTO(close_town) struct town t;
    AUTO(bus_message_free) struct bus_message m = {0};
    struct err e;

    (void)state;
    open_both(&t, SOON_US, NEVER_US);
    must_call(&t, "x");
    bus_add(&m, "ask.v1", 6);
    assert_int_equal(bus_call(t.client, &m, insist, &t, &e), 0);
    bus_give_up(t.client);
    assert_int_equal(t.failures, 2);
    assert_int_equal(t.e.kind, ERR_BUSY);
    assert_int_equal(bus_calls(t.client), 0);
}

static void refuses_more_calls_than_it_may_have(void **state)
{
    AUTO(close_town) struct town t;
    struct err e;

    (void)state;
    open_both(&t, SOON_US, NEVER_US);
    for (int i = 0; i < 8; i++)
        must_call(&t, "x");
    assert_int_equal(call(&t, "ninth", &e), -1);
    assert_int_equal(e.kind, ERR_BUSY);
    assert_true(turn_until(&t.at.turn, all_answered, &t));
    assert_int_equal(t.answers, 8);
    must_call(&t, "x");
    assert_true(turn_until(&t.at.turn, all_answered, &t));
}

static void refuses_what_no_server_would_read(void **state)
{
    static char big[BUS_MAX_FRAME_BYTES + 1];
    AUTO(close_town) struct town t;
    AUTO(bus_message_free) struct bus_message m = {0};
    struct err e;

    (void)state;
    open_both(&t, SOON_US, NEVER_US);
    bus_add(&m, "ask.v1", 6);
    bus_add(&m, big, sizeof(big));
    assert_int_equal(bus_call(t.client, &m, note, &t, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_int_equal(m.count, 0);
    bus_add(&m, "ask.v1", 6);
    for (int i = 0; i < 5 * BUS_MAX_ITEMS; i++)
        bus_add(&m, "x", 1);
    assert_int_equal(bus_call(t.client, &m, note, &t, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_int_equal(bus_calls(t.client), 0);
}

static void carries_a_frame_of_the_greatest_size(void **state)
{
    static char big[BUS_MAX_FRAME_BYTES];
    AUTO(close_town) struct town t;
    AUTO(bus_message_free) struct bus_message m = {0};
    struct err e;

    (void)state;
    memset(big, 'a', sizeof(big));
    open_both(&t, SOON_US, NEVER_US);
    bus_add(&m, "ask.v1", 6);
    bus_add(&m, big, sizeof(big));
    assert_int_equal(bus_call(t.client, &m, note, &t, &e), 0);
    assert_true(turn_until(&t.at.turn, all_answered, &t));
    assert_int_equal(t.answers, 1);
}

/* ---- what is not of ours ---- */

static void *raw_dealer(struct town *t, const char *id)
{
    void *socket = zmq_socket(bus_context(t->at.bus), ZMQ_DEALER);
    int linger = 0;

    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof(linger));
    if (id != NULL)
        zmq_setsockopt(socket, ZMQ_ROUTING_ID, id, strlen(id));
    assert_int_equal(zmq_connect(socket, t->at.endpoint), 0);
    return socket;
}

static void send_raw(void *socket, const char *const *frames)
{
    for (; *frames != NULL; frames++)
        zmq_send(socket, *frames, strlen(*frames), frames[1] != NULL ? ZMQ_SNDMORE : 0);
}

static void survives_messages_that_are_not_ours(void **state)
{
    static char big[BUS_MAX_FRAME_BYTES + 2], address[BUS_ADDRESS_BYTES + 1];
    AUTO(close_town) struct town t;

    (void)state;
    memset(big, 'a', sizeof(big) - 1);
    memset(address, 'a', sizeof(address) - 1);
    open_both(&t, SOON_US, NEVER_US);
    void *named = raw_dealer(&t, "a"), *long_named = raw_dealer(&t, "abcdefgh");
    void *other = raw_dealer(&t, NULL), *loud = raw_dealer(&t, NULL);
    send_raw(named, (const char *[]){"ask.v1", "12345678", "odd", NULL});
    send_raw(named, (const char *[]){"ask.v1", "", "odd", NULL});
    send_raw(long_named, (const char *[]){"ask.v1", "12345678", "odd", NULL});
    send_raw(other, (const char *[]){"ask.v1", NULL});
    send_raw(other, (const char *[]){"ask.v1", address, "odd", NULL});
    send_raw(loud, (const char *[]){"ask.v1", "12345678", big, NULL});
    for (int i = 0; i < 20; i++) {
        must_call(&t, "x");
        assert_true(turn_until(&t.at.turn, all_answered, &t));
    }
    assert_int_equal(t.answers, 20);
    assert_int_equal(t.strangers, 0);
    zmq_close(named);
    zmq_close(long_named);
    zmq_close(other);
    zmq_close(loud);
}

static void drops_a_message_with_too_many_frames(void **state)
{
    AUTO(close_town) struct town t;

    (void)state;
    open_both(&t, SOON_US, NEVER_US);
    void *other = raw_dealer(&t, NULL);
    for (int i = 0; i < 10 * BUS_MAX_ITEMS; i++)
        zmq_send(other, "x", 1, ZMQ_SNDMORE);
    zmq_send(other, "x", 1, 0);
    send_raw(other, (const char *[]){"ask.v1", "12345678", "after", NULL});
    t.requests = 1;
    assert_true(turn_until(&t.at.turn, was_asked_twice, &t));
    assert_string_equal(t.first, "after");
    zmq_close(other);
}

/* ---- sockets that are used outside their callbacks ---- */

enum { USES = 10000, ROUNDS = 20 }; /* so long that a message comes meanwhile */

static bool all_used_and_answered(void *ctx)
{
    const struct town *t = ctx;

    return t->to_use == 0 && bus_calls(t->client) == 0;
}

/* Answers somebody who has gone again and again, while a request comes. */
static void answer_much(void *ctx)
{
    struct town *t = ctx;
    struct bus_address gone = t->asker;

    if (t->to_use == 0 || bus_calls(t->client) > 0)
        return; /* after a turn in which the server had nothing to do */
    t->to_use--;
    must_call(t, "y");
    gone.bytes[0] ^= 1;
    for (int i = 0; i < USES; i++) {
        AUTO(bus_message_free) struct bus_message answer = {0};
        bus_add(&answer, "answer.v1", 9);
        bus_answer(t->server, &gone, &answer);
    }
}

/* Asks for the connection again and again, while the answer comes. */
static void look_much(void *ctx)
{
    struct town *t = ctx;

    if (t->to_use == 0)
        return;
    t->to_use--;
    must_call(t, "y");
    for (int i = 0; i < USES; i++)
        assert_true(bus_is_connected(t->client));
}

static void use_and_hear(loop_fn *use)
{
    AUTO(close_town) struct town t;

    open_both(&t, NEVER_US, NEVER_US);
    must_call(&t, "x"); /* goes when there is a connection */
    assert_true(turn_until(&t.at.turn, all_answered, &t));
    loop_after_turn(t.at.loop, use, &t);
    for (int i = 0; i < ROUNDS; i++) {
        must_call(&t, "x");
        t.to_use = 2;
        assert_true(turn_until(&t.at.turn, all_used_and_answered, &t));
    }
    assert_int_equal(t.failures, 0);
}

static void hears_a_request_that_comes_while_it_answers(void **state)
{
    (void)state;
    use_and_hear(answer_much);
}

static void hears_an_answer_that_comes_while_it_looks_at_its_connection(void **state)
{
    (void)state;
    use_and_hear(look_much);
}

/* ---- those who come and go ---- */

static void forgets_the_answer_to_who_has_gone(void **state)
{
    AUTO(close_town) struct town t;

    (void)state;
    open_both(&t, SOON_US, NEVER_US);
    t.deaf_for = 1000;
    must_call(&t, "x");
    assert_true(turn_until(&t.at.turn, was_asked_twice, &t));
    struct bus_address gone = t.asker;
    bus_client_close(&t.client);
    open_client(&t, t.at.endpoint, SOON_US, NEVER_US);
    t.deaf_for = 0;
    must_call(&t, "y");
    assert_true(turn_until(&t.at.turn, all_answered, &t));
    AUTO(bus_message_free) struct bus_message m = {0};
    bus_add(&m, "answer.v1", 9);
    bus_add(&m, "late", 4);
    bus_answer(t.server, &gone, &m);
    assert_int_equal(m.count, 0);
    must_call(&t, "z");
    assert_true(turn_until(&t.at.turn, all_answered, &t));
    assert_string_equal(t.got, "answer.v1 re:z ");
}

/* ---- servers ---- */

static void finds_a_server_that_was_started_again(void **state)
{
    AUTO(close_town) struct town t;

    (void)state;
    open_both(&t, SOON_US, NEVER_US);
    must_call(&t, "x");
    assert_true(turn_until(&t.at.turn, all_answered, &t));
    bus_server_close(&t.server);
    must_call(&t, "y");
    open_server(&t);
    assert_true(turn_until(&t.at.turn, all_answered, &t));
    assert_string_equal(t.got, "answer.v1 re:y ");
}

static void waits_for_a_server_that_is_not_there_yet(void **state)
{
    AUTO(close_town) struct town t;

    (void)state;
    open_town(&t);
    open_client(&t, t.at.endpoint, SOON_US, NEVER_US);
    must_call(&t, "x");
    open_server(&t);
    assert_true(turn_until(&t.at.turn, all_answered, &t));
    assert_int_equal(t.answers, 1);
}

static void replaces_a_stale_socket_file(void **state)
{
    AUTO(close_town) struct town t;

    (void)state;
    open_town(&t);
    FILE *stale = fopen(t.at.path, "we");
    assert_non_null(stale);
    fclose(stale);
    open_server(&t);
    open_client(&t, t.at.endpoint, SOON_US, NEVER_US);
    must_call(&t, "x");
    assert_true(turn_until(&t.at.turn, all_answered, &t));
}

/* A leader that was held up closes its socket when the next has bound the same name. */
static void closes_without_the_next_ones_socket_file(void **state)
{
    AUTO(close_town) struct town t;
    struct bus_server *before = NULL;
    struct bus *other = NULL;
    struct err e;

    (void)state;
    open_town(&t);
    assert_int_equal(bus_open(&other, t.at.loop, &e), 0);
    assert_int_equal(bus_serve(&before, other, t.at.endpoint, serve, &t, &e), 0);
    open_server(&t);
    bus_server_close(&before);
    bus_close(&other); /* and waits until it is closed */
    open_client(&t, t.at.endpoint, SOON_US, NEVER_US);
    must_call(&t, "x");
    assert_true(turn_until(&t.at.turn, all_answered, &t));
}

static void says_why_it_cannot_bind(void **state)
{
    AUTO(close_town) struct town t;
    struct err e;

    (void)state;
    open_town(&t);
    assert_int_equal(bus_serve(&t.server, t.at.bus, "ipc:///nowhere/at/all", serve, &t, &e), -1);
    assert_non_null(strstr(e.text, "/nowhere/at/all"));
    assert_int_equal(bus_serve(&t.server, t.at.bus, "smoke://signals", serve, &t, &e), -1);
    assert_null(t.server);
}

static void wait_a_moment(void *ctx)
{
    *(bool *)ctx = true;
}

static bool is_over(void *ctx)
{
    return *(bool *)ctx;
}

static void reads_nothing_while_it_is_paused(void **state)
{
    AUTO(close_town) struct town t;
    bool over = false;

    (void)state;
    open_both(&t, SOON_US, NEVER_US);
    must_call(&t, "x");
    assert_true(turn_until(&t.at.turn, all_answered, &t));
    int before = t.requests;
    bus_server_pause(t.server, true);
    must_call(&t, "y");
    loop_timer_set_us(loop_timer_new(t.at.loop, wait_a_moment, &over), 3 * SOON_US);
    assert_true(turn_until(&t.at.turn, is_over, &over));
    assert_int_equal(t.requests, before);
    assert_true(bus_silence_us(t.client) >= 3 * SOON_US);
    bus_server_pause(t.server, false);
    assert_true(turn_until(&t.at.turn, all_answered, &t));
    assert_string_equal(t.got, "answer.v1 re:y ");
}

/* ---- a service in the middle ---- */

struct middle {
    struct town *town;
    struct bus_server *server;
    struct bus_client *behind;
};

static void pass_on(void *ctx, const struct bus_address *from, struct bus_message *m)
{
    struct middle *middle = ctx;
    AUTO(bus_message_free) struct bus_message on = {0};

    bus_add(&on, "record.v1", 9);
    for (int i = 1; i < m->count; i++)
        bus_add_frame(&on, &m->frames[i]);
    bus_pass(middle->behind, from, &on);
}

static void pass_back(void *ctx, const struct bus_address *to, struct bus_message *m)
{
    struct middle *middle = ctx;

    bus_answer(middle->server, to, m);
}

static void open_middle(struct middle *middle, struct town *t, const char *endpoint,
                        const char *behind)
{
    struct err e;

    *middle = (struct middle){.town = t};
    assert_int_equal(bus_serve(&middle->server, t->at.bus, endpoint, pass_on, middle, &e), 0);
    assert_int_equal(bus_connect(&middle->behind, t->at.bus,
                                 &(struct bus_client_settings){.endpoint = behind,
                                                               .again_us = SOON_US,
                                                               .expire_us = NEVER_US,
                                                               .max_calls = 1,
                                                               .passed = pass_back,
                                                               .ctx = middle},
                                 &e),
                     0);
}

static void close_middle(struct middle *middle)
{
    bus_client_close(&middle->behind);
    bus_server_close(&middle->server);
}

static void carries_answers_back_through_services_in_the_middle(void **state)
{
    AUTO(close_town) struct town t;
    struct middle first, second;
    char first_endpoint[80], second_endpoint[80];

    (void)state;
    open_town(&t);
    snprintf(first_endpoint, sizeof(first_endpoint), "%s1", t.at.endpoint);
    snprintf(second_endpoint, sizeof(second_endpoint), "%s2", t.at.endpoint);
    open_server(&t);
    open_middle(&second, &t, second_endpoint, t.at.endpoint);
    open_middle(&first, &t, first_endpoint, second_endpoint);
    open_client(&t, first_endpoint, SOON_US, NEVER_US);
    must_call(&t, "x");
    must_call(&t, "y");
    assert_true(turn_until(&t.at.turn, all_answered, &t));
    assert_int_equal(t.answers, 2);
    assert_non_null(strstr(t.got, "answer.v1 re:"));
    close_middle(&first);
    close_middle(&second);
    unlink(first_endpoint + strlen("ipc://"));
    unlink(second_endpoint + strlen("ipc://"));
}

/* ---- hints ---- */

struct radio {
    struct bus_publisher *publisher;
    int heard;
    char last[32];
};

static void hear(void *ctx, const struct bus_message *m)
{
    struct radio *radio = ctx;

    radio->heard++;
    copy_frame(m, 1, radio->last, sizeof(radio->last));
}

/* What is published before the follower has connected is lost: say it again. */
static bool say_until_heard(void *ctx)
{
    struct radio *radio = ctx;
    AUTO(bus_message_free) struct bus_message m = {0};

    bus_add(&m, "other.v1", 8);
    bus_add(&m, "not for you", 11);
    bus_publish(radio->publisher, &m);
    bus_add(&m, "events.v1", 9);
    bus_add(&m, "tick", 4);
    bus_publish(radio->publisher, &m);
    return radio->heard >= 3;
}

static void tells_followers_what_is_published_under_their_topic(void **state)
{
    AUTO(close_town) struct town t;
    struct radio radio = {0};
    struct bus_follower *follower = NULL;
    struct err e;

    (void)state;
    open_town(&t);
    assert_int_equal(bus_publisher_open(&radio.publisher, t.at.bus, t.at.endpoint, &e), 0);
    assert_int_equal(bus_follow(&follower, t.at.bus, t.at.endpoint, "events", hear, &radio, &e), 0);
    assert_true(turn_until(&t.at.turn, say_until_heard, &radio));
    assert_string_equal(radio.last, "tick");
    bus_follower_close(&follower);
    bus_publisher_close(&radio.publisher);
}

static void hears_a_publisher_that_was_started_again(void **state)
{
    AUTO(close_town) struct town t;
    struct radio radio = {0};
    struct bus_follower *follower = NULL;
    struct err e;

    (void)state;
    open_town(&t);
    assert_int_equal(bus_publisher_open(&radio.publisher, t.at.bus, t.at.endpoint, &e), 0);
    assert_int_equal(bus_follow(&follower, t.at.bus, t.at.endpoint, "events", hear, &radio, &e), 0);
    assert_true(turn_until(&t.at.turn, say_until_heard, &radio));
    bus_publisher_close(&radio.publisher);
    assert_int_equal(bus_publisher_open(&radio.publisher, t.at.bus, t.at.endpoint, &e), 0);
    radio.heard = 0;
    assert_true(turn_until(&t.at.turn, say_until_heard, &radio));
    bus_follower_close(&follower);
    bus_publisher_close(&radio.publisher);
}

static void knows_a_topic_by_its_whole_name(void **state)
{
    AUTO(bus_message_free) struct bus_message m = {0};

    (void)state;
    assert_false(bus_is(&m, "ask.v1"));
    bus_add(&m, "ask.v1", 6);
    assert_true(bus_is(&m, "ask.v1"));
    assert_false(bus_is(&m, "ask.v"));
    assert_false(bus_is(&m, "ask.v11"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_each_item_of_a_call),
        cmocka_unit_test(says_a_call_again_until_it_is_answered),
        cmocka_unit_test(takes_the_first_of_several_answers),
        cmocka_unit_test(gives_a_call_up_when_its_time_is_over),
        cmocka_unit_test(tells_whoever_waits_when_it_gives_up),
        cmocka_unit_test(refuses_more_calls_than_it_may_have),
        cmocka_unit_test(refuses_what_no_server_would_read),
        cmocka_unit_test(carries_a_frame_of_the_greatest_size),
        cmocka_unit_test(survives_messages_that_are_not_ours),
        cmocka_unit_test(drops_a_message_with_too_many_frames),
        cmocka_unit_test(hears_a_request_that_comes_while_it_answers),
        cmocka_unit_test(hears_an_answer_that_comes_while_it_looks_at_its_connection),
        cmocka_unit_test(forgets_the_answer_to_who_has_gone),
        cmocka_unit_test(finds_a_server_that_was_started_again),
        cmocka_unit_test(waits_for_a_server_that_is_not_there_yet),
        cmocka_unit_test(replaces_a_stale_socket_file),
        cmocka_unit_test(closes_without_the_next_ones_socket_file),
        cmocka_unit_test(says_why_it_cannot_bind),
        cmocka_unit_test(reads_nothing_while_it_is_paused),
        cmocka_unit_test(carries_answers_back_through_services_in_the_middle),
        cmocka_unit_test(tells_followers_what_is_published_under_their_topic),
        cmocka_unit_test(hears_a_publisher_that_was_started_again),
        cmocka_unit_test(knows_a_topic_by_its_whole_name),
    };

    return cmocka_run_group_tests_name("bus", tests, NULL, NULL);
}
