/* SPDX-License-Identifier: Apache-2.0 */
/* verify_cases - the rows that are changed in place, held against the events that are not.
 *
 * Set by set, each a range of ids; the ranges leave nothing out, so what belongs to no case is
 * found as well. */
#include "verify.h"

#include "db.h"
#include "sql_ctl.h"

#include <stdio.h>

enum { CHUNK = 20000, NUMBER_SIZE = 24 };
static const char last_id[] = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/* The end of the range that begins after from; its last one has no more cases. */
static int find_end(struct verify *v, const char *from, char to[UUID_TEXT_SIZE], bool *last,
                    struct err *e)
{
    AUTO(pg_rows_clear) PGresult *rows = NULL;
    char most[NUMBER_SIZE];

    snprintf(most, sizeof(most), "%d", CHUNK);
    if (pg_read(v->pg, &sql_find_last_case, PG_ARGS(from, most), &rows, e) < 0)
        return -1;
    int64_t count = PQntuples(rows) > 0 ? db_int(rows, 0, 1) : 0;
    *last = count < CHUNK;
    v->cases += count;
    if (*last) {
        snprintf(to, UUID_TEXT_SIZE, "%s", last_id);
    } else {
        const struct uuid id = db_uuid(rows, 0, 0);
        uuid_text(&id, to);
    }
    return 0;
}

static int check_each(struct verify *v, const struct sql *const *checks, size_t count,
                      const struct pg_args *range, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        AUTO(pg_rows_clear) PGresult *rows = NULL;
        if (pg_read(v->pg, checks[i], range, &rows, e) < 0)
            return -1;
        for (int row = 0; row < PQntuples(rows); row++)
            verify_found(v, "case %s %s", db_text(rows, row, 0), db_text(rows, row, 1));
    }
    return 0;
}

static int check_range(struct verify *v, const char *from, const char *to, struct err *e)
{
    static const struct sql *const of_rows[] = {
        &sql_find_wrong_cases,  &sql_find_wrong_places,       &sql_find_wrong_flags,
        &sql_find_wrong_pauses, &sql_find_wrong_letters,      &sql_find_wrong_lists,
        &sql_find_wrong_leads,  &sql_find_wrong_publications, &sql_find_wrong_files};
    static const struct sql *const of_groups[] = {&sql_find_wrong_terms, &sql_find_wrong_tasks,
                                                  &sql_find_missing_tasks, &sql_find_wrong_dues};
    const struct pg_args *range = PG_ARGS(from, to);

    if (check_each(v, of_rows, COUNT(of_rows), range, e) < 0 ||
        pg_do(v->pg, &sql_allow_nested_loops, PG_ARGS("off"), e) < 0 ||
        check_each(v, of_groups, COUNT(of_groups), range, e) < 0)
        return -1;
    return pg_do(v->pg, &sql_allow_nested_loops, PG_ARGS("on"), e);
}

/* What is no case's alone, or is seen for all of them at once. */
static int check_whole(struct verify *v, struct err *e)
{
    static const struct {
        const struct sql *sql;
        const char *of;
    } checks[] = {{&sql_find_wrong_numbers, "unit"},
                  {&sql_find_wrong_measures, "measure of"},
                  {&sql_find_stray_changes, "list"},
                  {&sql_find_stray_notes, "case"},
                  {&sql_find_wrong_later_files, "case"}};

    for (size_t i = 0; i < COUNT(checks); i++) {
        AUTO(pg_rows_clear) PGresult *rows = NULL;
        if (pg_read(v->pg, checks[i].sql, NULL, &rows, e) < 0)
            return -1;
        for (int row = 0; row < PQntuples(rows); row++)
            verify_found(v, "%s %s %s", checks[i].of, db_text(rows, row, 0), db_text(rows, row, 1));
    }
    return 0;
}

int verify_cases(struct verify *v, struct err *e)
{
    char from[UUID_TEXT_SIZE] = "00000000-0000-0000-0000-000000000000", to[UUID_TEXT_SIZE];
    bool last = false;

    while (!last) {
        if (find_end(v, from, to, &last, e) < 0 || check_range(v, from, to, e) < 0)
            return -1;
        snprintf(from, sizeof(from), "%s", to);
    }
    return check_whole(v, e);
}
