/* SPDX-License-Identifier: Apache-2.0 */
#include "cursor.h"

#include <string.h>

const char *cursor_text(struct cursor *c)
{
    int column = c->column++;

    if (db_is_null(c->rows, c->row, column))
        return NULL;
    return arena_text(c->arena, db_text(c->rows, c->row, column), db_len(c->rows, c->row, column));
}

int64_t cursor_int(struct cursor *c)
{
    return db_int(c->rows, c->row, c->column++);
}

bool cursor_bool(struct cursor *c)
{
    return cursor_int(c) != 0;
}

int32_t cursor_day(struct cursor *c, int32_t open)
{
    int column = c->column++;

    return db_is_null(c->rows, c->row, column) ? open : (int32_t)db_int(c->rows, c->row, column);
}

const char *const *cursor_list(struct cursor *c)
{
    int column = c->column++, count = 0;
    size_t len;

    while (db_array_text(c->rows, c->row, column, count, &len) != NULL)
        count++;
    const char **list = arena_alloc(c->arena, (size_t)count + 1, sizeof(*list));
    for (int i = 0; list != NULL && i < count; i++) {
        const char *text = db_array_text(c->rows, c->row, column, i, &len);
        list[i] = arena_text(c->arena, text, len);
    }
    return list;
}

void *cursor_room(struct arena *arena, const PGresult *rows, size_t size, size_t *count)
{
    *count = (size_t)PQntuples(rows);
    return arena_alloc(arena, *count, size);
}

size_t children_take(struct children *c, const char *parent, const char *part)
{
    int from = c->at;

    while (c->at < PQntuples(c->rows) && strcmp(db_text(c->rows, c->at, 0), parent) == 0 &&
           (part == NULL || strcmp(db_text(c->rows, c->at, 1), part) == 0))
        c->at++;
    return (size_t)(c->at - from);
}

int children_all_taken(const struct children *c, const char *what, struct err *e)
{
    if (c->at == PQntuples(c->rows))
        return 0;
    return err_set(e, ERR_SYSTEM, "%s of \"%s\": there is no such row, or out of order", what,
                   db_text(c->rows, c->at, 0));
}
