/* SPDX-License-Identifier: Apache-2.0 */
/* fake_db - a database that is always ready and answers when the test likes; one question at a
 * time. For one test's file, instead of common/db. */
#ifndef FAKE_DB_H
#define FAKE_DB_H

#include "clock.h"
#include "db.h"
#include "db_args.h"
#include "rows.h"
#include "sql.h"

#include "unit.h"

static struct {
    const struct sql *sql; /* NULL: nothing is asked */
    int arg_count;
    db_fn *done;
    void *ctx;
    int64_t at_us; /* monotonic */
} asked;

bool db_is_ready(const struct db *db)
{
    (void)db;
    return true;
}

int db_send(struct db *db, const struct db_step *steps, int count, db_fn *done, void *ctx,
            struct err *e)
{
    (void)db;
    (void)e;
    assert_int_equal(count, 1);
    assert_null(asked.sql);
    asked.sql = steps->sql;
    asked.arg_count = steps->args->count;
    asked.done = done;
    asked.ctx = ctx;
    asked.at_us = clock_mono_us();
    db_args_clear(steps->args);
    return 0;
}

/* Answers what is asked with rows, and frees them. */
static inline void answer_asked(PGresult *rows)
{
    db_fn *done = asked.done;

    assert_non_null(asked.sql);
    asked.sql = NULL;
    done(asked.ctx, &rows, NULL);
    PQclear(rows);
}

#endif
