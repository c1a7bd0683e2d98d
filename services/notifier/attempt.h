/* SPDX-License-Identifier: Apache-2.0 */
/* attempt - one attempt at one delivery, as those see it who write its message. */
#ifndef ATTEMPT_H
#define ATTEMPT_H

#include "claimed.h"
#include "notifier.h"
#include "open311_steps.h"

struct attempt {
    struct notifier *n;
    struct lane *lane;
    const struct catalogue *catalogue; /* kept */
    const struct open311_step *step;   /* of what is told as Open311 has it; else NULL */
    struct uuid id;
    int16_t number;
    int64_t expires_at;
    struct attempt *next, *before;
};

/* What became of what was sent: a transfer's callback. */
transfer_fn attempt_result;

/* These write the message and hand it over; ERR_INPUT: it will never go. */
int to_person(struct attempt *a, const struct claimed *d, struct err *e) CHECKED; /* to_person.c */
int to_front(struct attempt *a, const struct claimed *d, struct err *e) CHECKED;  /* to_front.c */

#endif
