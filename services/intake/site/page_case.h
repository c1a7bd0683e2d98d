/* SPDX-License-Identifier: Apache-2.0 */
/* page_case - how a case stands, as the page shows it. */
#ifndef PAGE_CASE_H
#define PAGE_CASE_H

#include "page.h"

/* The state in words: to its sender (is_own), or to everybody. */
const char *page_case_state(const struct intake *intake, enum language language, const char *state,
                            bool is_own);

/* The data of case.html. */
json_t *page_case_data(const struct intake *intake, const struct case_view *view,
                       enum language language) CHECKED;

#endif
