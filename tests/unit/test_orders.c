/* SPDX-License-Identifier: Apache-2.0 */
/* What workers ask for on its way to tracker, and how much of it. The test stands in for tracker
 * and for the workers' socket. */
/* links: dispatch */
#include "fake_dispatch.h"

#include <string.h>

#include "unit.h"

enum { ITEMS = 1000, EAGER_CALLS = ORDERS_CALLS / 2 };

/* What tracker has been asked for and has not answered. */
static struct {
    int count;
    struct {
        bus_answer_fn *fn;
        void *ctx;
        int orders;
    } calls[ORDERS_CALLS];
} tracker;

size_t bus_calls(const struct bus_client *client)
{
    (void)client;
    return (size_t)tracker.count;
}

int bus_call(struct bus_client *client, struct bus_message *m, bus_answer_fn *fn, void *ctx,
             struct err *e)
{
    int orders = (m->count - 1) / COMMAND_FRAMES;

    (void)client;
    bus_message_free(m);
    if (tracker.count == ORDERS_CALLS)
        return err_set(e, ERR_BUSY, "too many calls");
    tracker.calls[tracker.count].fn = fn;
    tracker.calls[tracker.count].ctx = ctx;
    tracker.calls[tracker.count++].orders = orders;
    return 0;
}

static int orders_at_tracker(void)
{
    int sum = 0;

    for (int i = 0; i < tracker.count; i++)
        sum += tracker.calls[i].orders;
    return sum;
}

/* The last call has failed. */
static void let_tracker_fail(void)
{
    struct err e = {ERR_BUSY, "later"};

    tracker.count--;
    tracker.calls[tracker.count].fn(tracker.calls[tracker.count].ctx, NULL, &e);
}

/* Who was refused something is gone, so that a test sees it. */
void door_say(struct dispatch *d, struct session *session, enum wire_verb verb)
{
    strbuf_clear(&d->text);
    session->gone = session->gone || verb == WIRE_REFUSED;
}

struct office {
    struct dispatch d;
    struct session *flood, *other; /* of two keys */
    struct wire_item items[ITEMS];
    char ids[ITEMS][WIRE_TASK_ID_SIZE];
};

static struct session *add_session(struct dispatch *d, uint8_t number, const char *key)
{
    const uint8_t id[SESSION_ID_BYTES] = {number};
    struct session *session = sessions_add(&d->sessions, id);

    session->account = accounts_get(&d->accounts, key);
    session_add_unit(session, names_number(queue_units(d->queue), "W1"));
    return session;
}

static int open_office(void **state)
{
    static struct office o;
    struct err e;

    tracker.count = 0;
    o = (struct office){.d = {.epoch = 1, .text = STRBUF(WIRE_MAX_BYTES)}};
    o.d.queue = queue_new(0);
    assert_int_equal(loop_open(&o.d.loop, &e), 0);
    o.flood = add_session(&o.d, 1, "one");
    o.other = add_session(&o.d, 2, "other");
    for (int i = 0; i < ITEMS; i++) {
        const struct wire_task_id id = {uuid_new(), 1};
        o.items[i] = (struct wire_item){
            .task = wire_task_id_text(&id, o.ids[i]), .epoch = 1, .reason = "SUBJECT"};
    }
    *state = &o;
    return 0;
}

static int close_office(void **state)
{
    struct dispatch *d = &((struct office *)*state)->d;

    orders_free(d);
    sessions_free(&d->sessions, d->queue);
    accounts_free(&d->accounts);
    queue_free(&d->queue);
    strbuf_free(&d->text);
    loop_close(&d->loop);
    return 0;
}

/* So many items that name no task that is open, in a message and a turn of their own. */
static void say(struct office *o, struct session *session, size_t count)
{
    orders_take(&o->d, session, WIRE_RETURN,
                &(struct orders_frame){.items = o->items, .count = count});
    orders_send(&o->d);
}

static void one_key_does_not_take_all_that_tracker_may_have(void **state)
{
    struct office *o = *state;

    for (int said = 0; said < 2 * ORDERS_CALLS * BUS_MAX_ITEMS; said += ITEMS)
        say(o, o->flood, ITEMS);
    assert_int_equal(orders_at_tracker(), ACCOUNT_ORDERS);
    assert_true(o->flood->gone); /* has heard of it */
    say(o, o->other, 1);
    assert_int_equal(orders_at_tracker(), ACCOUNT_ORDERS + 1);
    assert_false(o->other->gone);
    while (tracker.count > 0)
        let_tracker_fail();
    assert_int_equal(o->flood->account->orders, 0);
    say(o, o->flood, 1);
    assert_int_equal(orders_at_tracker(), 1);
}

static void what_is_said_little_by_little_waits_while_tracker_has_much(void **state)
{
    struct office *o = *state;

    for (int i = 0; i < 2 * ORDERS_CALLS; i++)
        say(o, o->flood, 1);
    assert_int_equal(orders_at_tracker(), EAGER_CALLS);
    let_tracker_fail();
    orders_send(&o->d);
    assert_int_equal(orders_at_tracker(), 2 * ORDERS_CALLS - 1);
}

static void what_waits_goes_when_it_fills_a_message_or_after_a_second(void **state)
{
    struct office *o = *state;

    for (int i = 0; i < EAGER_CALLS + 1; i++)
        say(o, o->flood, 1);
    assert_int_equal(tracker.count, EAGER_CALLS);
    say(o, o->other, BUS_MAX_ITEMS);
    assert_int_equal(tracker.count, EAGER_CALLS + 1);
    assert_non_null(o->d.errand); /* the last one's last item */
    o->d.errand->begun_us -= 1000000;
    orders_send(&o->d);
    assert_int_equal(tracker.count, EAGER_CALLS + 2);
    assert_false(o->other->gone);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, open_office, close_office)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_key_does_not_take_all_that_tracker_may_have),
        TEST(what_is_said_little_by_little_waits_while_tracker_has_much),
        TEST(what_waits_goes_when_it_fills_a_message_or_after_a_second),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
