/* SPDX-License-Identifier: Apache-2.0 */
/* keys - which CURVE keys may take which units' tasks, as the table worker_keys says. */
#ifndef KEYS_H
#define KEYS_H

#include "db.h"
#include "names.h"
#include "table.h"

struct worker_key {
    char public_key[41]; /* Z85 */
    uint64_t serial;     /* another one when name or units have changed */
    char *name;
    uint16_t *units; /* numbers in the names given to keys_take */
    size_t unit_count;
    UT_hash_handle hh;
};

struct keys {
    struct worker_key *all;
    int64_t version; /* of the catalogue they were read with; -1: not read yet */
    uint64_t last_serial;
};

/* Takes over the rows of sql/select_keys.sql, all of them at once. No row: nothing has changed. */
bool keys_take(struct keys *keys, struct names *units, const PGresult *rows);
void keys_free(struct keys *keys);

const struct worker_key *keys_find(const struct keys *keys, const char *public_key); /* or NULL */
bool worker_key_has(const struct worker_key *key, uint16_t unit);

#endif
