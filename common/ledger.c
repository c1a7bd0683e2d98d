/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger.h"

#include "strbuf.h"

#include <endian.h>
#include <string.h>

void ledger_hash(const uint8_t before[CRYPTO_HASH_BYTES], const struct ledger_event *event,
                 uint8_t out[CRYPTO_HASH_BYTES])
{
    uint64_t seq = htobe64((uint64_t)event->seq);
    uint64_t at = htobe64((uint64_t)event->at_us);
    uint16_t task = htobe16((uint16_t)event->task);
    uint16_t type_len = htobe16((uint16_t)strlen(event->type));
    uint16_t actor_len = htobe16((uint16_t)strlen(event->actor));
    uint8_t detail[CRYPTO_HASH_BYTES];

    crypto_hash_pieces(&(struct crypto_piece){event->detail, event->detail_len}, 1, detail);
    const struct crypto_piece pieces[] = {
        {before, CRYPTO_HASH_BYTES},
        {&seq, sizeof(seq)},
        {&at, sizeof(at)},
        {event->case_id.bytes, sizeof(event->case_id.bytes)},
        {&task, sizeof(task)},
        {&type_len, sizeof(type_len)},
        {event->type, strlen(event->type)},
        {&actor_len, sizeof(actor_len)},
        {event->actor, strlen(event->actor)},
        {detail, sizeof(detail)},
    };
    crypto_hash_pieces(pieces, COUNT(pieces), out);
}

const char *ledger_digest(const void *text, size_t len, char out[LEDGER_DIGEST_SIZE])
{
    AUTO(strbuf_free) struct strbuf digits = STRBUF(LEDGER_DIGEST_SIZE - 1);
    uint8_t hash[CRYPTO_HASH_BYTES];

    crypto_hash_pieces(&(struct crypto_piece){text, len}, 1, hash);
    strbuf_add_hex(&digits, hash, (LEDGER_DIGEST_SIZE - 1) / 2);
    memcpy(out, digits.data, LEDGER_DIGEST_SIZE);
    return out;
}
