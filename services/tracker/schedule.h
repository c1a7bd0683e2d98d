/* SPDX-License-Identifier: Apache-2.0 */
/* schedule - the next moment of a task: of its promise, of the regime's duties, of waiting. */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include "workset.h"

#include "promise.h"

/* When the clock began by which the case's promise is counted. */
int64_t schedule_clock_from(const struct case_row *c);

/* When the case's promise is over. ERR_INPUT when the calendar does not reach that far. */
int schedule_promised(const struct case_row *c, struct promised *out, struct err *e) CHECKED;

/* Moves it, and notes what schedule_promised says from then on; also in the case's terms, which the
 * caller has written. */
void schedule_promise(struct case_row *c, const struct promised *promised);

/* What falls due next, after what was raised; DEADLINE_NONE with at_us INT64_MAX: nothing any more.
 * While the clock stands nothing of a promise falls due, and days late or without news are counted
 * without those on which it stood. What the calendar does not reach is left out, until a longer one
 * has all moments counted again. */
void schedule_next(const struct case_row *c, const struct task_row *task,
                   struct deadline_moment *next);

/* Sets task->next_at. */
void schedule_task(const struct case_row *c, struct task_row *task);

/* When a limit of the case's regime is over, counted from then by the lead's calendar, but not
 * while the clock stood; INT64_MAX: the regime has none. */
int64_t schedule_limit(const struct case_row *c, enum regime_limit limit, int64_t from);

#endif
