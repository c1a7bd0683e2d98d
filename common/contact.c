/* SPDX-License-Identifier: Apache-2.0 */
#include "contact.h"

#include <string.h>

int contact_open(struct crypto_ring *ring, const struct uuid *case_id,
                 const struct crypto_piece *sealed, json_t **out, struct err *e)
{
    char text[CONTACT_BYTES];

    if (sealed->len > sizeof(text) + CRYPTO_SEAL_OVERHEAD)
        return err_set(e, ERR_INPUT, "the sealed contact has %zu bytes", sealed->len);
    if (crypto_unseal(ring, case_id, sealed->data, sealed->len, text, e) < 0)
        return -1;
    int rc = json_parse(text, sealed->len - CRYPTO_SEAL_OVERHEAD, out, e);
    explicit_bzero(text, sizeof(text));
    /* What is wrong with it is nobody's to read. */
    return rc < 0 ? err_set(e, ERR_INPUT, "the contact that was sealed is not JSON") : 0;
}
