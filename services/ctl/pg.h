/* SPDX-License-Identifier: Apache-2.0 */
/* pg - one connection to PostgreSQL for commands that may wait for it. */
#ifndef PG_H
#define PG_H

#include "ctl.h"
#include "sql.h"

#include <libpq-fe.h>

struct pg;

/* Logs in as role unless DUNGHEN_DATABASE_URL names a user. A URL that cannot
 * be read sets ctl->status to CTL_WRONG_SETTING. */
int pg_open(struct pg **out, struct ctl *ctl, const char *role, struct err *e) CHECKED;
void pg_close(struct pg **pg);

/* The parameters of one statement as texts; NULL is SQL's null. */
struct pg_args {
    const char *const *values;
    size_t count;
};
#define PG_ARGS(...)                                                                               \
    (&(const struct pg_args){(const char *const[]){__VA_ARGS__},                                   \
                             COUNT(((const char *const[]){__VA_ARGS__}))})

/* Runs one statement; args may be NULL. The rows are yours to clear. */
int pg_run(struct pg *pg, const struct sql *sql, const struct pg_args *args, PGresult **rows,
           struct err *e) CHECKED;
/* Likewise, in PostgreSQL's binary form: for db_text, db_time and the others of db.h. */
int pg_read(struct pg *pg, const struct sql *sql, const struct pg_args *args, PGresult **rows,
            struct err *e) CHECKED;
/* The same in two steps: the caller may work while the server does. Nothing else is said to pg
 * between them. */
int pg_ask(struct pg *pg, const struct sql *sql, const struct pg_args *args, struct err *e) CHECKED;
int pg_answer(struct pg *pg, const struct sql *sql, PGresult **rows, struct err *e) CHECKED;
void pg_rows_clear(PGresult **rows);

/* Runs one statement whose rows do not matter. */
int pg_do(struct pg *pg, const struct sql *sql, const struct pg_args *args, struct err *e) CHECKED;

/* Runs a script of any number of statements (a migration). */
int pg_script(struct pg *pg, const char *name, const char *text, struct err *e) CHECKED;

/* What is not committed when pg is closed did not happen. */
int pg_begin(struct pg *pg, struct err *e) CHECKED;
int pg_commit(struct pg *pg, struct err *e) CHECKED;
/* Everything that is read until pg is closed is of one moment, and no statement is compiled:
 * many small ones are cheaper as they are. */
int pg_freeze(struct pg *pg, struct err *e) CHECKED;

#endif
