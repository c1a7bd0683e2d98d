/* SPDX-License-Identifier: Apache-2.0 */
/* When the table of events is read. The test stands in for the database, the stream and the loop:
 * it answers and tells when it likes, and what a timer was set to is looked at instead of waited
 * for. */
#include "fake_db.h"
#include "fake_timers.h"
#include "follow.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

enum { PAUSE_US = 50000, HELD = 256 /* as in follow.c */ };

static const struct sql missed = {"missed", ""};
static struct follow *follow;
static int64_t now_us;
static int lives, rows_taken;
static int64_t event_taken; /* the last */

int64_t loop_now_us(const struct loop *loop)
{
    (void)loop;
    return now_us;
}

/* The table has the one event of that number; 0: none. */
static void answer(int64_t seq)
{
    PGresult *rows = rows_new(1);

    if (seq > 0)
        rows_set_int(rows, 0, 0, seq);
    answer_asked(rows);
}

/* ---- the stream ---- */

static struct {
    bus_hint_fn *fn;
    void *ctx;
} heard;

int bus_follow(struct bus_follower **out, struct bus *bus, const char *endpoint, const char *topic,
               bus_hint_fn *fn, void *ctx, struct err *e)
{
    (void)out;
    (void)bus;
    (void)endpoint;
    (void)topic;
    (void)e;
    heard.fn = fn;
    heard.ctx = ctx;
    return 0;
}

void bus_follower_close(struct bus_follower **follower)
{
    (void)follower;
}

/* The event of that number. */
static void tell(int64_t seq)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    AUTO(strbuf_free) struct strbuf text = STRBUF(1000);
    const struct event_head head = {.seq = seq,
                                    .type = "received",
                                    .reference = "12345678901",
                                    .service = "S",
                                    .unit = "U",
                                    .state = "RECEIVED",
                                    .priority = 1};

    bus_add(&m, TOPIC_EVENTS, strlen(TOPIC_EVENTS));
    json_write(event_range_fields, &(struct event_range){seq, seq}, &text);
    bus_add(&m, strbuf_text(&text), text.len);
    strbuf_clear(&text);
    json_write(event_head_fields, &head, &text);
    bus_add(&m, strbuf_text(&text), text.len);
    bus_add(&m, "{}", 2);
    bus_add(&m, "", 0);
    heard.fn(heard.ctx, &m);
}

/* ---- the tests ---- */

static bool take_rows(void *ctx, const PGresult *rows)
{
    (void)ctx;
    rows_taken += PQntuples(rows);
    return true;
}

static void take_event(void *ctx, const struct event_head *head, const struct bus_message *m,
                       int frame)
{
    (void)ctx;
    (void)m;
    (void)frame;
    event_taken = head->seq;
}

static void on_live(void *ctx)
{
    (void)ctx;
    lives++;
}

/* Has asked for what comes behind the event 1. */
static void open_follow(follow_event_fn *take)
{
    const struct follow_settings settings = {.missed = &missed,
                                             .pause_us = PAUSE_US,
                                             .take_rows = take_rows,
                                             .take_event = take,
                                             .live = on_live};
    struct err e;

    lives = rows_taken = 0;
    event_taken = 0;
    now_us = SECOND_US;
    assert_int_equal(follow_open(&follow, NULL, &settings, &e), 0);
    follow_begin(follow, 1);
    assert_non_null(asked.sql);
}

static int open_hinted(void **state)
{
    (void)state;
    open_follow(NULL);
    return 0;
}

static int open_told(void **state)
{
    (void)state;
    open_follow(take_event);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    follow_close(&follow);
    free_timers();
    asked.sql = NULL;
    return 0;
}

static void reads_until_there_is_no_more_and_then_with_each_hint(void **state)
{
    (void)state;
    answer(2);
    assert_int_equal(lives, 0);
    answer(0);
    assert_int_equal(lives, 1);
    assert_null(asked.sql);
    now_us += PAUSE_US;
    tell(2); /* is known */
    assert_null(asked.sql);
    tell(3);
    answer(3);
    answer(0);
    assert_int_equal(rows_taken, 2);
    assert_int_equal(lives, 2);
}

static void reads_again_at_once_what_was_told_of_during_a_reading(void **state)
{
    (void)state;
    now_us += PAUSE_US;
    tell(2);
    answer(0); /* from before that event */
    assert_int_equal(lives, 0);
    answer(2);
    answer(0);
    assert_null(asked.sql);
    assert_int_equal(lives, 1);
}

static void but_not_before_the_pause_is_over(void **state)
{
    (void)state;
    tell(2);
    assert_int_equal(timers->delay_us, PAUSE_US);
    answer(0);
    assert_null(asked.sql);
    loop_timer_cancel(timers);
    timers->fn(timers->ctx);
    answer(2);
    answer(0);
    assert_int_equal(lives, 1);
}

static void takes_the_events_that_came_during_a_reading(void **state)
{
    (void)state;
    tell(2);
    tell(3);
    assert_int_equal(event_taken, 0);
    answer(0);
    assert_int_equal(event_taken, 3);
    assert_int_equal(lives, 1);
    tell(4);
    assert_int_equal(event_taken, 4);
    assert_null(asked.sql);
}

static void reads_the_events_that_were_too_many_to_keep(void **state)
{
    (void)state;
    now_us += PAUSE_US;
    for (int64_t seq = 2; seq < 2 + HELD + 1; seq++)
        tell(seq);
    answer(0);
    assert_int_equal(event_taken, 1 + HELD);
    assert_int_equal(lives, 0);
    answer(2 + HELD);
    answer(0);
    assert_int_equal(lives, 1);
}

#define HINTED_TEST(test) cmocka_unit_test_setup_teardown(test, open_hinted, close_all)
#define TOLD_TEST(test) cmocka_unit_test_setup_teardown(test, open_told, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HINTED_TEST(reads_until_there_is_no_more_and_then_with_each_hint),
        HINTED_TEST(reads_again_at_once_what_was_told_of_during_a_reading),
        HINTED_TEST(but_not_before_the_pause_is_over),
        TOLD_TEST(takes_the_events_that_came_during_a_reading),
        TOLD_TEST(reads_the_events_that_were_too_many_to_keep),
    };

    return cmocka_run_group_tests_name("follow", tests, NULL, NULL);
}
