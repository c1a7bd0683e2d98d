/* SPDX-License-Identifier: Apache-2.0 */
/* lane - a way out that is slow or broken by itself: the mail server, a gateway, one front end.
 *
 * Each has its own places and its own breaker, so that what is stalled holds
 * nothing else back. */
#ifndef LANE_H
#define LANE_H

#include "breaker.h"
#include "catalogue.h"
#include "channel.h"
#include "front.h"

enum { LANE_NAME_SIZE = 64, LANE_MAX_FRONTS = 256 };

struct lane {
    char name[LANE_NAME_SIZE]; /* "mail", "sms", "zalo", "webhook:NAME", "georeport:NAME" */
    enum channel channel;
    bool is_open;        /* is there; else nothing new is made for it and nothing is sent */
    int limit, busy;     /* places */
    int64_t deadline_us; /* how long a delivery is tried */
    int64_t timeout_ms;  /* of an attempt */
    struct breaker breaker;
    struct front front; /* of one */
};

struct lanes {
    struct lane mail, sms, zalo;
    struct lane fronts[LANE_MAX_FRONTS]; /* a place whose lane is busy is not given to another */
};

void lanes_free(struct lanes *lanes);

/* Every lane, one after another: from NULL to NULL. */
struct lane *lanes_next(struct lanes *lanes, struct lane *after);
/* NULL when there is none of that name. */
struct lane *lanes_find(struct lanes *lanes, const char *name);

bool lanes_any_open(struct lanes *lanes);

/* Opens and closes sms and zalo as the catalogue's gateways say. */
void lanes_take_catalogue(struct lanes *lanes, const struct catalogue *catalogue);

/* Likewise the front ends' from the rows of select_webhooks, each with these limits. What cannot be
 * opened with the ring is logged and left closed. */
struct lane_limits {
    int limit;
    int64_t deadline_us, timeout_ms;
};
void lanes_take_fronts(struct lanes *lanes, const PGresult *rows, struct crypto_ring *ring,
                       const struct lane_limits *limits);

#endif
