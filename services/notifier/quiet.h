/* SPDX-License-Identifier: Apache-2.0 */
/* quiet - the hours in which a person is left alone, by the process's time zone. Pure. */
#ifndef QUIET_H
#define QUIET_H

#include "err.h"

enum { QUIET_NONE = -1, QUIET_DAY_MINUTES = 1440 };

/* From minute from to minute to after local midnight; over midnight when to is earlier. None when
 * from is QUIET_NONE or they are equal. */
struct quiet {
    int from, to;
};

/* "21:00-07:00"; "" is none. ERR_INPUT names what. */
int quiet_read(const char *text, const char *what, struct quiet *out, struct err *e) CHECKED;

/* The first moment from us on that is not quiet. */
int64_t quiet_end(const struct quiet *quiet, int64_t us);

#endif
