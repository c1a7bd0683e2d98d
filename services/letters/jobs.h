/* SPDX-License-Identifier: Apache-2.0 */
/* jobs - the letters that have no file yet, each on its way: read, composed, rendered, kept.
 *
 * A letter whose way failed waits longer each time before it is tried again, and is in nobody's
 * way meanwhile, however many they are. Nothing here outlives the process: a letter without its row
 * in letter_files is found again. */
#ifndef JOBS_H
#define JOBS_H

#include "catalogue.h"
#include "crypto.h"
#include "messages.h"
#include "pool.h"

struct jobs;

/* The letter has its file, or its way failed this time: file is NULL exactly when e is not. */
typedef void job_done_fn(void *ctx, const struct uuid *letter, const struct letter_file *file,
                         const struct err *e);

struct jobs_settings {
    struct loop *loop;
    struct db *db; /* its statements: sql_letters_all */
    struct pool *pool;
    struct catalogue_watch *catalogue;
    struct crypto_ring *ring; /* opens the contacts */
    job_done_fn *done;
    loop_fn *on_room; /* jobs_has_room has become true again */
    void *ctx;
};

struct jobs *jobs_new(const struct jobs_settings *settings);
void jobs_free(struct jobs **jobs); /* after the pool and the database were closed */

/* Puts the letter at the end of the queue, or, urgent, at its head, wherever in the queue it was.
 * One that is on its way already goes on. -1 with the reason of its last failure in *e: it waits
 * after that. */
int jobs_add(struct jobs *jobs, const struct uuid *letter, bool urgent, struct err *e) CHECKED;
/* Forgets them all: another instance may have them now. done is not called. */
void jobs_clear(struct jobs *jobs);

/* Whether more should be added that is not urgent. */
bool jobs_has_room(const struct jobs *jobs);
/* Whether some that failed were forgotten since this was asked last: too many wait already. */
bool jobs_forgot(struct jobs *jobs);

#endif
