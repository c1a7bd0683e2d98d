/* SPDX-License-Identifier: Apache-2.0 */
/* worktime_table - a calendar's rules, checked and made into its tables. Local times become
 * moments here and nowhere else. */
#include "worktime_internal.h"

#include "clock.h"
#include "mem.h"

#include <stdlib.h>
#include <time.h>

enum { FIRST_YEAR = 1970, LAST_YEAR = 2200 };
enum { WEEKDAYS = 7, MONTHS = 12, LONGEST_MONTH = 31 };

/* How a date is worked: with the hours of a weekday, 1 to 7, or: */
enum { HOURS_OF_WEEKDAY = 0, HOURS_NONE = WEEKDAYS + 1 };

/* The rules' hours in order; those of weekday d are [first[d], first[d + 1]). */
struct week {
    struct worktime_hours *hours;
    size_t first[HOURS_NONE + 2];
};

/* What is needed only while the tables are built. */
struct plan {
    const struct worktime_rules *rules;
    struct week week;
    unsigned char *hours_of; /* by index of the date; 1 to 7, HOURS_NONE, HOURS_OF_WEEKDAY */
    int64_t first_s;         /* midnight of the first date, were the zone UTC */
    size_t day_count;
};

static void plan_free(struct plan *p)
{
    free(p->week.hours);
    free(p->hours_of);
}

/* Midnight of a date, were the zone UTC. False when there is no such date. */
static bool midnight_of(int year, int month, int day, int64_t *s)
{
    if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > MONTHS || day < 1 ||
        day > LONGEST_MONTH)
        return false;
    struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
    *s = timegm(&tm);
    return tm.tm_mday == day; /* 30 February has become 1 or 2 March */
}

static int check_years(const struct worktime_rules *r, struct err *e)
{
    if (r->first_year < FIRST_YEAR || r->last_year > LAST_YEAR || r->first_year > r->last_year)
        return err_set(e, ERR_INPUT, "years %d to %d: not in order within %d to %d", r->first_year,
                       r->last_year, FIRST_YEAR, LAST_YEAR);
    if (r->cut_off_s < 0 || r->cut_off_s > DAY_S)
        return err_set(e, ERR_INPUT, "cut-off %d: not 0 to %d seconds after midnight", r->cut_off_s,
                       DAY_S);
    if (r->hour_count == 0)
        return err_set(e, ERR_INPUT, "no working hours");
    return 0;
}

static int check_hours(const struct worktime_hours *h, struct err *e)
{
    if (h->weekday < 1 || h->weekday > WEEKDAYS)
        return err_set(e, ERR_INPUT, "hours %d to %d: weekday %d is not 1 to %d", h->from_s,
                       h->to_s, h->weekday, WEEKDAYS);
    if (h->from_s < 0 || h->from_s >= h->to_s || h->to_s > DAY_S)
        return err_set(e, ERR_INPUT, "hours %d to %d of weekday %d: not in order within 0 to %d",
                       h->from_s, h->to_s, h->weekday, DAY_S);
    return 0;
}

static int compare_hours(const void *a, const void *b)
{
    const struct worktime_hours *x = a, *y = b;

    if (x->weekday != y->weekday)
        return x->weekday < y->weekday ? -1 : 1;
    return (x->from_s > y->from_s) - (x->from_s < y->from_s);
}

static int read_week(struct week *week, const struct worktime_rules *r, struct err *e)
{
    week->hours = mem_new(r->hour_count, sizeof(*week->hours));
    for (size_t i = 0; i < r->hour_count; i++) {
        if (check_hours(&r->hours[i], e) < 0)
            return -1;
        week->hours[i] = r->hours[i];
        for (int d = r->hours[i].weekday + 1; d <= HOURS_NONE + 1; d++)
            week->first[d]++;
    }
    qsort(week->hours, r->hour_count, sizeof(*week->hours), compare_hours);
    for (size_t i = 1; i < r->hour_count; i++) {
        const struct worktime_hours *h = &week->hours[i], *last = h - 1;
        if (h->weekday == last->weekday && h->from_s < last->to_s)
            return err_set(e, ERR_INPUT, "hours %d to %d and %d to %d of weekday %d: they overlap",
                           last->from_s, last->to_s, h->from_s, h->to_s, h->weekday);
    }
    return 0;
}

static int read_day(struct plan *p, const struct worktime_day *d, struct err *e)
{
    int64_t s;

    if (!midnight_of(d->year, d->month, d->day, &s))
        return err_set(e, ERR_INPUT, "day %d-%02d-%02d: not a date within %d to %d", d->year,
                       d->month, d->day, FIRST_YEAR, LAST_YEAR);
    if (d->works && (d->hours_of < 1 || d->hours_of > WEEKDAYS))
        return err_set(e, ERR_INPUT, "day %d-%02d-%02d: hours of weekday %d, which is not 1 to %d",
                       d->year, d->month, d->day, d->hours_of, WEEKDAYS);
    if (d->works && p->week.first[d->hours_of] == p->week.first[d->hours_of + 1])
        return err_set(e, ERR_INPUT, "day %d-%02d-%02d: hours of weekday %d, which has none",
                       d->year, d->month, d->day, d->hours_of);
    if (d->year < p->rules->first_year || d->year > p->rules->last_year)
        return 0;
    unsigned char *hours_of = &p->hours_of[(s - p->first_s) / DAY_S];
    if (*hours_of != HOURS_OF_WEEKDAY)
        return err_set(e, ERR_INPUT, "day %d-%02d-%02d: listed twice", d->year, d->month, d->day);
    *hours_of = (unsigned char)(d->works ? d->hours_of : HOURS_NONE);
    return 0;
}

static int read_rules(struct plan *p, struct err *e)
{
    const struct worktime_rules *r = p->rules;
    int64_t last_s = 0;

    if (check_years(r, e) < 0 || read_week(&p->week, r, e) < 0)
        return -1;
    (void)midnight_of(r->first_year, 1, 1, &p->first_s);
    (void)midnight_of(r->last_year, MONTHS, LONGEST_MONTH, &last_s);
    p->day_count = (size_t)((last_s - p->first_s) / DAY_S) + 1;
    p->hours_of = mem_new(p->day_count, sizeof(*p->hours_of));
    for (size_t i = 0; i < r->day_count; i++)
        if (read_day(p, &r->days[i], e) < 0)
            return -1;
    for (size_t i = 0; i < p->day_count; i++) /* 1 January 1970 was a Thursday */
        if (p->hours_of[i] == HOURS_OF_WEEKDAY)
            p->hours_of[i] = (unsigned char)((p->first_s / DAY_S + (int64_t)i + 3) % WEEKDAYS + 1);
    return 0;
}

/* How far the zone's clock is ahead of UTC. */
static int64_t offset_at(int64_t s)
{
    time_t t = s;
    struct tm tm;

    localtime_r(&t, &tm);
    return tm.tm_gmtoff;
}

/* The first instant when the zone's clock shows what UTC's shows at shown_s, or
 * more: the first of two where it is set back, the jump where it jumps ahead. */
static int64_t instant_us(int64_t shown_s)
{
    int64_t before = offset_at(shown_s - DAY_S), after = offset_at(shown_s + DAY_S);
    int64_t low = shown_s - after, high = shown_s - before;

    if (before == after || offset_at(high) == before)
        return high * CLOCK_US_PER_S;
    if (offset_at(low) == after)
        return low * CLOCK_US_PER_S;
    while (high - low > 1) { /* the jump lies in (low, high] */
        int64_t middle = low + (high - low) / 2;
        if (offset_at(middle) == after)
            high = middle;
        else
            low = middle;
    }
    return high * CLOCK_US_PER_S;
}

static void add_span(struct worktime *w, int64_t from_us, int64_t to_us)
{
    if (from_us == to_us)
        return; /* all of it falls into the hour that daylight saving skips */
    w->spans[w->span_count++] = (struct span){from_us, to_us, w->total_us};
    w->total_us += to_us - from_us;
}

/* With a cut-off, a day off lies wholly after the one of the working day before:
 * otherwise what comes on Saturday would be due before what came on Friday evening. */
static int64_t cut_of(const struct day *day, int cut_off_s, int64_t midnight_s)
{
    if (cut_off_s == 0)
        return INT64_MAX;
    return day->works ? instant_us(midnight_s + cut_off_s) : INT64_MIN;
}

static void add_day(struct worktime *w, const struct plan *p, size_t i)
{
    const struct week *week = &p->week;
    int64_t midnight_s = p->first_s + (int64_t)i * DAY_S;
    struct day *day = &w->days[i];
    size_t end = week->first[p->hours_of[i] + 1];

    *day = (struct day){.starts_us = instant_us(midnight_s), .rank = w->working_count};
    for (size_t h = week->first[p->hours_of[i]]; h < end; h++) {
        day->works = true;
        day->closes_us = instant_us(midnight_s + week->hours[h].to_s);
        add_span(w, instant_us(midnight_s + week->hours[h].from_s), day->closes_us);
    }
    day->cut_us = cut_of(day, p->rules->cut_off_s, midnight_s);
    if (day->works)
        w->working[w->working_count++] = i;
}

static struct worktime *build(const struct plan *p)
{
    struct worktime *w = mem_new(1, sizeof(*w));
    size_t most = 0;

    for (size_t i = 0; i < p->day_count; i++)
        most += p->week.first[p->hours_of[i] + 1] - p->week.first[p->hours_of[i]];
    w->spans = mem_new(most + 1, sizeof(*w->spans));
    w->days = mem_new(p->day_count + 1, sizeof(*w->days));
    w->working = mem_new(p->day_count, sizeof(*w->working));
    w->day_count = p->day_count;
    w->first_year = p->rules->first_year;
    w->last_year = p->rules->last_year;
    tzset(); /* localtime_r need not */
    for (size_t i = 0; i < p->day_count; i++)
        add_day(w, p, i);
    w->days[p->day_count].starts_us = instant_us(p->first_s + (int64_t)p->day_count * DAY_S);
    return w;
}

int worktime_open(struct worktime **out, const struct worktime_rules *rules, struct err *e)
{
    AUTO(plan_free) struct plan plan = {.rules = rules};
    AUTO(worktime_close) struct worktime *w = NULL;

    if (read_rules(&plan, e) < 0)
        return -1;
    w = build(&plan);
    if (w->span_count == 0)
        return err_set(e, ERR_INPUT, "no working hours: every day of %d to %d is off",
                       rules->first_year, rules->last_year);
    *out = w;
    w = NULL;
    return 0;
}

void worktime_close(struct worktime **w)
{
    if (*w == NULL)
        return;
    free((*w)->spans);
    free((*w)->days);
    free((*w)->working);
    free(*w);
    *w = NULL;
}
