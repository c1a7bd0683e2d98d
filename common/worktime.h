/* SPDX-License-Identifier: Apache-2.0 */
/* worktime - adds and measures time on a calendar of working hours.
 *
 * A calendar is built once from rules (weekly hours and listed days), as a
 * table of working intervals in UTC with running totals. Adding and measuring
 * are then two binary searches, as quick for ten years as for an hour. Local
 * days are turned into UTC with the process's time zone (TZ), daylight saving
 * included: a local time that comes twice means the first, one that is skipped
 * means the jump. Pure: nothing here reads the clock.
 *
 * Counting follows Viet Nam's Civil Code 2015, articles 145 to 148: hours
 * count from the moment; days exclude day zero and end at closing time; a last
 * day that is off rolls to the next working day.
 *
 * An end (of a limit, of a day) is a moment, too, but belongs to the day that it
 * ends: at 24:00 that is not the one which begins then. Where an end is taken for
 * one, it is named so; any other moment lies on the date that the clock shows. */
#ifndef WORKTIME_H
#define WORKTIME_H

#include "err.h"

enum worktime_kind {
    WORKTIME_CLOCK_HOURS,   /* round the clock; amount in seconds */
    WORKTIME_WORKING_HOURS, /* only while the office is open; amount in seconds */
    WORKTIME_WORKING_DAYS,  /* amount in days; ends at closing time */
    WORKTIME_CALENDAR_DAYS, /* amount in days; ends at closing time, rolled to a working day */
};

/* Office hours of one weekday: [from, to) in seconds after local midnight. */
struct worktime_hours {
    int weekday; /* 1 = Monday ... 7 = Sunday (ISO 8601) */
    int from_s;
    int to_s;
};

/* A day that differs from its weekday. */
struct worktime_day {
    int year, month, day; /* local date, Gregorian */
    bool works;           /* true: worked with hours_of's hours; false: off */
    int hours_of;         /* weekday whose hours a worked day has, 1 to 7; a day off has none */
};

struct worktime_rules {
    const struct worktime_hours *hours; /* at least one; no overlaps within a weekday */
    size_t hour_count;
    const struct worktime_day *days; /* none twice; outside the table's years without effect */
    size_t day_count;
    int first_year, last_year; /* the table covers these years whole; 1970 to 2200 */
    int cut_off_s; /* seconds after local midnight, for the kinds in days: what is received
                      later, or on a day off, counts as received on the next working day; 0: none */
};

struct worktime; /* a calendar */

/* ERR_INPUT names the rule that is broken. Frees nothing of rules, keeps no pointer to it. */
int worktime_open(struct worktime **out, const struct worktime_rules *rules, struct err *e) CHECKED;
void worktime_close(struct worktime **w);

/* The moment when amount is over, counted from start_us; never earlier for a
 * later start or a larger amount. Hours that end with the office's end there,
 * not at the next opening. For days, start_us' local date is day zero (with a
 * cut-off: the next working day when start_us lies after it or on a day off);
 * working days count those that follow it, and 0 days end with day zero, rolled
 * to a working day, even if its closing time is past. ERR_INPUT when the
 * calendar does not reach that far, or amount is negative; clock hours need no
 * calendar. */
int worktime_add(const struct worktime *w, enum worktime_kind kind, int64_t start_us,
                 int64_t amount, int64_t *due_us, struct err *e) CHECKED;

/* What worktime_add() says of an amount that begins to count when something else is over: for
 * days, the day that end_us ends is day zero, and no cut-off plays a part, since nothing came in.
 */
int worktime_follow(const struct worktime *w, enum worktime_kind kind, int64_t end_us,
                    int64_t amount, int64_t *due_us, struct err *e) CHECKED;

/* The closing moment of the working day that is days working days before
 * (negative) or after (positive) the working day holding us; from a day off,
 * counting starts at the neighbouring working day in that direction, which is
 * then the first. 0 days: the closing moment of the day itself or, from a day
 * off, of the next working day. */
int worktime_shift_days(const struct worktime *w, int64_t us, int days, int64_t *out_us,
                        struct err *e) CHECKED;

/* The same from the day that end_us ends. */
int worktime_shift_end(const struct worktime *w, int64_t end_us, int days, int64_t *out_us,
                       struct err *e) CHECKED;

/* Days after from_us' date up to and including the one that end_us ends: the working ones for
 * WORKTIME_WORKING_DAYS, else all. 0 when that one is not later. No cut-off plays a part.
 * ERR_INPUT when the calendar does not hold both. */
int worktime_days_between(const struct worktime *w, enum worktime_kind kind, int64_t from_us,
                          int64_t end_us, int64_t *days, struct err *e) CHECKED;

/* The end, at 24:00, of the date that is days calendar days after that of us, worked or not. No
 * cut-off plays a part. */
int worktime_date_end(const struct worktime *w, int64_t us, int64_t days, int64_t *end_us,
                      struct err *e) CHECKED;

/* The end of the last of so many calendar days, at 24:00: what worktime_add() says of them before
 * it is rolled to a working day. */
int worktime_days_end(const struct worktime *w, int64_t start_us, int64_t days, int64_t *end_us,
                      struct err *e) CHECKED;

/* Working time in [from_us, to_us), in microseconds; negative when to_us lies
 * before from_us. Outside the calendar's years nothing counts as worked. */
int64_t worktime_between(const struct worktime *w, int64_t from_us, int64_t to_us);

/* Whether us lies in office hours. */
bool worktime_is_open(const struct worktime *w, int64_t us);

/* Whether something may be due then: in office hours or when they end. */
bool worktime_is_worked(const struct worktime *w, int64_t us);

#endif
