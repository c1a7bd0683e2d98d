/* SPDX-License-Identifier: Apache-2.0 */
/* promise_steps - the steps of many cases as the database gives them, handed out case by case. */
#ifndef PROMISE_STEPS_H
#define PROMISE_STEPS_H

#include "db_rows.h"
#include "ids.h"
#include "promise.h"

/* rows: case_id, kind, at, until of the view promise_steps, ordered by case and time. */
struct promise_steps {
    const PGresult *rows;
    int at; /* the first row that no case has taken */
    struct promise_step *items;
    size_t count, room;
};

void promise_steps_free(struct promise_steps *steps);

/* Fills items with those of the case. Cases are asked for in the order of their ids. */
void promise_steps_take(struct promise_steps *steps, const struct uuid *id);

#endif
