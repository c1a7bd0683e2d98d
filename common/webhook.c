/* SPDX-License-Identifier: Apache-2.0 */
#include "webhook.h"

#include "base64.h"
#include "crypto.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PREFIX "whsec_"

enum { NEW_KEY_BYTES = 32 };

int webhook_key_read(const char *text, struct webhook_key *out, struct err *e)
{
    struct webhook_key key;

    if (strncmp(text, PREFIX, strlen(PREFIX)) != 0)
        return err_set(e, ERR_INPUT, "the secret does not begin with \"" PREFIX "\"");
    if (base64_read(text + strlen(PREFIX), key.bytes, sizeof(key.bytes), &key.len, e) < 0 ||
        key.len < WEBHOOK_KEY_MIN)
        return err_set(e, ERR_INPUT,
                       "the secret is not \"" PREFIX "\" and base64 of %d to %d bytes",
                       WEBHOOK_KEY_MIN, WEBHOOK_KEY_MAX);
    *out = key;
    return 0;
}

void webhook_key_new(struct webhook_key *out)
{
    out->len = NEW_KEY_BYTES;
    crypto_random(out->bytes, out->len);
}

void webhook_key_write(const struct webhook_key *key, struct strbuf *out)
{
    strbuf_addf(out, PREFIX);
    base64_add(out, key->bytes, key->len);
}

void webhook_sign(const struct webhook_key *key, const struct webhook_message *message,
                  struct strbuf *out)
{
    uint8_t mac[CRYPTO_HMAC_BYTES];
    char timestamp[32];
    int len = snprintf(timestamp, sizeof(timestamp), ".%" PRId64 ".", message->timestamp_s);
    const struct crypto_piece pieces[] = {{message->id, strlen(message->id)},
                                          {timestamp, (size_t)len},
                                          {message->body, message->len}};

    crypto_hmac_sha256(key->bytes, key->len, pieces, COUNT(pieces), mac);
    strbuf_addf(out, "v1,");
    base64_add(out, mac, sizeof(mac));
}
