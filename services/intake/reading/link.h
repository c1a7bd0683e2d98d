/* SPDX-License-Identifier: Apache-2.0 */
/* link - the address of a list's next page, as a Link header (RFC 8288) has it. */
#ifndef LINK_H
#define LINK_H

#include "intake.h"
#include "listing.h"

/* Appends "<http://...?...&cursor=...>; rel=\"next\"": the request's own address, going on
 * after the cursor. */
void link_next(const struct intake *intake, const struct http_request *request,
               const struct listing_cursor *cursor, struct strbuf *out);

/* The secret or key of a link, the parameter k; NULL where it is missing or empty. */
const char *link_secret(const struct http_request *request);

#endif
