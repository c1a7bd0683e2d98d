/* SPDX-License-Identifier: Apache-2.0 */
#include "people.h"

#include "crypto.h"

#include <stdio.h>
#include <string.h>

enum { DIGEST_BYTES = 8, KEY_SIZE = 128 };

void people_key(const struct catalogue_person *person, char *out, size_t size)
{
    const char *name = person->name != NULL ? person->name : "";
    const struct crypto_piece piece = {name, strlen(name)};
    uint8_t hash[CRYPTO_HASH_BYTES];

    crypto_hash_pieces(&piece, 1, hash);
    int len = snprintf(out, size, "person:%s/%s/", person->unit, person->role);
    for (size_t i = 0; i < DIGEST_BYTES && len >= 0 && (size_t)len < size; i++)
        len += snprintf(out + len, size - (size_t)len, "%02x", hash[i]);
}

const struct catalogue_person *people_find(const struct catalogue *catalogue, const char *key)
{
    char its[KEY_SIZE];

    for (size_t i = 0; i < catalogue->person_count; i++) {
        people_key(&catalogue->people[i], its, sizeof(its));
        if (strcmp(its, key) == 0)
            return &catalogue->people[i];
    }
    return NULL;
}
