/* SPDX-License-Identifier: Apache-2.0 */
/* cases_filter - the parameters of GET /api/v1/cases. */
#ifndef CASES_FILTER_H
#define CASES_FILTER_H

#include "query.h"

enum { CASES_PAGE = 50, CASES_PAGE_MAX = 100 };

/* What is wrong goes to q's faults. */
void cases_filter_read(const struct query *q, struct listing_filter *f);

#endif
