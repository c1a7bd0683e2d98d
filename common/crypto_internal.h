/* SPDX-License-Identifier: Apache-2.0 */
/* crypto_internal - what the files of crypto.h share, and nobody else. */
#ifndef CRYPTO_INTERNAL_H
#define CRYPTO_INTERNAL_H

#include "crypto.h"

#include <sys/stat.h>

enum { CRYPTO_RING_KEYS = 256 };

struct crypto_key {
    uint16_t id;
    uint8_t bytes[CRYPTO_KEY_BYTES];
};

/* Of the file as it was read; the time is that of its last change of any kind. */
struct crypto_ring_version {
    ino_t inode;
    off_t size;
    struct timespec changed;
};

struct crypto_ring {
    char *path;
    struct crypto_ring_version version;
    size_t count; /* at least one */
    uint8_t index_key[CRYPTO_KEY_BYTES];
    uint8_t secret_key[CRYPTO_KEY_BYTES];
    struct crypto_key keys[CRYPTO_RING_KEYS];
};

/* NULL: it is not in the ring. */
const struct crypto_key *crypto_ring_find(const struct crypto_ring *ring, unsigned id);

/* Takes the keys that were added to the file since it was read. An unchanged file is looked at and
 * not read, so that what nobody can open costs little however often it is tried. ERR_SYSTEM: the
 * file cannot be read, or is of another ring. */
int crypto_ring_renew(struct crypto_ring *ring, struct err *e) CHECKED;

#endif
