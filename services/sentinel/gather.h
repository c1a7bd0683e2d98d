/* SPDX-License-Identifier: Apache-2.0 */
/* gather - reads what has come in and has the tracker merge what is of one incident (burst.h). */
#ifndef GATHER_H
#define GATHER_H

#include "asking.h"
#include "db.h"

struct gather;

struct gather_settings {
    struct loop *loop;
    struct db *db;              /* its statements: sql_sentinel_all */
    struct bus_client *tracker; /* for GATHER_MAX_CALLS calls at least */
};

enum { GATHER_MAX_CALLS = ASKING_MAX_CALLS };

struct gather *gather_new(const struct gather_settings *settings);
/* After the tracker's client was closed. */
void gather_free(struct gather **gather);

/* Whether this process is the one that gathers; it begins as one that does not. */
void gather_lead(struct gather *gather, bool leads);

#endif
