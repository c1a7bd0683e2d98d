/* SPDX-License-Identifier: Apache-2.0 */
#include "registers.h"

#include "mem.h"

#include <stdio.h>
#include <string.h>

/* The kinds are few and have to outlive the rows they are read from. */
static const char *const kinds[] = {"BN", "YCBS", "TC", "PXL"};

static const char *find_kind(const char *name)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (strcmp(kinds[i], name) == 0)
            return kinds[i];
    return NULL;
}

static struct register_row *find(struct registers *registers, const char *unit, const char *kind,
                                 int year)
{
    struct register_row *row;
    char key[sizeof(row->key)];

    snprintf(key, sizeof(key), "%d %s %s", year, kind, unit);
    HASH_FIND_STR(registers->rows, key, row);
    if (row != NULL)
        return row;
    row = mem_new(1, sizeof(*row));
    snprintf(row->key, sizeof(row->key), "%s", key);
    snprintf(row->unit, sizeof(row->unit), "%s", unit);
    row->kind = kind;
    row->year = year;
    HASH_ADD_STR(registers->rows, key, row);
    return row;
}

void registers_load(struct registers *registers, const PGresult *rows)
{
    for (struct register_row *row = registers->rows; row != NULL; row = row->hh.next)
        row->last = 0;
    for (int i = 0; i < PQntuples(rows); i++) {
        const char *kind = find_kind(db_text(rows, i, 1));
        if (kind != NULL)
            find(registers, db_text(rows, i, 0), kind, (int)db_int(rows, i, 2))->last =
                db_int(rows, i, 3);
    }
}

void registers_free(struct registers *registers)
{
    struct register_row *row, *next;

    HASH_ITER(hh, registers->rows, row, next)
    {
        HASH_DEL(registers->rows, row);
        free(row);
    }
}

int64_t registers_take(struct registers *registers, struct taken *taken, const char *unit,
                       const char *kind, int year)
{
    struct register_row *row = find(registers, unit, kind, year);
    size_t i = 0;

    while (i < taken->count && taken->rows[i].of != row)
        i++;
    if (i == taken->count) {
        if (taken->count == taken->room) {
            taken->room = 2 * taken->room + 16;
            taken->rows = mem_resize(taken->rows, taken->room * sizeof(*taken->rows));
        }
        taken->rows[taken->count++] = (struct taken_row){.of = row};
    }
    taken->rows[i].count++;
    return ++row->last;
}

void taken_drop(struct taken *taken)
{
    for (size_t i = 0; i < taken->count; i++)
        taken->rows[i].of->last -= taken->rows[i].count;
    taken->count = 0;
}

void taken_free(struct taken *taken)
{
    free(taken->rows);
    *taken = (struct taken){0};
}
