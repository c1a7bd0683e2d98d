/* SPDX-License-Identifier: Apache-2.0 */
/* strbuf - text built piece by piece, up to a limit.
 *
 * The first append that would pass the limit marks the buffer as failed; every
 * later append does nothing. So: append freely, check once with strbuf_text().
 * Always NUL-terminated; may hold NUL bytes. Not for sharing between threads. */
#ifndef STRBUF_H
#define STRBUF_H

#include "base.h"

struct strbuf {
    char *data;   /* owned; NULL until the first append */
    size_t len;   /* bytes in use, without the final NUL */
    size_t room;  /* bytes allocated */
    size_t limit; /* bytes allowed, without the final NUL */
    bool failed;  /* the limit was hit */
};

#define STRBUF(max) ((struct strbuf){.limit = (max)})

void strbuf_add(struct strbuf *b, const void *data, size_t len);
void strbuf_addf(struct strbuf *b, const char *fmt, ...) PRINTF(2, 3);
void strbuf_add_int(struct strbuf *b, int64_t n);                    /* in decimal digits */
void strbuf_add_decimal(struct strbuf *b, double value);             /* as decimal_text() */
void strbuf_add_hex(struct strbuf *b, const void *data, size_t len); /* lower-case digits */
void strbuf_add_url(struct strbuf *b, const char *text); /* percent-encoded, as forms have it */

/* The text, owned by b and valid until its next change; NULL if b failed. */
const char *strbuf_text(const struct strbuf *b);

void strbuf_clear(struct strbuf *b); /* empties b, and keeps its room */
void strbuf_free(struct strbuf *b);  /* b may be used again afterwards */

#endif
