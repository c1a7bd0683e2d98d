/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks whose contents were fetched go to whoever they were leased to, unless that one has stopped
 * reading meanwhile. The test stands in for the database and for the workers' socket. */
/* links: dispatch */
#include "fake_db.h"
#include "fake_dispatch.h"

#include "unit.h"

static int messages;

void door_say(struct dispatch *d, struct session *session, enum wire_verb verb)
{
    (void)session;
    assert_int_equal(verb, WIRE_TASK);
    strbuf_clear(&d->text);
    messages++;
}

struct office {
    struct dispatch d;
    struct session *worker;
};

static void open_office(struct office *o)
{
    static const uint8_t id[SESSION_ID_BYTES] = {1};
    const struct queue_entry entry = {
        .id = {uuid_new(), 1}, .reference = "7K3M2-9QXW4", .service = "LIGHT", .unit = "W1"};
    struct err e;

    messages = 0;
    *o = (struct office){.d = {.leads = true, .dirty = true, .text = STRBUF(WIRE_MAX_BYTES)}};
    assert_int_equal(loop_open(&o->d.loop, &e), 0);
    o->d.queue = queue_new(0);
    assert_non_null(queue_put(o->d.queue, &entry));
    o->worker = sessions_add(&o->d.sessions, id);
    o->worker->account = accounts_get(&o->d.accounts, "key");
    o->worker->credit = 1;
    session_add_unit(o->worker, 0);
}

static void close_office(struct office *o)
{
    sessions_free(&o->d.sessions, o->d.queue);
    queue_free(&o->d.queue);
    handout_free(&o->d);
    accounts_free(&o->d.accounts);
    strbuf_free(&o->d.text);
    loop_close(&o->d.loop);
}

static PGresult *one_content(void)
{
    PGresult *rows = rows_new(1);

    rows_set_text(rows, 0, 0, "{}");
    return rows;
}

static void what_was_fetched_goes_to_its_worker(void **state)
{
    struct office o;

    (void)state;
    open_office(&o);
    handout_turn(&o.d);
    assert_int_equal(o.worker->held, 1);
    answer_asked(one_content());
    assert_int_equal(messages, 1);
    assert_int_equal(o.worker->held, 1);
    close_office(&o);
}

static void what_was_fetched_for_who_does_not_read_waits_again(void **state)
{
    struct office o;

    (void)state;
    open_office(&o);
    handout_turn(&o.d);
    o.worker->account->unsent_bytes = ACCOUNT_TASK_BYTES;
    answer_asked(one_content());
    assert_int_equal(messages, 0);
    assert_int_equal(o.worker->held, 0);
    assert_int_equal(queue_waiting(o.d.queue), 1);
    close_office(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_fetched_goes_to_its_worker),
        cmocka_unit_test(what_was_fetched_for_who_does_not_read_waits_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
