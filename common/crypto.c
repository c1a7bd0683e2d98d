/* SPDX-License-Identifier: Apache-2.0 */
/* crypto - keys, sealing, blind indexes, tracking secrets and hashes. */
#include "crypto_internal.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

enum {
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    SECRET_BYTES = 16,
};

_Static_assert(CRYPTO_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key size");
_Static_assert(CRYPTO_SEAL_OVERHEAD == 2 + NONCE_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "seal size");

int crypto_open(struct err *e)
{
    if (sodium_init() < 0)
        return err_set(e, ERR_SYSTEM, "could not start libsodium");
    return 0;
}

void crypto_hash_pieces(const struct crypto_piece *pieces, size_t count,
                        uint8_t out[CRYPTO_HASH_BYTES])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, CRYPTO_HASH_BYTES);
    for (size_t i = 0; i < count; i++)
        crypto_generichash_update(&state, pieces[i].data, pieces[i].len);
    crypto_generichash_final(&state, out, CRYPTO_HASH_BYTES);
}

int crypto_hash_fd(int fd, uint8_t out[CRYPTO_HASH_BYTES])
{
    crypto_generichash_state state;
    uint8_t block[64 * 1024];
    ssize_t got;

    crypto_generichash_init(&state, NULL, 0, CRYPTO_HASH_BYTES);
    do {
        got = read(fd, block, sizeof(block));
        if (got > 0)
            crypto_generichash_update(&state, block, (size_t)got);
    } while (got > 0 || (got < 0 && errno == EINTR));
    crypto_generichash_final(&state, out, CRYPTO_HASH_BYTES);
    return got == 0 ? 0 : -1;
}

void crypto_id(const struct crypto_piece *pieces, size_t count, uint8_t out[16])
{
    uint8_t hash[CRYPTO_HASH_BYTES];

    crypto_hash_pieces(pieces, count, hash);
    memcpy(out, hash, 16);
    out[6] = (uint8_t)((out[6] & 0x0f) | 0x80);
    out[8] = (uint8_t)((out[8] & 0x3f) | 0x80);
}

void crypto_seal(const struct crypto_ring *ring, const struct uuid *bound, const void *message,
                 size_t len, uint8_t *out)
{
    const struct crypto_key *key = &ring->keys[ring->count - 1];
    uint8_t *nonce = out + 2;

    out[0] = (uint8_t)(key->id >> 8);
    out[1] = (uint8_t)key->id;
    crypto_random(nonce, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE_BYTES, NULL, message, len,
                                               bound->bytes, sizeof(bound->bytes), NULL, nonce,
                                               key->bytes);
}

int crypto_unseal(struct crypto_ring *ring, const struct uuid *bound, const uint8_t *sealed,
                  size_t len, void *out, struct err *e)
{
    if (len < CRYPTO_SEAL_OVERHEAD)
        return err_set(e, ERR_INPUT, "could not open sealed message: %zu bytes are too few", len);
    unsigned id = (unsigned)sealed[0] << 8 | sealed[1];
    const struct crypto_key *key = crypto_ring_find(ring, id);
    if (key == NULL && crypto_ring_renew(ring, e) < 0)
        return err_in(e, "could not open sealed message");
    if (key == NULL)
        key = crypto_ring_find(ring, id);
    if (key == NULL)
        return err_set(e, ERR_SYSTEM, "could not open sealed message: key %u is not in the ring",
                       id);
    const uint8_t *nonce = sealed + 2;
    const uint8_t *box = nonce + NONCE_BYTES;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, box,
                                                   len - (size_t)(box - sealed), bound->bytes,
                                                   sizeof(bound->bytes), nonce, key->bytes) != 0)
        return err_set(e, ERR_INPUT,
                       "could not open sealed message: it was altered or belongs elsewhere");
    return 0;
}

void crypto_index(const struct crypto_ring *ring, const char *kind, const char *text,
                  uint8_t out[CRYPTO_INDEX_BYTES])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, ring->index_key, sizeof(ring->index_key), CRYPTO_INDEX_BYTES);
    /* With its NUL, so that kind and text cannot run into each other. */
    crypto_generichash_update(&state, (const uint8_t *)kind, strlen(kind) + 1);
    crypto_generichash_update(&state, (const uint8_t *)text, strlen(text));
    crypto_generichash_final(&state, out, CRYPTO_INDEX_BYTES);
    sodium_memzero(&state, sizeof(state));
}

void crypto_secret(const struct crypto_ring *ring, const struct uuid *case_id,
                   char out[CRYPTO_SECRET_SIZE])
{
    uint8_t secret[SECRET_BYTES];

    crypto_generichash(secret, sizeof(secret), case_id->bytes, sizeof(case_id->bytes),
                       ring->secret_key, sizeof(ring->secret_key));
    sodium_bin2base64(out, CRYPTO_SECRET_SIZE, secret, sizeof(secret),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(secret, sizeof(secret));
}

bool crypto_secret_matches(const struct crypto_ring *ring, const struct uuid *case_id,
                           const char *secret)
{
    char right[CRYPTO_SECRET_SIZE];

    if (strnlen(secret, sizeof(right)) != sizeof(right) - 1)
        return false;
    crypto_secret(ring, case_id, right);
    bool matches = sodium_memcmp(right, secret, sizeof(right)) == 0;
    sodium_memzero(right, sizeof(right));
    return matches;
}

void crypto_hmac_sha256(const void *key, size_t key_len, const struct crypto_piece *pieces,
                        size_t count, uint8_t out[CRYPTO_HMAC_BYTES])
{
    crypto_auth_hmacsha256_state state;

    crypto_auth_hmacsha256_init(&state, key, key_len);
    for (size_t i = 0; i < count; i++)
        crypto_auth_hmacsha256_update(&state, pieces[i].data, pieces[i].len);
    crypto_auth_hmacsha256_final(&state, out);
    sodium_memzero(&state, sizeof(state));
}

bool crypto_equal(const void *a, const void *b, size_t len)
{
    return sodium_memcmp(a, b, len) == 0;
}

void crypto_random(void *out, size_t len)
{
    randombytes_buf(out, len);
}

void crypto_curve_new(char public_key[CRYPTO_CURVE_SIZE], char secret_key[CRYPTO_CURVE_SIZE])
{
    int failed = zmq_curve_keypair(public_key, secret_key);

    assert(!failed); /* only a libzmq built without CURVE refuses */
}
