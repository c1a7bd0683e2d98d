/* SPDX-License-Identifier: Apache-2.0 */
/* fake_timers - stands in for the loop's timers: what one was set to is looked at instead of waited
 * for. For a test of one file that has timers of its own and a tick once a second. */
#ifndef FAKE_TIMERS_H
#define FAKE_TIMERS_H

#include "clock.h"
#include "loop.h"
#include "mem.h"

#include <stdlib.h>

#include "unit.h"

enum { SECOND_US = 1000000 };

struct loop_timer {
    struct loop_timer *next;
    loop_fn *fn;
    void *ctx;
    int64_t delay_us; /* -1: not set */
};

static struct loop_timer *timers; /* the newest first */
static struct loop_timer tick;    /* once a second */

struct loop_timer *loop_timer_new(struct loop *loop, loop_fn *fn, void *ctx)
{
    struct loop_timer *timer = mem_new(1, sizeof(*timer));

    (void)loop;
    *timer = (struct loop_timer){timers, fn, ctx, -1};
    timers = timer;
    return timer;
}

void loop_timer_set_us(struct loop_timer *timer, int64_t delay_us)
{
    timer->delay_us = delay_us;
}

void loop_timer_cancel(struct loop_timer *timer)
{
    timer->delay_us = -1;
}

bool loop_timer_is_set(const struct loop_timer *timer)
{
    return timer->delay_us >= 0;
}

void loop_every_ms(struct loop *loop, int64_t period_ms, loop_fn *fn, void *ctx)
{
    (void)loop;
    assert_int_equal(period_ms * CLOCK_US_PER_MS, SECOND_US);
    tick = (struct loop_timer){NULL, fn, ctx, SECOND_US};
}

static inline void free_timers(void)
{
    while (timers != NULL) {
        struct loop_timer *timer = timers;
        timers = timer->next;
        free(timer);
    }
}

#endif
