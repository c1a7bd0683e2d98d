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

#include "dbconn.h"
#include "ids.h"
#include "loop.h"
#include "sql.h"

#include <libpq-fe.h>

enum { DB_MAX_ARGS = 48, DB_MAX_STEPS = 16 };

struct db;

/* Arguments of one statement, in binary form. Start with {0}; db_send empties
 * it in any case, so that its room is used again; db_args_free at the end. */
struct db_args {
    char *data;
    size_t len, room;
    int count;
    size_t starts[DB_MAX_ARGS];
    int lengths[DB_MAX_ARGS]; /* -1: NULL */
    size_t array_at;          /* of the open array's header */
    int array_items;
};

void db_args_free(struct db_args *a);
void db_args_clear(struct db_args *a); /* keeps the room */

void db_arg_null(struct db_args *a);
void db_arg_text(struct db_args *a, const char *text, size_t len);
void db_arg_bytes(struct db_args *a, const void *data, size_t len);
void db_arg_bool(struct db_args *a, bool yes);
void db_arg_int32(struct db_args *a, int32_t n);
void db_arg_int64(struct db_args *a, int64_t n);
void db_arg_uuid(struct db_args *a, const struct uuid *id);
/* timestamptz from microseconds since 1970; INT64_MAX is infinity, INT64_MIN is NULL */
void db_arg_time(struct db_args *a, int64_t us);

/* An array argument: begin, one db_item_* for each item, end. */
enum db_array_type {
    DB_ARRAY_BOOL = 16,
    DB_ARRAY_BYTES = 17,
    DB_ARRAY_INT64 = 20,
    DB_ARRAY_INT16 = 21,
    DB_ARRAY_INT32 = 23,
    DB_ARRAY_TEXT = 25,
    DB_ARRAY_JSON = 114,
    DB_ARRAY_FLOAT = 701,
    DB_ARRAY_TIME = 1184,
    DB_ARRAY_UUID = 2950,
};
void db_array_begin(struct db_args *a, enum db_array_type type);
void db_array_end(struct db_args *a);
void db_item_null(struct db_args *a);
void db_item_bool(struct db_args *a, bool yes);
void db_item_text(struct db_args *a, const char *text);              /* also JSON; NULL is NULL */
void db_item_bytes(struct db_args *a, const void *data, size_t len); /* also text and JSON */
void db_item_int16(struct db_args *a, int16_t n);
void db_item_int32(struct db_args *a, int32_t n);
void db_item_int64(struct db_args *a, int64_t n);
void db_item_float(struct db_args *a, double n);  /* NAN is NULL */
void db_item_time(struct db_args *a, int64_t us); /* as db_arg_time */
void db_item_uuid(struct db_args *a, const struct uuid *id);

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
/* Does not call back for what still waits. */
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
 * lost connection or a conflict worth repeating, else ERR_SYSTEM. */
typedef void db_fn(void *ctx, PGresult *const rows[], const struct err *e);

/* Sends count statements as one transaction. done is called once, later,
 * never from within. ERR_BUSY when not connected. */
int db_send(struct db *db, const struct db_step *steps, int count, db_fn *done, void *ctx,
            struct err *e) CHECKED;

/* Fields of a binary result. */
bool db_is_null(const PGresult *rows, int row, int column);
const char *db_text(const PGresult *rows, int row, int column); /* NULL for NULL */
size_t db_len(const PGresult *rows, int row, int column);       /* bytes of db_text */
int64_t db_int(const PGresult *rows, int row, int column);      /* int2, int4, int8, boolean */
double db_float(const PGresult *rows, int row, int column);     /* NAN for NULL */
int64_t db_time(const PGresult *rows, int row, int column);     /* INT64_MIN: NULL; MAX: infinity */
struct uuid db_uuid(const PGresult *rows, int row, int column);
/* The i-th text of a text[] without NULLs, length in *len; NULL past the end. */
const char *db_array_text(const PGresult *rows, int row, int column, int i, size_t *len);

#endif
