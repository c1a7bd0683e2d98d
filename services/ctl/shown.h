/* SPDX-License-Identifier: Apache-2.0 */
/* shown - moments and spans of time as operators read them. */
#ifndef SHOWN_H
#define SHOWN_H

#include "base.h"

enum { SHOWN_SIZE = 48 };

/* "2026-11-23T14:05:09.123+07:00": RFC 3339 in the process's time zone (TZ). */
const char *shown_moment(int64_t us, char out[SHOWN_SIZE]);

/* The time of day alone: "14:05:09.123". */
const char *shown_time_of_day(int64_t us, char out[SHOWN_SIZE]);

/* "12 ms", "4.2 s", "5 min 12 s", "3 h 05 min", "2 d 4 h"; always as if it were positive. */
const char *shown_span(int64_t us, char out[SHOWN_SIZE]);

#endif
