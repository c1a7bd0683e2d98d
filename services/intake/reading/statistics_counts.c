/* SPDX-License-Identifier: Apache-2.0 */
/* statistics_counts - the statements behind the figures, and what they gave, kept for a while. */
#include "clock.h"
#include "listing_args.h"
#include "mem.h"
#include "sql_intake.h"
#include "statistics.h"

#include <stdlib.h>
#include <string.h>

enum {
    EPOCH_DAY = 10957, /* PostgreSQL counts days from 2000-01-01 */
    KEPT = 32,         /* periods */
    STALE_TIMES = 6,
    OVER_TIMES = 60,
};

struct waiter {
    struct waiter *next;
    statistics_fn *done;
    void *ctx;
};

struct entry {
    struct period period, trend;
    bool is_used, has_trend, is_busy;
    struct statistics_counts counts;
    int64_t next_cut_off;         /* of what is on its way */
    int64_t counted_at, asked_at; /* monotonic; counted_at counts when there are rows */
    struct waiter *waiting;       /* until what is on its way has come */
};

struct statistics {
    struct readers *readers;
    int64_t max_age_us;
    struct entry entries[KEPT];
};

struct statistics *statistics_new(struct readers *readers, int64_t max_age_us)
{
    struct statistics *s = mem_new(1, sizeof(*s));

    s->readers = readers;
    s->max_age_us = max_age_us;
    return s;
}

static void clear_rows(struct entry *entry)
{
    for (size_t i = 0; i < STATISTICS_PARTS; i++) {
        PQclear(entry->counts.rows[i]);
        entry->counts.rows[i] = NULL;
    }
}

void statistics_free(struct statistics **statistics)
{
    struct statistics *s = *statistics;

    if (s == NULL)
        return;
    for (size_t i = 0; i < KEPT; i++)
        clear_rows(&s->entries[i]);
    free(s);
    *statistics = NULL;
}

int32_t statistics_day(const PGresult *rows, int row)
{
    return (int32_t)db_int(rows, row, 0) + EPOCH_DAY;
}

/* ---- which is kept ---- */

static bool is_same(const struct period *a, const struct period *b)
{
    return a->from == b->from && a->to == b->to;
}

static bool is_of(const struct entry *entry, const struct period *period,
                  const struct period *trend)
{
    return entry->is_used && is_same(&entry->period, period) &&
           entry->has_trend == (trend != NULL) && (trend == NULL || is_same(&entry->trend, trend));
}

/* That of the period; else a free one, or the one that was asked for longest ago. NULL: all are
 * busy. */
static struct entry *entry_of(struct statistics *s, const struct period *period,
                              const struct period *trend)
{
    struct entry *oldest = NULL;

    for (size_t i = 0; i < KEPT; i++) {
        struct entry *entry = &s->entries[i];
        if (is_of(entry, period, trend))
            return entry;
        if (!entry->is_busy && (oldest == NULL || entry->asked_at < oldest->asked_at))
            oldest = entry;
    }
    if (oldest == NULL)
        return NULL;
    clear_rows(oldest);
    *oldest = (struct entry){.period = *period, .is_used = true, .has_trend = trend != NULL};
    if (trend != NULL)
        oldest->trend = *trend;
    return oldest;
}

/* ---- counting ---- */

static int64_t cut_off_of(const struct period *period)
{
    int64_t end_us = period_end_us(period->to), now = clock_now_us();

    return end_us < now ? end_us : now;
}

static void keep_rows(struct entry *entry, PGresult *const rows[])
{
    clear_rows(entry);
    for (size_t i = 0; i < (entry->has_trend ? STATISTICS_PARTS : STATISTICS_DAYS); i++) {
        entry->counts.rows[i] = PQcopyResult(rows[i], PG_COPYRES_ATTRS | PG_COPYRES_TUPLES);
        if (entry->counts.rows[i] == NULL)
            abort(); /* memory is out, as in mem.h */
    }
    entry->counts.cut_off = entry->next_cut_off;
    entry->counted_at = clock_mono_us();
}

static void on_rows(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct entry *entry = ctx;
    struct waiter *waiting = entry->waiting;

    entry->is_busy = false;
    entry->waiting = NULL;
    if (e == NULL)
        keep_rows(entry, rows);
    while (waiting != NULL) {
        struct waiter *w = waiting;
        waiting = w->next;
        w->done(w->ctx, e == NULL ? &entry->counts : NULL, e);
        free(w);
    }
}

static void add_days(struct db_args *args, const struct period *period)
{
    db_arg_int32(args, period->from - EPOCH_DAY);
    db_arg_int32(args, period->to - EPOCH_DAY);
}

static int count(struct statistics *s, struct entry *entry, struct err *e)
{
    AUTO(db_args_free) struct db_args days = {0};
    AUTO(db_args_free) struct db_args moment = {0};
    AUTO(db_args_free) struct db_args months = {0};
    const struct db_step steps[STATISTICS_PARTS] = {
        [STATISTICS_SUMS] = {&sql_sum_measures, &days},
        [STATISTICS_LATE] = {&sql_count_open_late, &moment},
        [STATISTICS_DAYS] = {&sql_sum_days, &months}};

    entry->next_cut_off = cut_off_of(&entry->period);
    add_days(&days, &entry->period);
    db_arg_time(&moment, entry->next_cut_off);
    const struct uuid behind = listing_id_behind(entry->next_cut_off);
    db_arg_uuid(&moment, &behind);
    add_days(&months, &entry->trend);
    if (readers_send(s->readers, steps, entry->has_trend ? STATISTICS_PARTS : STATISTICS_DAYS,
                     on_rows, entry, e) < 0)
        return -1;
    entry->is_busy = true;
    return 0;
}

static int64_t max_age_of(const struct statistics *s, const struct entry *entry)
{
    bool is_over = entry->counts.cut_off == period_end_us(entry->period.to);

    return is_over ? OVER_TIMES * s->max_age_us : s->max_age_us;
}

static void wait_for(struct entry *entry, statistics_fn *done, void *ctx)
{
    struct waiter *w = mem_new(1, sizeof(*w));

    *w = (struct waiter){entry->waiting, done, ctx};
    entry->waiting = w;
}

int statistics_ask(struct statistics *s, const struct period *period, const struct period *trend,
                   statistics_fn *done, void *ctx, struct err *e)
{
    struct entry *entry = entry_of(s, period, trend);

    if (entry == NULL)
        return err_set(e, ERR_BUSY, "too many periods are asked for at once");
    entry->asked_at = clock_mono_us();
    bool has_rows = entry->counts.rows[STATISTICS_SUMS] != NULL;
    int64_t age = entry->asked_at - entry->counted_at, max = max_age_of(s, entry);
    bool is_old = !has_rows || age >= max, is_good = has_rows && age < STALE_TIMES * max;
    if (is_old && !entry->is_busy && count(s, entry, e) < 0 && !is_good)
        return -1;
    if (is_good)
        done(ctx, &entry->counts, NULL);
    else
        wait_for(entry, done, ctx);
    return 0;
}
