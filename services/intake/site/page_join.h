/* SPDX-License-Identifier: Apache-2.0 */
/* page_join - "follow it instead": a report that joins a similar case, see join.h. */
#ifndef PAGE_JOIN_H
#define PAGE_JOIN_H

#include "page.h"

/* Joins the case with that reference, with what the request's form says. Answers the request, now
 * or later: with the page of the new case, or with the form again. */
void page_join(struct intake *intake, struct http_request *request, const char *reference);

#endif
