/* SPDX-License-Identifier: Apache-2.0 */
/* db_rows - fields of a binary result. Types are the caller's to know. */
#ifndef DB_ROWS_H
#define DB_ROWS_H

#include "ids.h"

#include <libpq-fe.h>

bool db_is_null(const PGresult *rows, int row, int column);
const char *db_text(const PGresult *rows, int row, int column); /* NULL for NULL */
size_t db_len(const PGresult *rows, int row, int column);       /* bytes of db_text */
int64_t db_int(const PGresult *rows, int row, int column);      /* int2, int4, int8, boolean */
double db_float(const PGresult *rows, int row, int column);     /* NAN for NULL */
int64_t db_time(const PGresult *rows, int row, int column);     /* INT64_MIN: NULL; MAX: infinity */
struct uuid db_uuid(const PGresult *rows, int row, int column);
/* The i-th text of a text[] without NULLs, length in *len; NULL past the end. */
const char *db_array_text(const PGresult *rows, int row, int column, int i, size_t *len);

/* The i-th time of a timestamptz[] without NULLs; INT64_MIN past the end. */
int64_t db_array_time(const PGresult *rows, int row, int column, int i);

#endif
