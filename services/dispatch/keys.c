/* SPDX-License-Identifier: Apache-2.0 */
#include "keys.h"

#include "code.h"
#include "mem.h"

#include <string.h>

enum { VERSION, PUBLIC_KEY, NAME, UNITS }; /* columns of sql/select_keys.sql */

static void free_key(struct worker_key *key)
{
    free(key->name);
    free(key->units);
    free(key);
}

static void free_all(struct worker_key **all)
{
    struct worker_key *key, *next;

    HASH_ITER(hh, *all, key, next)
    {
        HASH_DEL(*all, key);
        free_key(key);
    }
}

void keys_free(struct keys *keys)
{
    free_all(&keys->all);
}

const struct worker_key *keys_find(const struct keys *keys, const char *public_key)
{
    struct worker_key *key;

    HASH_FIND(hh, keys->all, public_key, strlen(public_key), key);
    return key;
}

bool worker_key_has(const struct worker_key *key, uint16_t unit)
{
    for (size_t i = 0; i < key->unit_count; i++)
        if (key->units[i] == unit)
            return true;
    return false;
}

static void read_units(struct worker_key *key, struct names *units, const PGresult *rows, int row)
{
    char code[CODE_SIZE];
    size_t len;
    const char *text;

    for (int i = 0; (text = db_array_text(rows, row, UNITS, i, &len)) != NULL; i++) {
        if (len >= sizeof(code))
            continue; /* no unit's code is that long */
        memcpy(code, text, len);
        code[len] = '\0';
        uint16_t unit = names_number(units, code);
        if (unit == NAMES_MAX || worker_key_has(key, unit))
            continue;
        key->units = mem_resize(key->units, (key->unit_count + 1) * sizeof(*key->units));
        key->units[key->unit_count++] = unit;
    }
}

static bool same(const struct worker_key *a, const struct worker_key *b)
{
    return strcmp(a->name, b->name) == 0 && a->unit_count == b->unit_count &&
           memcmp(a->units, b->units, a->unit_count * sizeof(*a->units)) == 0;
}

static void take_row(struct keys *keys, struct worker_key **all, struct names *units,
                     const PGresult *rows, int row)
{
    size_t len = db_len(rows, row, PUBLIC_KEY);

    if (db_is_null(rows, row, PUBLIC_KEY) || len >= sizeof(((struct worker_key *)0)->public_key))
        return; /* the one row of "there are no keys" */
    struct worker_key *key = mem_new(1, sizeof(*key));
    memcpy(key->public_key, db_text(rows, row, PUBLIC_KEY), len);
    key->name = mem_text(db_text(rows, row, NAME));
    read_units(key, units, rows, row);
    const struct worker_key *before = keys_find(keys, key->public_key);
    key->serial = before != NULL && same(before, key) ? before->serial : ++keys->last_serial;
    HASH_ADD(hh, *all, public_key, len, key);
}

bool keys_take(struct keys *keys, struct names *units, const PGresult *rows)
{
    struct worker_key *all = NULL;

    if (PQntuples(rows) == 0)
        return false;
    for (int row = 0; row < PQntuples(rows); row++)
        take_row(keys, &all, units, rows, row);
    free_all(&keys->all);
    keys->all = all;
    keys->version = db_int(rows, 0, VERSION);
    return true;
}
