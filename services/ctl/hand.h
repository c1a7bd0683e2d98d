/* SPDX-License-Identifier: Apache-2.0 */
/* hand - a worker of a command's own, with a key that is made or bound when it must be.
 *
 * dispatch learns of a key within a second; until then the session is tried again and again. */
#ifndef HAND_H
#define HAND_H

#include "ctl.h"
#include "worker_session.h"

struct hand;

struct hand_settings {
    struct ctl *ctl;
    const char *name;  /* of the key */
    const char *units; /* JSON array of codes */
    void (*on_task)(void *ctx, const struct wire_task *task);
    void (*on_result)(void *ctx, const struct wire_result *result); /* refused NULL: OK */
    void *ctx;
};

/* *new_key: the key was made or bound anew. */
int hand_open(struct hand **out, const struct hand_settings *settings, bool *new_key,
              struct err *e) CHECKED;
void hand_close(struct hand **hand);

/* To say something with. */
struct worker_session *hand_session(const struct hand *hand);

/* Something is to happen within so many milliseconds from now. */
void hand_expect(struct hand *hand, int64_t ms);

/* Takes tasks until hand_end, or until what was expected has not come. */
int hand_run(struct hand *hand, struct err *e) CHECKED;
void hand_end(struct hand *hand);

/* Why there is no session; "" when there is one. */
const char *hand_trouble(const struct hand *hand);

#endif
