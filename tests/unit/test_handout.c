/* SPDX-License-Identifier: Apache-2.0 */
/* links: dispatch */
#include "dispatch.h"
#include "sql_dispatch.h"

#include "unit.h"

enum { TASKS = 3000, CREDIT = 1000, WORKERS = 2 };

static void open_database(struct dispatch *d)
{
    static const struct sql *const *const statements[] = {sql_dispatch_all, NULL};
    const struct db_settings settings = {
        .target = {"host=/nowhere dbname=dunghen", "/nowhere", "dunghen_dispatch", "test"},
        .statements = statements};
    struct err e;

    assert_int_equal(loop_open(&d->loop, &e), 0);
    assert_int_equal(db_open(&d->db, d->loop, &settings, &e), 0);
}

/* Without their contents, as after a restart. */
static void add_tasks(struct dispatch *d)
{
    d->queue = queue_new(0);
    for (int i = 0; i < TASKS; i++) {
        struct queue_entry entry = {
            .reference = "7K3M2-9QXW4", .service = "LIGHT", .unit = "W1", .due_at = i};
        entry.id = (struct wire_task_id){uuid_new(), 1};
        assert_non_null(queue_put(d->queue, &entry));
    }
}

static void add_workers(struct dispatch *d)
{
    for (uint8_t i = 0; i < WORKERS; i++) {
        const uint8_t id[SESSION_ID_BYTES] = {i};
        struct session *session = sessions_add(&d->sessions, id);
        session->account = accounts_get(&d->accounts, "key");
        session->credit = CREDIT;
        session_add_unit(session, 0);
    }
}

static void close_all(struct dispatch *d)
{
    sessions_free(&d->sessions, d->queue);
    queue_free(&d->queue);
    db_close(&d->db);
    handout_free(d);
    accounts_free(&d->accounts);
    strbuf_free(&d->text);
    loop_close(&d->loop);
}

static void what_the_database_cannot_be_asked_for_waits_for_the_next_tick(void **state)
{
    struct dispatch d = {.leads = true, .dirty = true, .text = STRBUF(WIRE_MAX_BYTES)};
    struct session *session, *next;

    (void)state;
    open_database(&d);
    add_tasks(&d);
    add_workers(&d);
    handout_turn(&d);
    assert_int_equal(queue_waiting(d.queue), TASKS);
    assert_int_equal(d.sessions.leased, 0);
    HASH_ITER(hh, d.sessions.all, session, next)
    {
        assert_int_equal(session->held, 0);
    }
    assert_false(d.dirty); /* until the next tick */
    close_all(&d);
}

/* Though there are tasks, and nobody has to be asked for their contents. */
static void who_does_not_read_gets_no_tasks(void **state)
{
    struct dispatch d = {.leads = true, .dirty = true, .text = STRBUF(WIRE_MAX_BYTES)};
    const struct queue_entry entry = {
        .id = {uuid_new(), 1}, .reference = "7K3M2-9QXW4", .service = "LIGHT", .unit = "W1"};

    (void)state;
    open_database(&d);
    d.queue = queue_new(1000);
    queue_keep_content(d.queue, queue_put(d.queue, &entry), "{}", 2);
    add_workers(&d);
    accounts_get(&d.accounts, "key")->unsent_bytes = ACCOUNT_TASK_BYTES;
    handout_turn(&d);
    assert_int_equal(queue_waiting(d.queue), 1);
    close_all(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_database_cannot_be_asked_for_waits_for_the_next_tick),
        cmocka_unit_test(who_does_not_read_gets_no_tasks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
