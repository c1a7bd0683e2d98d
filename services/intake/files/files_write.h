/* SPDX-License-Identifier: Apache-2.0 */
/* files_write - files in answers, each with its links. */
#ifndef FILES_WRITE_H
#define FILES_WRITE_H

#include "attachment.h"
#include "intake.h"
#include "tree.h"

/* The members of a file's record: name, type, sizes and links, which need no key when everybody may
 * see it. */
struct files_shown {
    const char *name;             /* one that attachment_name_read takes */
    int64_t bytes, width, height; /* 0: not a photo */
    bool is_public;
};
void files_write_one(struct tree *tree, const struct intake *intake,
                     const struct files_shown *file);

/* A list "attachments": of the rows of sql/read_case_files.sql. */
void files_write(struct tree *tree, const struct intake *intake, const PGresult *rows);
/* Likewise of an answer's JSON. */
void files_write_answer(struct tree *tree, const struct intake *intake, const json_t *list);

#endif
