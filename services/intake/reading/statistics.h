/* SPDX-License-Identifier: Apache-2.0 */
/* statistics - reads whether promises were kept, for the JSON API, the CSV and the page.
 *
 * What was counted is kept for a while, with the moment it was counted, which every answer names
 * as its cut-off: counting looks at each open case, and a page that many ask for must not. */
#ifndef STATISTICS_H
#define STATISTICS_H

#include "intake.h"
#include "period.h"

enum statistics_part { STATISTICS_SUMS, STATISTICS_LATE, STATISTICS_DAYS, STATISTICS_PARTS };

struct statistics_counts {
    /* Of sql/sum_measures.sql, sql/count_open_late.sql, and sql/sum_days.sql (NULL unless a trend
     * was asked for). */
    PGresult *rows[STATISTICS_PARTS];
    int64_t cut_off; /* the end of the period, or the moment of counting while it lasts */
};

/* found is borrowed for the call; NULL: e says why. */
typedef void statistics_fn(void *ctx, const struct statistics_counts *found, const struct err *e);

/* max_age_us: how long what was counted is given again; counted anew behind it is up to six times
 * that, when somebody asks. A period that is over is kept sixty times as long. */
struct statistics *statistics_new(struct readers *readers, int64_t max_age_us);
void statistics_free(struct statistics **statistics); /* nobody may wait any more */

/* The counts of the period, and by day for trend, unless it is NULL. done is called now or later.
 * ERR_BUSY: not now. */
int statistics_ask(struct statistics *statistics, const struct period *period,
                   const struct period *trend, statistics_fn *done, void *ctx,
                   struct err *e) CHECKED;

/* Day of a row of sql/sum_days.sql, since 1970-01-01. */
int32_t statistics_day(const PGresult *rows, int row);

#endif
