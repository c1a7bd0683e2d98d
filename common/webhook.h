/* SPDX-License-Identifier: Apache-2.0 */
/* webhook - signatures of Standard Webhooks 1.0.0 (HMAC-SHA256, "v1"). Pure. */
#ifndef WEBHOOK_H
#define WEBHOOK_H

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
