/* SPDX-License-Identifier: Apache-2.0 */
/* outcome - what became of attempts, gathered and written.
 *
 * What is not written yet survives the loss of the database's connection: it
 * is written when there is one again, before anybody asks which attempts had
 * no outcome. One that the table refuses is looked for by halves and keeps no other back. */
#ifndef OUTCOME_H
#define OUTCOME_H

#include "db.h"
#include "ids.h"

/* As long as an error's text, which err_set ends with a whole character: what is cut in the middle
 * of one is no text to the database. */
enum { OUTCOME_PROBLEM_SIZE = sizeof(((struct err *)0)->text) };

struct outcome {
    struct uuid id;
    int16_t attempt;
    const char *state; /* "delivered", "waiting", "dead", "dropped" */
    int64_t next_at;   /* of a waiting one; else INT64_MIN */
    const char *kind;  /* "refused", "failed", "unknown"; NULL: nothing failed */
    char problem[OUTCOME_PROBLEM_SIZE];
};

/* Start with {0}. */
struct outcomes {
    struct outcome *items;
    size_t count, room;
    size_t sent; /* the first so many are on their way to the database */
    size_t most; /* at once, after one among more was refused; 0: all */
    bool failed; /* they could not be written: not again at once. Its user takes this back */
    struct db_args args;
};

void outcomes_free(struct outcomes *o);
void outcomes_add(struct outcomes *o, const struct outcome *outcome);
/* Sends what is there, unless something is on its way already. */
void outcomes_send(struct outcomes *o, struct db *db);

#endif
