/* SPDX-License-Identifier: Apache-2.0 */
#include "load_latency.h"

#include "clock.h"

/* Below LOAD_FINE each microsecond has a place of its own; above, each
 * doubling has LOAD_FINE / 2 places in use. */
static size_t place_of(int64_t us)
{
    size_t octave = 0;

    while (us >= LOAD_FINE) {
        us /= 2;
        octave++;
    }
    size_t place = octave * LOAD_FINE + (size_t)us;
    return place < LOAD_OCTAVES * LOAD_FINE ? place : LOAD_OCTAVES * LOAD_FINE - 1;
}

/* The longest duration of a place. */
static int64_t longest_of(size_t place)
{
    size_t octave = place / LOAD_FINE;
    int64_t first = (int64_t)(place % LOAD_FINE) << octave;

    return first + ((int64_t)1 << octave) - 1;
}

void load_latency_add(struct load_latency *l, int64_t us)
{
    l->counts[place_of(us > 0 ? us : 0)]++;
    l->total++;
    if (us > l->max_us)
        l->max_us = us;
}

double load_latency_ms(const struct load_latency *l, double share)
{
    uint64_t wanted = (uint64_t)(share * (double)l->total + 0.999999), seen = 0;

    for (size_t i = 0; i < COUNT(l->counts); i++) {
        seen += l->counts[i];
        if (seen >= wanted && seen > 0) {
            int64_t us = longest_of(i);
            return (double)(us < l->max_us ? us : l->max_us) / CLOCK_US_PER_MS;
        }
    }
    return 0;
}
