/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_ring - the key ring's file holding any bytes: a ring that opens also seals. */
#include "fuzz.h"

#include "crypto.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void check_seal(struct crypto_ring *ring)
{
    const struct uuid owner = {{1, 2, 3}};
    uint8_t sealed[3 + CRYPTO_SEAL_OVERHEAD], opened[3];
    struct err e;

    crypto_seal(ring, &owner, "abc", 3, sealed);
    assert(crypto_unseal(ring, &owner, sealed, sizeof(sealed), opened, &e) == 0);
    assert(memcmp(opened, "abc", 3) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(crypto_ring_close) struct crypto_ring *ring = NULL;
    char path[64];
    struct err e = {0};
    int fd = memfd_create("ring", MFD_CLOEXEC);

    assert(fd >= 0 && fchmod(fd, 0600) == 0 && crypto_open(&e) == 0);
    assert(write(fd, data, size) == (ssize_t)size);
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    bool opens = crypto_ring_open(&ring, path, &e) == 0;
    if (opens)
        check_seal(ring);
    else
        assert(e.kind == ERR_INPUT);
    /* Adding works on just those files that open, and on an empty one. */
    int added = crypto_ring_add(path, &e);
    assert(added < 0 || opens || size == 0);
    crypto_ring_close(&ring);
    if (added == 0) {
        int again = crypto_ring_open(&ring, path, &e);
        assert(again == 0);
        check_seal(ring);
    }
    close(fd);
    return 0;
}
