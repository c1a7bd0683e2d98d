/* SPDX-License-Identifier: Apache-2.0 */
/* recount - when a calendar has changed: every open case's due time is counted again.
 *
 * Works beside the commands, a piece of cases at a time: while one is being
 * written, the next is read, on a connection of its own. A due time moves
 * forward or not at all, each with an event. Counting twice does no harm, so
 * after a crash it begins again; what was done by then is only read over. The
 * table calendar_recounts says by which calendars cases are counted. */
#ifndef RECOUNT_H
#define RECOUNT_H

#include "workset.h"

#include "dbconn.h"

struct recount;

struct recount_settings {
    struct dbconn_target target;
    const struct catalogue_watch *watch;
};

int recount_open(struct recount **out, struct loop *loop, const struct recount_settings *settings,
                 struct err *e) CHECKED;
void recount_close(struct recount **recount);

/* Only a leader counts. Forgets where it was. */
void recount_lead(struct recount *recount, bool leads);

/* Looks for changed calendars; while no transaction is on its way, so that none that was begun by
 * the catalogue before is missed. */
void recount_look(struct recount *recount);
/* Whether it has something to look for, so that such a moment should come. */
bool recount_wants_look(const struct recount *recount);
/* Reads ahead. Pieces are small when somebody waits. */
void recount_walk(struct recount *recount, bool somebody_waits);
/* Whether a piece can be taken now, as it is in the database. */
bool recount_is_ready(const struct recount *recount);
/* Fills set, whose time and head are set, with the piece; then recount_wrote or recount_failed. */
void recount_take(struct recount *recount, struct workset *set);
void recount_wrote(struct recount *recount);
void recount_failed(struct recount *recount, const struct err *e);
/* The cases of set have been changed by commands, or may have been. */
void recount_touched(struct recount *recount, const struct workset *set);

#endif
