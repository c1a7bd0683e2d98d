/* SPDX-License-Identifier: Apache-2.0 */
/* deadline - from a policy and a calendar to a due time and the moments when flags fall due. */
#ifndef DEADLINE_H
#define DEADLINE_H

#include "pause.h"

struct deadline_policy {
    enum worktime_kind kind;
    int64_t amount; /* seconds for the hour kinds, days for the day kinds */
};

/* In the order in which they are raised when their moments are equal. Kept in
 * step with the column flags.level in schemas/db. */
enum deadline_level {
    DEADLINE_NONE,
    DEADLINE_DUE_SOON_HALF,    /* half of the time is gone, see deadline_next() */
    DEADLINE_DUE_SOON_DAY,     /* one working day before the due time */
    DEADLINE_OVERDUE,          /* the due time */
    DEADLINE_ESCALATED_HEAD,   /* the due time, to the head of the unit */
    DEADLINE_ESCALATED_CITY,   /* one working day late, to the city office */
    DEADLINE_ESCALATED_LEADER, /* five working days late, to the city's leader */
    DEADLINE_LEVELS,           /* that every promise has; deadline_next() knows these */
    /* Duties of the regime, and ends of waiting: their moments are the tracker's to know. */
    DUTY_FORWARD = DEADLINE_LEVELS, /* nobody is responsible for the case yet */
    DUTY_ACCEPT,                    /* the unit has not accepted the task */
    DUTY_APOLOGY,                   /* the promise is past without an apology */
    DUTY_UPDATE,                    /* a late case wants news, again and again */
    DUTY_PUBLISH,                   /* the answer is not published */
    DUTY_SUMMARY,                   /* the incident's summary is not written */
    END_INFO,                       /* what was asked for has not come: no flag, the case closes */
    END_CONFIRM,                    /* nobody said "not solved": likewise */
    DEADLINE_ALL_LEVELS,
};

/* A task on its clock. */
struct deadline_task {
    const struct deadline_policy *policy;
    const struct worktime *calendar;
    int64_t received_us, due_us;    /* due_us is later by the standstills already */
    const struct standstill *stood; /* in the order of their times */
    int stood_count;
};

struct deadline_moment {
    int64_t at_us;
    enum deadline_level level; /* DEADLINE_NONE: nothing is left to raise */
};

/* "due_soon_half" ... "escalated_leader", "forward" ... "confirm"; "none" for DEADLINE_NONE. */
const char *deadline_level_name(enum deadline_level level);

/* "clock_hours", "working_hours", "working_days", "calendar_days"; the reader
 * refuses anything else with ERR_INPUT. */
const char *deadline_kind_name(enum worktime_kind kind);
int deadline_kind_read(const char *name, enum worktime_kind *kind, struct err *e) CHECKED;

/* The due time of something received at received_us. */
int deadline_due(const struct deadline_policy *policy, const struct worktime *calendar,
                 int64_t received_us, int64_t *due_us, struct err *e) CHECKED;

/* The due time of something that is counted from when something else is over: a due time, the
 * moment of a duty. */
int deadline_follow(const struct deadline_policy *policy, const struct worktime *calendar,
                    int64_t end_us, int64_t *due_us, struct err *e) CHECKED;

/* The flag that falls due next for a task, when the levels in the bit set raised (1U << level)
 * are raised already. The earliest moment wins, the lower level when moments are equal.
 * Half of the time is that of the time from received_us to due_us in which the clock ran, in whole
 * seconds: of the working time for the kinds that count it, else of the time on the clock. So there
 * is as much left then as was there before, whenever the clock stood; the policy's amount plays
 * no part, since due_us may have moved. Days late are those on which the clock ran.
 * A due_soon moment that does not lie strictly between received_us and due_us
 * is left out (what comes after closing time with a limit of one day has no
 * "one working day before"), and so is every moment that the calendar does not
 * reach: whoever makes it longer has the moments counted again. */
void deadline_next(const struct deadline_task *task, unsigned raised, struct deadline_moment *next);

#endif
