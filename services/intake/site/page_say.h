/* SPDX-License-Identifier: Apache-2.0 */
/* page_say - the forms by which a citizen says something about a case of his own, and their
 * sending: POST /t/{reference}/{action}?k=SECRET. */
#ifndef PAGE_SAY_H
#define PAGE_SAY_H

#include "page.h"

/* Adds a form for each action that is worth offering in that state: the object "say_answer",
 * "say_notes", ... Each form has a key of its own, so that sending it twice says it once. */
void page_say_add(const struct intake *intake, const struct case_view *view, enum language language,
                  json_t *data);

/* What was done, for the page that comes after it; NULL when the request does not tell. */
const char *page_say_done(const struct intake *intake, const struct http_request *request,
                          enum language language);

#endif
