/* SPDX-License-Identifier: Apache-2.0 */
/* statistics - reads whether promises were kept, for the JSON API, the CSV and the page. */
#ifndef STATISTICS_H
#define STATISTICS_H

#include "intake.h"
#include "period.h"

/* The end of the period, or now while it lasts. */
int64_t statistics_cut_off(const struct period *period);

/* Calls done with the rows of sql/sum_measures.sql and of sql/count_open_late.sql for the period,
 * then those of sql/sum_days.sql for the days of trend, unless it is NULL. ERR_BUSY: not now. */
int statistics_ask(struct intake *intake, const struct period *period, const struct period *trend,
                   db_fn *done, void *ctx, struct err *e) CHECKED;

/* Day of a row of sql/sum_days.sql, since 1970-01-01. */
int32_t statistics_day(const PGresult *rows, int row);

#endif
