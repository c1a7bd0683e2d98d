/* SPDX-License-Identifier: Apache-2.0 */
/* worker_keys - a worker's key file, as "dunghen keys worker" writes it. */
#ifndef WORKER_KEYS_H
#define WORKER_KEYS_H

#include "crypto.h"

struct worker_keys {
    char public_key[CRYPTO_CURVE_SIZE], secret_key[CRYPTO_CURVE_SIZE];
    char server_key[CRYPTO_CURVE_SIZE];
};

/* ERR_INPUT when it is none. */
int worker_keys_read(const char *path, struct worker_keys *out, struct err *e) CHECKED;

#endif
