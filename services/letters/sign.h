/* SPDX-License-Identifier: Apache-2.0 */
/* sign - a unit's X.509 key, and the signatures it makes: CMS as PAdES baseline B-B wants it (ETSI
 * EN 319 142-1): detached, SHA-256, signing-certificate-v2, no signing time of its own. The only
 * user of OpenSSL among the letters. */
#ifndef SIGN_H
#define SIGN_H

#include "crypto.h"
#include "err.h"

struct signer;

/* The pairs of a folder, kept as long as their files are the same. */
struct signers;
struct signers *signers_open(const char *dir);
void signers_close(struct signers **signers);

/* Who signs for the unit: <dir>/<unit>.key.pem with <unit>.crt.pem (the certificate, then those
 * that vouch for it), or else the city's default.key.pem and default.crt.pem. *out is NULL when
 * there is neither; else it is valid until the next call. ERR_SYSTEM for a key that others may
 * read, that does not fit its certificate, or whose certificate is not valid today. */
int signers_find(struct signers *signers, const char *unit, const struct signer **out,
                 struct err *e) CHECKED;

const char *signer_name(const struct signer *signer);    /* for people: its common name */
const char *signer_subject(const struct signer *signer); /* "CN=...,O=..." as in RFC 2253 */

/* Signs the pieces, one after another. *out is DER; yours to free with signer_free_der. With an
 * RSA key the same pieces have the same signature. */
int signer_sign(const struct signer *signer, const struct crypto_piece *pieces, size_t count,
                uint8_t **out, size_t *len, struct err *e) CHECKED;
void signer_free_der(uint8_t **der);

#endif
