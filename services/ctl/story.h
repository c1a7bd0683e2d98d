/* SPDX-License-Identifier: Apache-2.0 */
/* story - one case from its receipt to its answer: read from the ledger as one JSON document,
 * which "dunghen trace --json" prints as it is and story_print for people. */
#ifndef STORY_H
#define STORY_H

#include "json.h"
#include "pg.h"

struct story_settings {
    const char *reference; /* canonical */
    bool with_content;     /* what the citizen said and where, and what units answered */
};

/* Reads within pg_freeze. ERR_INPUT when there is no such case. *out is yours to release. */
int story_read(struct pg *pg, const struct story_settings *settings, json_t **out,
               struct err *e) CHECKED;

void story_print(const json_t *story, FILE *out);

#endif
