/* SPDX-License-Identifier: Apache-2.0 */
/* db - PostgreSQL without waiting: libpq in pipeline mode inside the loop.
 *
 * One connection, which opens itself again after a loss (with backoff). On
 * each new connection every statement of the service is prepared, then
 * on_ready is called. A request is one or more statements that are one
 * transaction: all commit or none. Requests are answered in order. When the
 * connection is lost, every request that waits gets ERR_BUSY: whether it was
 * committed is unknown, so a request must be such that saying it again does
 * no harm. */
#ifndef DB_H
#define DB_H

#include "db_args.h"
#include "db_rows.h"
#include "dbconn.h"
#include "loop.h"
#include "sql.h"

enum { DB_MAX_STEPS = 40 };

struct db;

/* The beginning of a session whose statements look up a few rows each: their plans are made once,
 * when a new city's tables may still be empty, and must suit tables that grow. Nor is anything here
 * for a compiler of queries to gain. */
#define DB_LOOKUPS                                                                                 \
    "SET jit = off", "SET plan_cache_mode = force_generic_plan", "SET enable_seqscan = off",       \
        "SET enable_hashjoin = off", "SET enable_mergejoin = off"

struct db_settings {
    struct dbconn_target target;
    const char *const *session; /* "SET ..." statements for each new connection, ended by NULL;
                                   or NULL */
    const struct sql *const *const *statements; /* sets that will be sent, sql_<target>_all each;
                                                   ended by NULL */
    loop_fn *on_ready; /* connected and prepared: now requests are taken; may be NULL */
    loop_fn *on_lost;  /* after every waiting request was answered; may be NULL */
    void *ctx;
};

/* Begins to connect; keeps the pointers of settings but target's. ERR_INPUT for a bad URL. */
int db_open(struct db **out, struct loop *loop, const struct db_settings *settings,
            struct err *e) CHECKED;
/* Does not call back for what still waits: whoever has given a ctx of its own to a request keeps it
 * in a list, and frees it afterwards. */
void db_close(struct db **db);

bool db_is_ready(const struct db *db);
size_t db_waiting(const struct db *db);      /* requests not answered yet */
const char *db_trouble(const struct db *db); /* why it is not ready, or NULL */
/* Drops the connection and opens a new one, as after a loss. */
void db_reconnect(struct db *db);

struct db_step {
    const struct sql *sql;
    struct db_args *args; /* NULL: none */
};

/* rows[i] is the result of step i, in binary format; rows is NULL exactly when
 * e is not. Both are borrowed for the call. e's kind is ERR_INPUT for data
 * that a constraint or type refuses (SQLSTATE classes 22, 23), ERR_BUSY for a
 * lost connection or a conflict worth repeating, else ERR_SYSTEM. What is
 * refused is never the fault of who asks a service for something, and was held
 * to the rules before: that one hears of a fault of ours, without e's text. */
typedef void db_fn(void *ctx, PGresult *const rows[], const struct err *e);

/* Sends count statements as one transaction. done is called once, later,
 * never from within. ERR_BUSY when not connected. */
int db_send(struct db *db, const struct db_step *steps, int count, db_fn *done, void *ctx,
            struct err *e) CHECKED;

#endif
