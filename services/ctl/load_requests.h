/* SPDX-License-Identifier: Apache-2.0 */
/* load_requests - the requests of a run, written out before it begins, so that
 * sending one costs a copy. */
#ifndef LOAD_REQUESTS_H
#define LOAD_REQUESTS_H

#include "load_target.h"
#include "load_texts.h"

struct load_requests;

/* With keys, each request carries the Idempotency-Key of load_requests_key. */
struct load_requests *load_requests_open(const struct load_texts *texts,
                                         const struct load_plan *plan,
                                         const struct load_target *target, bool keys);
void load_requests_close(struct load_requests **requests);

/* The room that any of them needs. */
size_t load_requests_room(const struct load_requests *requests);

/* Writes the request of case n to out; returns its length. */
size_t load_requests_write(const struct load_requests *requests, int64_t n, char *out);

/* Appends the body of a case's request. Returns where in it the digits of n stand: before the
 * full stop and quote that end the description. */
enum { LOAD_BODY_ROOM = 8192 };
size_t load_requests_body(const struct load_case *c, struct strbuf *out);

/* The key under which case n of a run is sent. */
enum { LOAD_KEY_SIZE = 32 };
const char *load_requests_key(int64_t run, int64_t n, char out[LOAD_KEY_SIZE]);

#endif
