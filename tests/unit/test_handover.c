/* SPDX-License-Identifier: Apache-2.0 */
/* When all that is open is looked through, and what the tracker is asked for then. The test stands
 * in for the database, the tracker and the loop: it answers when it likes, and what a timer was set
 * to is looked at instead of waited for. */
/* links: sentinel */
#include "fake_db.h"
#include "fake_timers.h"
#include "handover.h"

#include "clock.h"
#include "mem.h"
#include "messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "unit.h"

enum {
    SERVICE,
    ID,
    TASK,
    UNIT,
    AREA,
    LAT,
    LON,
    AT_THE_DESK,
    COLUMNS
}; /* of sql/select_ended_tasks.sql */
static const int64_t soon_us = INT64_C(60) * 1000000, later_us = INT64_C(3600) * 1000000;

/* Mon 2026-10-05 09:00 in Ho Chi Minh City, and the day before. */
static const int64_t monday_us = INT64_C(1791165600) * 1000000;
static const int64_t day_us = INT64_C(86400) * 1000000;
enum { SUNDAY = 20730 };

/* ---- the loop ---- */

static void fire(struct loop_timer *timer)
{
    if (timer == NULL) {
        fail_msg("no timer is set");
        return;
    }
    timer->delay_us = -1;
    timer->fn(timer->ctx);
}

/* Whatever comes within a second. */
static void pass_a_second(void)
{
    for (struct loop_timer *timer = timers; timer != NULL; timer = timer->next)
        if (loop_timer_is_set(timer) && timer->delay_us <= SECOND_US)
            fire(timer);
    tick.fn(tick.ctx);
}

/* The next look; NULL: none is to come. */
static struct loop_timer *next_look(void)
{
    for (struct loop_timer *timer = timers; timer != NULL; timer = timer->next)
        if (loop_timer_is_set(timer) && timer->delay_us > SECOND_US)
            return timer;
    return NULL;
}

static void expect_next_look(int64_t delay_us)
{
    const struct loop_timer *timer = next_look();

    assert_int_equal(timer != NULL ? timer->delay_us : -1, delay_us);
}

static void come_to_the_next_look(void)
{
    fire(next_look());
}

/* ---- the database ---- */

static void answer_look(PGresult *rows)
{
    assert_non_null(asked.sql);
    assert_string_equal(asked.sql->name, "select_ended_tasks");
    assert_int_equal(asked.arg_count, 4);
    answer_asked(rows);
}

/* Tasks of the unit OLD from the case number first on, and the row of the last case. */
static void answer_page(int first, int count)
{
    PGresult *rows = rows_new(COLUMNS);

    for (int row = 0; row <= count; row++) {
        int number = first + (row < count ? row : count - 1);
        rows_set_text(rows, row, SERVICE, "NOISE");
        rows_set_uuid(rows, row, ID, number);
        if (row == count)
            break;
        rows_set_int(rows, row, TASK, 1);
        rows_set_text(rows, row, UNIT, "OLD");
    }
    answer_look(rows);
}

/* There is no open case after the last one. */
static void answer_end(void)
{
    answer_look(rows_new(COLUMNS));
}

/* ---- the tracker ---- */

static struct {
    bus_answer_fn *fn; /* NULL: nothing is asked */
    void *ctx;
    int count;
    struct uuid ids[ASKING_AT_ONCE];
    char unit[40], reason[40];
} call;

static void read_body(const struct bus_message *m, int frame)
{
    AUTO(json_release) json_t *document = NULL;
    struct case_transfer transfer = {0};
    struct err e;

    assert_int_equal(json_parse(bus_data(m, frame), bus_len(m, frame), &document, &e), 0);
    assert_int_equal(json_read(case_transfer_fields, document, true, &transfer, &e), 0);
    snprintf(call.unit, sizeof(call.unit), "%s", transfer.unit);
    snprintf(call.reason, sizeof(call.reason), "%s", transfer.reason);
    assert_non_null(transfer.text);
}

int bus_call(struct bus_client *client, struct bus_message *m, bus_answer_fn *fn, void *ctx,
             struct err *e)
{
    (void)client;
    assert_null(call.fn);
    call.fn = fn;
    call.ctx = ctx;
    call.count = (m->count - 1) / COMMAND_FRAMES;
    assert_in_range(call.count, 1, ASKING_AT_ONCE);
    for (int i = 0; i < call.count; i++) {
        AUTO(json_release) json_t *document = NULL;
        struct case_command command = {0};
        int frame = 1 + i * COMMAND_FRAMES;
        assert_int_equal(json_parse(bus_data(m, frame), bus_len(m, frame), &document, e), 0);
        assert_int_equal(json_read(case_command_fields, document, true, &command, e), 0);
        assert_string_equal(command.verb, "transfer");
        assert_string_equal(command.role, "system");
        assert_int_equal(command.task, 1);
        call.ids[i] = command.id;
        read_body(m, frame + 1);
    }
    bus_message_free(m);
    return 0;
}

/* To every item: done, or refused with that kind. */
static void answer_call(enum err_kind kind)
{
    AUTO(bus_message_free) struct bus_message answer = {0};
    AUTO(strbuf_free) struct strbuf text = STRBUF(1000);
    const struct case_outcome outcome = {.state = "ASSIGNED"};
    bus_answer_fn *fn = call.fn;
    struct err e;

    assert_non_null(fn);
    if (kind == ERR_NONE) {
        json_write(case_outcome_fields, &outcome, &text);
    } else {
        err_set(&e, kind, "the task is done already");
        refusal_write(&e, &text);
    }
    bus_add(&answer, TOPIC_ANSWER, strlen(TOPIC_ANSWER));
    for (int i = 0; i < call.count; i++)
        bus_add(&answer, strbuf_text(&text), text.len);
    call.fn = NULL;
    fn(call.ctx, &answer, NULL);
}

/* ---- a city with one unit that ended on Sunday ---- */

static const char *const none[] = {NULL}, *const to_new[] = {"NEW", NULL};
static struct catalogue_unit units[] = {
    {.code = "DESK", .valid_from = INT32_MIN, .valid_until = INT32_MAX, .successors = none},
    {.code = "NEW", .valid_from = INT32_MIN, .valid_until = INT32_MAX, .successors = none},
    {.code = "OLD", .valid_from = INT32_MIN, .valid_until = SUNDAY, .successors = to_new},
};
static const struct catalogue city = {
    .desk = &units[0], .units = units, .unit_count = COUNT(units)};
static const struct catalogue before = {.desk = &units[0], .units = units, .unit_count = 2};
static struct handover *handover;

static int open_handover(void **state)
{
    const struct handover_settings settings = {0};

    (void)state;
    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    clock_fake(monday_us);
    assert_int_equal(catalogue_day(monday_us), SUNDAY + 1);
    handover = handover_new(&settings);
    handover_take(handover, &city);
    assert_null(asked.sql); /* it does not lead yet */
    handover_lead(handover, true);
    assert_non_null(asked.sql);
    return 0;
}

static int close_handover(void **state)
{
    (void)state;
    handover_free(&handover);
    free_timers();
    asked.sql = NULL;
    call.fn = NULL;
    clock_fake(0);
    return 0;
}

static void looks_twice_for_each_day_and_each_catalogue(void **state)
{
    (void)state;
    answer_end();
    pass_a_second();
    assert_null(asked.sql);
    expect_next_look(soon_us); /* for what came in by who had not seen it yet */
    come_to_the_next_look();
    answer_end();
    pass_a_second();
    assert_null(asked.sql);
    assert_null(next_look());
    clock_fake(monday_us + day_us);
    pass_a_second();
    answer_end();
    expect_next_look(soon_us);
    handover_take(handover, &city);
    answer_end();
    expect_next_look(soon_us);
}

static void reads_nothing_where_no_unit_has_ended(void **state)
{
    (void)state;
    answer_end();
    handover_take(handover, &before);
    pass_a_second();
    assert_null(asked.sql);
    handover_take(handover, &city);
    clock_fake(monday_us - day_us); /* its last day */
    pass_a_second();
    asked.sql = NULL;
    pass_a_second();
    assert_null(asked.sql);
    assert_null(call.fn);
}

static void asks_for_a_few_at_a_time_and_then_looks_further(void **state)
{
    (void)state;
    answer_page(1, 10);
    assert_int_equal(call.count, ASKING_AT_ONCE);
    assert_string_equal(call.unit, "NEW");
    assert_string_equal(call.reason, "succession");
    assert_null(asked.sql);
    pass_a_second();
    assert_null(asked.sql); /* what was found comes first */
    answer_call(ERR_NONE);
    pass_a_second();
    assert_int_equal(call.count, 2);
    answer_call(ERR_NONE);
    pass_a_second();
    answer_end();
    expect_next_look(soon_us);
}

static void asks_again_when_the_tracker_is_busy(void **state)
{
    struct uuid id;

    (void)state;
    answer_page(1, 1);
    id = call.ids[0];
    answer_call(ERR_BUSY);
    pass_a_second();
    assert_int_equal(call.count, 1);
    assert_true(uuid_equal(&call.ids[0], &id)); /* so that it is done once */
    answer_call(ERR_NONE);
    pass_a_second();
    assert_null(call.fn);
    answer_end();
}

static void looks_each_hour_while_something_is_left(void **state)
{
    (void)state;
    answer_page(1, 1);
    answer_call(ERR_CONFLICT);
    pass_a_second();
    assert_null(call.fn); /* not again and again */
    answer_end();
    expect_next_look(soon_us);
    come_to_the_next_look();
    answer_page(1, 1);
    answer_call(ERR_CONFLICT);
    pass_a_second();
    answer_end();
    expect_next_look(later_us);
    come_to_the_next_look();
    answer_page(1, 1);
    answer_call(ERR_NONE);
    pass_a_second();
    answer_end();
    assert_null(next_look());
}

static void tells_every_task_apart(void **state)
{
    (void)state;
    answer_page(1, 2);
    assert_int_equal(call.count, 2);
    assert_false(uuid_equal(&call.ids[0], &call.ids[1]));
    answer_call(ERR_NONE);
}

static void begins_anew_when_the_day_changes_meanwhile(void **state)
{
    (void)state;
    answer_page(1, 10);
    clock_fake(monday_us + day_us);
    pass_a_second();
    answer_call(ERR_NONE);
    pass_a_second();
    assert_null(call.fn); /* what it had still to ask for is found again */
    answer_page(9, 2);
    assert_int_equal(call.count, 2);
    answer_call(ERR_NONE);
    pass_a_second();
    answer_end();
}

static void who_leads_no_more_asks_for_nothing(void **state)
{
    (void)state;
    answer_page(1, 10);
    handover_lead(handover, false);
    answer_call(ERR_NONE);
    pass_a_second();
    assert_null(call.fn);
    assert_null(asked.sql);
    assert_null(next_look());
}

#define HANDOVER_TEST(test) cmocka_unit_test_setup_teardown(test, open_handover, close_handover)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HANDOVER_TEST(looks_twice_for_each_day_and_each_catalogue),
        HANDOVER_TEST(reads_nothing_where_no_unit_has_ended),
        HANDOVER_TEST(asks_for_a_few_at_a_time_and_then_looks_further),
        HANDOVER_TEST(asks_again_when_the_tracker_is_busy),
        HANDOVER_TEST(looks_each_hour_while_something_is_left),
        HANDOVER_TEST(tells_every_task_apart),
        HANDOVER_TEST(begins_anew_when_the_day_changes_meanwhile),
        HANDOVER_TEST(who_leads_no_more_asks_for_nothing),
    };

    return cmocka_run_group_tests_name("handover", tests, NULL, NULL);
}
