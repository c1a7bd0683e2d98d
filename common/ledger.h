/* SPDX-License-Identifier: Apache-2.0 */
/* ledger - the hash chain of events, for who writes it and who verifies it.
 *
 * hash(n) = BLAKE2b-256 over hash(n-1), seq, at, case, task, type, actor and
 * the BLAKE2b-256 of the detail, numbers big-endian, type and actor with their
 * length (16 bits) in front. Before the first event stand 32 zero bytes. The
 * detail goes in as a hash, so that one can be erased and the chain still be
 * verified with the hash that is kept in its place. */
#ifndef LEDGER_H
#define LEDGER_H

#include "crypto.h"

struct ledger_event {
    int64_t seq;
    int64_t at_us;
    struct uuid case_id;
    int16_t task;
    const char *type, *actor;
    const char *detail; /* the bytes that are stored */
    size_t detail_len;
};

void ledger_hash(const uint8_t before[CRYPTO_HASH_BYTES], const struct ledger_event *event,
                 uint8_t out[CRYPTO_HASH_BYTES]);

/* What an event keeps of a text that stands elsewhere (a case's content, a
 * task's outcome), so that changing the text can be seen: the first half of
 * its BLAKE2b-256 in hexadecimal digits. */
enum { LEDGER_DIGEST_SIZE = 33 };
const char *ledger_digest(const void *text, size_t len, char out[LEDGER_DIGEST_SIZE]);

#endif
