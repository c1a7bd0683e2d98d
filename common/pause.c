/* SPDX-License-Identifier: Apache-2.0 */
#include "pause.h"

#include "clock.h"

static int after_hours(const struct worktime *calendar, const struct pause *p, int64_t *due_us,
                       struct err *e)
{
    int64_t left_us = worktime_between(calendar, p->from_us, *due_us);

    if (p->kind == WORKTIME_WORKING_HOURS)
        return worktime_add(calendar, p->kind, p->until_us, left_us / CLOCK_US_PER_S, due_us, e);
    *due_us += p->until_us - p->from_us;
    return 0;
}

/* So many days after until_us' date. */
static int days_later(const struct worktime *calendar, const struct pause *p, int64_t days,
                      struct promised *out, struct err *e)
{
    if (p->kind == WORKTIME_WORKING_DAYS)
        return worktime_shift_days(calendar, p->until_us, (int)days, &out->due_us, e);
    if (worktime_date_end(calendar, p->until_us, days, &out->days_end_us, e) < 0)
        return -1;
    return worktime_shift_end(calendar, out->days_end_us, 0, &out->due_us, e);
}

static int after_days(const struct worktime *calendar, const struct pause *p,
                      struct promised *promised, struct err *e)
{
    const struct promised was = *promised;
    int64_t end_us = p->kind == WORKTIME_CALENDAR_DAYS ? was.days_end_us : was.due_us;
    int64_t left, closing_us;

    if (worktime_days_between(calendar, p->kind, p->from_us, end_us, &left, e) < 0 ||
        days_later(calendar, p, left, promised, e) < 0)
        return -1;
    if (promised->due_us <= p->until_us) /* nothing was left, and the day is over */
        return days_later(calendar, p, 1, promised, e);
    if (worktime_shift_end(calendar, was.due_us, 0, &closing_us, e) < 0)
        return -1;
    if (promised->due_us == closing_us && was.due_us > p->until_us)
        promised->due_us = was.due_us; /* a date that was set may end before closing time */
    return 0;
}

int pause_end(const struct worktime *calendar, const struct pause *p, struct promised *promised,
              struct err *e)
{
    bool hours = p->kind == WORKTIME_CLOCK_HOURS || p->kind == WORKTIME_WORKING_HOURS;
    struct promised moved = *promised;

    if (p->from_us >= promised->due_us)
        return 0;
    if ((hours ? after_hours(calendar, p, &moved.due_us, e) : after_days(calendar, p, &moved, e)) <
        0)
        return -1;
    if (moved.due_us < promised->due_us)
        moved.due_us = promised->due_us;
    *promised = moved;
    return 0;
}

int pause_end_all(const struct worktime *calendar, const struct pauses *pauses,
                  struct promised *promised, struct err *e)
{
    struct promised moved = *promised;

    for (int i = 0; i < pauses->count; i++) {
        const struct standstill *stood = &pauses->stood[i];
        int64_t since_us = stood->since_us > pauses->from_us ? stood->since_us : pauses->from_us;
        const struct pause pause = {pauses->kind, since_us, stood->until_us};
        if (since_us < stood->until_us && pause_end(calendar, &pause, &moved, e) < 0)
            return -1;
    }
    *promised = moved;
    return 0;
}
