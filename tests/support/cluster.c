/* SPDX-License-Identifier: Apache-2.0 */
/* cluster - initdb takes a second, so its result is kept in the build directory
 * and copied. A directory whose test has died is removed by the next test: its
 * lock is free then, and its PostgreSQL got the death signal. */
#include "cluster.h"

#include "child.h"
#include "clock.h"
#include "format.h"
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

#define PROGRAMS "/usr/lib/postgresql/15/bin/"
#define PLACES "/tmp/dunghen-test-"

enum { START_LIMIT_MS = 60000, STOP_LIMIT_MS = 60000, LOOK_EVERY_MS = 5, LEFT_BEHIND_S = 60 };

struct cluster {
    char dir[40];
    int lock;
    pid_t pid; /* of the postmaster; 0: not running */
    char *url;
    char *data, *log;
    PGconn *conn; /* of cluster_query; NULL: not connected */
    PGresult *last;
};

static void remove_tree(const char *path)
{
    struct err e;

    if (child_run(&(struct child_settings){.argv = (const char *[]){"/bin/rm", "-rf", path, NULL}},
                  &e) < 0)
        fprintf(stderr, "%s\n", e.text);
}

/* ---- the place ---- */

/* Removes path when the test that made it is gone. */
static void sweep(const char *path)
{
    AUTO(format_free) char *name = format_new("%s/lock", path);
    struct stat info;
    int lock = open(name, O_RDWR | O_CLOEXEC);

    if (lock < 0)
        return;
    if (fstat(lock, &info) == 0 && info.st_mtime + LEFT_BEHIND_S < time(NULL) &&
        flock(lock, LOCK_EX | LOCK_NB) == 0)
        remove_tree(path);
    close(lock);
}

static void sweep_all(void)
{
    glob_t found;

    if (glob(PLACES "*", GLOB_ONLYDIR, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            sweep(found.gl_pathv[i]);
    globfree(&found);
}

static int make_place(char *dir, size_t size, int *lock, struct err *e)
{
    snprintf(dir, size, PLACES "XXXXXX");
    if (mkdtemp(dir) == NULL || chown(dir, child_user(), (gid_t)-1) < 0)
        return err_set(e, ERR_SYSTEM, "could not make %s: %s", dir, strerror(errno));
    AUTO(format_free) char *name = format_new("%s/lock", dir);
    *lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*lock < 0 || flock(*lock, LOCK_EX) < 0)
        return err_set(e, ERR_SYSTEM, "could not lock %s: %s", name, strerror(errno));
    return 0;
}

/* ---- initdb and its copy ---- */

static int copy_tree(const char *from, const char *to, struct err *e)
{
    return child_run(
        &(struct child_settings){.argv = (const char *[]){"/bin/cp", "-a", from, to, NULL}}, e);
}

/* Renamed into its place when it is whole; who comes second throws his away. */
static int keep_template(const struct cluster *c, struct err *e)
{
    AUTO(format_free) char *made = format_new(CLUSTER_TEMPLATE ".%d", (int)getpid());

    if (copy_tree(c->data, made, e) < 0)
        return -1;
    if (rename(made, CLUSTER_TEMPLATE) < 0)
        remove_tree(made);
    return 0;
}

static int make_data(const struct cluster *c, struct err *e)
{
    const char *const initdb[] = {PROGRAMS "initdb",
                                  "-D",
                                  c->data,
                                  "-U",
                                  "dunghen",
                                  "--no-sync",
                                  "--encoding=UTF8",
                                  "--auth=trust",
                                  "--locale=C.UTF-8",
                                  "--lc-collate=C",
                                  "--wal-segsize=4",
                                  "--no-instructions",
                                  NULL};

    if (access(CLUSTER_TEMPLATE, F_OK) == 0)
        return copy_tree(CLUSTER_TEMPLATE, c->data, e);
    if (child_run(
            &(struct child_settings){
                .argv = initdb, .log = c->log, .dir = c->dir, .unprivileged = true},
            e) < 0)
        return -1;
    return keep_template(c, e);
}

/* ---- the server ---- */

static PGconn *connect_to(const struct cluster *c, const char *database, const char *role)
{
    const char *const keywords[] = {"host", "dbname", "user", NULL};
    const char *const values[] = {c->dir, database, role, NULL};

    return PQconnectdbParams(keywords, values, 0);
}

static bool answers(const struct cluster *c)
{
    PGconn *conn = connect_to(c, "postgres", "dunghen");
    bool good = PQstatus(conn) == CONNECTION_OK;

    PQfinish(conn);
    return good;
}

static int wait_until_it_answers(struct cluster *c, struct err *e)
{
    char text[64];
    int status = 0;

    for (int waited = 0; waited < START_LIMIT_MS; waited += LOOK_EVERY_MS) {
        if (answers(c))
            return 0;
        if (child_wait(c->pid, LOOK_EVERY_MS, &status, e) == 0) {
            c->pid = 0;
            return err_set(e, ERR_SYSTEM, "PostgreSQL %s; see %s", child_end_text(status, text),
                           c->log);
        }
    }
    return err_set(e, ERR_BUSY, "PostgreSQL does not answer; see %s", c->log);
}

int cluster_start(struct cluster *c, struct err *e)
{
    const char *const postgres[] = {PROGRAMS "postgres",
                                    "-D",
                                    c->data,
                                    "-k",
                                    c->dir,
                                    "-c",
                                    "listen_addresses=",
                                    "-c",
                                    "shared_buffers=32MB",
                                    "-c",
                                    "jit=off",
                                    "-c",
                                    "timezone=UTC",
                                    "-c",
                                    "fsync=on",
                                    NULL};

    /* SIGQUIT: PostgreSQL leaves at once, and leaves no shared memory behind. */
    if (child_start(&c->pid,
                    &(struct child_settings){.argv = postgres,
                                             .log = c->log,
                                             .dir = c->dir,
                                             .unprivileged = true,
                                             .death_signal = SIGQUIT},
                    e) < 0)
        return -1;
    return wait_until_it_answers(c, e);
}

static void disconnect(struct cluster *c)
{
    PQclear(c->last);
    c->last = NULL;
    PQfinish(c->conn);
    c->conn = NULL;
}

static void stop(struct cluster *c)
{
    struct err e;
    int status = 0;

    if (c->pid == 0)
        return;
    kill(c->pid, SIGQUIT);
    if (child_wait(c->pid, STOP_LIMIT_MS, &status, &e) < 0)
        fprintf(stderr, "%s\n", e.text);
    c->pid = 0;
}

/* The processes below pid, from the kernel's list of numbers. */
static int children_of(pid_t pid, pid_t *out, int most)
{
    char path[64], line[4096] = "";
    char *at = line, *end = NULL;
    int count = 0;

    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
    FILE *list = fopen(path, "re");
    assert_non_null(list);
    (void)!fgets(line, sizeof(line), list);
    fclose(list);
    for (long child = strtol(at, &end, 10); end != at && count < most;
         child = strtol(at, &end, 10)) {
        out[count++] = (pid_t)child;
        at = end;
    }
    return count;
}

/* The children are listed while their parent stands still; when it is dead they are ours to
 * wait for. */
void cluster_kill(struct cluster *c)
{
    enum { MOST = 200 };
    pid_t children[MOST];

    if (c->pid == 0) /* it is down already; 0 would be ourselves and our neighbours */
        return;
    kill(c->pid, SIGSTOP);
    waitpid(c->pid, NULL, WUNTRACED);
    int count = children_of(c->pid, children, MOST);
    for (int i = 0; i < count; i++)
        kill(children[i], SIGKILL);
    kill(c->pid, SIGKILL);
    waitpid(c->pid, NULL, 0);
    for (int i = 0; i < count; i++)
        waitpid(children[i], NULL, 0);
    c->pid = 0;
    disconnect(c); /* not before: it would free what its session has locked */
}

/* ---- the database ---- */

static int run_sql(PGconn *conn, const char *sql, struct err *e)
{
    PGresult *res = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(res);
    bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

    if (!good)
        err_set(e, ERR_SYSTEM, "%s", PQerrorMessage(conn));
    PQclear(res);
    return good ? 0 : -1;
}

static int make_database(const struct cluster *c, struct err *e)
{
    PGconn *conn = connect_to(c, "postgres", "dunghen");
    int rc = run_sql(conn, "CREATE DATABASE dunghen", e);

    PQfinish(conn);
    return rc;
}

static int migrate(const struct cluster *c, struct err *e)
{
    AUTO(format_free) char *setting = format_new("DUNGHEN_DATABASE_URL=%s", c->url);
    const struct child_settings migration = {
        .argv = (const char *[]){BIN_DIR "/dunghen", "migrate", NULL},
        .env = (const char *[]){setting, NULL},
        .log = c->log,
        .dir = c->dir};

    return child_run(&migration, e);
}

int cluster_open(struct cluster **out, struct err *e)
{
    AUTO(cluster_close) struct cluster *c = mem_new(1, sizeof(*c));

    c->lock = -1;
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* for cluster_kill */
    sweep_all();
    if (make_place(c->dir, sizeof(c->dir), &c->lock, e) < 0)
        return -1;
    c->url = format_new("postgresql:///dunghen?host=%s", c->dir);
    c->data = format_new("%s/data", c->dir);
    c->log = format_new("%s/postgres.log", c->dir);
    if (make_data(c, e) < 0 || cluster_start(c, e) < 0 || make_database(c, e) < 0 ||
        migrate(c, e) < 0)
        return -1;
    *out = c;
    c = NULL;
    return 0;
}

void cluster_close(struct cluster **cluster)
{
    struct cluster *c = *cluster;

    if (c == NULL)
        return;
    disconnect(c);
    stop(c);
    if (c->lock >= 0) {
        remove_tree(c->dir);
        close(c->lock);
    }
    free(c->log);
    free(c->data);
    free(c->url);
    free(c);
    *cluster = NULL;
}

int cluster_setup(void **state)
{
    struct cluster *c = NULL;
    struct err e;

    if (cluster_open(&c, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        return -1;
    }
    *state = c;
    return 0;
}

int cluster_teardown(void **state)
{
    struct cluster *c = *state;

    cluster_close(&c);
    return 0;
}

const char *cluster_url(const struct cluster *c)
{
    return c->url;
}

const char *cluster_dir(const struct cluster *c)
{
    return c->dir;
}

PGconn *cluster_connect(const struct cluster *c, const char *role)
{
    PGconn *conn = connect_to(c, "dunghen", role);

    if (PQstatus(conn) != CONNECTION_OK)
        fail_msg("could not connect as %s: %s", role, PQerrorMessage(conn));
    return conn;
}

const char *cluster_query(struct cluster *c, const char *sql)
{
    if (c->conn == NULL)
        c->conn = cluster_connect(c, "dunghen");
    PQclear(c->last);
    c->last = PQexec(c->conn, sql);
    ExecStatusType status = PQresultStatus(c->last);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(c->conn));
    return PQntuples(c->last) > 0 && PQgetisnull(c->last, 0, 0) == 0 ? PQgetvalue(c->last, 0, 0)
                                                                     : NULL;
}

bool cluster_becomes(struct cluster *c, const char *sql, int limit_ms)
{
    int64_t limit_us = clock_mono_us() + limit_ms * INT64_C(1000);

    for (;;) { /* who was kept from looking until the limit still looks once */
        bool is_over = clock_mono_us() >= limit_us;
        const char *answer = cluster_query(c, sql);
        if (answer != NULL && strcmp(answer, "t") == 0)
            return true;
        if (is_over)
            return false;
        poll(NULL, 0, LOOK_EVERY_MS);
    }
}

void cluster_wait_until(struct cluster *c, const char *sql, int limit_ms)
{
    if (!cluster_becomes(c, sql, limit_ms))
        fail_msg("not true within %d ms: %s", limit_ms, sql);
}
