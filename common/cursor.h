/* SPDX-License-Identifier: Apache-2.0 */
/* cursor - a walk over the rows of a table, column by column, into an arena.
 *
 * Texts are copied; NULL stands for NULL in the database, and for what no longer
 * fits (arena_failed). */
#ifndef CURSOR_H
#define CURSOR_H

#include "arena.h"
#include "db_rows.h"
#include "err.h"

struct cursor {
    struct arena *arena;
    const PGresult *rows;
    int row, column; /* column: the next one */
};

const char *cursor_text(struct cursor *c);
int64_t cursor_int(struct cursor *c);
bool cursor_bool(struct cursor *c);
/* A day since 1970; open when there is none. */
int32_t cursor_day(struct cursor *c, int32_t open);
/* Ended by NULL. */
const char *const *cursor_list(struct cursor *c);

/* Room for one thing a row; NULL past the arena's limit. */
void *cursor_room(struct arena *arena, const PGresult *rows, size_t size, size_t *count);

/* Rows that carry the codes of their parents in the first columns, in the order
 * of the parents, so that one walk joins them. */
struct children {
    const PGresult *rows;
    int at; /* the first that no parent has taken */
};

/* How many rows from c->at on belong to parent (and, unless NULL, to its part); takes them. */
size_t children_take(struct children *c, const char *parent, const char *part);
/* ERR_SYSTEM when some have no parent. */
int children_all_taken(const struct children *c, const char *what, struct err *e) CHECKED;

#endif
