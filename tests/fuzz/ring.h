/* SPDX-License-Identifier: Apache-2.0 */
/* ring - keys for a target that seals, or that must not be deceived by what looks sealed. */
#ifndef FUZZ_RING_H
#define FUZZ_RING_H

#include "crypto.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

/* Of one random key, made at the first call; never closed. */
static struct crypto_ring *ring_of_a_test(void)
{
    static struct crypto_ring *ring;
    char path[] = "/tmp/fuzz_ring_XXXXXX";
    struct err e;

    if (ring != NULL)
        return ring;
    int fd = mkstemp(path);
    assert(fd >= 0 && crypto_open(&e) == 0 && crypto_ring_add(path, &e) == 0);
    int failed = crypto_ring_open(&ring, path, &e);
    assert(failed == 0);
    close(fd);
    unlink(path);
    return ring;
}

#endif
