/* SPDX-License-Identifier: Apache-2.0 */
/* What the tracker is asked for a few at a time. The test stands in for the tracker and the loop.
 */
/* links: sentinel */
#include "asking.h"
#include "fake_timers.h"
#include "pace.h"

#include <string.h>

#include "unit.h"

enum { LOST = -1 }; /* beside the kinds of errors: no answer came */

/* What is on its way. */
static struct {
    bus_answer_fn *fn; /* NULL: nothing */
    void *ctx;
    int count, first; /* items, and the number of the first */
    bool is_full;     /* nothing more is taken */
} call;

static int done, refused, idle;
static struct asking *asking;

int bus_call(struct bus_client *client, struct bus_message *m, bus_answer_fn *fn, void *ctx,
             struct err *e)
{
    (void)client;
    assert_null(call.fn);
    if (call.is_full)
        return err_set(e, ERR_BUSY, "too many calls");
    call.fn = fn;
    call.ctx = ctx;
    call.count = m->count - 1;
    memcpy(&call.first, bus_data(m, 1), sizeof(call.first));
    bus_message_free(m);
    return 0;
}

/* To the first of them with that kind of error, to the others that they are done. */
static void answer(int kind)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    const struct case_outcome outcome = {.state = "MERGED"};
    bus_answer_fn *fn = call.fn;
    struct err e;

    assert_non_null(fn);
    err_set(&e, kind == LOST ? ERR_BUSY : (enum err_kind)kind, "not now");
    bus_add(&m, TOPIC_ANSWER, strlen(TOPIC_ANSWER));
    for (int i = 0; i < call.count; i++) {
        AUTO(strbuf_free) struct strbuf text = STRBUF(1000);
        if (i == 0 && kind != ERR_NONE)
            refusal_write(&e, &text);
        else
            json_write(case_outcome_fields, &outcome, &text);
        bus_add(&m, strbuf_text(&text), text.len);
    }
    call.fn = NULL;
    fn(call.ctx, kind == LOST ? NULL : &m, kind == LOST ? &e : NULL);
}

static void write_item(const void *item, struct bus_message *m)
{
    bus_add(m, item, sizeof(int));
}

static void on_done(void *ctx, const void *item, const struct case_outcome *outcome)
{
    (void)ctx;
    (void)item;
    assert_string_equal(outcome->state, "MERGED");
    done++;
}

static void on_refused(void *ctx, const void *item, const struct err *e)
{
    (void)ctx;
    (void)item;
    assert_int_equal(e->kind, ERR_CONFLICT);
    refused++;
}

static void on_idle(void *ctx)
{
    (void)ctx;
    idle++;
}

/* Items 1 to count wait, and the first few are asked for. */
static void begin(int count)
{
    for (int item = 1; item <= count; item++)
        asking_add(asking, &item);
    asking_go_on(asking);
}

static void end_rest(void)
{
    assert_true(loop_timer_is_set(timers));
    loop_timer_cancel(timers);
    timers->fn(timers->ctx);
}

static int open_asking(void **state)
{
    (void)state;
    memset(&call, 0, sizeof(call));
    done = refused = idle = 0;
    asking = asking_new(&(struct asking_settings){.what = "merges",
                                                  .item_bytes = sizeof(int),
                                                  .write = write_item,
                                                  .done = on_done,
                                                  .refused = on_refused,
                                                  .idle = on_idle});
    return 0;
}

static int close_asking(void **state)
{
    (void)state;
    asking_free(&asking);
    free_timers();
    return 0;
}

static void rests_after_each_few(void **state)
{
    (void)state;
    begin(ASKING_AT_ONCE + 2);
    int64_t at_least = clock_mono_us();
    assert_int_equal(call.count, ASKING_AT_ONCE);
    while (clock_mono_us() == at_least)
        ;
    answer(ERR_NONE);
    assert_in_range(timers->delay_us, PACE_REST, PACE_REST_MOST_US);
    asking_go_on(asking); /* cuts no rest short */
    assert_null(call.fn);
    end_rest();
    assert_int_equal(call.count, 2);
    assert_int_equal(call.first, ASKING_AT_ONCE + 1);
    answer(ERR_CONFLICT);
    assert_int_equal(idle, 0);
    end_rest();
    assert_int_equal(idle, 1);
    assert_true(asking_is_idle(asking));
    assert_int_equal(done, ASKING_AT_ONCE + 1);
    assert_int_equal(refused, 1);
}

static void asks_again_for_what_was_busy_or_not_answered(void **state)
{
    (void)state;
    begin(2);
    answer(LOST);
    assert_int_equal(timers->delay_us, SECOND_US);
    end_rest();
    assert_int_equal(call.count, 2);
    answer(ERR_BUSY);
    end_rest();
    assert_int_equal(call.count, 1);
    assert_int_equal(call.first, 1);
    answer(ERR_NONE);
    assert_int_equal(done, 2);
}

static void waits_where_nothing_more_is_taken(void **state)
{
    (void)state;
    call.is_full = true;
    begin(1);
    assert_null(call.fn);
    call.is_full = false;
    end_rest();
    assert_int_equal(call.count, 1);
    answer(ERR_NONE);
}

static void what_is_forgotten_is_not_asked_for_again(void **state)
{
    int later = 100;

    (void)state;
    begin(ASKING_AT_ONCE + 1);
    asking_forget(asking);
    asking_add(asking, &later);
    answer(ERR_BUSY);
    end_rest();
    assert_int_equal(call.count, 1);
    assert_int_equal(call.first, later);
    answer(ERR_BUSY); /* of what was added since, it is */
    end_rest();
    assert_int_equal(call.first, later);
    answer(ERR_NONE);
}

/* In their order, however the room in front of them is used again. */
static void loses_none_while_more_come(void **state)
{
    enum { EACH = ASKING_AT_ONCE + 4, ROUNDS = 100 };
    int added = 0, next = 1;

    (void)state;
    for (int round = 0; round < ROUNDS || call.fn != NULL; round++) {
        for (int i = 0; i < EACH && round < ROUNDS; i++)
            asking_add(asking, &(int){++added});
        asking_go_on(asking);
        assert_int_equal(call.first, next);
        assert_int_equal(asking_count(asking), added - done);
        if (round % 3 == 0) { /* the first one stays */
            int first = call.first;
            next += call.count - 1;
            answer(ERR_BUSY);
            end_rest();
            assert_int_equal(call.first, first);
        }
        next += call.count;
        answer(ERR_NONE);
        end_rest();
    }
    assert_int_equal(next, added + 1);
    assert_int_equal(done, added);
}

#define ASKING_TEST(test) cmocka_unit_test_setup_teardown(test, open_asking, close_asking)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ASKING_TEST(rests_after_each_few),
        ASKING_TEST(asks_again_for_what_was_busy_or_not_answered),
        ASKING_TEST(waits_where_nothing_more_is_taken),
        ASKING_TEST(what_is_forgotten_is_not_asked_for_again),
        ASKING_TEST(loses_none_while_more_come),
    };

    return cmocka_run_group_tests_name("asking", tests, NULL, NULL);
}
