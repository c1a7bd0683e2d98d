/* SPDX-License-Identifier: Apache-2.0 */
/* page_files - the files of a case or of a report as rows of a page. Links are of this site alone,
 * whatever its public address is: pages show pictures of their own origin only. */
#ifndef PAGE_FILES_H
#define PAGE_FILES_H

#include "page.h"

/* Adds "photos", "papers" (files that are no pictures) and "has_files", from rows of
 * sql/read_case_files.sql: those that came with the event seq, or all. */
enum { PAGE_FILES_ALL = 0 };
void page_files_add(const struct intake *intake, const PGresult *rows, int64_t seq,
                    enum language language, json_t *data);
/* The same from an answer's JSON, which may be NULL. */
void page_files_add_answer(const struct intake *intake, const json_t *list, enum language language,
                           json_t *data);
/* The same from an array of uploads' ids, or NULL; rows have the "id" as well. Those that are good
 * no more are left out. */
void page_files_add_named(const struct intake *intake, const json_t *ids, enum language language,
                          json_t *data);
/* Appends the ids of the settled files of a request's form to ids; their faults go to faults. -1
 * (ERR_BUSY) when some could not be kept and it is nobody's fault. */
int page_files_note(struct intake *intake, const struct http_request *request, json_t *ids,
                    struct faults *faults, struct err *e) CHECKED;
/* Whether it is a file of a form, uploaded now or before, that has the fault. */
bool page_files_blamed(const struct fault *fault);
/* What is wrong with one, with its number and name: another row of problems, and another line
 * beside the field of photos. */
void page_files_add_problem(const struct intake *intake, const struct fault *fault,
                            enum language language, json_t *rows, json_t *data);

/* "takes_photos", "photos_limit" (a sentence): what the catalogue allows. */
void page_files_add_limit(const struct intake *intake, enum language language, json_t *data);

#endif
