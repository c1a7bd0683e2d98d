/* SPDX-License-Identifier: Apache-2.0 */
/* earlier - before a submission is refused at the door: was it taken in before?
 *
 * The rules of the catalogue change: what was taken in under an Idempotency-Key last week may be
 * refused today. Who says it again gets the first answer all the same. Only who is about to be
 * refused, and has given a key, waits for the database. */
#ifndef EARLIER_H
#define EARLIER_H

#include "intake.h"

/* A refusal as a door tells it: the first of these that there is. Borrowed for the call. */
struct earlier_refusal {
    const char *notice;          /* of a service that is closed */
    bool too_many;               /* of this contact; Retry-After is set */
    const struct faults *faults; /* or NULL */
};
/* Must answer the request. */
typedef void earlier_refuse_fn(struct intake *intake, struct http_request *request,
                               enum language language, const struct earlier_refusal *refusal);

/* What is about to be refused. */
struct earlier_said {
    struct http_request *request;
    enum language language;
    const struct submit_key *under; /* NULL: the header's key, and what submit_said says */
    const char *via;                /* as of a submission; borrowed until this returns */
};

/* Answers the request, now or later: by door->accepted as at the first time, by door->refused when
 * the key was used for something else (ERR_CONFLICT) or that cannot be known (ERR_BUSY), else by
 * refuse. */
void earlier_or_refuse(struct intake *intake, const struct door *door,
                       const struct earlier_said *said, const struct earlier_refusal *refusal,
                       earlier_refuse_fn *refuse);

/* Whether a submission that was read may go on: nothing of it is among intake's faults, its service
 * is open, and so many cases of its contact are taken. Else the request is answered, as above;
 * there being too many at once, by refuse. */
bool earlier_admits(struct intake *intake, const struct door *door, struct http_request *request,
                    const struct submission *s, earlier_refuse_fn *refuse);

#endif
