/* SPDX-License-Identifier: Apache-2.0 */
/* fake_day - what programs take for the time of day, by tests/year/fake_time.c. */
#ifndef FAKE_DAY_H
#define FAKE_DAY_H

#include <stdint.h>

/* A file of that name that holds a time of day, 0 at first: microseconds since 1970 as whoever has
 * the file in FAKE_TIME_FILE reads them, from the moment they are written. It stays until the test
 * ends. */
int64_t *fake_day_open(const char *path);

/* Beside FAKE_TIME_FILE and LD_PRELOAD: else sanitizers will not have another library before them.
 */
#define FAKE_DAY_SANITIZERS "ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0"

#endif
