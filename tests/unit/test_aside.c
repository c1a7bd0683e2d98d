/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that are older than an event which came before them, and rows while a holder waits. The test
 * stands in for the database. */
/* links: dispatch */
#include "dispatch.h"
#include "fake_db.h"

#include <string.h>

#include "unit.h"

enum {
    CASE_ID,
    NUMBER,
    REFERENCE,
    SERVICE,
    UNIT,
    DUE_AT,
    PRIORITY,
    EPOCH,
    KEPT_BACK,
    COLUMNS = 10
};

/* What dispatch does when it leads, or begins to, is not looked at. */
void lead_begin(struct dispatch *d)
{
    (void)d;
}

/* The case's task, as it was or is. */
static void answer(const struct uuid *id, bool is_open)
{
    PGresult *rows = rows_new(COLUMNS);

    rows_set_uuid(rows, 0, CASE_ID, id->bytes[0]);
    rows_set_int(rows, 0, NUMBER, 1);
    rows_set_text(rows, 0, REFERENCE, "7K3M2-9QXW4");
    rows_set_text(rows, 0, SERVICE, "LIGHT");
    rows_set_text(rows, 0, UNIT, "W1");
    rows_set_int(rows, 0, KEPT_BACK, is_open ? 0 : 1);
    answer_asked(rows);
}

/* The ends of tasks are told by events; see tasks.c. */
static void end(struct dispatch *d, const struct uuid *id)
{
    handout_forget(d, &(struct wire_task_id){*id, 1}, "the task has ended");
    aside_hear(d, id);
}

static void older_rows_bring_no_ended_task_back(void **state)
{
    struct dispatch d = {.queue = queue_new(0)};
    struct uuid id, other = {{0}};
    struct err e;

    (void)state;
    memset(id.bytes, 7, sizeof(id.bytes)); /* as rows_set_uuid has it */
    assert_int_equal(loop_open(&d.loop, &e), 0);
    aside_look(&d, &id);
    aside_turn(&d);
    end(&d, &id);
    end(&d, &other); /* which nobody reads */
    answer(&id, true);
    assert_int_equal(queue_count(d.queue), 0);
    aside_turn(&d); /* what is true is read after it */
    answer(&id, true);
    assert_int_equal(queue_count(d.queue), 1);
    aside_look(&d, &id);
    aside_turn(&d);
    answer(&id, false);
    assert_int_equal(queue_count(d.queue), 0);
    aside_turn(&d);
    assert_null(asked.sql);
    aside_free(&d);
    queue_free(&d.queue);
    loop_close(&d.loop);
}

/* Nothing can be said to its holder, which ends before tracker's answer comes. */
static void what_goes_on_before_its_holder_has_an_answer_is_not_forgotten(void **state)
{
    const uint8_t session_id[SESSION_ID_BYTES] = {1};
    struct dispatch d = {.queue = queue_new(0)};
    struct uuid id;
    struct err e;

    (void)state;
    memset(id.bytes, 7, sizeof(id.bytes));
    assert_int_equal(loop_open(&d.loop, &e), 0);
    aside_look(&d, &id);
    aside_turn(&d);
    answer(&id, true);
    struct session *session = sessions_add(&d.sessions, session_id);
    session->account = accounts_get(&d.accounts, "key");
    const struct lease_grant grant = {.task = queue_find(d.queue, &(struct wire_task_id){id, 1}),
                                      .epoch = 1};
    lease_begin(&d.sessions, session, d.queue, &grant)->in_flight = 1;
    for (int goes_on = 0; goes_on <= 1; goes_on++) {
        aside_look(&d, &id);
        aside_turn(&d);
        answer(&id, goes_on == 1);
    }
    assert_int_equal(sessions_end(&d.sessions, session, d.queue), 1);
    assert_int_equal(queue_waiting(d.queue), 1);
    accounts_free(&d.accounts);
    aside_free(&d);
    queue_free(&d.queue);
    loop_close(&d.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(older_rows_bring_no_ended_task_back),
        cmocka_unit_test(what_goes_on_before_its_holder_has_an_answer_is_not_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
