/* SPDX-License-Identifier: Apache-2.0 */
/* api - what the reading operations of the JSON API share. */
#ifndef API_H
#define API_H

#include "earlier.h"
#include "intake.h"
#include "listing.h"
#include "problem.h"
#include "reply.h"

/* Whether the request's key, if it has one, is good for reading; answers it otherwise. */
bool api_begin(struct intake *intake, struct http_request *request);
/* Likewise of sending a case, for which a key may be needed. */
bool api_admit(struct intake *intake, struct http_request *request);

/* Likewise of what only who holds a key may do. */
bool api_admit_key(struct intake *intake, struct http_request *request);
/* Who holds the key by which the request came, for what it sends; NULL: nobody. Borrowed until the
 * loop turns. */
const char *api_via(const struct intake *intake, struct http_request *request);

/* Whether the body says of itself that it is JSON. */
bool api_is_json(const struct http_request *request);

/* What is answered below /api to requests that reach no operation: every page may read it. */
void api_refuse(struct http_request *request, unsigned status);

/* The parameters that an operation has: what else the address says, and what it says twice, goes to
 * faults. names are ended by NULL; api_key is always one. */
void api_parameters(const struct http_request *request, const char *const names[],
                    struct faults *faults);
/* Whether the address says nothing more, where an operation has no parameters; answers it
 * otherwise. */
bool api_is_plain(struct intake *intake, struct http_request *request);

/* {"code", "name"} as a member; null when there is no code. */
void api_named(struct tree *tree, const char *what, const char *code, const char *name);

/* What is answered to whoever sends a case (api_door.c). */
extern const struct door api_door;
earlier_refuse_fn api_refuse_case;

/* The members of a case as everybody sees it; the caller has opened the record and ends it. */
void api_case_write(struct tree *tree, const struct intake *intake, const struct listing_case *c,
                    enum language language, int64_t now_us);

#endif
