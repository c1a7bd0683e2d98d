/* SPDX-License-Identifier: Apache-2.0 */
/* join - "me too".
 *
 * Whoever joins sends a case of his own, about the same service and area, which is merged into the
 * one that is there as soon as the ledger has it. So each has a reference, a link, a date and
 * messages of his own, and gets the answer of the case that he joined. Should the merging fail,
 * there are two cases about the same, which the unit sees to; sent again under the same key it is
 * tried again. */
#ifndef JOIN_H
#define JOIN_H

#include "intake.h"

/* The case that is joined; or, of one that was merged itself, the case that has its work. */
struct join_target {
    struct uuid id;
    const char *service, *area; /* area: NULL when it has none. Borrowed for the call */
    bool is_open;               /* else it can be joined no more */
};

/* target is NULL exactly when e is not: ERR_INPUT for an unknown reference, else ERR_BUSY or
 * ERR_SYSTEM. Must answer the request. */
typedef void join_found_fn(struct intake *intake, struct http_request *request,
                           const struct join_target *target, const struct err *e);
/* Calls found now or later. */
void join_find(struct intake *intake, struct http_request *request, const char *reference,
               join_found_fn *found);

/* What the target says goes into s, before submission_check(); what was said of it besides counts
 * for nothing. */
void join_take_place(struct submission *s, const struct catalogue *c,
                     const struct join_target *target);

/* As submit_under(), whose key's own must be NULL; the door speaks when the case is merged. The
 * door must stay. */
int join_submit(struct intake *intake, const struct door *door, struct http_request *request,
                const struct submission *s, const struct submit_key *under,
                const struct join_target *target, struct err *e) CHECKED;

#endif
