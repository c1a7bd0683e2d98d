/* SPDX-License-Identifier: Apache-2.0 */
/* gate - who holds a key of the door, how often they may come, and from which web pages.
 *
 * The keys are the rows of door_keys, read again whenever the catalogue's version moves. A quota is
 * a bucket of so many requests that fills up again in a minute, for each process. */
#ifndef GATE_H
#define GATE_H

#include "db.h"
#include "http.h"
#include "rate_limits.h"

struct gate;

/* All are borrowed. */
struct gate *gate_new(struct loop *loop, struct db *db, struct limits *limits);
void gate_free(struct gate **gate);
/* The catalogue has changed, and the keys with it perhaps. They are read until that succeeds: a key
 * that was revoked opens nothing. */
void gate_look(struct gate *gate);
/* Why the keys are not known, or NULL. */
const char *gate_trouble(const struct gate *gate);

enum gate_verdict {
    GATE_OPEN,
    GATE_BUSY,    /* the keys are not known yet */
    GATE_UNKNOWN, /* there is no such key, or it was revoked */
    GATE_MISSING, /* a key is needed */
    GATE_SPENT,   /* the quota is used up; Retry-After is set */
    GATE_CROWDED, /* too much comes from this address; Retry-After is set */
    GATE_ORIGIN,  /* the web page is not one of the key's */
};

/* Judges a request by its key: the text key, or NULL or "" when none was given there. Then
 * "Authorization: Bearer KEY" counts. Sets the headers that tell of the quota and of the
 * web pages that may read the answer. */
enum gate_verdict gate_enter(struct gate *gate, struct http_request *request, const char *key,
                             bool needs_key);

/* Sets the headers by which every web page may read an answer that is the same for everybody, where
 * gate_enter is not asked. */
void gate_tell_pages(struct http_request *request);

/* Whether the address of who has no key may send or ask that much; a part of gate_enter, by itself
 * for pages. */
bool gate_admits_address(struct gate *gate, struct http_request *request);
/* Likewise of a search that goes along with something that is sent: it counts as asked. */
bool gate_admits_looking(struct gate *gate, struct http_request *request);

/* Who holds the key of a request, which is found as gate_enter finds it. */
struct gate_holder {
    const char *name; /* borrowed until the loop turns; NULL: there is no such key */
    int64_t webhooks; /* how many it may have */
};
void gate_holder(const struct gate *gate, struct http_request *request, const char *key,
                 struct gate_holder *out);

/* Whether any key is for web pages of that origin. */
bool gate_knows_origin(const struct gate *gate, const char *origin);

/* What a verdict other than GATE_OPEN says, in English, with the parameter's name. */
const char *gate_text(enum gate_verdict verdict);

#endif
