/* SPDX-License-Identifier: Apache-2.0 */
/* draft_calendars - the rules of calendars.csv, calendar_hours.csv and calendar_days.csv. */
#include "deadline.h"
#include "draft_rules.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

static bool has_hours(const struct draft *d, const char *calendar, int64_t weekday)
{
    for (size_t i = 0; i < d->parts[DRAFT_HOURS].count; i++) {
        const struct draft_hours *h = rowset_row(&d->parts[DRAFT_HOURS], i);
        if (draft_same(h->calendar, calendar) && (weekday == CELL_ABSENT || h->weekday == weekday))
            return true;
    }
    return false;
}

static void check_calendars(struct draft *d)
{
    for (size_t i = 0; i < d->parts[DRAFT_CALENDARS].count; i++) {
        const struct draft_calendar *c = rowset_row(&d->parts[DRAFT_CALENDARS], i);
        if (c->first_year != CELL_ABSENT && c->last_year != CELL_ABSENT &&
            c->first_year > c->last_year)
            draft_mistake(d, DRAFT_CALENDARS, &c->row, "calendar-years",
                          "first_year is after last_year");
        if (c->cut_off == 0)
            draft_mistake(d, DRAFT_CALENDARS, &c->row, "cut-off",
                          "cut_off 00:00 leaves nothing of a day");
        if (c->code != NULL && !d->parts[DRAFT_HOURS].partial &&
            !has_hours(d, c->code, CELL_ABSENT))
            draft_mistake(d, DRAFT_CALENDARS, &c->row, "hours-missing",
                          "the calendar has no hours");
    }
}

static void check_hours(struct draft *d)
{
    const struct rowset *t = &d->parts[DRAFT_HOURS];

    for (size_t i = 0; i < t->indexed; i++) { /* sorted by calendar, weekday and from */
        const struct draft_hours *h = (const void *)t->index[i].row;
        const struct draft_hours *before = i > 0 ? (const void *)t->index[i - 1].row : NULL;
        if (h->to != CELL_ABSENT && h->to <= h->from)
            draft_mistake(d, DRAFT_HOURS, &h->row, "hours-order", "to is not later than from");
        if (before != NULL && draft_same(before->calendar, h->calendar) &&
            before->weekday == h->weekday && before->to > h->from && before->from < h->from)
            findings_add(&d->findings, (struct place){t->spec->file, h->row.line}, "hours-overlap",
                         "overlaps with line %zu", before->row.line);
    }
}

static void check_day_hours(struct draft *d, const struct draft_day *day)
{
    bool works = draft_same(day->works, "WORK");
    const char *why = NULL;

    if (works && day->hours_of == CELL_ABSENT)
        why = "WORK needs hours_of";
    if (works && day->hours_of != CELL_ABSENT && !d->parts[DRAFT_HOURS].partial &&
        !has_hours(d, day->calendar, day->hours_of))
        why = "the weekday of hours_of has no hours";
    if (draft_same(day->works, "OFF") && day->hours_of != CELL_ABSENT)
        why = "OFF has no hours_of";
    if (why != NULL)
        draft_mistake(d, DRAFT_DAYS, &day->row, "day-hours", why);
}

static void check_days(struct draft *d)
{
    for (size_t i = 0; i < d->parts[DRAFT_DAYS].count; i++) {
        const struct draft_day *day = rowset_row(&d->parts[DRAFT_DAYS], i);
        const struct draft_calendar *c =
            day->calendar != NULL ? rowset_find(&d->parts[DRAFT_CALENDARS], day->calendar) : NULL;
        if (c != NULL && day->date != CELL_ABSENT &&
            (day->date / 10000 < c->first_year || day->date / 10000 > c->last_year))
            draft_mistake(d, DRAFT_DAYS, &day->row, "day-year",
                          "the date is not within the calendar's years");
        check_day_hours(d, day);
    }
}

/* What worktime itself says, for the calendars that look right so far. */
static void check_worktime(struct draft *d, const struct draft_calendar *c)
{
    struct worktime_hours *hours = mem_new(d->parts[DRAFT_HOURS].count + 1, sizeof(*hours));
    struct worktime_day *days = mem_new(d->parts[DRAFT_DAYS].count + 1, sizeof(*days));
    struct worktime_rules rules = {.hours = hours,
                                   .days = days,
                                   .first_year = (int)c->first_year,
                                   .last_year = (int)c->last_year,
                                   .cut_off_s = c->cut_off > 0 ? (int)c->cut_off : 0};
    AUTO(worktime_close) struct worktime *w = NULL;
    struct err e;

    for (size_t i = 0; i < d->parts[DRAFT_HOURS].count; i++) {
        const struct draft_hours *h = rowset_row(&d->parts[DRAFT_HOURS], i);
        if (draft_same(h->calendar, c->code))
            hours[rules.hour_count++] =
                (struct worktime_hours){(int)h->weekday, (int)h->from, (int)h->to};
    }
    for (size_t i = 0; i < d->parts[DRAFT_DAYS].count; i++) {
        const struct draft_day *day = rowset_row(&d->parts[DRAFT_DAYS], i);
        if (draft_same(day->calendar, c->code))
            days[rules.day_count++] = (struct worktime_day){
                .year = (int)(day->date / 10000),
                .month = (int)(day->date / 100 % 100),
                .day = (int)(day->date % 100),
                .works = draft_same(day->works, "WORK"),
                .hours_of = day->hours_of != CELL_ABSENT ? (int)day->hours_of : 1};
    }
    if (worktime_open(&w, &rules, &e) < 0)
        draft_mistake(d, DRAFT_CALENDARS, &c->row, "calendar", e.text);
    free(days);
    free(hours);
}

static bool calendars_are_clean(const struct draft *d)
{
    bool clean = true;

    for (size_t i = 0; i < d->findings.kept; i++)
        clean = clean && strncmp(d->findings.items[i].at.file, "calendar", 8) != 0;
    return clean;
}

static void check_worktimes(struct draft *d)
{
    if (!calendars_are_clean(d))
        return;
    for (size_t i = 0; i < d->parts[DRAFT_CALENDARS].count; i++) {
        const struct draft_calendar *c = rowset_row(&d->parts[DRAFT_CALENDARS], i);
        check_worktime(d, c);
    }
}

void draft_check_calendars(struct draft *d, const char *timezone)
{
    (void)timezone; /* of the process, for worktime */
    check_calendars(d);
    check_hours(d);
    check_days(d);
    check_worktimes(d);
}
