/* SPDX-License-Identifier: Apache-2.0 */
/* clock - the time, in one place, so that tests can set it.
 *
 * Instants are microseconds since 1970-01-01T00:00:00Z, as PostgreSQL's
 * timestamptz resolves them. */
#ifndef CLOCK_H
#define CLOCK_H

#include "base.h"

enum { CLOCK_US_PER_S = 1000000, CLOCK_US_PER_MS = 1000 };

int64_t clock_now_us(void);  /* wall clock, UTC */
int64_t clock_mono_us(void); /* never goes back; for timeouts and latencies */

/* From now on clock_now_us() answers us. For tests; 0 gives the real time back. */
void clock_fake(int64_t us);

/* "2026-11-23T09:00:00Z", with six decimals only when there are microseconds. */
enum { CLOCK_TEXT_SIZE = 40 };
const char *clock_text_utc(int64_t us, char out[CLOCK_TEXT_SIZE]);

/* "2026-11-23T16:00:00+07:00", whole seconds, in the process's time zone (TZ). */
const char *clock_text_local(int64_t us, char out[CLOCK_TEXT_SIZE]);

/* How many days a month has, 1 to 12, of the Gregorian calendar. */
int clock_month_days(int64_t year, int64_t month);

#endif
