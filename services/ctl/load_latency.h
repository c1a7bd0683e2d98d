/* SPDX-License-Identifier: Apache-2.0 */
/* load_latency - many durations, remembered to one in sixty-four. */
#ifndef LOAD_LATENCY_H
#define LOAD_LATENCY_H

#include "base.h"

enum { LOAD_FINE = 64, LOAD_OCTAVES = 30 }; /* steps within a doubling; doublings */

struct load_latency {
    uint64_t counts[LOAD_OCTAVES * LOAD_FINE];
    uint64_t total;
    int64_t max_us;
};

void load_latency_add(struct load_latency *l, int64_t us);

/* The duration within which this share (0.99) of all stayed; 0 without any. */
double load_latency_ms(const struct load_latency *l, double share);

#endif
