/* SPDX-License-Identifier: Apache-2.0 */
/* worktime_internal - the tables of a calendar, which worktime_table.c makes and worktime.c looks
 * into: spans of working time with running totals for hours, and one row a local date for days. */
#ifndef WORKTIME_INTERNAL_H
#define WORKTIME_INTERNAL_H

#include "worktime.h"

enum { DAY_S = 86400 };

struct span {
    int64_t from_us, to_us; /* never empty */
    int64_t before_us;      /* working time in all spans before this one */
};

struct day {
    int64_t starts_us;
    int64_t closes_us; /* of a day that works */
    int64_t cut_us;    /* what comes later counts as come on the next working day */
    size_t rank;       /* how many days before this one work */
    bool works;
};

struct worktime {
    struct span *spans;
    size_t span_count;
    int64_t total_us;
    struct day *days; /* one more than day_count: its starts_us ends the table */
    size_t day_count;
    size_t *working; /* index in days of each day that works, in order */
    size_t working_count;
    int first_year, last_year;
};

#endif
