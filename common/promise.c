/* SPDX-License-Identifier: Apache-2.0 */
#include "promise.h"

#include "pause.h"

/* Closing time is the last moment that is worked. */
static bool is_worked(const struct worktime *calendar, int64_t us)
{
    return worktime_is_open(calendar, us) || worktime_is_open(calendar, us - 1);
}

static int take_step(const struct promise *promise, const struct promise_step *step,
                     const struct worktime *calendar, int64_t *due_us, struct err *e)
{
    const struct pause pause = {promise->policy.kind, step->at_us, step->until_us, *due_us};

    if (step->kind == PROMISE_PAUSE)
        return pause_end(calendar, &pause, due_us, e);
    *due_us = step->until_us;
    return is_worked(calendar, *due_us) ? 0 : worktime_shift_days(calendar, *due_us, 0, due_us, e);
}

int promise_recount(const struct promise *promise, const struct worktime *calendar, int64_t *due_us,
                    struct err *e)
{
    int64_t counted;

    if (deadline_due(&promise->policy, calendar, promise->from_us, &counted, e) < 0)
        return -1;
    for (size_t i = 0; i < promise->step_count; i++)
        if (take_step(promise, &promise->steps[i], calendar, &counted, e) < 0)
            return -1;
    *due_us = counted > promise->due_us ? counted : promise->due_us;
    return 0;
}
