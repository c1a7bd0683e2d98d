/* SPDX-License-Identifier: Apache-2.0 */
/* zap - says who may connect: libzmq asks it about each CURVE key (ZeroMQ RFC 27). */
#ifndef ZAP_H
#define ZAP_H

#include "loop.h"

#define ZAP_DOMAIN "workers"

struct zap;
/* Whether the holder of a public key (Z85) may come in. */
typedef bool zap_fn(void *ctx, const char *public_key);

/* Open it before any socket of the context is bound with ZAP_DOMAIN. Who comes
 * in has the public key as the User-Id of his messages. */
int zap_open(struct zap **out, struct loop *loop, void *zmq, zap_fn *fn, void *ctx,
             struct err *e) CHECKED;
void zap_close(struct zap **zap);

#endif
