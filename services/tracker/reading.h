/* SPDX-License-Identifier: Apache-2.0 */
/* reading - what a batch has to know before it can be decided: the cases that its commands are
 * about, from memory (kept.h) or the database, and what its commands were answered before. */
#ifndef READING_H
#define READING_H

#include "batch.h"
#include "kept.h"

struct reading;

/* e NULL: the batch's set has everything. */
typedef void reading_done_fn(void *ctx, struct batch *batch, const struct err *e);

/* Both are borrowed. */
struct reading *reading_new(struct db *db, struct kept *kept, reading_done_fn *done, void *ctx);
void reading_free(struct reading **reading);

/* Leaves the batch BATCH_TAKEN when nothing has to be asked for, and BATCH_READING when done will
 * be called. One batch at a time. */
int reading_begin(struct reading *reading, struct batch *batch, struct err *e) CHECKED;
/* The batch that is being read goes; done is not called. */
void reading_abandon(struct reading *reading);

#endif
