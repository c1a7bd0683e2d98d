/* SPDX-License-Identifier: Apache-2.0 */
/* page_files - the files of a case or of a report as rows of a page. Links are of this site alone,
 * whatever its public address is: pages show pictures of their own origin only. */
#ifndef PAGE_FILES_H
#define PAGE_FILES_H

#include "page.h"

/* Adds "photos", "papers" (files that are no pictures) and "has_files", from rows of
 * sql/read_case_files.sql. */
void page_files_add(const struct intake *intake, const PGresult *rows, enum language language,
                    json_t *data);
/* The same from an answer's JSON, which may be NULL. */
void page_files_add_answer(const struct intake *intake, const json_t *list, enum language language,
                           json_t *data);
/* The same from an array of uploads' ids, or NULL; rows have the "id" as well. Those that are good
 * no more are left out. */
void page_files_add_named(const struct intake *intake, const json_t *ids, enum language language,
                          json_t *data);
/* "takes_photos", "photos_limit" (a sentence): what the catalogue allows. */
void page_files_add_limit(const struct intake *intake, enum language language, json_t *data);

#endif
