/* SPDX-License-Identifier: Apache-2.0 */
/* watch - reads the next moments and has the tracker raise each flag when its moment comes. */
#ifndef WATCH_H
#define WATCH_H

#include "bus.h"
#include "db.h"

struct watch;

struct watch_settings {
    struct loop *loop;
    struct db *db;              /* its statements: sql_sentinel_all */
    struct bus_client *tracker; /* for WATCH_MAX_CALLS calls at least */
};

enum { WATCH_MAX_CALLS = 8 };

struct watch *watch_new(const struct watch_settings *settings);
/* After the tracker's client was closed. */
void watch_free(struct watch **watch);

/* Whether this process is the one that watches; it begins as one that does not. */
void watch_lead(struct watch *watch, bool leads);

#endif
