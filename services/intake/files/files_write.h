/* SPDX-License-Identifier: Apache-2.0 */
/* files_write - a case's files in answers, each with its links. */
#ifndef FILES_WRITE_H
#define FILES_WRITE_H

#include "intake.h"
#include "tree.h"

/* A list "attachments": of the rows of sql/read_case_files.sql. */
void files_write(struct tree *tree, const struct intake *intake, const PGresult *rows);
/* Likewise of an answer's JSON. */
void files_write_answer(struct tree *tree, const struct intake *intake, const json_t *list);

#endif
