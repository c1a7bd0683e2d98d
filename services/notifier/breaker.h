/* SPDX-License-Identifier: Apache-2.0 */
/* breaker - keeps away from a gateway that does not work, and tries it now and then. Pure.
 *
 * A number of failures in a row opens it for a while; then one attempt at a
 * time goes through until one succeeds. Each further failure doubles the
 * while. */
#ifndef BREAKER_H
#define BREAKER_H

#include "base.h"

enum { BREAKER_FAILURES = 5, BREAKER_FIRST_S = 1, BREAKER_LAST_S = 60 };

/* Start with {0}. Times are monotonic, in microseconds. */
struct breaker {
    int failures;     /* in a row */
    int64_t pause_us; /* of the last opening */
    int64_t until_us; /* nothing goes through before */
};

void breaker_good(struct breaker *b); /* it has answered, whatever it said */
void breaker_bad(struct breaker *b, int64_t now_us);
/* The gateway has asked for that long. */
void breaker_wait(struct breaker *b, int64_t now_us, int64_t wait_us);

bool breaker_is_open(const struct breaker *b);
/* How many of the free places may be used now, when busy are used. */
int breaker_room(const struct breaker *b, int64_t now_us, int busy, int limit);

#endif
