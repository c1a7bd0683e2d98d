/* SPDX-License-Identifier: Apache-2.0 */
/* trail - where the pages of recent lists began, so that the next one walks on from there.
 *
 * Who asks for page 7 has usually asked for page 6 a moment ago. What is not known any more is
 * found by walking from the first page. */
#ifndef TRAIL_H
#define TRAIL_H

#include "listing.h"

struct trail;

struct trail *trail_new(void);
void trail_free(struct trail **trail);

/* What a list is, apart from its page: a number for one filter and size. */
uint64_t trail_key(const struct listing_filter *f);

/* Where page begins, when that is known and not older than a minute. */
bool trail_find(const struct trail *trail, uint64_t key, int64_t page, int64_t now_us,
                struct listing_cursor *out);
void trail_note(struct trail *trail, uint64_t key, int64_t page, int64_t now_us,
                const struct listing_cursor *begin);

#endif
