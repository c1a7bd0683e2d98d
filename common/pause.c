/* SPDX-License-Identifier: Apache-2.0 */
#include "pause.h"

#include "clock.h"

static int after_hours(const struct worktime *calendar, const struct pause *p, int64_t *due_us,
                       struct err *e)
{
    int64_t left_us = worktime_between(calendar, p->from_us, p->due_us);

    if (p->kind == WORKTIME_WORKING_HOURS)
        return worktime_add(calendar, p->kind, p->until_us, left_us / CLOCK_US_PER_S, due_us, e);
    *due_us = p->due_us + (p->until_us - p->from_us);
    return 0;
}

static int after_days(const struct worktime *calendar, const struct pause *p, int64_t *due_us,
                      struct err *e)
{
    int64_t left;

    if (worktime_days_between(calendar, p->kind, p->from_us, p->due_us, &left, e) < 0)
        return -1;
    if (p->kind == WORKTIME_CALENDAR_DAYS)
        return worktime_shift_calendar(calendar, p->until_us, left, due_us, e);
    if (worktime_shift_days(calendar, p->until_us, (int)left, due_us, e) < 0)
        return -1;
    return left == 0 && *due_us <= p->until_us
               ? worktime_shift_days(calendar, p->until_us, 1, due_us, e)
               : 0;
}

int pause_end(const struct worktime *calendar, const struct pause *p, int64_t *due_us,
              struct err *e)
{
    bool hours = p->kind == WORKTIME_CLOCK_HOURS || p->kind == WORKTIME_WORKING_HOURS;
    int64_t moved = p->due_us;

    if (p->from_us <= p->due_us &&
        (hours ? after_hours(calendar, p, &moved, e) : after_days(calendar, p, &moved, e)) < 0)
        return -1;
    *due_us = moved > p->due_us ? moved : p->due_us;
    return 0;
}
