/* SPDX-License-Identifier: Apache-2.0 */
/* open311_case - a case as GeoReport v2 calls it: a request. */
#ifndef OPEN311_CASE_H
#define OPEN311_CASE_H

#include "listing.h"
#include "open311.h"

/* The members of a request as everybody sees it. The caller has opened the record and ends it. */
void open311_case_write(struct tree *tree, const struct intake *intake,
                        const struct listing_case *c, enum language language);

/* The word of Open311's extended states for a state of ours, in lower case: "in_progress". */
const char *open311_state(const char *state);

/* Steps of a case that everybody may know, and what they are called. NULL: not public. */
struct open311_step {
    const char *type;   /* of the event */
    const char *status; /* an extended state */
    const char *texts[LANGUAGES];
};
const struct open311_step *open311_step(const char *event_type);
/* Their types, as an array of a statement. */
void open311_add_steps(struct db_args *args);

#endif
