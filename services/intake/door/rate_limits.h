/* SPDX-License-Identifier: Apache-2.0 */
/* rate_limits - how much one address or one contact may send and ask, for who has no key.
 *
 * Token buckets in memory, for each process; those that were not used for the longest time make
 * room for others. Contacts are kept as keyed hashes. Behind a proxy the address is what
 * X-Forwarded-For says in all its lines, counted from the right past the proxies that are trusted.
 * Who comes from this machine is not limited: that is an operator, or a proxy that nobody has
 * named. An IPv6 address stands for its /64, which is what one customer has. */
#ifndef RATE_LIMITS_H
#define RATE_LIMITS_H

#include "bucket.h"
#include "crypto.h"
#include "http.h"

struct limits;

struct limits_settings {
    const char *proxies; /* "10.0.0.1, 192.168.0.0/16, ::1": trusted */
    struct bucket_rate writes, reads, contact;
};

/* ERR_INPUT for a proxy that is none. */
int limits_open(struct limits **out, const struct limits_settings *settings, struct err *e) CHECKED;
void limits_close(struct limits **limits);

enum limits_kind { LIMITS_WRITE, LIMITS_READ };

/* Whether the address may: takes one from its bucket, and sets RateLimit headers and Retry-After.
 */
bool limits_address(struct limits *limits, struct http_request *request, enum limits_kind kind);
/* Likewise of a contact, a text that is the same for the same person, in a request of that address.
 * Sets Retry-After alone. */
bool limits_contact(struct limits *limits, struct http_request *request,
                    const struct crypto_ring *ring, const char *contact);

/* ---- for tests ---- */

enum { LIMITS_ADDRESS_BYTES = 16 };
/* Of peer, with what X-Forwarded-For says (NULL: nothing): IPv4 as ::ffff:a.b.c.d. */
void limits_address_of(const struct limits *limits, const char *peer, const char *forwarded,
                       uint8_t out[LIMITS_ADDRESS_BYTES]);

#endif
