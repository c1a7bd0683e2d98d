/* SPDX-License-Identifier: Apache-2.0 */
/* tracker - what its files share. */
#ifndef TRACKER_H
#define TRACKER_H

#include "moves.h"
#include "recount.h"
#include "workset.h"

/* ---- record.c, verbs.c: decide one command in memory ---- */

/* Adds the case to the set, or finds that it is there already; writes the answer. ERR_BUSY when a
 * newer catalogue than the set's may allow it and none has been looked for yet (command->look). */
int record_decide(struct workset *set, const struct command *command, struct strbuf *answer,
                  struct err *e) CHECKED;
/* Changes the case in the set; writes the answer. */
int verb_decide(struct workset *set, const struct command *command, struct strbuf *answer,
                struct err *e) CHECKED;

/* ---- write.c ---- */

enum { WRITE_MAX_STEPS = 31 };
/* Arguments are kept between batches, so that their room is used again. */
struct writer {
    struct db_args args[WRITE_MAX_STEPS];
    struct db_step steps[MOVES_STEPS + WRITE_MAX_STEPS]; /* with something to write */
    int count;
};
_Static_assert((int)MOVES_STEPS + (int)WRITE_MAX_STEPS <= (int)DB_MAX_STEPS,
               "a batch may have something for every table");
/* Takes everything the set has changed. What it has beside is borrowed until it is sent. */
void writer_fill(struct writer *writer, const struct workset *set);
/* Sends it as one transaction. Nothing to write: *sent is false, and done is not called. */
int writer_send(struct writer *writer, struct db *db, db_fn *done, void *ctx, bool *sent,
                struct err *e) CHECKED;
void writer_forget(struct writer *writer); /* what it was filled with */
void writer_free(struct writer *writer);

/* ---- publish.c ---- */

void publish_events(struct bus_publisher *publisher, const struct workset *set);
/* Where the ledger stands, for followers that have missed the last batch. */
void publish_head(struct bus_publisher *publisher, int64_t seq);

/* ---- batches.c: one after the other is read, decided, written, answered ---- */

struct batches;
struct batches_settings {
    struct loop *loop;
    struct db *db;
    struct inbox *inbox;
    struct catalogue_watch *watch;
    struct recount *recount;
};
struct batches *batches_new(const struct batches_settings *settings);
void batches_free(struct batches **batches);
/* Where events go; before the first batches_lead. */
void batches_open(struct batches *batches, struct bus_publisher *publisher);
/* Begins the next batch when none is on its way. */
void batches_turn(struct batches *batches);
/* From now on batches run, the ledger standing at head and registers at the rows of
 * sql/select_letter_numbers.sql; but first the catalogue is looked at once more, since whoever led
 * before may have written by a newer one. */
void batches_lead(struct batches *batches, const struct ledger_head *head, const PGresult *numbers);
/* Stop, and keep what is in hand. */
void batches_rest(struct batches *batches);
bool batches_idle(const struct batches *batches);
int64_t batches_seq(const struct batches *batches); /* of the last event committed */

#endif
