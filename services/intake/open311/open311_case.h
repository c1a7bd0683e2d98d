/* SPDX-License-Identifier: Apache-2.0 */
/* open311_case - a case as GeoReport v2 calls it: a request. */
#ifndef OPEN311_CASE_H
#define OPEN311_CASE_H

#include "listing.h"
#include "open311.h"
#include "open311_steps.h"

/* The members of a request as everybody sees it. The caller has opened the record and ends it. */
void open311_case_write(struct tree *tree, const struct intake *intake,
                        const struct listing_case *c, enum language language);

#endif
