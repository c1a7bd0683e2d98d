/* SPDX-License-Identifier: Apache-2.0 */
/* catalogue_law - the rows about regimes, reasons, people and texts, to a snapshot. */
#ifndef CATALOGUE_LAW_H
#define CATALOGUE_LAW_H

#include "arena.h"
#include "catalogue.h"

/* rows by enum catalogue_step. What the arena has no room for is left out (arena_failed). */
int catalogue_law_read(struct catalogue *view, struct arena *arena, PGresult *const rows[],
                       struct err *e) CHECKED;

#endif
