/* SPDX-License-Identifier: Apache-2.0 */
/* range - which bytes of a file are asked for (RFC 9110, 14). */
#ifndef RANGE_H
#define RANGE_H

#include "base.h"

enum range_kind {
    RANGE_ALL,  /* none is asked for, or in a way that may be ignored */
    RANGE_PART, /* those from first to last */
    RANGE_NONE, /* only some that are not there: 416 */
};

struct range {
    uint64_t first, last;
};

/* text: of the header Range, or NULL. One range of bytes; several are answered with all. */
enum range_kind range_read(const char *text, uint64_t size, struct range *out);

#endif
