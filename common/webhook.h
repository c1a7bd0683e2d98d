/* SPDX-License-Identifier: Apache-2.0 */
/* webhook - front ends that are told of events: where they may be, and the signatures of Standard
 * Webhooks 1.0.0 (HMAC-SHA256, "v1"). Pure. */
#ifndef WEBHOOK_H
#define WEBHOOK_H

#include "crypto.h"
#include "err.h"
#include "strbuf.h"

enum { WEBHOOK_KEY_MIN = 24, WEBHOOK_KEY_MAX = 64 };

struct webhook_key {
    uint8_t bytes[WEBHOOK_KEY_MAX];
    size_t len;
};

/* "whsec_" and base64. ERR_INPUT says what is wrong without repeating it. */
int webhook_key_read(const char *text, struct webhook_key *out, struct err *e) CHECKED;
/* A new one of 32 bytes. */
void webhook_key_new(struct webhook_key *out);
void webhook_key_write(const struct webhook_key *key, struct strbuf *out);

/* A secret of the front end id as it is kept: sealed, in hexadecimal digits. */
enum { WEBHOOK_SECRET_BYTES = 256, WEBHOOK_SEALED_BYTES = 2 * (WEBHOOK_SECRET_BYTES + 64) };
void webhook_seal(const struct crypto_ring *ring, const struct uuid *id, const char *secret,
                  struct strbuf *out);

/* Where a front end may be told. */
enum webhook_url {
    WEBHOOK_URL_GOOD,
    WEBHOOK_URL_SCHEME, /* neither https:// nor, where local is allowed, http:// and this machine */
    WEBHOOK_URL_FORM,   /* no host, a login, a fragment, or blanks */
    WEBHOOK_URL_LONG,   /* more than WEBHOOK_URL_BYTES */
    WEBHOOK_URL_PRIVATE, /* where local is not allowed, an address that only this machine or network
                          * knows; a name is looked up when somebody is to be told */
};
enum { WEBHOOK_URL_BYTES = 2000 };
enum webhook_url webhook_url_check(const char *url, bool local_allowed);

/* Front ends that subscribe themselves may be at public addresses alone, unless DUNGHEN_FRONT_ENDS
 * says so. What it may be; ERR_INPUT names the variable. */
int webhook_local_read(const char *setting, bool *local_allowed, struct err *e) CHECKED;
#define WEBHOOK_LOCAL_KEY(type, field)                                                             \
    CONFIG_TEXT(type, field, "DUNGHEN_FRONT_ENDS", "public",                                       \
                "Where front ends that subscribe themselves may be: public, or local: also at "    \
                "private addresses, and on this machine by http://.")

struct webhook_message {
    const char *id;      /* webhook-id, the same in every attempt */
    int64_t timestamp_s; /* webhook-timestamp, of the attempt */
    const char *body;
    size_t len;
};

/* Appends the value of webhook-signature: "v1,...". */
void webhook_sign(const struct webhook_key *key, const struct webhook_message *message,
                  struct strbuf *out);

#endif
