/* SPDX-License-Identifier: Apache-2.0 */
/* readers - connections for what the public reads, and those who wait for one.
 *
 * Several connections, so that a long list does not hold up the reading of
 * one case, and so that reading uses more than one of the database's
 * processes. Who finds them all at work waits in a queue of bounded length.
 * Nobody holds one for long: the database gives up a statement that takes too
 * long, and whoever asked is told to come again (ERR_BUSY). */
#ifndef READERS_H
#define READERS_H

#include "db.h"

struct readers;

struct readers_settings {
    struct dbconn_target target;
    size_t connections;
    size_t max_waiting; /* requests, beside those that are under way */
    int64_t limit_ms;   /* a statement that takes longer is given up */
};

int readers_open(struct readers **out, struct loop *loop, const struct readers_settings *settings,
                 struct err *e) CHECKED;
void readers_close(struct readers **readers); /* does not call back for what still waits */

/* Why nothing can be read, or NULL. */
const char *readers_trouble(const struct readers *readers);

/* As db_send; takes the arguments over. ERR_BUSY when no connection is there or the queue is
 * full; done's error is ERR_BUSY or ERR_SYSTEM. */
int readers_send(struct readers *readers, const struct db_step *steps, int count, db_fn *done,
                 void *ctx, struct err *e) CHECKED;

#endif
