/* SPDX-License-Identifier: Apache-2.0 */
#include "db.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_WAITING = 64, RETRY_FIRST_MS = 100, RETRY_LAST_MS = 3000 };

struct request {
    db_fn *done;
    void *ctx;
    int steps;   /* results still to come, those for preparing included */
    int results; /* arrived */
    PGresult *rows[DB_MAX_STEPS];
    struct err e; /* of the first step that failed */
};

enum db_state { DB_LOST, DB_CONNECTING, DB_PREPARING, DB_READY };

struct db {
    struct loop *loop;
    struct db_settings settings;
    struct dbconn *where;
    PGconn *conn;
    int fd; /* watched; -1: none */
    enum db_state state;
    struct loop_timer *retry;
    struct loop_timer *patience; /* with a connection that does not come about */
    int64_t retry_ms;
    struct request queue[MAX_WAITING]; /* ring, oldest at head */
    unsigned head, count;
    int preparing; /* results of SET and PREPARE still to come */
    bool broken;   /* something was sent in part: to be given up */
    char trouble[sizeof(((struct err *)0)->text)];
};

/* Answers everything that waits, then begins again after a pause. */
static void lose(struct db *db, const char *why)
{
    bool was_ready = db->state == DB_READY;
    struct err e;

    err_set(&e, ERR_BUSY, "the connection to the database was lost: %s", why);
    e.text[strcspn(e.text, "\n")] = '\0';
    memcpy(db->trouble, e.text, sizeof(db->trouble));
    if (db->fd >= 0)
        loop_unwatch_fd(db->loop, db->fd);
    db->fd = -1;
    PQfinish(db->conn);
    db->conn = NULL;
    db->state = DB_LOST;
    loop_timer_set_us(db->retry, db->retry_ms * 1000);
    db->retry_ms = db->retry_ms * 2 < RETRY_LAST_MS ? db->retry_ms * 2 : RETRY_LAST_MS;
    while (db->count > 0) {
        struct request r = db->queue[db->head];
        db->head = (db->head + 1) % MAX_WAITING;
        db->count--;
        for (int i = 0; i < r.results; i++)
            PQclear(r.rows[i]);
        r.done(r.ctx, NULL, &e);
    }
    if (was_ready && db->settings.on_lost != NULL)
        db->settings.on_lost(db->settings.ctx);
}

static void become_ready(struct db *db)
{
    db->state = DB_READY;
    db->retry_ms = RETRY_FIRST_MS;
    db->trouble[0] = '\0';
    if (db->settings.on_ready != NULL)
        db->settings.on_ready(db->settings.ctx);
}

/* The sync that ends a request: its transaction is over. */
static void finish(struct db *db)
{
    struct request r = db->queue[db->head];

    db->head = (db->head + 1) % MAX_WAITING;
    db->count--;
    bool good = r.e.kind == ERR_NONE;
    r.done(r.ctx, good ? r.rows : NULL, good ? NULL : &r.e);
    for (int i = 0; i < r.results; i++)
        PQclear(r.rows[i]);
}

/* A result of SET or PREPARE; takes res. False when the statement is refused. */
static bool take_prepared(struct db *db, PGresult *res)
{
    bool good = PQresultStatus(res) == PGRES_COMMAND_OK;
    struct err e;

    if (!good) {
        (void)dbconn_refusal(res, &e);
        memcpy(db->trouble, e.text, sizeof(db->trouble));
    }
    PQclear(res);
    db->preparing--;
    return good;
}

/* Takes res, a result that is not a sync. */
static void take_result(struct db *db, PGresult *res)
{
    struct request *r = &db->queue[db->head];
    ExecStatusType status = PQresultStatus(res);

    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && r->e.kind == ERR_NONE)
        (void)dbconn_refusal(res, &r->e);
    if (db->count > 0 && r->results < r->steps)
        r->rows[r->results++] = res;
    else
        PQclear(res);
}

/* Of a connection that it has given up, libpq says without end that another result has ended. */
static bool is_alive(const struct db *db)
{
    return db->conn != NULL && !db->broken && PQstatus(db->conn) == CONNECTION_OK;
}

/* Handles one result; false when none is there or the connection is gone. */
static bool deliver(struct db *db)
{
    if (!is_alive(db) || PQisBusy(db->conn))
        return false;
    PGresult *res = PQgetResult(db->conn);
    if (res == NULL) /* the end of one statement's results */
        return (db->count > 0 || db->state == DB_PREPARING) && PQisBusy(db->conn) == 0;
    if (PQresultStatus(res) != PGRES_PIPELINE_SYNC && db->preparing > 0) {
        if (take_prepared(db, res))
            return true;
        lose(db, db->trouble);
        return false;
    }
    if (PQresultStatus(res) != PGRES_PIPELINE_SYNC) {
        take_result(db, res);
        return true;
    }
    PQclear(res);
    if (db->state == DB_PREPARING)
        become_ready(db);
    else
        finish(db);
    return true;
}

static void on_socket(void *ctx);

/* Sends what libpq holds back and watches for what it waits for. */
static void flush(struct db *db)
{
    int left = PQflush(db->conn);

    if (left < 0 || !is_alive(db)) { /* its socket may be closed already */
        lose(db, PQerrorMessage(db->conn));
        return;
    }
    db->fd = PQsocket(db->conn);
    loop_watch_fd(db->loop, db->fd, left == 1 ? LOOP_READ | LOOP_WRITE : LOOP_READ, on_socket, db);
}

static bool prepare_set(struct db *db, const struct sql *const *set)
{
    for (; *set != NULL; set++, db->preparing++)
        if (PQsendPrepare(db->conn, (*set)->name, (*set)->text, 0, NULL) != 1)
            return false;
    return true;
}

static void prepare_all(struct db *db)
{
    bool good = PQsetnonblocking(db->conn, 1) == 0 && PQenterPipelineMode(db->conn) == 1;

    db->preparing = 0;
    db->state = DB_PREPARING;
    for (const char *const *s = db->settings.session; good && s != NULL && *s != NULL; s++) {
        good = PQsendQueryParams(db->conn, *s, 0, NULL, NULL, NULL, NULL, 0) == 1;
        db->preparing++;
    }
    for (const struct sql *const *const *set = db->settings.statements; good && *set != NULL; set++)
        good = prepare_set(db, *set);
    if (!good || PQpipelineSync(db->conn) != 1)
        lose(db, PQerrorMessage(db->conn));
    else
        flush(db);
}

static void on_connecting(void *ctx)
{
    struct db *db = ctx;
    PostgresPollingStatusType status = PQconnectPoll(db->conn);

    /* libpq may have opened another socket, under the same number or not. */
    if (db->fd >= 0)
        loop_unwatch_fd(db->loop, db->fd);
    db->fd = PQsocket(db->conn);
    if (status == PGRES_POLLING_OK)
        prepare_all(db);
    else if (status == PGRES_POLLING_FAILED)
        lose(db, PQerrorMessage(db->conn));
    else
        loop_watch_fd(db->loop, db->fd, status == PGRES_POLLING_READING ? LOOP_READ : LOOP_WRITE,
                      on_connecting, db);
}

static void give_up(void *ctx)
{
    struct db *db = ctx;

    if (db->state == DB_CONNECTING) {
        dbconn_turn(db->where);
        lose(db, "no answer while connecting");
    } else if (db->broken) {
        lose(db, "could not send");
    }
}

/* Standard error is nobody's here; what matters comes as an error as well. */
static void drop_notice(void *ctx, const PGresult *res)
{
    (void)ctx;
    (void)res;
}

static void connect_now(void *ctx)
{
    struct db *db = ctx;

    db->state = DB_CONNECTING;
    db->broken = false;
    db->conn = PQconnectStartParams(dbconn_keywords(db->where), dbconn_values(db->where), 0);
    if (PQstatus(db->conn) == CONNECTION_BAD) {
        lose(db, PQerrorMessage(db->conn));
        return;
    }
    PQsetNoticeReceiver(db->conn, drop_notice, NULL);
    loop_timer_set_us(db->patience, DBCONN_CONNECT_TIMEOUT_S * INT64_C(1000000));
    db->fd = PQsocket(db->conn);
    loop_watch_fd(db->loop, db->fd, LOOP_WRITE, on_connecting, db);
}

static void on_socket(void *ctx)
{
    struct db *db = ctx;

    if (PQconsumeInput(db->conn) == 0) {
        lose(db, PQerrorMessage(db->conn));
        return;
    }
    while (deliver(db)) {
    }
    if (db->conn != NULL && db->state != DB_CONNECTING)
        flush(db);
}

int db_open(struct db **out, struct loop *loop, const struct db_settings *settings, struct err *e)
{
    AUTO(db_close) struct db *db = mem_new(1, sizeof(*db));

    db->loop = loop;
    db->settings = *settings;
    db->fd = -1;
    if (dbconn_open(&db->where, &settings->target, e) < 0)
        return -1;
    db->patience = loop_timer_new(loop, give_up, db);
    db->retry_ms = RETRY_FIRST_MS;
    db->retry = loop_timer_new(loop, connect_now, db);
    snprintf(db->trouble, sizeof(db->trouble), "connecting");
    connect_now(db);
    *out = db;
    db = NULL;
    return 0;
}

void db_close(struct db **db)
{
    struct db *d = *db;

    if (d == NULL)
        return;
    if (d->fd >= 0)
        loop_unwatch_fd(d->loop, d->fd);
    if (d->retry != NULL)
        loop_timer_cancel(d->retry);
    if (d->patience != NULL)
        loop_timer_cancel(d->patience);
    for (; d->count > 0; d->count--, d->head = (d->head + 1) % MAX_WAITING)
        for (int i = 0; i < d->queue[d->head].results; i++)
            PQclear(d->queue[d->head].rows[i]);
    PQfinish(d->conn);
    dbconn_close(&d->where);
    free(d);
    *db = NULL;
}

bool db_is_ready(const struct db *db)
{
    return db->state == DB_READY;
}

size_t db_waiting(const struct db *db)
{
    return db->count;
}

const char *db_trouble(const struct db *db)
{
    return db->state == DB_READY ? NULL : db->trouble;
}

void db_reconnect(struct db *db)
{
    if (db->conn != NULL)
        lose(db, "closed on purpose");
}

/* Hands one prepared statement with its binary arguments to libpq. */
static bool send_step(struct db *db, const struct db_step *step)
{
    static const struct db_args none;
    const struct db_args *a = step->args != NULL ? step->args : &none;
    const char *values[DB_MAX_ARGS];
    int formats[DB_MAX_ARGS];

    for (int i = 0; i < a->count; i++) {
        values[i] = a->lengths[i] >= 0 ? a->data + a->starts[i] : NULL;
        formats[i] = 1;
    }
    return PQsendQueryPrepared(db->conn, step->sql->name, a->count, values, a->lengths, formats,
                               1) == 1;
}

/* What went out cannot be taken back. Later, since losing calls others back; but the number of a
 * socket that libpq has closed may soon be another's. */
static void break_off(struct db *db)
{
    db->broken = true;
    if (PQsocket(db->conn) != db->fd) {
        loop_unwatch_fd(db->loop, db->fd);
        db->fd = -1;
    }
    loop_timer_set_us(db->patience, 0);
}

static int send_steps(struct db *db, const struct db_step *steps, int count, struct err *e)
{
    bool good = true;

    if (db->state != DB_READY || db->broken)
        return err_set(e, ERR_BUSY, "the database is not connected: %s", db->trouble);
    if (db->count == MAX_WAITING || count > DB_MAX_STEPS)
        return err_set(e, ERR_BUSY, "%u requests wait for the database", db->count);
    for (int i = 0; i < count; i++)
        good = good && send_step(db, &steps[i]);
    if (good && PQpipelineSync(db->conn) == 1)
        return 0;
    break_off(db);
    return err_set(e, ERR_BUSY, "could not send to the database: %s", PQerrorMessage(db->conn));
}

int db_send(struct db *db, const struct db_step *steps, int count, db_fn *done, void *ctx,
            struct err *e)
{
    int rc = send_steps(db, steps, count, e);

    for (int i = 0; i < count; i++)
        if (steps[i].args != NULL)
            db_args_clear(steps[i].args);
    if (rc < 0)
        return -1;
    db->queue[(db->head + db->count++) % MAX_WAITING] =
        (struct request){.done = done, .ctx = ctx, .steps = count};
    int left = PQflush(db->conn);
    if (left == 1)
        loop_watch_fd(db->loop, db->fd, LOOP_READ | LOOP_WRITE, on_socket, db);
    else if (left < 0)
        break_off(db); /* its caller hears of it as of any other loss */
    return 0;
}
