/* SPDX-License-Identifier: Apache-2.0 */
/* query - reads the parameters of an address: what is wrong goes to faults.
 *
 * An empty parameter is the same as none. */
#ifndef QUERY_H
#define QUERY_H

#include "arena.h"
#include "crypto.h"
#include "faults.h"
#include "http.h"
#include "listing.h"

/* Where parameters come from; NULL for one that is not there. */
typedef const char *query_fn(void *ctx, const char *name);

struct query {
    query_fn *get;
    void *ctx;
    struct faults *faults;
    struct arena *arena;            /* holds what lists are split into */
    const struct crypto_ring *ring; /* opens cursors; NULL where none are read */
};

/* Of a request. */
query_fn query_of_request;

/* NULL when there is none. */
const char *query_text(const struct query *q, const char *name);
/* These set *out only when the parameter is there and good; they tell whether it was. */
bool query_int(const struct query *q, const char *name, int64_t min, int64_t max, int64_t *out);
bool query_number(const struct query *q, const char *name, double min, double max, double *out);
bool query_moment(const struct query *q, const char *name, bool is_end, int64_t *out);
/* Whether the parameters' dates are so many days apart at most: of an end that is a whole day its
 * first moment counts. For two that are good. */
bool query_spans(const struct query *q, const char *start, const char *end, int64_t days);
bool query_cursor(const struct query *q, const char *name, struct listing_cursor *out);
/* "a,b": codes of which each one fits. */
bool query_codes(const struct query *q, const char *name, struct listing_codes *out);
/* Likewise, references as people type them; one that cannot exist stands for none. */
bool query_references(const struct query *q, const char *name, struct listing_codes *out);
/* "open,closed" */
bool query_status(const struct query *q, const char *name, enum listing_status *out);
/* Words to search for, folded by text_fold into the arena. */
bool query_words(const struct query *q, const char *name, const char **out);
/* A parameter that is true, 1 or yes. */
bool query_is_true(const struct query *q, const char *name);
/* lat and the parameter called lon, and radius: a circle. */
void query_circle(const struct query *q, const char *lon, double default_radius_m,
                  struct listing_filter *f);

#endif
