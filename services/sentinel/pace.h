/* SPDX-License-Identifier: Apache-2.0 */
/* pace - what nobody waits for leaves room for those who wait for the same database and tracker: a
 * rest after each piece, the longer the busier these two are, a second at most. So it has a
 * twentieth of their time: some 70 merges a second on two cores, where a city's worst hour has a
 * few. */
#ifndef PACE_H
#define PACE_H

#include "clock.h"

enum {
    PACE_REST = 19, /* so many times as long as the piece took */
    PACE_REST_MOST_US = 1000000,
};

/* Microseconds, for a piece that was begun at that moment (monotonic). */
static inline int64_t pace_rest_us(int64_t began_us)
{
    int64_t us = PACE_REST * (clock_mono_us() - began_us);

    return us < PACE_REST_MOST_US ? us : PACE_REST_MOST_US;
}

#endif
