/* SPDX-License-Identifier: Apache-2.0 */
/* state_kinds - what the state of a case says, for who writes the cases and who lists them. */
#ifndef STATE_KINDS_H
#define STATE_KINDS_H

#include "base.h"

struct state_kind {
    const char *name;
    bool is_open; /* else the case has been answered or closed */
    bool is_rare; /* off the straight way: such cases are in the table rare_cases */
};

/* NULL: there is no such state. */
const struct state_kind *state_kind(const char *name);

#endif
