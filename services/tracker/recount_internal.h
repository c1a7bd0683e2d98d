/* SPDX-License-Identifier: Apache-2.0 */
/* recount_internal - what the two files of recount share. */
#ifndef RECOUNT_INTERNAL_H
#define RECOUNT_INTERNAL_H

#include "moves.h"
#include "recount.h"

enum { RECOUNT_MOST = 2000 }; /* cases of a piece; keep in step with sql/fetch_stale_cases.sql */

/* Neighbouring cases of the walk. */
struct piece {
    size_t from, count; /* in found; none: 0 */
    bool is_read;
    bool is_touched; /* since it was read, or while it is */
    struct workset set;
    struct moves moves;
    struct uuid last;
};

struct recount {
    struct recount_settings settings;
    struct loop *loop;
    struct db *db;
    bool leads;
    bool is_hurried; /* somebody waits: pieces are small */
    bool asking;     /* a request is on its way */
    bool deaf;       /* it was sent before a new beginning: its answer is not listened to */
    int64_t not_before;
    int64_t version;   /* of the catalogue that is counted by; -1: to be looked for */
    bool walks, ended; /* the walk is under way; it has no more to find */
    struct stale_calendars stale;
    struct uuid after;               /* everything up to this case is counted, */
    int64_t after_version;           /* by this catalogue */
    struct uuid found[RECOUNT_MOST]; /* cases to look at */
    size_t found_count, found_at;
    size_t limit; /* of a piece; small while a bad case is looked for */
    struct piece next, given;
    struct db_args args;
    size_t counted, moved, unreached;
    int64_t began_at;
};

/* ---- recount.c ---- */

/* Sends it, or gives up; done is called once the answer is there. */
void recount_ask(struct recount *r, const struct db_step *steps, int count, db_fn *done);
/* Whether the answer that has come is one that nobody waits for any more; first in each done. */
bool recount_is_unwanted(struct recount *r);
/* Begins again, after a while. */
void recount_give_up(struct recount *r, const struct err *e);
void recount_forget_piece(struct piece *piece);
void recount_forget_stale(struct recount *r);

/* ---- recount_walk.c ---- */

void recount_begin_walk(struct recount *r);
/* The next thing to ask for, if there is one. */
void recount_walk_on(struct recount *r);
/* Whether the case is one of the piece that is read ahead. */
bool recount_is_of_next(const struct recount *r, const struct uuid *id);

#endif
