/* SPDX-License-Identifier: Apache-2.0 */
/* encode - a checked submission as the frames of case.submit.v1. */
#ifndef ENCODE_H
#define ENCODE_H

#include "bus.h"
#include "crypto.h"
#include "messages.h"
#include "submission.h"

enum { ENCODE_FINGERPRINT_SIZE = 33, ENCODE_KEY_MAX = 255 };

/* What the Idempotency-Key of a request stands for. */
struct encode_key {
    struct uuid command;                       /* nil: no key was given */
    char fingerprint[ENCODE_FINGERPRINT_SIZE]; /* of what was said under it, hexadecimal */
};

struct encode_request {
    const char *method, *path, *body;
    size_t len; /* of body */
};

/* ERR_INPUT for a key that is not 1 to ENCODE_KEY_MAX characters of visible ASCII. */
int encode_key_check(const char *key, struct err *e) CHECKED;
/* The id of a command: the same text gives the same one, which tells nothing about it. */
void encode_command(const struct crypto_ring *ring, const char *text, struct uuid *out);

/* An Idempotency-Key and whose it is: each front end counts its own. */
struct encode_said {
    const char *key; /* NULL: none was given */
    const char *via; /* who holds the door's key by which it came; NULL: nobody did */
};
/* ERR_INPUT as encode_key_check. */
int encode_key(const struct crypto_ring *ring, const struct encode_said *said,
               const struct encode_request *request, struct encode_key *out, struct err *e) CHECKED;

/* Buffers that are used again for each case. */
struct encoder {
    const struct crypto_ring *ring;
    struct strbuf head, content, secret, contact;
};
void encoder_init(struct encoder *encoder, const struct crypto_ring *ring);
void encoder_free(struct encoder *encoder);

/* Appends head, content and contact to m. channel: "api", "open311". */
void encode_case(struct encoder *encoder, const struct submission *s, const char *channel,
                 const struct encode_key *key, struct bus_message *m);

#endif
