/* SPDX-License-Identifier: Apache-2.0 */
/* cases_filter - the parameters of GET /api/v1/cases. */
#ifndef CASES_FILTER_H
#define CASES_FILTER_H

#include "catalogue.h"
#include "query.h"

enum { CASES_PAGE = 50, CASES_PAGE_MAX = 100 };

extern const char *const cases_filter_names[]; /* ended by NULL */

/* What is wrong goes to q's faults, but for areas, which are read as they are (known.h). */
void cases_filter_read(const struct query *q, const struct catalogue *catalogue,
                       struct listing_filter *f);

#endif
