/* SPDX-License-Identifier: Apache-2.0 */
/* attachments - files that come with a submission, a note or an answer. They are on the disk
 * already; here a case gets to have them. */
#ifndef ATTACHMENTS_H
#define ATTACHMENTS_H

#include "workset.h"

/* Whether list, NULL or an array, is as the schemas say. ERR_INPUT names what is not. */
int attachments_check(const json_t *list, struct err *e) CHECKED;
/* Whether a checked list has no more files of a kind, and no larger ones, than the catalogue
 * allows. */
int attachments_check_limits(const struct catalogue *catalogue, const json_t *list,
                             struct err *e) CHECKED;
/* Whether names, NULL or an array, are those of files that the case has. */
int attachments_check_names(const struct workset *set, const struct case_row *c,
                            const json_t *names, struct err *e) CHECKED;

/* The files of a checked list become the case's, with that event. given_by: "citizen", "unit",
 * "answer" or "internal". */
void attachments_add(struct workset *set, const struct case_row *c, int64_t seq, const json_t *list,
                     const char *given_by);

/* Appends ["name",...] of a checked list. */
void attachments_tell(const json_t *list, struct strbuf *out);

#endif
