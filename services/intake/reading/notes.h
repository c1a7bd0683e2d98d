/* SPDX-License-Identifier: Apache-2.0 */
/* notes - the steps of some cases, for lists that show them (extensions=true). */
#ifndef NOTES_H
#define NOTES_H

#include "intake.h"
#include "tree.h"

/* Asks for the events of the cases; done as of readers_send, with the columns case_id, type, at,
 * unit: of each case in the order of its steps. */
int notes_ask(struct intake *intake, const struct uuid ids[], size_t count, db_fn *done, void *ctx,
              struct err *e) CHECKED;

/* Writes a step as the record "note"; nothing where it is not told of. */
void note_write(struct tree *tree, const char *event_type, int64_t at, enum language language);

/* Writes the public steps of one case as the list "notes". rows may be NULL: there are none. */
void notes_write(struct tree *tree, const PGresult *rows, const struct uuid *id,
                 enum language language);

#endif
