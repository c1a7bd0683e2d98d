/* SPDX-License-Identifier: Apache-2.0 */
/* chance - repeatable random numbers for property tests. A new seed each run,
 * to be printed; DUNGHEN_SEED in the environment repeats a run. */
#ifndef CHANCE_H
#define CHANCE_H

#include <stdint.h>
#include <stdlib.h>
#include <time.h>

struct chance {
    uint64_t state;
};

static inline uint64_t chance_seed(void)
{
    const char *wanted = getenv("DUNGHEN_SEED");
    struct timespec t;

    if (wanted != NULL)
        return strtoull(wanted, NULL, 10);
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

/* The next 64 bits: a counter stepped by an odd constant, then mixed. */
static inline uint64_t chance_bits(struct chance *c)
{
    uint64_t x = c->state += 0x9e3779b97f4a7c15U;

    x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93U;
    x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93U;
    return x ^ (x >> 32);
}

/* From low to high, both included; high - low fits an int64_t. */
static inline int64_t chance_between(struct chance *c, int64_t low, int64_t high)
{
    return low + (int64_t)(chance_bits(c) % ((uint64_t)(high - low) + 1));
}

#endif
