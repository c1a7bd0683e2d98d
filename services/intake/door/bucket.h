/* SPDX-License-Identifier: Apache-2.0 */
/* bucket - so many in a time, and no more: a token bucket. */
#ifndef BUCKET_H
#define BUCKET_H

#include "clock.h"

#include <math.h>
#include <stdbool.h>

struct bucket_rate {
    int64_t quota;    /* tokens of a full bucket; 0: no limit */
    int64_t window_s; /* in which an empty one fills up */
};

struct bucket {
    double left;   /* tokens, at that moment */
    int64_t at_us; /* monotonic */
};

/* Takes a token if there is one. Seconds until the next one, or until the bucket is full again
 * while one is left, into *wait_s. */
static inline bool bucket_take(struct bucket *b, const struct bucket_rate *rate, int64_t now_us,
                               double *wait_s)
{
    double per_us = (double)rate->quota / ((double)rate->window_s * CLOCK_US_PER_S);

    b->left = fmin(b->left + (double)(now_us - b->at_us) * per_us, (double)rate->quota);
    b->at_us = now_us;
    bool good = b->left >= 1;
    if (good)
        b->left -= 1;
    *wait_s =
        (b->left >= 1 ? (double)rate->quota - b->left : 1 - b->left) / per_us / CLOCK_US_PER_S;
    return good;
}

#endif
