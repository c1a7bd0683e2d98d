/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "outbox.h"

#include "bus_fixture.h"

#include <string.h>

enum { ROUNDS = 8 };

static const int64_t never_us = 3600 * INT64_C(1000000), soon_us = 5000;

/* An outbox, and the router that it sends to. */
struct town {
    struct bus_fixture at;
    struct bus_server *router;
    struct outbox *outbox;
    bool silent; /* the router does not answer */
    struct bus_address asker;
    int messages;              /* each once, however often it is said */
    int cases[ROUNDS];         /* of each message */
    int added, arrived, ended; /* cases */
    int turns;
};

static void answer(struct town *t, const struct bus_address *to, int cases)
{
    AUTO(bus_message_free) struct bus_message m = {0};

    bus_add(&m, TOPIC_SUBMIT, strlen(TOPIC_SUBMIT));
    for (int i = 0; i < cases; i++)
        bus_add(&m, "{}", 2);
    bus_answer(t->router, to, &m);
}

static void on_message(void *ctx, const struct bus_address *from, struct bus_message *m)
{
    struct town *t = ctx;
    int first = *(const unsigned char *)bus_data(m, 1);

    t->asker = *from;
    if (first == t->arrived + 1) {
        assert_in_range(t->messages, 0, ROUNDS - 1);
        t->cases[t->messages++] = m->count - 1;
        t->arrived += m->count - 1;
    }
    if (!t->silent)
        answer(t, from, m->count - 1);
}

/* No receipt is in those answers; it matters only to whom they go. */
static void on_end(void *ctx, const struct outbox_item *item, const struct err *e)
{
    struct town *t = ctx;

    (void)item;
    (void)e;
    t->ended++;
}

static void open_town(struct town *t, int64_t gather_us)
{
    struct err e;

    *t = (struct town){0};
    bus_fixture_open(&t->at);
    assert_int_equal(bus_serve(&t->router, t->at.bus, t->at.endpoint, on_message, t, &e), 0);
    const struct outbox_settings settings = {
        .endpoint = t->at.endpoint, .max_pending = 100, .gather_us = gather_us, .ctx = t};
    assert_int_equal(outbox_open(&t->outbox, t->at.loop, t->at.bus, &settings, &e), 0);
}

static void close_town(struct town *t)
{
    outbox_close(&t->outbox);
    bus_server_close(&t->router);
    bus_fixture_close(&t->at);
}

static bool some_turns_are_over(void *ctx)
{
    struct town *t = ctx;

    return t->turns++ == 3;
}

/* A case, and turns of the loop in which no other comes. */
static void add(struct town *t)
{
    struct bus_message *m = outbox_add(t->outbox, &(struct outbox_item){.refused = on_end});
    unsigned char number = (unsigned char)++t->added;

    bus_add(m, &number, sizeof(number));
    t->turns = 0;
    assert_true(turn_until(&t->at.turn, some_turns_are_over, t));
}

static bool a_message_came(void *ctx)
{
    return ((const struct town *)ctx)->messages == 1;
}

static bool two_messages_came(void *ctx)
{
    return ((const struct town *)ctx)->messages == 2;
}

static bool all_ended(void *ctx)
{
    return outbox_pending(((const struct town *)ctx)->outbox) == 0;
}

static void a_case_alone_does_not_wait(void **state)
{
    AUTO(close_town) struct town t;

    (void)state;
    open_town(&t, never_us);
    for (int i = 1; i <= 3; i++) {
        add(&t);
        assert_true(turn_until(&t.at.turn, all_ended, &t));
        assert_int_equal(t.messages, i);
    }
}

static void what_comes_meanwhile_is_gathered_until_the_answer(void **state)
{
    AUTO(close_town) struct town t;

    (void)state;
    open_town(&t, never_us);
    t.silent = true;
    add(&t);
    assert_true(turn_until(&t.at.turn, a_message_came, &t));
    for (int i = 0; i < 3; i++)
        add(&t);
    assert_int_equal(t.messages, 1);
    t.silent = false;
    answer(&t, &t.asker, 1);
    assert_true(turn_until(&t.at.turn, all_ended, &t));
    assert_int_equal(t.messages, 2);
    assert_int_equal(t.cases[1], 3);
    assert_int_equal(t.ended, 4);
}

static void nobody_waits_for_an_answer_that_does_not_come(void **state)
{
    AUTO(close_town) struct town t;

    (void)state;
    open_town(&t, soon_us);
    t.silent = true;
    add(&t);
    assert_true(turn_until(&t.at.turn, a_message_came, &t));
    add(&t);
    assert_true(turn_until(&t.at.turn, two_messages_came, &t));
    assert_int_equal(t.ended, 0);
}

static void who_waits_is_told_when_it_gives_up(void **state)
{
    AUTO(close_town) struct town t;

    (void)state;
    open_town(&t, never_us);
    t.silent = true;
    add(&t); /* sent */
    add(&t); /* gathered */
    outbox_give_up(t.outbox);
    assert_int_equal(t.ended, 2);
    assert_int_equal(outbox_pending(t.outbox), 0);
    add(&t);
    assert_int_equal(t.ended, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_alone_does_not_wait),
        cmocka_unit_test(what_comes_meanwhile_is_gathered_until_the_answer),
        cmocka_unit_test(nobody_waits_for_an_answer_that_does_not_come),
        cmocka_unit_test(who_waits_is_told_when_it_gives_up),
    };

    return cmocka_run_group_tests_name("outbox", tests, NULL, NULL);
}
