/* SPDX-License-Identifier: Apache-2.0 */
/* crypto - keys, sealing, blind indexes, tracking secrets and hashes; the only user of libsodium.
 */
#ifndef CRYPTO_H
#define CRYPTO_H

#include "ids.h"

/* Starts libsodium; call once in main before anything else here. */
int crypto_open(struct err *e) CHECKED;

enum { CRYPTO_HASH_BYTES = 32, CRYPTO_KEY_BYTES = 32, CRYPTO_INDEX_BYTES = 16 };

/* BLAKE2b-256 of several pieces, one after another, as if they were one: who
 * hashes pieces of varying length puts the lengths in as well. (libsodium
 * has the name crypto_hash.) */
struct crypto_piece {
    const void *data;
    size_t len;
};
void crypto_hash_pieces(const struct crypto_piece *pieces, size_t count,
                        uint8_t out[CRYPTO_HASH_BYTES]);
/* The same of what can be read from fd. -1, and errno, when it cannot. */
int crypto_hash_fd(int fd, uint8_t out[CRYPTO_HASH_BYTES]) CHECKED;
/* An id that is the same for the same pieces (RFC 9562, version 8): 16 bytes. */
void crypto_id(const struct crypto_piece *pieces, size_t count, uint8_t out[16]);

/* A key ring: a text file of lines "<id> <64 hex digits>", id from 1 to 32767.
 * The last line's key seals; every key opens. Rotation appends a line. The
 * blind index and the tracking secret use keys derived from the FIRST line, so
 * that rotation does not change them. At most 256 lines; nothing else may
 * stand in the file. */
struct crypto_ring;

/* ERR_INPUT, naming the line, for a malformed file, ERR_SYSTEM when it cannot be read or others
 * may read it (mode & 077). */
int crypto_ring_open(struct crypto_ring **out, const char *path, struct err *e) CHECKED;
void crypto_ring_close(struct crypto_ring **ring);

/* Appends a new random key to the file (made with mode 0600 when missing), whose id
 * is one more than the highest. It is on the disk when this returns; a
 * file that crypto_ring_open() would refuse is left as it is. */
int crypto_ring_add(const char *path, struct err *e) CHECKED;
/* Likewise; its id is beyond after as well: of keys that were lost. */
int crypto_ring_add_after(const char *path, unsigned after, struct err *e) CHECKED;

/* XChaCha20-Poly1305 with the ring's last key. The result is key id (2 bytes,
 * big endian), nonce, ciphertext and tag: len + CRYPTO_SEAL_OVERHEAD bytes into
 * out. bound is what the message belongs to (a case id): it must be given
 * again to open it. */
enum { CRYPTO_SEAL_OVERHEAD = 2 + 24 + 16 };
void crypto_seal(const struct crypto_ring *ring, const struct uuid *bound, const void *message,
                 size_t len, uint8_t *out);
/* Opens into out (len - CRYPTO_SEAL_OVERHEAD bytes). For a key that the ring does not have, its
 * file is read again if it has changed: another service may seal with a new key before this one is
 * started again. ERR_INPUT: too short or altered; ERR_SYSTEM: the key is not in the file, which
 * somebody may mend. out then holds nothing of the message. */
int crypto_unseal(struct crypto_ring *ring, const struct uuid *bound, const uint8_t *sealed,
                  size_t len, void *out, struct err *e) CHECKED;

/* A keyed hash that finds equal texts again without telling what they are.
 * kind separates name spaces ("phone", "email", "idempotency"). */
void crypto_index(const struct crypto_ring *ring, const char *kind, const char *text,
                  uint8_t out[CRYPTO_INDEX_BYTES]);

/* The secret of a case's tracking link: derived from the ring and the case's
 * id, so nothing is stored. 22 characters of base64url. */
enum { CRYPTO_SECRET_SIZE = 23 };
void crypto_secret(const struct crypto_ring *ring, const struct uuid *case_id,
                   char out[CRYPTO_SECRET_SIZE]);
/* In constant time. */
bool crypto_secret_matches(const struct crypto_ring *ring, const struct uuid *case_id,
                           const char *secret);

/* HMAC-SHA256 (RFC 2104) of several pieces, one after another. */
enum { CRYPTO_HMAC_BYTES = 32 };
void crypto_hmac_sha256(const void *key, size_t key_len, const struct crypto_piece *pieces,
                        size_t count, uint8_t out[CRYPTO_HMAC_BYTES]);

/* In constant time. */
bool crypto_equal(const void *a, const void *b, size_t len);

void crypto_random(void *out, size_t len);

/* CURVE keys in ZeroMQ's Z85 text form (40 characters and NUL). */
enum { CRYPTO_CURVE_SIZE = 41 };
void crypto_curve_new(char public_key[CRYPTO_CURVE_SIZE], char secret_key[CRYPTO_CURVE_SIZE]);

#endif
