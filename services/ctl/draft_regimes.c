/* SPDX-License-Identifier: Apache-2.0 */
/* draft_regimes - the rules of regimes.csv and regime_limits.csv, and what they say of services. */
#include "clock.h"
#include "draft_rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct draft_regime *regime_at(const struct rowset *t, size_t i)
{
    return (const void *)t->index[i].row; /* sorted by code and valid_from */
}

static int64_t last_day(const struct draft_regime *r)
{
    return r->valid_until != CELL_ABSENT ? r->valid_until : INT64_MAX;
}

/* The day after a date such as 20260831. */
static int64_t next_day(int64_t date)
{
    struct tm day = {.tm_year = (int)(date / 10000) - 1900,
                     .tm_mon = (int)(date / 100 % 100) - 1,
                     .tm_mday = (int)(date % 100) + 1,
                     .tm_hour = 12,
                     .tm_isdst = -1};

    mktime(&day);
    return ((int64_t)day.tm_year + 1900) * 10000 + (day.tm_mon + 1) * 100 + day.tm_mday;
}

static int64_t today(void)
{
    time_t now = (time_t)(clock_now_us() / CLOCK_US_PER_S);
    struct tm day;

    localtime_r(&now, &day);
    return ((int64_t)day.tm_year + 1900) * 10000 + (day.tm_mon + 1) * 100 + day.tm_mday;
}

/* ---- the versions of a regime ---- */

/* The one that a row of regime_limits.csv names. */
static const struct draft_regime *version_of(const struct draft *d, const struct draft_limit *l)
{
    char from[24] = "";

    if (l->valid_from != CELL_ABSENT)
        snprintf(from, sizeof(from), "%010" PRId64, l->valid_from);
    return rowset_find2(&d->parts[DRAFT_REGIMES], l->regime, from);
}

static const struct draft_limit *limit_of(const struct draft *d, const struct draft_regime *r,
                                          const char *limit)
{
    for (size_t i = 0; i < d->parts[DRAFT_LIMITS].count; i++) {
        const struct draft_limit *l = rowset_row(&d->parts[DRAFT_LIMITS], i);
        if (draft_same(l->regime, r->code) && l->valid_from == r->valid_from &&
            draft_same(l->limit, limit))
            return l;
    }
    return NULL;
}

static void check_overlaps(struct draft *d)
{
    const struct rowset *t = &d->parts[DRAFT_REGIMES];

    for (size_t i = 1; i < t->indexed; i++) {
        const struct draft_regime *before = regime_at(t, i - 1), *r = regime_at(t, i);
        if (draft_same(before->code, r->code) && strcmp(before->row.key, r->row.key) != 0 &&
            last_day(before) >= r->valid_from)
            findings_add(&d->findings, (struct place){t->spec->file, r->row.line}, "regime-overlap",
                         "holds on the same days as line %zu", before->row.line);
    }
}

/* A right to extend and the limit that says how far go together. */
static void check_extension(struct draft *d, const struct draft_regime *r)
{
    bool limited = limit_of(d, r, "extension") != NULL;

    if (d->parts[DRAFT_LIMITS].partial || r->row.key == NULL || r->extensions == CELL_ABSENT)
        return;
    if (r->extensions > 0 && !limited)
        draft_mistake(d, DRAFT_REGIMES, &r->row, "regime-extension",
                      "extensions are allowed, but regime_limits.csv has no limit \"extension\"");
    if (r->extensions == 0 && limited)
        draft_mistake(d, DRAFT_REGIMES, &r->row, "regime-extension",
                      "regime_limits.csv has a limit \"extension\", but none is allowed");
}

/* ---- what a service needs ---- */

/* The first day of the calendars' years on which no version holds; 0: none. */
static int64_t first_gap(const struct draft *d, const char *code, const int64_t years[2])
{
    const struct rowset *t = &d->parts[DRAFT_REGIMES];
    int64_t day = years[0] * 10000 + 101;

    for (size_t i = 0; i < t->indexed; i++) {
        const struct draft_regime *r = regime_at(t, i);
        if (!draft_same(r->code, code) || last_day(r) < day)
            continue;
        if (r->valid_from > day)
            return day;
        if (r->valid_until == CELL_ABSENT)
            return 0;
        day = next_day(r->valid_until);
    }
    return day / 10000 <= years[1] ? day : 0;
}

static void check_service_days(struct draft *d, const struct draft_service *s)
{
    const struct draft_city *city =
        d->parts[DRAFT_CITY].count > 0 ? rowset_row(&d->parts[DRAFT_CITY], 0) : NULL;
    const struct draft_calendar *c = city != NULL && city->calendar != NULL
                                         ? rowset_find(&d->parts[DRAFT_CALENDARS], city->calendar)
                                         : NULL;

    if (c == NULL || c->first_year == CELL_ABSENT || c->last_year == CELL_ABSENT ||
        s->regime == NULL || d->parts[DRAFT_REGIMES].partial)
        return;
    int64_t gap = first_gap(d, s->regime, (const int64_t[]){c->first_year, c->last_year});
    if (gap != 0)
        findings_add(&d->findings, (struct place){"services.csv", s->row.line}, "regime-gap",
                     "no version of regime \"%s\" holds on %04d-%02d-%02d", s->regime,
                     (int)(gap / 10000), (int)(gap / 100 % 100), (int)(gap % 100));
}

/* Of two spans of time, whether the first is plainly the longer one: the same clock, or working
 * days or hours against days of the calendar, which never hold more of them. */
static bool is_longer(const struct draft_service *s, const struct draft_limit *l)
{
    if (draft_same(s->clock, l->clock))
        return s->amount > l->amount;
    if (draft_same(s->clock, "working_days") && draft_same(l->clock, "calendar_days"))
        return s->amount > l->amount;
    if (draft_same(s->clock, "working_hours") && draft_same(l->clock, "clock_hours"))
        return s->amount > l->amount;
    if (draft_same(s->clock, "clock_hours") && draft_same(l->clock, "clock_minutes"))
        return 60 * s->amount > l->amount;
    bool in_hours = draft_same(s->clock, "clock_hours") || draft_same(s->clock, "working_hours");
    return in_hours && draft_same(l->clock, "calendar_days") && s->amount > 24 * l->amount;
}

static void check_promise(struct draft *d, const struct draft_service *s,
                          const struct draft_regime *r)
{
    const struct draft_limit *l = limit_of(d, r, "answer");

    if (s->amount != CELL_ABSENT && l != NULL && l->amount != CELL_ABSENT && is_longer(s, l))
        findings_add(&d->findings, (struct place){"services.csv", s->row.line}, "service-limit",
                     "%" PRId64
                     " %s is longer than the limit \"answer\" of its regime, line %zu "
                     "of regime_limits.csv",
                     s->amount, s->clock, l->row.line);
}

/* Against the versions that hold today or later: an older one binds older cases alone. */
static void check_service(struct draft *d, const struct draft_service *s)
{
    check_service_days(d, s);
    for (size_t i = 0; i < d->parts[DRAFT_REGIMES].count; i++) {
        const struct draft_regime *r = rowset_row(&d->parts[DRAFT_REGIMES], i);
        if (!draft_same(r->code, s->regime) || last_day(r) < today())
            continue;
        check_promise(d, s, r);
        if (s->anonymous == 1 && r->anonymous == 0)
            draft_mistake(d, DRAFT_SERVICES, &s->row, "service-anonymous",
                          "the regime wants a name, the service takes anonymous reports");
    }
}

void draft_check_regimes(struct draft *d, const char *zone)
{
    (void)zone; /* of the process, for days */
    for (size_t i = 0; i < d->parts[DRAFT_REGIMES].count; i++) {
        const struct draft_regime *r = rowset_row(&d->parts[DRAFT_REGIMES], i);
        draft_check_range(d, DRAFT_REGIMES, &r->row,
                          (const int64_t[]){r->valid_from, r->valid_until});
        check_extension(d, r);
    }
    check_overlaps(d);
    for (size_t i = 0; i < d->parts[DRAFT_LIMITS].count; i++) {
        const struct draft_limit *l = rowset_row(&d->parts[DRAFT_LIMITS], i);
        if (l->regime != NULL && !d->parts[DRAFT_REGIMES].partial && version_of(d, l) == NULL)
            draft_mistake(d, DRAFT_LIMITS, &l->row, "regime-limit",
                          "regimes.csv has no such regime with that valid_from");
    }
    for (size_t i = 0; i < d->parts[DRAFT_SERVICES].count; i++) {
        const struct draft_service *s = rowset_row(&d->parts[DRAFT_SERVICES], i);
        check_service(d, s);
    }
}
