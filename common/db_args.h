/* SPDX-License-Identifier: Apache-2.0 */
/* db_args - the arguments of a statement, in PostgreSQL's binary form. */
#ifndef DB_ARGS_H
#define DB_ARGS_H

#include "ids.h"

enum { DB_MAX_ARGS = 48 };

/* PostgreSQL counts microseconds from 2000-01-01, we from 1970-01-01. */
#define DB_EPOCH_US INT64_C(946684800000000)

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
    DB_ARRAY_DATE = 1082, /* db_item_int32: days since 2000-01-01 */
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

#endif
