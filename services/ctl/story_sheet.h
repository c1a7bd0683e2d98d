/* SPDX-License-Identifier: Apache-2.0 */
/* story_sheet - the part of a story that says whose time was whose (form 06 of Circular
 * 03/2025/TT-VPCP has its columns). */
#ifndef STORY_SHEET_H
#define STORY_SHEET_H

#include "catalogue.h"
#include "json.h"
#include "pg.h"

struct story_sheet {
    const struct catalogue *catalogue;
    const char *case_id, *unit; /* that leads */
    int64_t due_at, answered_at, now;
};

/* Adds "segments" and "lateness" to the story. */
int story_sheet_read(struct pg *pg, const struct story_sheet *sheet, json_t *story,
                     struct err *e) CHECKED;

#endif
