/* SPDX-License-Identifier: Apache-2.0 */
/* pause - what standing still does to a promise.
 *
 * A citizen's clock stands while a question waits for the answer, and while a case is suspended.
 * What was left of the time when it stopped is left when it goes on, counted as the promise was;
 * days that it only rolled over, since they are off, were never part of it (Civil Code 2015,
 * article 148: the roll is the end's). */
#ifndef PAUSE_H
#define PAUSE_H

#include "worktime.h"

struct pause {
    enum worktime_kind kind; /* of the promise */
    int64_t from_us, until_us;
};

/* From when to when a clock stood. */
struct standstill {
    int64_t since_us, until_us;
};

/* What is counted from from_us, and when its clock stood, in the order of the times. */
struct pauses {
    enum worktime_kind kind; /* likewise */
    int64_t from_us;
    const struct standstill *stood;
    int count;
};

/* When a promise is over. */
struct promised {
    int64_t due_us;
    int64_t days_end_us; /* of a promise in calendar days: the end of the last of them, before it
                            was rolled over days off to due_us; a date that somebody set: itself */
};

/* Moves the promise by a pause, never to an earlier due time. One that began at the due time or
 * later moves nothing, nor does one of no length. Hours: what was left, from until_us on (working
 * time in whole seconds). Working days: as many as followed from_us' date up to the due date follow
 * until_us' date. Calendar days: as many as followed up to days_end_us, which is then rolled to a
 * working day. With none left, and for both, the end of until_us' date if it still lies ahead, else
 * of the next working day. A due time that lies ahead on the same date stays the moment that it is.
 * ERR_INPUT when the calendar does not reach that far; then the promise is as it was. */
int pause_end(const struct worktime *calendar, const struct pause *pause, struct promised *promised,
              struct err *e) CHECKED;

/* The same by each standstill, one after the other, as far as it lies after from_us. */
int pause_end_all(const struct worktime *calendar, const struct pauses *pauses,
                  struct promised *promised, struct err *e) CHECKED;

#endif
