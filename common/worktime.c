/* SPDX-License-Identifier: Apache-2.0 */
/* worktime - adds and measures on a calendar: every question is a look-up in its tables. */
#include "worktime_internal.h"

#include "clock.h"

#define DAY_US ((int64_t)DAY_S * CLOCK_US_PER_S)

static int out_of_years(const struct worktime *w, struct err *e)
{
    return err_set(e, ERR_INPUT, "the calendar covers only the years %d to %d", w->first_year,
                   w->last_year);
}

/* The date that us lies on; NULL outside the calendar. */
static const struct day *find_day(const struct worktime *w, int64_t us)
{
    const struct day *first = w->days, *end = w->days + w->day_count;

    if (us < first->starts_us || us >= end->starts_us)
        return NULL;
    /* Daylight saving moves a midnight by an hour or so: the guess is a day off at most. */
    size_t guess = (size_t)((us - first->starts_us) / DAY_US);
    const struct day *day = first + (guess < w->day_count ? guess : w->day_count - 1);
    while (us < day->starts_us)
        day--;
    while (us >= day[1].starts_us)
        day++;
    return day;
}

/* The last span that begins at us or earlier; NULL if none does. */
static const struct span *span_at(const struct worktime *w, int64_t us)
{
    size_t low = 0, high = w->span_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (w->spans[middle].from_us <= us)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? &w->spans[low - 1] : NULL;
}

/* The moment when the calendar's working time before it reaches goal_us, 1 to total_us. */
static int64_t reached_us(const struct worktime *w, int64_t goal_us)
{
    size_t low = 0, high = w->span_count - 1; /* the last span with before_us < goal_us */

    while (low < high) {
        size_t middle = low + (high - low + 1) / 2;
        if (w->spans[middle].before_us < goal_us)
            low = middle;
        else
            high = middle - 1;
    }
    return w->spans[low].from_us + (goal_us - w->spans[low].before_us);
}

/* The calendar's working time before us. */
static int64_t worked_us(const struct worktime *w, int64_t us)
{
    const struct span *s = span_at(w, us);

    if (s == NULL)
        return 0;
    return s->before_us + (us < s->to_us ? us : s->to_us) - s->from_us;
}

static int add_clock(int64_t start_us, int64_t amount, int64_t *due_us, struct err *e)
{
    int64_t us;

    if (__builtin_mul_overflow(amount, (int64_t)CLOCK_US_PER_S, &us) ||
        __builtin_add_overflow(start_us, us, &us))
        return err_set(e, ERR_INPUT, "%lld seconds are too many", (long long)amount);
    *due_us = us;
    return 0;
}

static int add_working(const struct worktime *w, int64_t start_us, int64_t amount, int64_t *due_us,
                       struct err *e)
{
    int64_t gone = worked_us(w, start_us);

    if (find_day(w, start_us) == NULL || amount > (w->total_us - gone) / CLOCK_US_PER_S)
        return out_of_years(w, e);
    *due_us = amount == 0 ? start_us : reached_us(w, gone + amount * CLOCK_US_PER_S);
    return 0;
}

/* Closing time of the working day with this rank. */
static int close_of(const struct worktime *w, int64_t rank, int64_t *us, struct err *e)
{
    if (rank < 0 || rank >= (int64_t)w->working_count)
        return out_of_years(w, e);
    *us = w->days[w->working[rank]].closes_us;
    return 0;
}

/* Closing time of the working day that is amount working days from day. Ahead of
 * a day off, the working day after it is the first; behind it, the one before. */
static int close_after(const struct worktime *w, const struct day *day, int64_t amount, int64_t *us,
                       struct err *e)
{
    bool is_off_ahead = !day->works && amount > 0;

    if (amount > (int64_t)w->day_count)
        return out_of_years(w, e);
    return close_of(w, (int64_t)day->rank + amount - (is_off_ahead ? 1 : 0), us, e);
}

static int add_days(const struct worktime *w, enum worktime_kind kind, const struct day *zero,
                    int64_t amount, int64_t *due_us, struct err *e)
{
    if (kind == WORKTIME_WORKING_DAYS)
        return close_after(w, zero, amount, due_us, e);
    if (amount >= (int64_t)w->day_count - (zero - w->days))
        return out_of_years(w, e);
    return close_of(w, (int64_t)zero[amount].rank, due_us, e);
}

/* Day zero for what comes at start_us; NULL outside the calendar. */
static const struct day *day_zero(const struct worktime *w, int64_t start_us)
{
    const struct day *day = find_day(w, start_us);

    if (day == NULL || start_us <= day->cut_us)
        return day;
    size_t next = day->rank + (day->works ? 1 : 0);
    return next < w->working_count ? &w->days[w->working[next]] : NULL;
}

int worktime_add(const struct worktime *w, enum worktime_kind kind, int64_t start_us,
                 int64_t amount, int64_t *due_us, struct err *e)
{
    if (amount < 0)
        return err_set(e, ERR_INPUT, "an amount of time of %lld is negative", (long long)amount);
    if (kind == WORKTIME_CLOCK_HOURS)
        return add_clock(start_us, amount, due_us, e);
    if (kind == WORKTIME_WORKING_HOURS)
        return add_working(w, start_us, amount, due_us, e);
    const struct day *zero = day_zero(w, start_us);
    if (zero == NULL)
        return out_of_years(w, e);
    return add_days(w, kind, zero, amount, due_us, e);
}

/* The day that an end ends; NULL outside the calendar. */
static const struct day *find_ended(const struct worktime *w, int64_t end_us)
{
    return end_us == INT64_MIN ? NULL : find_day(w, end_us - 1);
}

int worktime_follow(const struct worktime *w, enum worktime_kind kind, int64_t end_us,
                    int64_t amount, int64_t *due_us, struct err *e)
{
    if (amount < 0 || kind == WORKTIME_CLOCK_HOURS || kind == WORKTIME_WORKING_HOURS)
        return worktime_add(w, kind, end_us, amount, due_us, e);
    const struct day *zero = find_ended(w, end_us);
    if (zero == NULL)
        return out_of_years(w, e);
    return add_days(w, kind, zero, amount, due_us, e);
}

static int shift(const struct worktime *w, const struct day *day, int days, int64_t *out_us,
                 struct err *e)
{
    if (day == NULL)
        return out_of_years(w, e);
    return close_after(w, day, days, out_us, e);
}

int worktime_shift_days(const struct worktime *w, int64_t us, int days, int64_t *out_us,
                        struct err *e)
{
    return shift(w, find_day(w, us), days, out_us, e);
}

int worktime_shift_end(const struct worktime *w, int64_t end_us, int days, int64_t *out_us,
                       struct err *e)
{
    return shift(w, find_ended(w, end_us), days, out_us, e);
}

/* Working days up to and including this one. */
static int64_t working_until(const struct day *day)
{
    return (int64_t)day->rank + (day->works ? 1 : 0);
}

int worktime_days_between(const struct worktime *w, enum worktime_kind kind, int64_t from_us,
                          int64_t end_us, int64_t *days, struct err *e)
{
    const struct day *from = find_day(w, from_us), *to = find_ended(w, end_us);

    if (from == NULL || to == NULL)
        return out_of_years(w, e);
    if (to <= from)
        *days = 0;
    else if (kind == WORKTIME_WORKING_DAYS)
        *days = working_until(to) - working_until(from);
    else
        *days = to - from;
    return 0;
}

/* The end of the date that is so many after zero. */
static int end_after(const struct worktime *w, const struct day *zero, int64_t days,
                     int64_t *end_us, struct err *e)
{
    if (zero == NULL || days >= (int64_t)w->day_count - (zero - w->days))
        return out_of_years(w, e);
    *end_us = zero[days + 1].starts_us;
    return 0;
}

int worktime_date_end(const struct worktime *w, int64_t us, int64_t days, int64_t *end_us,
                      struct err *e)
{
    return end_after(w, find_day(w, us), days, end_us, e);
}

int worktime_days_end(const struct worktime *w, int64_t start_us, int64_t days, int64_t *end_us,
                      struct err *e)
{
    return end_after(w, day_zero(w, start_us), days, end_us, e);
}

int64_t worktime_between(const struct worktime *w, int64_t from_us, int64_t to_us)
{
    return worked_us(w, to_us) - worked_us(w, from_us);
}

bool worktime_is_open(const struct worktime *w, int64_t us)
{
    const struct span *s = span_at(w, us);

    return s != NULL && us < s->to_us;
}

bool worktime_is_worked(const struct worktime *w, int64_t us)
{
    return worktime_is_open(w, us) || (us != INT64_MIN && worktime_is_open(w, us - 1));
}
