/* SPDX-License-Identifier: Apache-2.0 */
/* report_problems - the faults of a report beside the fields of its pages. */
#ifndef REPORT_PROBLEMS_H
#define REPORT_PROBLEMS_H

#include "page.h"
#include "report.h"

/* The page on which the fault is to be mended; false when there is none. */
bool report_problem_step(const struct fault *fault, enum report_step *out);

/* Adds to data what is wrong on a page: "problems" for the summary, "error_FIELD" beside
 * each field, and "problems_title". A question's field is "a-CODE"; *answers gets its texts
 * by their codes (a new object). Returns how many there are. */
size_t report_problems(const struct intake *intake, const struct report *r,
                       const struct faults *faults, enum report_step step, enum language language,
                       json_t *data, json_t **answers);

#endif
