/* SPDX-License-Identifier: Apache-2.0 */
/* listing_plain - a list's filter with what it implies, before a path is chosen for it. */
#ifndef LISTING_PLAIN_H
#define LISTING_PLAIN_H

#include "listing.h"

/* The same cases fit as before. What can fit none says so (is_empty). */
void listing_make_plain(struct listing_filter *f);

#endif
