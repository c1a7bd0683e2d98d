/* SPDX-License-Identifier: Apache-2.0 */
/* promise - what a case's due time is, counted anew from its stored facts.
 *
 * Asked when a calendar has changed. What was promised is never taken back: the
 * due time moves forward or not at all. */
#ifndef PROMISE_H
#define PROMISE_H

#include "deadline.h"

struct promise {
    struct deadline_policy policy;
    int64_t from_us; /* when the clock began */
    int64_t due_us;  /* as it stands */
};

/* ERR_INPUT when the calendar does not reach that far. */
int promise_recount(const struct promise *promise, const struct worktime *calendar, int64_t *due_us,
                    struct err *e) CHECKED;

#endif
