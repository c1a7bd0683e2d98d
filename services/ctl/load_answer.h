/* SPDX-License-Identifier: Apache-2.0 */
/* load_answer - an HTTP/1.1 answer, found in the bytes that have come so far.
 *
 * As much as a load generator needs: a status line, and a body whose length
 * Content-Length tells. Chunked bodies are refused. */
#ifndef LOAD_ANSWER_H
#define LOAD_ANSWER_H

#include "base.h"

enum load_progress {
    LOAD_MORE,  /* not all there yet */
    LOAD_WHOLE, /* head and body are there */
    LOAD_WRONG, /* no answer that is understood */
};

struct load_answer {
    unsigned status;
    const char *body; /* within the bytes read; not NUL-terminated */
    size_t len;
    size_t total; /* bytes of head and body */
    bool closes;  /* the server closes the connection after this */
    int64_t retry_after_s;
};

/* Sets *out for LOAD_WHOLE alone. */
enum load_progress load_answer_read(const char *bytes, size_t len, struct load_answer *out);

/* The text of a JSON object's member that needs no unescaping, of exactly len
 * bytes, or NULL. A search instead of a parser, since a generator that parses
 * would take the time of the server beside it. */
const char *load_answer_text(const struct load_answer *answer, const char *name, size_t len);

#endif
