/* SPDX-License-Identifier: Apache-2.0 */
/* backoff - how long to wait before trying again. Pure. */
#ifndef BACKOFF_H
#define BACKOFF_H

#include "base.h"

enum { BACKOFF_LAST_S = 3600 };

/* After the attempt of that number (1, 2, ...) has failed: first_us doubled with each attempt, an
 * hour at most, of which chance (any number) takes off up to a half, so that what failed together
 * does not come back together. */
int64_t backoff_us(int64_t first_us, int64_t attempt, uint64_t chance);

#endif
