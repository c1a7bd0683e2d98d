/* SPDX-License-Identifier: Apache-2.0 */
/* handover - has the tracker hand over what units have that have ended, to their successors. */
#ifndef HANDOVER_H
#define HANDOVER_H

#include "asking.h"
#include "catalogue.h"
#include "db.h"

struct handover;

struct handover_settings {
    struct loop *loop;
    struct db *db;              /* its statements: sql_sentinel_all */
    struct bus_client *tracker; /* for HANDOVER_MAX_CALLS calls at least */
};

enum { HANDOVER_MAX_CALLS = ASKING_MAX_CALLS };

struct handover *handover_new(const struct handover_settings *settings);
/* After the tracker's client was closed. */
void handover_free(struct handover **handover);

/* The catalogue from now on, with areas; it must live until the next one is taken. NULL: none. */
void handover_take(struct handover *handover, const struct catalogue *now);
/* Whether this process is the one that hands over; it begins as one that does not. */
void handover_lead(struct handover *handover, bool leads);

#endif
