/* SPDX-License-Identifier: Apache-2.0 */
/* promise - what a case's due time is, counted anew from its stored facts.
 *
 * Asked when a calendar has changed. What was promised is never taken back: the
 * due time moves forward or not at all. */
#ifndef PROMISE_H
#define PROMISE_H

#include "deadline.h"
#include "pause.h"

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
    struct promised stands;           /* as it is */
    const struct promise_step *steps; /* in the order of their times */
    size_t step_count;
};

/* What is promised when the clock begins, before anything has moved it. */
int promise_begin(const struct deadline_policy *policy, const struct worktime *calendar,
                  int64_t from_us, struct promised *out, struct err *e) CHECKED;

/* The same of what begins to count when something else is over. */
int promise_follow(const struct deadline_policy *policy, const struct worktime *calendar,
                   int64_t end_us, struct promised *out, struct err *e) CHECKED;

/* What pauses and dates make of a promise, one after the other as when they came; what stands
 * already if that is due no earlier. A date that was set stays, unless it is not worked any more:
 * then it is the end of the next day that is. ERR_INPUT when the calendar does not reach that far.
 */
int promise_recount(const struct promise *promise, const struct worktime *calendar,
                    struct promised *out, struct err *e) CHECKED;

#endif
