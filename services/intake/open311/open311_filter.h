/* SPDX-License-Identifier: Apache-2.0 */
/* open311_filter - the parameters of GET requests, as GeoReport v2 and its extensions name them. */
#ifndef OPEN311_FILTER_H
#define OPEN311_FILTER_H

#include "query.h"

enum {
    OPEN311_SPAN_DAYS = 90,
    OPEN311_PAGE = 1000,
    OPEN311_EXTENDED_PAGE = 100, /* at most, with extensions: steps want a query of their own */
    OPEN311_REACH = 100000       /* rows by page */
};

/* What is wrong goes to q's faults. *page is 1 when none is asked for. */
void open311_filter_read(const struct query *q, int64_t now_us, struct listing_filter *f,
                         int64_t *page);

#endif
