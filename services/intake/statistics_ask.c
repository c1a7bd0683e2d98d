/* SPDX-License-Identifier: Apache-2.0 */
/* statistics_ask - the statements behind the figures, for a period and its cut-off. */
#include "statistics.h"

#include "clock.h"
#include "sql_intake.h"

/* PostgreSQL counts days from 2000-01-01. */
enum { EPOCH_DAY = 10957, STEPS = 3 };

int64_t statistics_cut_off(const struct period *period)
{
    int64_t end_us = period_end_us(period->to), now = clock_now_us();

    return end_us < now ? end_us : now;
}

static void add_days(struct db_args *args, const struct period *period)
{
    db_arg_int32(args, period->from - EPOCH_DAY);
    db_arg_int32(args, period->to - EPOCH_DAY);
}

int statistics_ask(struct intake *intake, const struct period *period, const struct period *trend,
                   db_fn *done, void *ctx, struct err *e)
{
    AUTO(db_args_free) struct db_args days = {0};
    AUTO(db_args_free) struct db_args moment = {0};
    AUTO(db_args_free) struct db_args months = {0};
    const struct db_step steps[STEPS] = {
        {&sql_sum_measures, &days}, {&sql_count_open_late, &moment}, {&sql_sum_days, &months}};

    add_days(&days, period);
    db_arg_time(&moment, statistics_cut_off(period));
    if (trend != NULL)
        add_days(&months, trend);
    return readers_send(intake->readers, steps, trend != NULL ? STEPS : STEPS - 1, done, ctx, e);
}

int32_t statistics_day(const PGresult *rows, int row)
{
    return (int32_t)db_int(rows, row, 0) + EPOCH_DAY;
}
