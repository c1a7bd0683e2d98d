/* SPDX-License-Identifier: Apache-2.0 */
/* sweep - finds the letters that were issued before and have no file: from the last one back to the
 * first, thousands in a question. What is issued meanwhile is followed and does not wait for it. */
#ifndef SWEEP_H
#define SWEEP_H

#include "db.h"
#include "jobs.h"

struct sweep;

struct sweep *sweep_new(struct db *db, struct jobs *jobs); /* its statements: sql_letters_all */
void sweep_free(struct sweep **sweep);                     /* after the database was closed */

void sweep_begin(struct sweep *sweep);
void sweep_stop(struct sweep *sweep); /* with the database's session */
/* Goes on if there is room for more. */
void sweep_turn(struct sweep *sweep);
/* Now and then: likewise, and begins again some time after jobs have forgotten some. */
void sweep_tick(struct sweep *sweep);

#endif
