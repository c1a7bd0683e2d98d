/* SPDX-License-Identifier: Apache-2.0 */
/* page_similar - before a report is sent: what others have reported at the same place. */
#ifndef PAGE_SIMILAR_H
#define PAGE_SIMILAR_H

#include "page.h"
#include "report.h"

/* Looks for them, and calls page_report_similar now or later. False when r has neither a point nor
 * a ward: then it is not called. */
bool page_similar_find(struct intake *intake, struct http_request *request, const struct report *r,
                       enum language language);

/* In page_report.c. cases: rows for similar.html, at least one; NULL: there is nothing like it.
 * Takes them over, and answers the request, whose form can still be read. */
void page_report_similar(struct intake *intake, struct http_request *request,
                         enum language language, json_t *cases);

#endif
