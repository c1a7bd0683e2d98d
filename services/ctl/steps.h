/* SPDX-License-Identifier: Apache-2.0 */
/* steps - what a command does, a line for each step with the time of day and since the start. */
#ifndef STEPS_H
#define STEPS_H

#include "ctl.h"

struct steps {
    const struct ctl *ctl;
    int64_t began_us; /* monotonic */
};

/* Prints the title after an empty line; the time runs from now. */
void steps_begin(struct steps *steps, const struct ctl *ctl, const char *title);
/* "  14:05:09.123      12 ms  accepted   ..." */
void steps_say(const struct steps *steps, const char *name, const char *fmt, ...) PRINTF(3, 4);

#endif
