/* SPDX-License-Identifier: Apache-2.0 */
/* must - what a test stands on: when it fails, so does the test, and says why. */
#ifndef MUST_H
#define MUST_H

#include "err.h"

#include "unit.h"

/* must(city_open(&city, &e), &e) */
static inline void must(int rc, const struct err *e)
{
    if (rc < 0)
        fail_msg("%s", e->text);
}

#endif
