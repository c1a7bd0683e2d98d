/* SPDX-License-Identifier: Apache-2.0 */
/* token - what an unsubscribe link carries: whose it is (a blind index) and which channel, signed.
 *
 * It tells nothing to who has no key, and lasts as long as the first key of the
 * ring: a link in an old mail must still work. */
#ifndef TOKEN_H
#define TOKEN_H

#include "channel.h"
#include "crypto.h"

enum { TOKEN_BYTES = 1 + CRYPTO_INDEX_BYTES + CRYPTO_INDEX_BYTES, TOKEN_SIZE = 45 };

struct token {
    enum channel channel;
    uint8_t contact[CRYPTO_INDEX_BYTES];
};

void token_write(const struct crypto_ring *ring, const struct token *token, char out[TOKEN_SIZE]);
/* ERR_INPUT when it was not made by us. */
int token_read(const struct crypto_ring *ring, const char *text, struct token *out,
               struct err *e) CHECKED;

#endif
