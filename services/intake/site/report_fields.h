/* SPDX-License-Identifier: Apache-2.0 */
/* report_fields - what the forms of a report show: fields with what was said before. */
#ifndef REPORT_FIELDS_H
#define REPORT_FIELDS_H

#include "page.h"
#include "report.h"

/* Each adds to data what its page's template needs; errors are the texts of the questions'
 * faults by their codes (report_problems.h). */
void report_fields_where(const struct report *r, const struct catalogue *c, enum language language,
                         json_t *data);
void report_fields_details(const struct report *r, const struct catalogue *c,
                           enum language language, const json_t *errors, json_t *data);
void report_fields_contact(const struct report *r, json_t *data);
/* All that was said, row by row, with the page that asks for it. */
void report_fields_check(const struct intake *intake, const struct report *r,
                         const struct catalogue *c, enum language language, json_t *data);

/* The units in force today, or the wards among them, as rows of code, name and whether chosen. */
json_t *report_fields_units(const struct catalogue *c, bool wards, const char *chosen,
                            enum language language) CHECKED;

/* What the page carries for the others, as rows of names and values; similar: the page shows
 * what others have reported and stands before the step's own, whose fields it carries as well. */
json_t *report_fields_carried(const struct report *r, enum report_step step, bool similar) CHECKED;

#endif
