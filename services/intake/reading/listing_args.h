/* SPDX-License-Identifier: Apache-2.0 */
/* listing_args - what the statements of lists get, from the filter and the place where a step
 * begins. */
#ifndef LISTING_ARGS_H
#define LISTING_ARGS_H

#include "listing.h"

/* No case that was received at that moment or before has this id or a later one. */
struct uuid listing_id_behind(int64_t us);

/* The ids between which a step looks; at: NULL at the beginning. */
void listing_args_ids(struct db_args *args, const struct listing_filter *f,
                      const struct listing_cursor *at);

/* Before which change a step looks: the moment itself still counts, whatever the id. */
struct listing_cursor listing_args_first_update(const struct listing_filter *f,
                                                const struct listing_cursor *at);
/* The moments between which it looks, but for the id of the later one. */
void listing_args_updates(struct db_args *args, const struct listing_filter *f,
                          const struct listing_cursor *begin);

/* Those of case_fits() in schemas/db. */
void listing_args_filter(struct db_args *args, const struct listing_filter *f);

/* All that list_by_reference.sql has: nothing else narrows references. */
void listing_args_references(struct db_args *args, const struct listing_filter *f,
                             const struct listing_step *step);

/* Each but once: a walk gives the cases of each key. */
void listing_args_codes(struct db_args *args, const struct listing_codes *codes);
/* The squares of the filter's place; or their ranges, and whether open cases are meant. */
void listing_args_cells(struct db_args *args, const struct listing_filter *f);
void listing_args_ranges(struct db_args *args, const struct listing_filter *f);
/* Folded words as patterns. */
void listing_args_words(struct db_args *args, const char *folded);

#endif
