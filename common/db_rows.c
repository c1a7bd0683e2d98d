/* SPDX-License-Identifier: Apache-2.0 */
#include "db_rows.h"

#include "db_args.h"

#include <endian.h>
#include <math.h>
#include <string.h>

bool db_is_null(const PGresult *rows, int row, int column)
{
    return PQgetisnull(rows, row, column) == 1;
}

const char *db_text(const PGresult *rows, int row, int column)
{
    return db_is_null(rows, row, column) ? NULL : PQgetvalue(rows, row, column);
}

size_t db_len(const PGresult *rows, int row, int column)
{
    return (size_t)PQgetlength(rows, row, column);
}

int64_t db_int(const PGresult *rows, int row, int column)
{
    const unsigned char *bytes = (const unsigned char *)PQgetvalue(rows, row, column);
    int len = PQgetlength(rows, row, column);
    uint64_t n = len > 0 && len < 8 && (bytes[0] & 0x80) != 0 ? UINT64_MAX : 0;

    for (int i = 0; i < len; i++)
        n = n << 8 | bytes[i];
    return (int64_t)n;
}

double db_float(const PGresult *rows, int row, int column)
{
    uint64_t bits = (uint64_t)db_int(rows, row, column);
    double n;

    memcpy(&n, &bits, sizeof(n));
    return db_is_null(rows, row, column) ? (double)NAN : n;
}

static int64_t time_of(int64_t us)
{
    return us == INT64_MAX ? INT64_MAX : us + DB_EPOCH_US;
}

int64_t db_time(const PGresult *rows, int row, int column)
{
    return db_is_null(rows, row, column) ? INT64_MIN : time_of(db_int(rows, row, column));
}

struct uuid db_uuid(const PGresult *rows, int row, int column)
{
    struct uuid id = {{0}};

    if (db_len(rows, row, column) == sizeof(id.bytes))
        memcpy(id.bytes, PQgetvalue(rows, row, column), sizeof(id.bytes));
    return id;
}

static uint32_t read_int32(const char *at)
{
    uint32_t big;

    memcpy(&big, at, sizeof(big));
    return be32toh(big);
}

/* Of any element; NULL past the end. */
static const char *array_item(const PGresult *rows, int row, int column, int i, size_t *len)
{
    enum { HEADER = 20 }; /* dimensions, flags, type, length, lower bound */
    const char *at = PQgetvalue(rows, row, column);

    if (db_len(rows, row, column) < HEADER || (uint32_t)i >= read_int32(at + 12))
        return NULL;
    at += HEADER;
    for (; i > 0; i--)
        at += 4 + read_int32(at);
    *len = read_int32(at);
    return at + 4;
}

const char *db_array_text(const PGresult *rows, int row, int column, int i, size_t *len)
{
    return array_item(rows, row, column, i, len);
}

int64_t db_array_time(const PGresult *rows, int row, int column, int i)
{
    size_t len = 0;
    const char *at = array_item(rows, row, column, i, &len);
    uint64_t big;

    if (len != sizeof(big))
        return INT64_MIN;
    memcpy(&big, at, sizeof(big));
    return time_of((int64_t)be64toh(big));
}
