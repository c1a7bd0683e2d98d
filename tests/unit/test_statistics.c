/* SPDX-License-Identifier: Apache-2.0 */
/* Figures that are kept for a while. The test stands in for the database's readers. */
/* links: intake */
#include "catalogue.h"
#include "clock.h"
#include "statistics.h"

#include <string.h>

#include "unit.h"

enum { AGE_US = 500000 }; /* far from it when they are stale: six times that */

static struct {
    db_fn *done;
    void *ctx;
    int count;
    bool is_full; /* nothing more is taken */
} asked;

static int told, failed;

int readers_send(struct readers *readers, const struct db_step *steps, int count, db_fn *done,
                 void *ctx, struct err *e)
{
    (void)readers;
    (void)steps;
    (void)count;
    asked.count++;
    if (asked.is_full)
        return err_set(e, ERR_BUSY, "too many requests wait");
    asked.done = done;
    asked.ctx = ctx;
    return 0;
}

static void on_counts(void *ctx, const struct statistics_counts *found, const struct err *e)
{
    (void)ctx;
    assert_true((found == NULL) == (e != NULL));
    if (found != NULL)
        told++;
    else
        failed++;
}

static int ask(struct statistics *statistics)
{
    int32_t today = catalogue_day(clock_now_us());
    struct period period = {today, today + 1};
    struct err e;

    return statistics_ask(statistics, &period, NULL, on_counts, NULL, &e);
}

static void answer(void)
{
    PGresult *rows[STATISTICS_DAYS];

    for (int i = 0; i < STATISTICS_DAYS; i++)
        rows[i] = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    asked.done(asked.ctx, rows, NULL);
    for (int i = 0; i < STATISTICS_DAYS; i++)
        PQclear(rows[i]);
}

static int reset(void **state)
{
    (void)state;
    memset(&asked, 0, sizeof(asked));
    told = failed = 0;
    return 0;
}

static void counts_once_for_all_who_ask(void **state)
{
    AUTO(statistics_free) struct statistics *statistics = statistics_new(NULL, AGE_US * 1000);

    (void)state;
    assert_int_equal(ask(statistics), 0);
    assert_int_equal(ask(statistics), 0);
    assert_int_equal(told, 0);
    answer();
    assert_int_equal(told, 2);
    assert_int_equal(ask(statistics), 0);
    assert_int_equal(told, 3);
    assert_int_equal(asked.count, 1);
}

static void gives_what_it_has_while_nothing_can_be_counted(void **state)
{
    AUTO(statistics_free) struct statistics *statistics = statistics_new(NULL, AGE_US);
    int times = 1;

    (void)state;
    assert_int_equal(ask(statistics), 0);
    answer();
    asked.is_full = true;
    for (; asked.count == 1; times++) /* until they are old */
        assert_int_equal(ask(statistics), 0);
    assert_int_equal(told, times);
}

static void says_so_when_it_has_nothing(void **state)
{
    AUTO(statistics_free) struct statistics *statistics = statistics_new(NULL, AGE_US);

    (void)state;
    asked.is_full = true;
    assert_int_equal(ask(statistics), -1);
    assert_int_equal(told + failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(counts_once_for_all_who_ask, reset),
        cmocka_unit_test_setup(gives_what_it_has_while_nothing_can_be_counted, reset),
        cmocka_unit_test_setup(says_so_when_it_has_nothing, reset),
    };

    return cmocka_run_group_tests_name("statistics", tests, NULL, NULL);
}
