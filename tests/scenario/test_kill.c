/* SPDX-License-Identifier: Apache-2.0 */
/* A whole city under load, in which everything is killed again and again at random moments, the
 * database as well. Afterwards every promise that was made to anybody must have been kept.
 * DUNGHEN_SEED repeats the moments, DUNGHEN_KILL_SECONDS says for how long. */
#include "chance.h"
#include "child.h"
#include "city.h"
#include "clock.h"
#include "format.h"
#include "ledger_check.h"
#include "must.h"
#include "strbuf.h"
#include "text_file.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "unit.h"

enum { SECONDS = 60, CALM_MS = 600000, LOAD_LIMIT_MS = 600000, TEXT_BYTES = 32 * 1024 * 1024 };

/* ---- who lives here ---- */

struct worker {
    const char *name, *units[3], *credit;
    bool late; /* comes when the killing is over: until then its unit's time runs out */
    bool idle; /* takes tasks and never finishes one; gone when the killing is over */
    pid_t pid;
    char *log;
};

static struct worker workers[] = {
    {.name = "desk", .units = {"OFFICE"}, .credit = "50"},
    {.name = "lights", .units = {"D1", "OFFICE"}, .credit = "20"},
    {.name = "lights-too", .units = {"D1"}, .credit = "1"},
    {.name = "idle", .units = {"W1", "D1"}, .credit = "10", .idle = true},
    {.name = "ward", .units = {"W1"}, .credit = "100"},
    {.name = "other-ward", .units = {"W2"}, .credit = "100", .late = true},
};

static struct victim {
    const char *name;
    int kills;
} victims[] = {{"intake", 0},   {"router", 0},   {"tracker", 0}, {"dispatch", 0},
               {"sentinel", 0}, {"database", 0}, {"worker", 0}};

/* ---- workers ---- */

static void start_worker(struct city *city, struct worker *w)
{
    AUTO(format_free) char *key = format_new("var/keys/workers/%s.key", w->name);
    const char *const argv[] = {
        "worker", "--key", key, "--credit", w->credit, w->idle ? "--accept-only" : NULL, NULL};

    w->pid = city_spawn(city, argv, w->log);
}

static void kill_worker(struct worker *w)
{
    if (w->pid != 0) {
        kill(w->pid, SIGKILL);
        waitpid(w->pid, NULL, 0);
    }
    w->pid = 0;
}

static void open_workers(struct city *city)
{
    struct err e = {0};

    for (size_t i = 0; i < COUNT(workers); i++) {
        struct worker *w = &workers[i];
        const char *const argv[] = {"keys",      "worker",    w->name, w->units[0],
                                    w->units[1], w->units[2], NULL};
        w->log = format_new("%s/worker-%s.log", city_dir(city), w->name);
        must(city_ctl(city, argv, &e), &e);
        if (!w->late)
            start_worker(city, w);
    }
}

static void close_workers(void)
{
    for (size_t i = 0; i < COUNT(workers); i++) {
        kill_worker(&workers[i]);
        format_free(&workers[i].log);
    }
}

/* The late come, the idle go. */
static void change_workers(struct city *city)
{
    for (size_t i = 0; i < COUNT(workers); i++) {
        if (workers[i].late)
            start_worker(city, &workers[i]);
        if (workers[i].idle)
            kill_worker(&workers[i]);
    }
}

static void kill_a_worker(struct city *city, struct chance *chance)
{
    struct worker *w = &workers[chance_between(chance, 0, COUNT(workers) - 1)];

    if (w->pid == 0)
        return;
    kill_worker(w);
    start_worker(city, w);
}

/* ---- killing ---- */

static bool is(const struct victim *v, const char *name)
{
    return strcmp(v->name, name) == 0;
}

static void kill_one(struct city *city, struct victim *v, struct chance *chance)
{
    v->kills++;
    if (is(v, "database")) {
        cluster_kill(city_cluster(city));
    } else if (is(v, "worker")) {
        kill_a_worker(city, chance);
    } else {
        struct process *p = city_service(city, v->name);
        if (process_is_over(p)) {
            process_show_log(p);
            fail_msg("%s has ended by itself", v->name);
        }
        process_kill(p);
    }
}

static void restart(struct city *city, const struct victim *v)
{
    struct err e = {0};

    if (is(v, "database"))
        must(cluster_start(city_cluster(city), &e), &e);
    else if (!is(v, "worker"))
        must(process_again(city_service(city, v->name), &e), &e);
}

static void pause_ms(int64_t ms)
{
    poll(NULL, 0, (int)ms);
}

/* Stops the ledger within a transaction: who is killed then cannot know how it ended. */
static PGconn *hold_a_transaction(struct city *city)
{
    PGconn *conn = cluster_connect(city_cluster(city), "dunghen");

    PQclear(PQexec(conn, "BEGIN"));
    PQclear(PQexec(conn, "LOCK TABLE events IN SHARE MODE"));
    (void)cluster_becomes(city_cluster(city),
                          "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)", 500);
    return conn;
}

/* Now and then two at once. */
static void kill_some(struct city *city, struct chance *chance)
{
    struct victim *first = &victims[chance_between(chance, 0, COUNT(victims) - 1)];
    struct victim *second = &victims[chance_between(chance, 0, COUNT(victims) - 1)];
    bool both = first != second && chance_between(chance, 1, 4) == 1;

    pause_ms(chance_between(chance, 50, 1500));
    PGconn *hold = chance_between(chance, 1, 3) == 1 ? hold_a_transaction(city) : NULL;
    kill_one(city, first, chance);
    if (both)
        kill_one(city, second, chance);
    PQfinish(hold);
    pause_ms(chance_between(chance, 0, 400));
    restart(city, first);
    if (both)
        restart(city, second);
}

/* ---- load ---- */

static pid_t start_load(const struct city *city, const char *seconds, const char *log)
{
    AUTO(format_free) char *url = format_new("http://127.0.0.1:%u", city_intake_port(city));
    const char *const argv[] = {"load",          "--url", url,      "--rate",    "400",
                                "--connections", "32",    "--json", "--seconds", seconds,
                                "--out",         "notes", NULL};

    return city_spawn(city, argv, log);
}

static void show_file(const char *path)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(TEXT_BYTES);

    text_file_read(path, &text);
    print_message("%s", text.len > 0 ? strbuf_text(&text) : "(nothing)\n");
}

static void wait_for_load(pid_t pid, const char *log)
{
    struct err e = {0};
    int status = 0;
    int rc = child_wait(pid, LOAD_LIMIT_MS, &status, &e);

    show_file(log);
    must(rc, &e);
    assert_int_equal(status, 0);
}

/* ---- what must be true afterwards ---- */

static int64_t number(struct city *city, const char *sql)
{
    const char *text = cluster_query(city_cluster(city), sql);

    return text != NULL ? strtoll(text, NULL, 10) : 0;
}

static void expect_none(struct city *city, const char *what, const char *sql)
{
    int64_t found = number(city, sql);

    if (found != 0)
        fail_msg("%" PRId64 " %s", found, what);
}

/* Runs "dunghen ...", shows what it says, and wants it to succeed. */
static void ask(struct city *city, const char *const *argv)
{
    AUTO(format_free) char *log = format_new("%s/asked-%s.log", city_dir(city), argv[1]);
    struct err e = {0};
    int rc = child_run(
        &(struct child_settings){
            .argv = argv, .env = city_env(city), .log = log, .dir = city_dir(city)},
        &e);

    show_file(log);
    must(rc, &e);
}

static void check_promises(struct city *city)
{
    static const char *const references[] = {BIN_DIR "/dunghen", "load",   "--verify", "notes",
                                             "--database",       "--json", NULL};
    static const char *const ledger[] = {BIN_DIR "/dunghen", "verify", NULL};

    ask(city, references);
    ask(city, ledger);
}

/* "ok       done  CASE:TASK  STATE" of what a worker was told, as rows of SQL. */
static int64_t add_promises(const struct worker *w, struct strbuf *sql)
{
    static const char told[] = "ok       done  ";
    AUTO(strbuf_free) struct strbuf text = STRBUF(TEXT_BYTES);
    int64_t count = 0;

    text_file_read(w->log, &text);
    for (const char *at = text.len > 0 ? strbuf_text(&text) : ""; (at = strstr(at, told)) != NULL;
         count++) {
        at += sizeof(told) - 1;
        strbuf_addf(sql, "%s('%.36s'::uuid,%ld,'%s')", sql->data[sql->len - 1] == ' ' ? "" : ",",
                    at, strtol(at + 37, NULL, 10), w->name);
    }
    return count;
}

static int64_t check_workers(struct city *city)
{
    AUTO(strbuf_free) struct strbuf sql = STRBUF(TEXT_BYTES);
    int64_t count = 0;

    strbuf_addf(&sql, "CREATE TABLE told AS SELECT * FROM (VALUES ");
    for (size_t i = 0; i < COUNT(workers); i++)
        count += add_promises(&workers[i], &sql);
    assert_true(count > 0);
    strbuf_addf(&sql, ") AS told (case_id, number, worker)");
    cluster_query(city_cluster(city), strbuf_text(&sql));
    expect_none(city, "tasks that a worker was told are done are not",
                "SELECT count(*) FROM told LEFT JOIN tasks USING (case_id, number)"
                " WHERE state IS DISTINCT FROM 'done'");
    expect_none(city, "tasks were done by two workers, as they were told",
                "SELECT count(*) FROM (SELECT FROM told GROUP BY case_id, number"
                " HAVING count(DISTINCT worker) > 1) AS twice");
    expect_none(city, "tasks were not done exactly once",
                "SELECT count(*) FROM (SELECT FROM tasks AS t LEFT JOIN events AS e"
                "  ON e.case_id = t.case_id AND e.task = t.number"
                "  AND e.type IN ('answered', 'coordinated')"
                " WHERE t.state = 'done' GROUP BY t.case_id, t.number HAVING count(e.seq) <> 1)"
                " AS wrong");
    return count;
}

static void check_cases(struct city *city)
{
    expect_none(city, "cases are stuck", "SELECT count(*) FROM cases WHERE state <> 'ANSWERED'");
    expect_none(city, "tasks are open", "SELECT count(*) FROM tasks WHERE finished_at IS NULL");
    expect_none(city, "cases were not received and answered exactly once",
                "SELECT count(*) FROM (SELECT FROM cases AS c LEFT JOIN events AS e"
                "  ON e.case_id = c.id GROUP BY c.id"
                " HAVING count(*) FILTER (WHERE type = 'received') <> 1"
                "     OR count(*) FILTER (WHERE type = 'answered') <> 1) AS wrong");
    expect_none(city, "keys of submissions name no case",
                "SELECT count(*) FROM commands LEFT JOIN cases ON cases.id = case_id"
                " WHERE cases.id IS NULL");
}

static void check_flags(struct city *city)
{
    expect_none(city, "flags and their events differ",
                "SELECT count(*) FROM flags AS f FULL JOIN (SELECT case_id, task, type, count(*)"
                "  FROM events WHERE type IN (SELECT level FROM flags) GROUP BY 1, 2, 3) AS e"
                "  ON e.case_id = f.case_id AND e.task = f.task AND e.type = f.level"
                " WHERE e.count IS DISTINCT FROM 1 OR f.level IS NULL");
    expect_none(city, "flags were raised before their moment",
                "SELECT count(*) FROM flags WHERE raised_at < moment");
}

static void print_counts(struct city *city, int64_t told)
{
    print_message("cases %" PRId64 ", events %" PRId64 ", flags %" PRId64
                  ", tasks that workers were told are done %" PRId64 ", leased again %" PRId64 "\n",
                  number(city, "SELECT count(*) FROM cases"),
                  ledger_check_chain(city_cluster(city)),
                  number(city, "SELECT count(*) FROM flags"), told,
                  number(city,
                         "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM events"
                         " WHERE type = 'accepted' GROUP BY case_id, task) AS accepted"));
    print_message("kills:");
    for (size_t i = 0; i < COUNT(victims); i++)
        print_message(" %s %d", victims[i].name, victims[i].kills);
    print_message("\n");
}

static void close_the_books(struct city *city)
{
    check_promises(city);
    int64_t told = check_workers(city);
    check_cases(city);
    check_flags(city);
    print_counts(city, told);
    ledger_check_measures(city_cluster(city));
    assert_true(ledger_check_letters(city_cluster(city)) > 0);
}

/* ---- the test ---- */

static void calm_down(struct city *city)
{
    static const char *const names[] = {"tracker", "router", "dispatch", "sentinel", "intake"};
    struct err e = {0};

    for (size_t i = 0; i < COUNT(names); i++)
        must(process_wait_ready(city_service(city, names[i]), &e), &e);
}

/* So that flags fall due while everything is being killed. */
static void make_time_short(struct city *city)
{
    cluster_query(city_cluster(city),
                  "UPDATE services SET clock = 'clock_hours', amount = 8 WHERE code = 'NOISE'");
    cluster_query(city_cluster(city), "UPDATE catalogue SET version = version + 1");
}

static void keeps_every_promise_though_all_are_killed(void **state)
{
    struct city *city = *state;
    struct chance chance = {.state = chance_seed()};
    const char *wanted = getenv("DUNGHEN_KILL_SECONDS");
    AUTO(format_free)
    char *seconds = format_new("%ld", wanted != NULL ? strtol(wanted, NULL, 10) : SECONDS);
    AUTO(format_free) char *log = format_new("%s/load.log", city_dir(city));

    print_message("DUNGHEN_SEED=%" PRIu64 "\n", chance.state);
    make_time_short(city);
    open_workers(city);
    int64_t end = clock_mono_us() + strtol(seconds, NULL, 10) * INT64_C(1000000);
    pid_t load = start_load(city, seconds, log);
    while (clock_mono_us() < end)
        kill_some(city, &chance);
    wait_for_load(load, log);
    calm_down(city);
    city_wait_until(city,
                    "SELECT NOT EXISTS (SELECT FROM tasks AS t WHERE finished_at IS NULL"
                    " AND due_at < now() - interval '1 second' AND NOT EXISTS (SELECT FROM flags"
                    "  WHERE case_id = t.case_id AND task = t.number AND level = 'overdue'))",
                    CALM_MS);
    change_workers(city);
    city_wait_until(city, "SELECT NOT EXISTS (SELECT FROM tasks WHERE finished_at IS NULL)",
                    CALM_MS);
    close_the_books(city);
}

static int open_city(void **state)
{
    int rc = city_setup(state);

    /* Workers' answers go out as they are; every case gets a numbered letter. */
    cluster_query(city_cluster(*state),
                  "UPDATE regimes SET approval = false, receipt = true;"
                  "UPDATE catalogue SET version = version + 1");
    return rc;
}

static int close_city(void **state)
{
    close_workers();
    return city_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_every_promise_though_all_are_killed),
    };

    return cmocka_run_group_tests_name("kill", tests, open_city, close_city);
}
