/* SPDX-License-Identifier: Apache-2.0 */
/* write - what the files that write share: arrays from the working set's rows. */
#ifndef WRITE_H
#define WRITE_H

#include "tracker.h"

#define EACH_TASK(set, c, t, condition)                                                            \
    for (const struct case_row *c = (set)->cases; c != NULL; c = c->hh.next)                       \
        for (const struct task_row *t = c->tasks; t < c->tasks + c->task_count; t++)               \
            if (condition)

#define TASK_COLUMN(condition, array_type, statement)                                              \
    do {                                                                                           \
        db_array_begin(a, array_type);                                                             \
        EACH_TASK(set, c, t, condition)                                                            \
        statement;                                                                                 \
        db_array_end(a);                                                                           \
    } while (0)

#define ROW_COLUMN(rows, count, array_type, statement)                                             \
    do {                                                                                           \
        db_array_begin(a, array_type);                                                             \
        for (size_t i = 0; i < (count); i++)                                                       \
            statement;                                                                             \
        db_array_end(a);                                                                           \
    } while (0)

/* write_terms.c: what a plain case does not have. Each answers the number of rows. */
size_t write_terms(struct db_args *a, const struct workset *set);
size_t write_dues(struct db_args *a, const struct workset *set);
size_t write_clears(struct db_args *a, const struct workset *set);
size_t write_notes(struct db_args *a, const struct workset *set);
size_t write_attachments(struct db_args *a, const struct workset *set);
size_t write_publications(struct db_args *a, const struct workset *set);
size_t write_pauses(struct db_args *a, const struct workset *set);

/* write_lists.c: likewise. */
size_t write_opened(struct db_args *a, const struct workset *set);
size_t write_ended(struct db_args *a, const struct workset *set);
size_t write_changes(struct db_args *a, const struct workset *set);
size_t write_followed(struct db_args *a, const struct workset *set);
size_t write_unfollowed(struct db_args *a, const struct workset *set);
size_t write_merged(struct db_args *a, const struct workset *set);
size_t write_unmerged(struct db_args *a, const struct workset *set);
size_t write_late(struct db_args *a, const struct workset *set);
size_t write_late_no_more(struct db_args *a, const struct workset *set);
size_t write_rare(struct db_args *a, const struct workset *set);
size_t write_rare_no_more(struct db_args *a, const struct workset *set);

/* write_letters.c: likewise. */
size_t write_letters(struct db_args *a, const struct workset *set);
size_t write_issues(struct db_args *a, const struct workset *set);
size_t write_copies(struct db_args *a, const struct workset *set);
size_t write_numbers(struct db_args *a, const struct workset *set);

#endif
