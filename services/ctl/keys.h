/* SPDX-License-Identifier: Apache-2.0 */
/* keys - what the commands about keys share. */
#ifndef KEYS_H
#define KEYS_H

#include "ctl.h"
#include "worker_keys.h"

/* The key of a worker of ours, bound to exactly these units (a JSON array of codes): as it is,
 * bound anew, or made with its file as "dunghen keys worker" does. *changed: dispatch has to learn
 * of it first. ERR_CONFLICT when somebody has revoked it. */
int keys_ensure(struct ctl *ctl, const char *name, const char *units, struct worker_keys *out,
                bool *changed, struct err *e) CHECKED;

/* The pair that signs the letters of units without one, when it is missing. */
int keys_letters_default(const struct ctl *ctl, struct err *e) CHECKED;

#endif
