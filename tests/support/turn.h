/* SPDX-License-Identifier: Apache-2.0 */
/* turn - runs a loop until something has become true; a limit ends what hangs.
 * For tests that hold both ends of a conversation in one loop. */
#ifndef TURN_H
#define TURN_H

#include "loop.h"

#include <assert.h>

enum { TURN_LIMIT_S = 60 };

typedef bool turn_fn(void *ctx);

struct turn {
    struct loop *loop;
    struct loop_timer *limit;
    turn_fn *done;
    void *ctx;
    bool reached;
};

static inline void turn_look(void *ctx)
{
    struct turn *t = ctx;

    if (t->done == NULL || !t->done(t->ctx))
        return;
    t->reached = true;
    loop_stop(t->loop);
}

static inline void turn_give_up(void *ctx)
{
    struct turn *t = ctx;

    loop_stop(t->loop);
}

/* Once for a loop; t lives as long as it. */
static inline void turn_open(struct turn *t, struct loop *loop)
{
    *t = (struct turn){.loop = loop, .limit = loop_timer_new(loop, turn_give_up, t)};
    loop_after_turn(loop, turn_look, t);
    loop_every_ms(loop, 5, turn_look, t);
}

/* done is asked after each turn; whether it came true within the limit. */
static inline bool turn_until(struct turn *t, turn_fn *done, void *ctx)
{
    struct err e;

    t->done = done;
    t->ctx = ctx;
    t->reached = false;
    loop_timer_set_us(t->limit, TURN_LIMIT_S * INT64_C(1000000));
    int rc = loop_run(t->loop, &e);
    assert(rc == 0);
    t->done = NULL;
    return t->reached;
}

#endif
