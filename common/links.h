/* SPDX-License-Identifier: Apache-2.0 */
/* links - the addresses of the public door that citizens are given. */
#ifndef LINKS_H
#define LINKS_H

#include "crypto.h"
#include "strbuf.h"

/* Appends "<public_url>/t/REFERENCE?k=SECRET", where a case is followed. */
void links_tracking(struct strbuf *out, const char *public_url, const char *reference,
                    const struct crypto_ring *ring, const struct uuid *case_id);
/* Appends "<public_url>/u/TOKEN", where messages are refused. */
void links_unsubscribe(struct strbuf *out, const char *public_url, const char *token);

#endif
