/* SPDX-License-Identifier: Apache-2.0 */
/* open311_steps - what Open311 calls the states of a case and the steps on its way, and which of
 * the steps everybody may know. */
#ifndef OPEN311_STEPS_H
#define OPEN311_STEPS_H

#include "db_args.h"

/* The word of Open311's extended states for a state of ours, in lower case: "in_progress". */
const char *open311_state(const char *state);

/* Whether everybody may know of such a step of a case. */
bool open311_is_public(const char *event_type);

/* Those that are updates, and what they are called. */
struct open311_step {
    const char *type;   /* of the event */
    const char *status; /* an extended state */
    const char *text_vi, *text_en;
};
/* NULL: it is not public, or no update. */
const struct open311_step *open311_step(const char *event_type);
/* Their types, as an array of a statement. */
void open311_add_steps(struct db_args *args);
/* What an update says: where its words are published, the unit's answer (NULL: none); else what the
 * step is. Thus an update never changes what it says. */
const char *open311_words(const struct open311_step *step, const char *answer, bool in_english);

#endif
