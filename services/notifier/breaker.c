/* SPDX-License-Identifier: Apache-2.0 */
#include "breaker.h"

#include "clock.h"

void breaker_good(struct breaker *b)
{
    b->failures = 0;
    b->pause_us = 0;
}

void breaker_bad(struct breaker *b, int64_t now_us)
{
    const int64_t first = BREAKER_FIRST_S * (int64_t)CLOCK_US_PER_S,
                  last = BREAKER_LAST_S * (int64_t)CLOCK_US_PER_S;

    if (b->failures < BREAKER_FAILURES)
        b->failures++;
    if (b->failures < BREAKER_FAILURES || now_us < b->until_us)
        return;
    b->pause_us = b->pause_us == 0 ? first : 2 * b->pause_us;
    if (b->pause_us > last)
        b->pause_us = last;
    b->until_us = now_us + b->pause_us;
}

void breaker_wait(struct breaker *b, int64_t now_us, int64_t wait_us)
{
    if (now_us + wait_us > b->until_us)
        b->until_us = now_us + wait_us;
}

bool breaker_is_open(const struct breaker *b)
{
    return b->failures >= BREAKER_FAILURES;
}

int breaker_room(const struct breaker *b, int64_t now_us, int busy, int limit)
{
    if (now_us < b->until_us)
        return 0;
    if (breaker_is_open(b))
        limit = 1;
    return busy < limit ? limit - busy : 0;
}
