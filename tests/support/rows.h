/* SPDX-License-Identifier: Apache-2.0 */
/* rows - results in binary, as the server sends them, for tests that stand in for it. */
#ifndef ROWS_H
#define ROWS_H

#include <libpq-fe.h>

#include <assert.h>
#include <endian.h>
#include <stdint.h>
#include <string.h>

enum { ROWS_COLUMNS_MAX = 32 };

/* Without rows yet; yours to PQclear. */
static inline PGresult *rows_new(int columns)
{
    char name[] = "column";
    PGresAttDesc shapes[ROWS_COLUMNS_MAX];
    PGresult *rows = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);

    assert(columns <= ROWS_COLUMNS_MAX);
    for (int i = 0; i < columns; i++)
        shapes[i] = (PGresAttDesc){.name = name, .format = 1};
    int done = PQsetResultAttrs(rows, columns, shapes);
    assert(done == 1);
    return rows;
}

/* As it is sent. The row behind the last one is a new one, whose other columns are NULL. */
static inline void rows_set(PGresult *rows, int row, int column, const void *data, size_t len)
{
    char copy[200]; /* libpq wants to be able to write there */

    assert(len <= sizeof(copy));
    memcpy(copy, data, len);
    int done = PQsetvalue(rows, row, column, copy, (int)len);
    assert(done == 1);
}

/* A bigint; 0 is a float8 as well. */
static inline void rows_set_int(PGresult *rows, int row, int column, int64_t n)
{
    uint64_t big = htobe64((uint64_t)n);

    rows_set(rows, row, column, &big, sizeof(big));
}

static inline void rows_set_text(PGresult *rows, int row, int column, const char *text)
{
    rows_set(rows, row, column, text, strlen(text));
}

/* A uuid of bytes that are all the same. */
static inline void rows_set_uuid(PGresult *rows, int row, int column, int byte)
{
    char bytes[16];

    memset(bytes, byte, sizeof(bytes));
    rows_set(rows, row, column, bytes, sizeof(bytes));
}

#endif
