/* SPDX-License-Identifier: Apache-2.0 */
#include "token.h"

#include "base64.h"

#include <stdio.h>
#include <string.h>

/* The keyed hash of what the token says. */
static void sign(const struct crypto_ring *ring, const uint8_t *said,
                 uint8_t out[CRYPTO_INDEX_BYTES])
{
    char text[2 * (1 + CRYPTO_INDEX_BYTES) + 1];

    for (size_t i = 0; i < 1 + CRYPTO_INDEX_BYTES; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", said[i]);
    crypto_index(ring, "unsubscribe", text, out);
}

void token_write(const struct crypto_ring *ring, const struct token *token, char out[TOKEN_SIZE])
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(TOKEN_SIZE);
    uint8_t bytes[TOKEN_BYTES] = {(uint8_t)token->channel};

    memcpy(bytes + 1, token->contact, sizeof(token->contact));
    sign(ring, bytes, bytes + 1 + CRYPTO_INDEX_BYTES);
    base64_add_url(&text, bytes, sizeof(bytes));
    memcpy(out, strbuf_text(&text), TOKEN_SIZE);
}

int token_read(const struct crypto_ring *ring, const char *text, struct token *out, struct err *e)
{
    uint8_t bytes[TOKEN_BYTES], right[CRYPTO_INDEX_BYTES];

    if (base64_read_url(text, bytes, sizeof(bytes), e) < 0)
        return err_in(e, "token");
    sign(ring, bytes, right);
    if (!crypto_equal(right, bytes + 1 + CRYPTO_INDEX_BYTES, sizeof(right)) || bytes[0] >= CHANNELS)
        return err_set(e, ERR_INPUT, "token: was not made here");
    out->channel = (enum channel)bytes[0];
    memcpy(out->contact, bytes + 1, sizeof(out->contact));
    return 0;
}
