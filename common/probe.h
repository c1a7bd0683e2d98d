/* SPDX-License-Identifier: Apache-2.0 */
/* probe - the operator's listener of each service: /healthz, /readyz, /metrics.
 *
 * /healthz touches nothing and answers 200 while the loop turns. /readyz
 * answers 200 or 503 with {"ready":bool,"checks":{"database":"ok",...}}. */
#ifndef PROBE_H
#define PROBE_H

#include "http.h"

/* NULL when well, else why not, in a few words (borrowed until the next call). */
typedef const char *probe_fn(void *ctx);

struct probe_check {
    const char *name; /* "database", "router", "leader" */
    probe_fn *fn;
};

struct probe;

/* checks ends with {0} and outlives the probe; ctx is given to each. */
int probe_open(struct probe **out, struct loop *loop, const char *service, const char *listen,
               const struct probe_check *checks, void *ctx, struct err *e) CHECKED;
void probe_close(struct probe **probe);
unsigned probe_port(const struct probe *probe);
void probe_drain(struct probe *probe); /* from now on /readyz answers 503 "stopping" */

#endif
