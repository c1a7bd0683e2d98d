/* SPDX-License-Identifier: Apache-2.0 */
#include "promise.h"

static int set_date(const struct worktime *calendar, int64_t date_us, struct promised *out,
                    struct err *e)
{
    int64_t closing_us = date_us;

    if (!worktime_is_worked(calendar, date_us) &&
        worktime_shift_end(calendar, date_us, 0, &closing_us, e) < 0)
        return -1;
    out->due_us = out->days_end_us = closing_us > date_us ? closing_us : date_us;
    return 0;
}

static int take_step(const struct promise *promise, const struct promise_step *step,
                     const struct worktime *calendar, struct promised *out, struct err *e)
{
    const struct pause pause = {promise->policy.kind, step->at_us, step->until_us};

    if (step->kind == PROMISE_PAUSE)
        return pause_end(calendar, &pause, out, e);
    return set_date(calendar, step->until_us, out, e);
}

int promise_begin(const struct deadline_policy *policy, const struct worktime *calendar,
                  int64_t from_us, struct promised *out, struct err *e)
{
    if (deadline_due(policy, calendar, from_us, &out->due_us, e) < 0)
        return -1;
    out->days_end_us = out->due_us;
    return policy->kind == WORKTIME_CALENDAR_DAYS
               ? worktime_days_end(calendar, from_us, policy->amount, &out->days_end_us, e)
               : 0;
}

/* An end belongs to the day that it ends, and so does the moment before. */
int promise_follow(const struct deadline_policy *policy, const struct worktime *calendar,
                   int64_t end_us, struct promised *out, struct err *e)
{
    if (deadline_follow(policy, calendar, end_us, &out->due_us, e) < 0)
        return -1;
    out->days_end_us = out->due_us;
    return policy->kind == WORKTIME_CALENDAR_DAYS
               ? worktime_date_end(calendar, end_us - 1, policy->amount, &out->days_end_us, e)
               : 0;
}

int promise_recount(const struct promise *promise, const struct worktime *calendar,
                    struct promised *out, struct err *e)
{
    struct promised counted;

    if (promise_begin(&promise->policy, calendar, promise->from_us, &counted, e) < 0)
        return -1;
    for (size_t i = 0; i < promise->step_count; i++)
        if (take_step(promise, &promise->steps[i], calendar, &counted, e) < 0)
            return -1;
    *out = counted.due_us > promise->stands.due_us ? counted : promise->stands;
    return 0;
}
