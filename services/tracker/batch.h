/* SPDX-License-Identifier: Apache-2.0 */
/* batch - one transaction's worth of commands, from the inbox to their answers. What it is about
 * is read by reading.c, what it changes written by write.c; batches.c says when. */
#ifndef BATCH_H
#define BATCH_H

#include "catalogue.h"
#include "inbox.h"
#include "workset.h"

struct batch {
    enum batch_stage {
        BATCH_TAKEN,   /* nothing has to be read, or it is not asked yet */
        BATCH_READING, /* on its way */
        BATCH_DECIDED, /* the writer has it */
        BATCH_WRITING, /* on its way */
    } stage;
    struct command **commands;
    int count;
    bool careful;  /* looks for repetitions first, since it has failed or its outcome is unknown */
    bool recounts; /* a piece of a recount, no commands */
    struct workset set;
    /* One answer for each command, JSON; empty when refusals has one. */
    struct strbuf *answers;
    struct err *refusals;
};

/* The inbox's oldest commands, limit at the most and up to the first one that touches what before
 * (may be NULL) is about. NULL when there are none. */
struct batch *batch_take(struct inbox *inbox, size_t limit, const struct batch *before);
/* Decides each command in memory: the set has everything, and the answers or refusals. */
void batch_decide(struct batch *batch);
/* Instead of the answer of its only command, which the database does not take for this reason. */
void batch_refuse(struct batch *batch, const struct err *why);

/* Each of these ends the batch, and clears the pointer to it. */

/* Everybody is answered; who may know a newer catalogue than ours waits in the inbox for a look. */
void batch_answer(struct batch **batch, struct inbox *inbox, struct catalogue_watch *watch);
/* The commands go back to where they came from, in their order, and so do numbers of letters. */
void batch_put_back(struct batch **batch, struct inbox *inbox);
void batch_free(struct batch **batch); /* of one without commands */

#endif
