/* SPDX-License-Identifier: Apache-2.0 */
/* When the events of the ledger are read, and what is wanted then. The test stands in for the
 * database and for the loop: it answers when it likes, and what a timer was set to is looked at
 * instead of waited for. */
/* links: sentinel */
#include "fake_db.h"
#include "fake_timers.h"
#include "gather.h"
#include "pace.h"

#include "clock.h"
#include "db_args.h"
#include "messages.h"
#include "metrics.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

/* Of sql/select_reports.sql. */
enum {
    SEQ,
    TYPE,
    ID,
    SERVICE,
    UNIT,
    LAT,
    LON,
    RECEIVED_AT,
    OPEN,
    REPORTS,
    MINUTES,
    METRES,
    COLUMNS = 18
};
enum { PAGE = 250, MERGES_MOST = 20000 }; /* as in gather.c */

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

/* Merges on their way to the tracker. */
static struct {
    bus_answer_fn *fn; /* NULL: none */
    void *ctx;
    int count;
} call;

int bus_call(struct bus_client *client, struct bus_message *m, bus_answer_fn *fn, void *ctx,
             struct err *e)
{
    (void)client;
    (void)e;
    assert_null(call.fn);
    call.fn = fn;
    call.ctx = ctx;
    call.count = (m->count - 1) / COMMAND_FRAMES;
    bus_message_free(m);
    return 0;
}

/* They are done: how many. */
static int answer_call(void)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    AUTO(strbuf_free) struct strbuf text = STRBUF(1000);
    const struct case_outcome outcome = {.state = "MERGED"};
    bus_answer_fn *fn = call.fn;

    assert_non_null(fn);
    json_write(case_outcome_fields, &outcome, &text);
    bus_add(&m, TOPIC_ANSWER, strlen(TOPIC_ANSWER));
    for (int i = 0; i < call.count; i++)
        bus_add(&m, strbuf_text(&text), text.len);
    call.fn = NULL;
    fn(call.ctx, &m, NULL);
    return call.count;
}

/* Takes rows, whose next one is that of the last event. */
static void answer_rows(PGresult *rows, int64_t seq)
{
    rows_set_int(rows, PQntuples(rows), SEQ, seq);
    answer_asked(rows);
}

static void answer(int columns, int64_t seq)
{
    answer_rows(rows_new(columns), seq);
}

/* That the ledger was read up to seq; no report is among these events. */
static void answer_events(int64_t seq)
{
    assert_non_null(asked.sql);
    assert_string_equal(asked.sql->name, "select_reports");
    answer(COLUMNS, seq);
}

/* A report in one place, of which some are an incident. */
static void set_report(PGresult *rows, int row, int64_t seq, const char *unit, int64_t received_at)
{
    struct uuid id = {{0}};

    memcpy(id.bytes, &seq, sizeof(seq));
    rows_set_int(rows, row, SEQ, seq);
    rows_set_text(rows, row, TYPE, "received");
    rows_set(rows, row, ID, id.bytes, sizeof(id.bytes));
    rows_set_text(rows, row, SERVICE, "WATER");
    rows_set_text(rows, row, UNIT, unit);
    rows_set_int(rows, row, LAT, 0);
    rows_set_int(rows, row, LON, 0);
    rows_set_int(rows, row, RECEIVED_AT, received_at - DB_EPOCH_US);
    rows_set_int(rows, row, OPEN, 1);
    rows_set_int(rows, row, REPORTS, 3);
    rows_set_int(rows, row, MINUTES, 30);
    rows_set_int(rows, row, METRES, 100);
}

/* The last count events up to seq are reports of one place. */
static void answer_reports(int64_t seq, int count, int64_t received_at)
{
    PGresult *rows = rows_new(COLUMNS);
    char unit[32];

    assert_non_null(asked.sql);
    (void)snprintf(unit, sizeof(unit), "W-%lld", count < PAGE ? 0LL : (long long)seq);
    for (int row = 0; row < count; row++)
        set_report(rows, row, seq - count + 1 + row, unit, received_at);
    answer_rows(rows, seq);
}

static bool shows(const char *metric)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(1 << 20);

    metrics_write(&out, "test");
    return strstr(strbuf_text(&out), metric) != NULL;
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
    call.fn = NULL;
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

static void end_rests(void)
{
    for (struct loop_timer *timer = timers; timer != NULL; timer = timer->next) {
        if (!loop_timer_is_set(timer))
            continue;
        loop_timer_cancel(timer);
        timer->fn(timer->ctx);
    }
}

static void reads_no_more_while_too_many_merges_wait(void **state)
{
    int64_t seq = 0;
    int wait = 0;

    (void)state;
    for (; asked.sql != NULL; end_rests(), tick.fn(tick.ctx)) {
        assert_true(wait < MERGES_MOST);
        answer_reports(seq += PAGE, PAGE, clock_now_us());
        wait += PAGE - 1; /* all but the one that leads */
    }
    assert_true(wait >= MERGES_MOST);
    while (wait >= MERGES_MOST) {
        assert_null(asked.sql);
        wait -= answer_call();
        end_rests();
        tick.fn(tick.ctx);
    }
    assert_non_null(asked.sql);
}

/* However late it is read: no time has passed while events wait to be read. */
static void finds_an_incident_of_hours_ago(void **state)
{
    const int64_t then = clock_now_us() - INT64_C(7200) * SECOND_US;

    (void)state;
    answer_reports(PAGE, 2, then);
    tick.fn(tick.ctx);
    end_rests();
    answer_reports(PAGE + 1, 1, then + SECOND_US);
    assert_int_equal(call.count, 2);
    answer_call();
    assert_true(shows("incident_reports 3\n"));
    tick.fn(tick.ctx); /* all is read: now the time passes */
    assert_true(shows("incident_reports 0\n"));
}

#define GATHER_TEST(test) cmocka_unit_test_setup_teardown(test, open_gather, close_gather)

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATHER_TEST(rests_after_a_whole_page_and_then_reads_the_next),
        GATHER_TEST(reads_what_has_come_since_with_the_next_second),
        GATHER_TEST(who_leads_no_more_reads_no_next_page),
        GATHER_TEST(reads_no_more_while_too_many_merges_wait),
        GATHER_TEST(finds_an_incident_of_hours_ago),
    };

    return cmocka_run_group_tests_name("gather", tests, NULL, NULL);
}
