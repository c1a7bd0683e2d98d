/* SPDX-License-Identifier: Apache-2.0 */
/* moves - what a changed calendar does to some cases: computed when they were read, told and
 * written when their turn has come. */
#ifndef MOVES_H
#define MOVES_H

#include "workset.h"

#include "db.h"
#include "promise_steps.h"

/* A calendar that has changed since open cases were counted by it. */
struct stale_calendar {
    char *code, *digest;
    char *notice; /* NULL: none known */
};

struct stale_calendars {
    struct stale_calendar *items;
    size_t count;
};

enum { MOVES_STEPS = 2 };
struct moves {
    struct case_move *cases;
    size_t case_count, case_room;
    struct task_move *tasks;
    size_t task_count, task_room;
    size_t unreached; /* cases that the calendar does not reach: they stay as they were */
    struct db_args args[MOVES_STEPS];
    struct db_step steps[MOVES_STEPS];
};

void moves_free(struct moves *moves);

/* Counts a case of a set again, by its calendar and what moved its promise before; of one that is
 * over only the moments that come after its answer. */
void moves_add(struct moves *moves, struct case_row *c, const struct promise_steps *steps);
/* Adds the events to the set, and to its writing the statements of the moves, which is theirs. */
void moves_tell(struct moves *moves, const struct stale_calendars *stale, struct workset *set);

#endif
