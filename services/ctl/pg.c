/* SPDX-License-Identifier: Apache-2.0 */
#include "pg.h"

#include "dbconn.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

struct pg {
    PGconn *conn;
};

/* Warnings of the server are for the operator; its notices are chatter. */
static void on_notice(void *ctx, const PGresult *res)
{
    const char *severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);

    (void)ctx;
    if (severity != NULL && strcmp(severity, "WARNING") == 0)
        fputs(PQresultErrorMessage(res), stderr);
}

/* libpq ends its messages with a newline and may write several lines. */
static int connection_failed(PGconn *conn, const char *what, struct err *e)
{
    const char *text = PQerrorMessage(conn);

    return err_set(e, ERR_BUSY, "%s: %.*s", what, (int)strcspn(text, "\n"), text);
}

int pg_open(struct pg **out, struct ctl *ctl, const char *role, struct err *e)
{
    AUTO(dbconn_close) struct dbconn *to = NULL;
    AUTO(pg_close) struct pg *pg = mem_new(1, sizeof(*pg));
    struct dbconn_target target = {ctl->database_url, ctl->run_dir, role, "dunghen"};

    if (dbconn_open(&to, &target, e) < 0) {
        ctl->status = CTL_WRONG_SETTING;
        return -1;
    }
    pg->conn = PQconnectdbParams(dbconn_keywords(to), dbconn_values(to), 0);
    if (PQstatus(pg->conn) != CONNECTION_OK)
        return connection_failed(pg->conn, "could not reach the database", e);
    PQsetNoticeReceiver(pg->conn, on_notice, NULL);
    *out = pg;
    pg = NULL;
    return 0;
}

void pg_close(struct pg **pg)
{
    if (*pg == NULL)
        return;
    PQfinish((*pg)->conn);
    free(*pg);
    *pg = NULL;
}

/* 0 when res is good; clears it and says why otherwise. */
static int judge(struct pg *pg, PGresult *res, const char *name, struct err *e)
{
    ExecStatusType status = PQresultStatus(res);

    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return 0;
    if (PQresultErrorField(res, PG_DIAG_SQLSTATE) == NULL)
        connection_failed(pg->conn, name, e);
    else
        err_in((dbconn_refusal(res, e), e), name);
    PQclear(res);
    return -1;
}

static int send_statement(struct pg *pg, const struct sql *sql, const struct pg_args *args,
                          int format, struct err *e)
{
    int count = args != NULL ? (int)args->count : 0;

    if (PQsendQueryParams(pg->conn, sql->text, count, NULL, args != NULL ? args->values : NULL,
                          NULL, NULL, format) == 0)
        return connection_failed(pg->conn, sql->name, e);
    return 0;
}

int pg_ask(struct pg *pg, const struct sql *sql, const struct pg_args *args, struct err *e)
{
    return send_statement(pg, sql, args, 1, e);
}

/* A result is followed by NULL; after a lost connection another failure may come first. */
int pg_answer(struct pg *pg, const struct sql *sql, PGresult **rows, struct err *e)
{
    PGresult *res = PQgetResult(pg->conn);

    for (PGresult *more = PQgetResult(pg->conn); more != NULL; more = PQgetResult(pg->conn)) {
        PQclear(res);
        res = more;
    }
    if (judge(pg, res, sql->name, e) < 0)
        return -1;
    *rows = res;
    return 0;
}

int pg_run(struct pg *pg, const struct sql *sql, const struct pg_args *args, PGresult **rows,
           struct err *e)
{
    if (send_statement(pg, sql, args, 0, e) < 0)
        return -1;
    return pg_answer(pg, sql, rows, e);
}

int pg_read(struct pg *pg, const struct sql *sql, const struct pg_args *args, PGresult **rows,
            struct err *e)
{
    if (pg_ask(pg, sql, args, e) < 0)
        return -1;
    return pg_answer(pg, sql, rows, e);
}

void pg_rows_clear(PGresult **rows)
{
    PQclear(*rows);
    *rows = NULL;
}

int pg_do(struct pg *pg, const struct sql *sql, const struct pg_args *args, struct err *e)
{
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    return pg_run(pg, sql, args, &rows, e);
}

int pg_script(struct pg *pg, const char *name, const char *text, struct err *e)
{
    PGresult *res = PQexec(pg->conn, text);

    if (judge(pg, res, name, e) < 0)
        return -1;
    PQclear(res);
    return 0;
}

int pg_begin(struct pg *pg, struct err *e)
{
    return pg_script(pg, "begin", "BEGIN", e);
}

int pg_commit(struct pg *pg, struct err *e)
{
    return pg_script(pg, "commit", "COMMIT", e);
}

int pg_freeze(struct pg *pg, struct err *e)
{
    return pg_script(pg, "begin", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET jit = off",
                     e);
}
