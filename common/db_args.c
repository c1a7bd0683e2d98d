/* SPDX-License-Identifier: Apache-2.0 */
#include "db_args.h"

#include "mem.h"

#include <endian.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static char *grow(struct db_args *a, size_t len)
{
    if (a->len + len > a->room) {
        a->room = 2 * (a->len + len) + 256;
        a->data = mem_resize(a->data, a->room);
    }
    a->len += len;
    return a->data + a->len - len;
}

static void put(struct db_args *a, const void *data, size_t len)
{
    char *to = grow(a, len);

    if (len > 0)
        memcpy(to, data, len);
}

static void put_int32(struct db_args *a, int32_t n)
{
    uint32_t big = htobe32((uint32_t)n);

    put(a, &big, sizeof(big));
}

static void put_int64(struct db_args *a, int64_t n)
{
    uint64_t big = htobe64((uint64_t)n);

    put(a, &big, sizeof(big));
}

static int64_t time_to_server(int64_t us)
{
    return us == INT64_MAX ? INT64_MAX : us - DB_EPOCH_US;
}

static void arg_begin(struct db_args *a)
{
    if (a->count == DB_MAX_ARGS)
        abort();
    a->starts[a->count] = a->len;
}

static void arg_end(struct db_args *a)
{
    a->lengths[a->count] = (int)(a->len - a->starts[a->count]);
    a->count++;
}

void db_args_free(struct db_args *a)
{
    free(a->data);
    *a = (struct db_args){0};
}

void db_args_clear(struct db_args *a)
{
    a->len = 0;
    a->count = 0;
}

void db_arg_null(struct db_args *a)
{
    arg_begin(a);
    a->lengths[a->count++] = -1;
}

void db_arg_text(struct db_args *a, const char *text, size_t len)
{
    db_arg_bytes(a, text, len);
}

void db_arg_bytes(struct db_args *a, const void *data, size_t len)
{
    arg_begin(a);
    put(a, data, len);
    arg_end(a);
}

void db_arg_bool(struct db_args *a, bool yes)
{
    uint8_t byte = yes;

    db_arg_bytes(a, &byte, 1);
}

void db_arg_int32(struct db_args *a, int32_t n)
{
    arg_begin(a);
    put_int32(a, n);
    arg_end(a);
}

void db_arg_int64(struct db_args *a, int64_t n)
{
    arg_begin(a);
    put_int64(a, n);
    arg_end(a);
}

void db_arg_uuid(struct db_args *a, const struct uuid *id)
{
    db_arg_bytes(a, id->bytes, sizeof(id->bytes));
}

void db_arg_time(struct db_args *a, int64_t us)
{
    if (us == INT64_MIN)
        db_arg_null(a);
    else
        db_arg_int64(a, time_to_server(us));
}

/* Header: dimensions, has-nulls flag, element type, length, lower bound. The
 * length is filled in by db_array_end; announcing nulls that are not there is
 * allowed. */
void db_array_begin(struct db_args *a, enum db_array_type type)
{
    arg_begin(a);
    a->array_at = a->len;
    a->array_items = 0;
    put_int32(a, 1);
    put_int32(a, 1);
    put_int32(a, (int32_t)type);
    put_int32(a, 0);
    put_int32(a, 1);
}

void db_array_end(struct db_args *a)
{
    uint32_t items = htobe32((uint32_t)a->array_items);

    memcpy(a->data + a->array_at + 12, &items, sizeof(items));
    arg_end(a);
}

void db_item_null(struct db_args *a)
{
    a->array_items++;
    put_int32(a, -1);
}

void db_item_bytes(struct db_args *a, const void *data, size_t len)
{
    a->array_items++;
    put_int32(a, (int32_t)len);
    put(a, data, len);
}

void db_item_bool(struct db_args *a, bool yes)
{
    uint8_t byte = yes;

    db_item_bytes(a, &byte, 1);
}

void db_item_text(struct db_args *a, const char *text)
{
    if (text == NULL)
        db_item_null(a);
    else
        db_item_bytes(a, text, strlen(text));
}

void db_item_int16(struct db_args *a, int16_t n)
{
    uint16_t big = htobe16((uint16_t)n);

    db_item_bytes(a, &big, sizeof(big));
}

void db_item_int32(struct db_args *a, int32_t n)
{
    uint32_t big = htobe32((uint32_t)n);

    db_item_bytes(a, &big, sizeof(big));
}

void db_item_int64(struct db_args *a, int64_t n)
{
    uint64_t big = htobe64((uint64_t)n);

    db_item_bytes(a, &big, sizeof(big));
}

void db_item_float(struct db_args *a, double n)
{
    uint64_t bits;

    if (isnan(n)) {
        db_item_null(a);
        return;
    }
    memcpy(&bits, &n, sizeof(bits));
    db_item_int64(a, (int64_t)bits);
}

void db_item_time(struct db_args *a, int64_t us)
{
    if (us == INT64_MIN)
        db_item_null(a);
    else
        db_item_int64(a, time_to_server(us));
}

void db_item_uuid(struct db_args *a, const struct uuid *id)
{
    db_item_bytes(a, id->bytes, sizeof(id->bytes));
}
