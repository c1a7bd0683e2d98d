/* SPDX-License-Identifier: Apache-2.0 */
/* follow - the ledger's events in the order of their numbers, none left out: first from the
 * table, then from the live stream.
 *
 * The stream is a hint: a gap in its numbers sends the follower back to the
 * table. Rows and live events may tell the same twice: a row says how a thing
 * is now, and every event that is newer than the rows is taken after them. */
#ifndef FOLLOW_H
#define FOLLOW_H

#include "bus.h"
#include "db.h"
#include "messages.h"

struct follow;

/* What the table says after the last number taken, at least one row. True: they are taken, false:
 * they will be, and follow_taken() says when; until then nothing more comes. */
typedef bool follow_rows_fn(void *ctx, const PGresult *rows);

/* The next live event. Its detail and content are m's frames frame + 1 and frame + 2. */
typedef void follow_event_fn(void *ctx, const struct event_head *head, const struct bus_message *m,
                             int frame);

struct follow_settings {
    struct db *db;
    struct bus *bus;
    const char *endpoint;     /* of the stream */
    const struct sql *missed; /* $1: the last number taken; rows in the order of their numbers */
    int seq_column;           /* the event's number in such a row */
    int64_t pause_us;         /* at least between two readings that hints cause */
    follow_rows_fn *take_rows;
    follow_event_fn *take_event; /* NULL: the stream only tells that there is more in the table */
    loop_fn *live;               /* everything that is known of has been taken; may be NULL */
    void *ctx;
};

int follow_open(struct follow **out, struct loop *loop, const struct follow_settings *settings,
                struct err *e) CHECKED;
void follow_close(struct follow **follow); /* before bus and db */

/* From here on: the event seq and those before it have been taken. To be called with each new
 * connection whose past is not certain; what was read before is dropped. */
void follow_begin(struct follow *follow, int64_t seq);
/* No more rows or events until follow_begin. */
void follow_stop(struct follow *follow);
void follow_taken(struct follow *follow);
/* Asks the table for what may have been missed, then live() again. */
void follow_read(struct follow *follow);
/* Once a second or so: repeats a reading that failed. */
void follow_tick(struct follow *follow);

/* NULL when well, else what is wrong with the stream, in a few words. */
const char *follow_trouble(const struct follow *follow);

#endif
