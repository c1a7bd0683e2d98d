/* SPDX-License-Identifier: Apache-2.0 */
#include "backoff.h"

#include "clock.h"

int64_t backoff_us(int64_t first_us, int64_t attempt, uint64_t chance)
{
    const int64_t last = BACKOFF_LAST_S * (int64_t)CLOCK_US_PER_S;
    int64_t wait = first_us < last ? first_us : last;

    for (int64_t i = 1; i < attempt && wait < last; i++)
        wait *= 2;
    if (wait > last)
        wait = last;
    return wait - (int64_t)(chance % (uint64_t)(wait / 2 + 1));
}
