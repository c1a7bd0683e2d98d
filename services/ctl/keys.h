/* SPDX-License-Identifier: Apache-2.0 */
/* keys - the workers' keys that commands hold for themselves. */
#ifndef KEYS_H
#define KEYS_H

#include "ctl.h"
#include "worker_session.h"

/* The key of a worker of ours, bound to exactly these units (a JSON array of codes): as it is,
 * bound anew, or made with its file as "dunghen keys worker" does. *changed: dispatch has to learn
 * of it first. ERR_CONFLICT when somebody has revoked it. */
int keys_ensure(struct ctl *ctl, const char *name, const char *units, struct worker_keys *out,
                bool *changed, struct err *e) CHECKED;

#endif
