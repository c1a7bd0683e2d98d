/* SPDX-License-Identifier: Apache-2.0 */
#include "links.h"

void links_tracking(struct strbuf *out, const char *public_url, const char *reference,
                    const struct crypto_ring *ring, const struct uuid *case_id)
{
    char secret[CRYPTO_SECRET_SIZE];

    crypto_secret(ring, case_id, secret);
    strbuf_addf(out, "%s/t/%s?k=%s", public_url, reference, secret);
}

void links_unsubscribe(struct strbuf *out, const char *public_url, const char *token)
{
    strbuf_addf(out, "%s/u/%s", public_url, token);
}
