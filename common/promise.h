/* SPDX-License-Identifier: Apache-2.0 */
/* promise - what a case's due time is, counted anew from its stored facts.
 *
 * Asked when a calendar has changed. What was promised is never taken back: the
 * due time moves forward or not at all. */
#ifndef PROMISE_H
#define PROMISE_H

#include "deadline.h"

enum promise_step_kind {
    PROMISE_PAUSE, /* the clock stood from at_us to until_us */
    PROMISE_DATE,  /* at at_us the head of the unit set the date until_us */
};

struct promise_step {
    enum promise_step_kind kind;
    int64_t at_us, until_us;
};

struct promise {
    struct deadline_policy policy;
    int64_t from_us;                  /* when the clock began */
    int64_t due_us;                   /* as it stands */
    const struct promise_step *steps; /* in the order of their times */
    size_t step_count;
};

/* A date that was set stays, unless its day is not worked any more: then it is the end of the next
 * day that is. ERR_INPUT when the calendar does not reach that far. */
int promise_recount(const struct promise *promise, const struct worktime *calendar, int64_t *due_us,
                    struct err *e) CHECKED;

#endif
