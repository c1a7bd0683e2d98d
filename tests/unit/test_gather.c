/* SPDX-License-Identifier: Apache-2.0 */
/* When the events of the ledger are read. The test stands in for the database and for the loop: it
 * answers when it likes, and what a timer was set to is looked at instead of waited for. */
/* links: sentinel */
#include "fake_timers.h"
#include "gather.h"
#include "pace.h"
#include "rows.h"

#include "clock.h"

#include "unit.h"

enum { SEQ, COLUMNS = 18 }; /* of sql/select_reports.sql */
enum { PAGE = 250 };        /* as in gather.c */

/* The one that is set; NULL: none is. */
static struct loop_timer *set_timer(void)
{
    struct loop_timer *found = NULL;

    for (struct loop_timer *timer = timers; timer != NULL; timer = timer->next) {
        assert_true(found == NULL || !loop_timer_is_set(timer));
        if (loop_timer_is_set(timer))
            found = timer;
    }
    return found;
}

/* ---- the tracker and the database ---- */

int bus_call(struct bus_client *client, struct bus_message *m, bus_answer_fn *fn, void *ctx,
             struct err *e)
{
    (void)client;
    (void)m;
    (void)fn;
    (void)ctx;
    (void)e;
    fail_msg("nothing is to be merged");
    return -1;
}

static struct {
    const struct sql *sql; /* NULL: nothing is asked */
    db_fn *done;
    void *ctx;
    int64_t at_us;
} asked;

int db_send(struct db *db, const struct db_step *steps, int count, db_fn *done, void *ctx,
            struct err *e)
{
    (void)db;
    (void)e;
    assert_int_equal(count, 1);
    assert_null(asked.sql);
    db_args_clear(steps->args);
    asked.sql = steps->sql;
    asked.done = done;
    asked.ctx = ctx;
    asked.at_us = clock_mono_us();
    return 0;
}

static void answer(int columns, int64_t seq)
{
    db_fn *done = asked.done;
    PGresult *rows = rows_new(columns);

    rows_set_int(rows, 0, SEQ, seq);
    asked.sql = NULL;
    done(asked.ctx, &rows, NULL);
    PQclear(rows);
}

/* That the ledger was read up to seq; no report is among these events. */
static void answer_events(int64_t seq)
{
    assert_non_null(asked.sql);
    assert_string_equal(asked.sql->name, "select_reports");
    answer(COLUMNS, seq);
}

/* ---- the tests ---- */

static struct gather *gather;

/* Leads, and has asked for the first page, which begins behind no event. */
static int open_gather(void **state)
{
    const struct gather_settings settings = {0};

    (void)state;
    gather = gather_new(&settings);
    gather_lead(gather, true);
    assert_string_equal(asked.sql->name, "select_report_start");
    answer(1, 0);
    return 0;
}

static int close_gather(void **state)
{
    (void)state;
    gather_free(&gather);
    free_timers();
    asked.sql = NULL;
    return 0;
}

static void rests_after_a_whole_page_and_then_reads_the_next(void **state)
{
    int64_t begun = asked.at_us - SECOND_US; /* long before the first was asked for */

    (void)state;
    for (int page = 1; page < 5; page++) {
        int64_t at_least = PACE_REST * (clock_mono_us() - asked.at_us);
        answer_events(page * PAGE);
        int64_t at_most = PACE_REST * (clock_mono_us() - begun);
        struct loop_timer *rest = set_timer();
        assert_non_null(rest);
        assert_in_range(rest->delay_us, at_least < SECOND_US ? at_least : SECOND_US,
                        at_most < SECOND_US ? at_most : SECOND_US);
        tick.fn(tick.ctx); /* cuts no rest short */
        assert_null(asked.sql);
        loop_timer_cancel(rest);
        begun = clock_mono_us();
        rest->fn(rest->ctx);
        assert_non_null(asked.sql);
    }
}

static void reads_what_has_come_since_with_the_next_second(void **state)
{
    (void)state;
    answer_events(PAGE - 1);
    assert_null(set_timer());
    assert_null(asked.sql);
    tick.fn(tick.ctx);
    answer_events(2 * PAGE - 2);
    assert_null(set_timer());
    tick.fn(tick.ctx);
    answer_events(3 * PAGE - 2);
    assert_non_null(set_timer());
}

static void who_leads_no_more_reads_no_next_page(void **state)
{
    (void)state;
    answer_events(PAGE);
    gather_lead(gather, false);
    assert_null(set_timer());
    tick.fn(tick.ctx);
    assert_null(asked.sql);
}

#define GATHER_TEST(test) cmocka_unit_test_setup_teardown(test, open_gather, close_gather)

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATHER_TEST(rests_after_a_whole_page_and_then_reads_the_next),
        GATHER_TEST(reads_what_has_come_since_with_the_next_second),
        GATHER_TEST(who_leads_no_more_reads_no_next_page),
    };

    return cmocka_run_group_tests_name("gather", tests, NULL, NULL);
}
