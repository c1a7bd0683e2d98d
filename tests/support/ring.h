/* SPDX-License-Identifier: Apache-2.0 */
/* ring - a ring of keys for the tests of a file: open_ring and close_ring as its setup and
 * teardown. */
#ifndef TEST_RING_H
#define TEST_RING_H

#include "crypto.h"

#include <stdlib.h>
#include <unistd.h>

static struct crypto_ring *ring;

static int open_ring(void **state)
{
    char path[] = "/tmp/dunghen-ring-XXXXXX";
    struct err e;

    (void)state;
    int fd = mkstemp(path);
    if (fd < 0 || crypto_open(&e) < 0)
        return -1;
    close(fd);
    unlink(path);
    int rc = crypto_ring_add(path, &e) < 0 || crypto_ring_open(&ring, path, &e) < 0 ? -1 : 0;
    unlink(path);
    return rc;
}

static int close_ring(void **state)
{
    (void)state;
    crypto_ring_close(&ring);
    return 0;
}

#endif
