/* SPDX-License-Identifier: Apache-2.0 */
/* pause - what standing still does to a promise.
 *
 * A citizen's clock stands while a question waits for the answer, and while a case is suspended.
 * What was left of the time when it stopped is left when it goes on, counted as the promise was. */
#ifndef PAUSE_H
#define PAUSE_H

#include "worktime.h"

struct pause {
    enum worktime_kind kind; /* of the promise */
    int64_t from_us, until_us;
    int64_t due_us; /* before the pause */
};

/* The due time afterwards, never earlier than before. A pause that began after the due time moves
 * nothing. Hours: what was left, from until_us on (working time in whole seconds). Working days:
 * as many as followed from_us' date up to the due date follow until_us' date; with none left, the
 * end of until_us' date if it still lies ahead, else of the next working day. Calendar days: as
 * many, rolled to a working day. ERR_INPUT when the calendar does not reach that far. */
int pause_end(const struct worktime *calendar, const struct pause *pause, int64_t *due_us,
              struct err *e) CHECKED;

#endif
