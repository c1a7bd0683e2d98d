/* SPDX-License-Identifier: Apache-2.0 */
/* links: ctl */
#include "child.h"
#include "cluster.h"
#include "commands.h"
#include "format.h"
#include "leader.h"
#include "sql_ctl.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

#define TINY SOURCE_DIR "/deploy/catalogue/tiny"
#define HCMC SOURCE_DIR "/deploy/catalogue/hcmc"

/* One cluster for all; each test has a database of its own that is empty. */
struct world {
    struct cluster *cluster;
    PGconn *conn; /* to the test's database, as the superuser */
    char *url, *keys;
    int databases;
    struct err e; /* of the last command */
    enum ctl_status status;
    char *said; /* by the last command */
    PGresult *row;
};

static int open_world(void **state)
{
    struct world *w = calloc(1, sizeof(*w));
    struct err e = {0};

    *state = w;
    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    if (cluster_open(&w->cluster, &e) == 0)
        return 0;
    print_error("%s\n", e.text);
    return -1;
}

static int close_world(void **state)
{
    struct world *w = *state;

    cluster_close(&w->cluster);
    free(w->said);
    free(w);
    return 0;
}

static int open_database(void **state)
{
    struct world *w = *state;
    AUTO(format_free) char *sql = format_new("CREATE DATABASE fresh_%d", ++w->databases);

    cluster_query(w->cluster, sql);
    w->url = format_new("postgresql:///fresh_%d?host=%s", w->databases, cluster_dir(w->cluster));
    w->keys = format_new("%s/keys-%d/here", cluster_dir(w->cluster), w->databases);
    AUTO(format_free) char *super = format_new("%s&user=dunghen", w->url);
    w->conn = PQconnectdb(super);
    return PQstatus(w->conn) == CONNECTION_OK ? 0 : -1;
}

static int close_database(void **state)
{
    struct world *w = *state;

    PQclear(w->row);
    w->row = NULL;
    PQfinish(w->conn);
    format_free(&w->url);
    format_free(&w->keys);
    return 0;
}

/* The first field of the first row; NULL when there is none. */
static const char *ask(struct world *w, const char *sql)
{
    PQclear(w->row);
    w->row = PQexec(w->conn, sql);
    ExecStatusType status = PQresultStatus(w->row);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(w->conn));
    if (PQntuples(w->row) == 0 || PQgetisnull(w->row, 0, 0) != 0)
        return NULL;
    return PQgetvalue(w->row, 0, 0);
}

/* Runs a command in this process. */
static int command(struct world *w, ctl_fn *run, const char *const *words)
{
    size_t len;
    char *args[8] = {NULL};
    struct ctl ctl = {.database_url = w->url,
                      .run_dir = w->keys,
                      .keys_dir = w->keys,
                      .timezone = format_new("Asia/Ho_Chi_Minh"),
                      .status = CTL_FAILED};

    free(w->said);
    ctl.out = open_memstream(&w->said, &len);
    for (size_t i = 0; words != NULL && words[i] != NULL; i++)
        args[i] = format_new("%s", words[i]);
    w->e = (struct err){0};
    int rc = run(&ctl, args, &w->e);
    w->status = ctl.status;
    fclose(ctl.out);
    for (char **arg = args; *arg != NULL; arg++)
        format_free(arg);
    format_free(&ctl.timezone);
    return rc;
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void succeed(struct world *w, ctl_fn *run, const char *const *words)
{
    if (command(w, run, words) < 0)
        fail_msg("%s", w->e.text);
}

/* It fails for a reason that has these words. */
static void fail_for(struct world *w, ctl_fn *run, const char *const *words, const char *reason)
{
    assert_int_equal(command(w, run, words), -1);
    if (strstr(w->e.text, reason) == NULL)
        fail_msg("\"%s\" instead of \"%s\"", w->e.text, reason);
}

/* ---- migrate ---- */

static void migrates_an_empty_database_once(void **state)
{
    struct world *w = *state;

    succeed(w, migrate_run, NULL);
    assert_non_null(strstr(w->said, "applied 0001_catalogue"));
    assert_non_null(strstr(w->said, "applied 0002_ledger"));
    assert_string_equal(ask(w, "SELECT count(*) FROM cases"), "0");
    succeed(w, migrate_run, NULL);
    assert_null(strstr(w->said, "applied"));
}

static void tells_what_it_would_migrate_and_changes_nothing(void **state)
{
    struct world *w = *state;

    succeed(w, migrate_run, WORDS("--dry-run"));
    assert_non_null(strstr(w->said, "would apply 0001_catalogue\n"));
    assert_null(ask(w, "SELECT to_regclass('schema_migrations')"));
    succeed(w, migrate_run, NULL);
    ask(w,
        "DELETE FROM schema_migrations WHERE number = (SELECT max(number) FROM schema_migrations)");
    succeed(w, migrate_run, WORDS("--dry-run"));
    assert_null(strstr(w->said, "0001_catalogue"));
    assert_non_null(strstr(w->said, "\n1 to apply\n"));
    ask(w, "INSERT INTO schema_migrations (number, name, checksum) VALUES (9999, 'later', 'x')");
    fail_for(w, migrate_run, WORDS("--dry-run"), "is missing in schema_migrations");
}

static void refuses_a_migration_that_was_changed_afterwards(void **state)
{
    struct world *w = *state;

    succeed(w, migrate_run, NULL);
    ask(w, "UPDATE schema_migrations SET checksum = 'other' WHERE number = 2");
    fail_for(w, migrate_run, NULL, "migration 0002_ledger was applied with another content");
    assert_int_equal(w->e.kind, ERR_CONFLICT);
}

static void refuses_a_database_that_is_newer(void **state)
{
    struct world *w = *state;

    succeed(w, migrate_run, NULL);
    ask(w, "INSERT INTO schema_migrations (number, name, checksum) VALUES (9999, 'later', 'x')");
    fail_for(w, migrate_run, NULL, "the database is newer than this program");
}

static void refuses_a_database_with_a_gap(void **state)
{
    struct world *w = *state;

    succeed(w, migrate_run, NULL);
    ask(w, "DELETE FROM schema_migrations WHERE number = 1");
    fail_for(w, migrate_run, NULL, "migration 0001 is missing");
}

static void refuses_while_one_of_before_leads(struct world *w, enum leader_lock lock,
                                              const char *why)
{
    AUTO(format_free) char *lead = format_new("SELECT pg_advisory_lock(%d)", lock);
    AUTO(format_free) char *end = format_new("SELECT pg_advisory_unlock(%d)", lock);

    ask(w, lead);
    fail_for(w, migrate_run, NULL, why);
    assert_int_equal(w->e.kind, ERR_CONFLICT);
    ask(w, end);
}

static void refuses_while_who_writes_by_old_tables_leads(void **state)
{
    struct world *w = *state;

    succeed(w, migrate_run, NULL);
    ask(w,
        "DELETE FROM schema_migrations WHERE number = (SELECT max(number) FROM schema_migrations)");
    refuses_while_one_of_before_leads(w, LEADER_TRACKER, "tracker runs: stop it first");
    refuses_while_one_of_before_leads(w, LEADER_LETTERS, "letters runs: stop it first");
    refuses_while_one_of_before_leads(w, LEADER_NOTIFIER, "notifier runs: stop it first");
}

static void leaves_no_half_migration(void **state)
{
    struct world *w = *state;

    ask(w, "CREATE TABLE measures_now (n integer)"); /* in the way of the last statements of 0002 */
    fail_for(w, migrate_run, NULL, "migration 0002_ledger: ");
    assert_string_equal(ask(w, "SELECT count(*) FROM schema_migrations"), "1");
    assert_null(ask(w, "SELECT to_regclass('cases')"));
    ask(w, "DROP TABLE measures_now");
    succeed(w, migrate_run, NULL);
    assert_null(strstr(w->said, "0001_catalogue"));
}

static void has_only_statements_that_the_server_understands(void **state)
{
    struct world *w = *state;

    succeed(w, migrate_run, NULL);
    for (const struct sql *const *sql = sql_ctl_all; *sql != NULL; sql++) {
        PGresult *res = PQprepare(w->conn, (*sql)->name, (*sql)->text, 0, NULL);
        if (PQresultStatus(res) != PGRES_COMMAND_OK)
            fail_msg("%s: %s", (*sql)->name, PQresultErrorMessage(res));
        PQclear(res);
    }
}

/* ---- catalogue ---- */

static void loads_a_catalogue_and_raises_its_version(void **state)
{
    struct world *w = *state;

    succeed(w, migrate_run, NULL);
    succeed(w, catalogue_load_run, WORDS(TINY));
    assert_non_null(strstr(w->said, "version 1\n"));
    assert_string_equal(ask(w, "SELECT count(*) FROM units"), "4");
    assert_string_equal(ask(w, "SELECT calendar FROM units WHERE code = 'W1'"), "OFFICE_HOURS");
    assert_string_equal(ask(w, "SELECT amount FROM services WHERE code = 'NOISE'"), "3600");
    assert_string_equal(ask(w, "SELECT amount FROM services WHERE code = 'STAFF'"), "20");
    assert_string_equal(ask(w,
                            "SELECT array_to_string(coordinators, '|') FROM routes"
                            " WHERE service = 'LIGHT' AND area = '*'"),
                        "@place");
    assert_string_equal(ask(w,
                            "SELECT array_to_string(array_agg(key ORDER BY position), '|')"
                            "  FROM service_attribute_values"),
                        "off|flicker");
    assert_string_equal(ask(w,
                            "SELECT shape->'coordinates'->0->0->>0 FROM areas"
                            " WHERE code = 'W1'"),
                        "106.6");
}

static void counts_what_a_load_changes(void **state)
{
    struct world *w = *state;

    succeed(w, migrate_run, NULL);
    succeed(w, catalogue_load_run, WORDS(TINY));
    succeed(w, catalogue_load_run, WORDS(TINY));
    assert_non_null(strstr(w->said, "version 2\n"));
    assert_non_null(strstr(w->said, "0 added,    0 changed,    0 removed,    4 as before"));
    ask(w, "DELETE FROM routes WHERE service = 'NOISE'");
    ask(w, "UPDATE routes SET lead = 'W1' WHERE service = 'TC01'");
    ask(w, "INSERT INTO routes (service, area, lead) VALUES ('TC01', 'W1', 'W1')");
    succeed(w, catalogue_load_run, WORDS(TINY));
    assert_non_null(strstr(w->said, "1 added,    1 changed,    1 removed,    3 as before"));
}

static void ends_units_and_retires_services_that_are_left_out(void **state)
{
    struct world *w = *state;

    succeed(w, migrate_run, NULL);
    succeed(w, catalogue_load_run, WORDS(HCMC));
    ask(w,
        "INSERT INTO units SELECT 'NEW', kind, parent, name_vi, name_en, calendar,"
        " current_date + 9, NULL, '{}' FROM units WHERE code = 'VP'");
    succeed(w, catalogue_load_run, WORDS(TINY));
    assert_non_null(strstr(w->said, "unit ended SXD\n"));
    assert_non_null(strstr(w->said, "service retired HT01\n"));
    assert_string_equal(ask(w, "SELECT count(*) FROM units WHERE valid_until IS NULL"), "4");
    assert_string_equal(ask(w,
                            "SELECT valid_until = (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
                            " - 1 FROM units WHERE code = 'SXD'"),
                        "t");
    assert_string_equal(ask(w, "SELECT valid_until = valid_from FROM units WHERE code = 'NEW'"),
                        "t");
    assert_string_equal(ask(w, "SELECT count(*) FROM services WHERE NOT retired"), "4");
    assert_string_equal(ask(w, "SELECT count(*) > 2 FROM service_attributes"), "t");
    succeed(w, catalogue_load_run, WORDS(TINY));
    assert_null(strstr(w->said, "unit ended"));
    assert_null(strstr(w->said, "service retired"));
    succeed(w, catalogue_load_run, WORDS(HCMC));
    assert_string_equal(ask(w, "SELECT retired FROM services WHERE code = 'HT01'"), "f");
    assert_null(ask(w, "SELECT valid_until FROM units WHERE code = 'SXD'"));
}

static void loads_all_or_nothing(void **state)
{
    struct world *w = *state;

    succeed(w, migrate_run, NULL);
    succeed(w, catalogue_load_run, WORDS(TINY));
    ask(w, "ALTER TABLE routes ADD CONSTRAINT tight CHECK (lead <> 'SDL') NOT VALID");
    fail_for(w, catalogue_load_run, WORDS(HCMC), "put_routes: ");
    assert_int_equal(w->e.kind, ERR_INPUT);
    assert_string_equal(w->said, "");
    assert_string_equal(ask(w, "SELECT version FROM catalogue"), "1");
    assert_string_equal(ask(w, "SELECT count(*) FROM units"), "4");
    assert_string_equal(ask(w, "SELECT count(*) FROM routes"), "5");
}

static void does_not_load_what_has_mistakes(void **state)
{
    struct world *w = *state;

    succeed(w, migrate_run, NULL);
    fail_for(w, catalogue_load_run, WORDS(SOURCE_DIR "/deploy"), "mistake");
    assert_non_null(strstr(w->said, "units.csv:1: file-missing: "));
    assert_null(ask(w, "SELECT version FROM catalogue"));
}

static void shows_what_is_loaded(void **state)
{
    struct world *w = *state;

    succeed(w, migrate_run, NULL);
    succeed(w, catalogue_load_run, WORDS(TINY));
    succeed(w, catalogue_show_run, WORDS("regimes"));
    assert_non_null(strstr(w->said, "R2      2025-01-01              yes"));
    succeed(w, catalogue_show_run, WORDS("limits"));
    assert_non_null(strstr(w->said, "forward    5       clock_minutes"));
    assert_non_null(strstr(w->said, "summary    24      clock_hours"));
    succeed(w, catalogue_show_run, WORDS("reasons"));
    assert_non_null(strstr(w->said, "OVERLOAD"));
    succeed(w, catalogue_show_run, WORDS("people"));
    assert_non_null(strstr(w->said, "desk@tiny.example"));
    fail_for(w, catalogue_show_run, WORDS("units"), "none of regimes");
}

/* Open cases were counted before Tết 2027 was known. */
static void add_case_due_in_a_holiday(struct world *w)
{
    ask(w,
        "INSERT INTO calendar_recounts SELECT code, 'old', days[:76], now() FROM calendar_digests");
    ask(w,
        "INSERT INTO cases (id, reference, kind, service, unit, state, priority, channel, language,"
        " hide_name, anonymous, received_at, due_at, clock, amount, calendar)"
        " VALUES ('00000000-0000-7000-8000-000000000001', 'CASE-000001', 'field_report', 'LIGHT',"
        " 'D1', 'ASSIGNED', 3, 'api', 'vi', false, false, '2027-02-04 10:00 +07',"
        " '2027-02-08 17:00 +07', 'working_days', 2, 'OFFICE_HOURS')");
    ask(w,
        "INSERT INTO tasks (case_id, number, role, unit, state, priority, assigned_at, due_at,"
        " next_at) SELECT id, 1, 'lead', unit, 'open', 3, received_at, due_at, due_at FROM cases");
}

static void rehearses_what_a_load_would_move(void **state)
{
    struct world *w = *state;

    succeed(w, migrate_run, NULL);
    succeed(w, catalogue_load_run, WORDS(TINY));
    add_case_due_in_a_holiday(w);
    succeed(w, catalogue_load_run, WORDS("--dry-run", TINY));
    assert_non_null(strstr(w->said, "calendar OFFICE_HOURS counts otherwise: dự kiến"));
    assert_non_null(
        strstr(w->said, "open cases to count again: 1; due times that would move: 1\n"));
    assert_non_null(strstr(w->said, "D1    LIGHT        1\n"));
    assert_non_null(strstr(w->said, "2027-02-08 17:00  2027-02-15 17:00\n"));
    assert_non_null(strstr(w->said, "nothing is changed"));
    assert_string_equal(ask(w, "SELECT version FROM catalogue"), "1");
    assert_string_equal(ask(w, "SELECT due_at = '2027-02-08 17:00 +07' FROM cases"), "t");
    assert_string_equal(ask(w, "SELECT count(*) FROM stale_calendars"), "2");
    ask(w,
        "UPDATE calendar_recounts AS r SET digest = d.digest FROM calendar_digests AS d"
        " WHERE d.code = r.calendar");
    succeed(w, catalogue_load_run, WORDS(TINY, "--dry-run"));
    assert_non_null(strstr(w->said, "no due time would move\n"));
}

/* ---- keys ---- */

static unsigned mode_of(struct world *w, const char *name)
{
    AUTO(format_free) char *path = format_new("%s/%s", w->keys, name);
    struct stat st;

    return stat(path, &st) == 0 ? st.st_mode & 0777 : 0;
}

static char *content_of(struct world *w, const char *name)
{
    AUTO(format_free) char *path = format_new("%s/%s", w->keys, name);
    char *text = calloc(1, 1000);
    FILE *f = fopen(path, "r");

    assert_non_null(f);
    assert_true(fread(text, 1, 999, f) > 0);
    fclose(f);
    return text;
}

static void makes_keys_that_only_their_owner_reads(void **state)
{
    struct world *w = *state;

    succeed(w, keys_init_run, NULL);
    assert_int_equal(mode_of(w, ""), 0700);
    assert_int_equal(mode_of(w, "contact.keys"), 0600);
    assert_int_equal(mode_of(w, "worker-server.key"), 0600);
    assert_int_equal(mode_of(w, "worker-server.pub"), 0644);
}

static void leaves_the_keys_that_are_there(void **state)
{
    struct world *w = *state;

    succeed(w, keys_init_run, NULL);
    AUTO(format_free) char *ring = content_of(w, "contact.keys");
    AUTO(format_free) char *key = content_of(w, "worker-server.key");
    succeed(w, keys_init_run, NULL);
    AUTO(format_free) char *ring_after = content_of(w, "contact.keys");
    AUTO(format_free) char *key_after = content_of(w, "worker-server.key");
    assert_string_equal(ring, ring_after);
    assert_string_equal(key, key_after);
    succeed(w, keys_rotate_run, NULL);
    AUTO(format_free) char *ring_rotated = content_of(w, "contact.keys");
    assert_memory_equal(ring, ring_rotated, strlen(ring));
    assert_int_equal(strlen(ring_rotated), 2 * strlen(ring));
}

static void remove_ring(struct world *w)
{
    AUTO(format_free) char *path = format_new("%s/contact.keys", w->keys);

    assert_int_equal(unlink(path), 0);
}

static void replaces_a_lost_ring_only_when_nothing_needs_it_or_it_is_told_to(void **state)
{
    static const char lost[] = "contact.keys is lost";
    struct world *w = *state;

    succeed(w, keys_init_run, NULL);
    succeed(w, migrate_run, NULL);
    remove_ring(w);
    succeed(w, keys_init_run, NULL);
    ask(w,
        "INSERT INTO contacts VALUES (gen_random_uuid(), '\\x000100'), (gen_random_uuid(), "
        "'\\x010200')");
    succeed(w, keys_init_run, NULL);
    remove_ring(w);
    fail_for(w, keys_init_run, NULL, lost);
    assert_int_equal(w->e.kind, ERR_CONFLICT);
    fail_for(w, keys_rotate_run, NULL, "run \"dunghen keys init\" first");
    AUTO(format_free) char *url = w->url;
    w->url = format_new("postgresql:///nowhere?host=%s", cluster_dir(w->cluster));
    fail_for(w, keys_init_run, NULL, "could not reach the database");
    format_free(&w->url);
    w->url = url;
    url = NULL;
    succeed(w, keys_init_run, WORDS("--new-ring"));
    AUTO(format_free) char *ring = content_of(w, "contact.keys");
    assert_memory_equal(ring, "259 ", 4); /* beyond all that the lost one may have had */
}

static void does_not_rotate_what_is_not_there(void **state)
{
    fail_for(*state, keys_rotate_run, NULL, "run \"dunghen keys init\" first");
}

static void lets_a_worker_in_and_shuts_it_out(void **state)
{
    struct world *w = *state;

    succeed(w, migrate_run, NULL);
    succeed(w, catalogue_load_run, WORDS(TINY));
    succeed(w, keys_init_run, NULL);
    succeed(w, keys_worker_run, WORDS("traffic", "W2", "D1", "W2"));
    assert_int_equal(mode_of(w, "workers/traffic.key"), 0600);
    AUTO(format_free) char *text = content_of(w, "workers/traffic.key");
    AUTO(format_free) char *server = content_of(w, "worker-server.pub");
    assert_memory_equal(text, "public ", 7);
    assert_non_null(strstr(text, "\nsecret "));
    assert_non_null(strstr(text, server));
    assert_string_equal(ask(w, "SELECT array_to_string(units, ' ') FROM worker_keys"), "D1 W2");
    assert_memory_equal(text + 7, ask(w, "SELECT public_key FROM worker_keys"), 40);
    assert_string_equal(ask(w, "SELECT version FROM catalogue"), "2");
    succeed(w, keys_revoke_run, WORDS("traffic"));
    assert_string_equal(ask(w, "SELECT revoked_at IS NOT NULL FROM worker_keys"), "t");
    assert_string_equal(ask(w, "SELECT version FROM catalogue"), "3");
    succeed(w, keys_list_run, NULL);
    assert_non_null(strstr(w->said, "worker traffic"));
    assert_non_null(strstr(w->said, "REVOKED"));
    fail_for(w, keys_revoke_run, WORDS("traffic"), "no worker \"traffic\"");
}

static void refuses_workers_of_no_unit_and_names_that_are_taken(void **state)
{
    struct world *w = *state;

    succeed(w, migrate_run, NULL);
    succeed(w, catalogue_load_run, WORDS(TINY));
    succeed(w, keys_init_run, NULL);
    fail_for(w, keys_worker_run, WORDS("a", "D1", "D9"), "there is no unit \"D9\"");
    fail_for(w, keys_worker_run, WORDS("../a", "D1"), "a worker's name is");
    succeed(w, keys_worker_run, WORDS("a", "D1"));
    fail_for(w, keys_worker_run, WORDS("a", "D1"), "there is or was a worker \"a\"");
    assert_string_equal(ask(w, "SELECT count(*) FROM worker_keys"), "1");
}

/* ---- the connection and the program ---- */

static void tells_a_wrong_setting_from_a_database_that_is_away(void **state)
{
    struct world *w = *state;

    format_free(&w->url);
    w->url = format_new("postgresql:///fresh?host=%s/nowhere", cluster_dir(w->cluster));
    fail_for(w, migrate_run, NULL, "could not reach the database");
    assert_int_equal(w->status, CTL_FAILED);
    format_free(&w->url);
    w->url = format_new("postgresql://%%");
    fail_for(w, migrate_run, NULL, "DUNGHEN_DATABASE_URL");
    assert_int_equal(w->status, CTL_WRONG_SETTING);
}

static int status_of(struct world *w, const char *zone, const char *const *words)
{
    const char *argv[8] = {BIN_DIR "/dunghen"};
    AUTO(format_free) char *url = format_new("DUNGHEN_DATABASE_URL=%s", w->url);
    AUTO(format_free) char *tz = format_new("DUNGHEN_TIMEZONE=%s", zone);
    const char *const env[] = {url, tz, NULL};
    struct child_settings settings = {.argv = argv, .env = env, .log = "/dev/null"};
    struct err e = {0};
    pid_t pid;
    int status = 0;

    for (size_t i = 0; words[i] != NULL; i++)
        argv[i + 1] = words[i];
    assert_int_equal(child_start(&pid, &settings, &e), 0);
    assert_int_equal(child_wait(pid, 30000, &status, &e), 0);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void exits_with_a_status_that_says_why(void **state)
{
    static const char zone[] = "Asia/Ho_Chi_Minh";
    struct world *w = *state;

    assert_int_equal(status_of(w, zone, WORDS("--help")), CTL_OK);
    assert_int_equal(status_of(w, zone, WORDS("--version")), CTL_OK);
    assert_int_equal(status_of(w, zone, WORDS("keys", "worker", "--help")), CTL_OK);
    assert_int_equal(status_of(w, zone, WORDS("migrate")), CTL_OK);
    assert_int_equal(status_of(w, zone, WORDS("catalogue", "check", TINY)), CTL_OK);
    assert_int_equal(status_of(w, zone, WORDS("catalogue", "check", "/nowhere")), CTL_FAILED);
    assert_int_equal(status_of(w, zone, WORDS("catalogue", "check")), CTL_MISUSED);
    assert_int_equal(status_of(w, zone, WORDS("migrate", "now")), CTL_MISUSED);
    assert_int_equal(status_of(w, zone, WORDS("worker", "--key", "k", "--answer", "nonsense")),
                     CTL_MISUSED);
    assert_int_equal(status_of(w, zone, WORDS("worker", "--key", "k", "--text", " ")), CTL_MISUSED);
    assert_int_equal(status_of(w, zone, WORDS("catalogue")), CTL_MISUSED);
    assert_int_equal(status_of(w, zone, WORDS("catalog", "check", TINY)), CTL_MISUSED);
    assert_int_equal(status_of(w, "Asia/Nowhere", WORDS("migrate")), CTL_WRONG_SETTING);
    assert_int_equal(status_of(w, "Asia/Bangkok", WORDS("catalogue", "check", TINY)), CTL_FAILED);
}

#define IN_DATABASE(test) cmocka_unit_test_setup_teardown(test, open_database, close_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DATABASE(migrates_an_empty_database_once),
        IN_DATABASE(tells_what_it_would_migrate_and_changes_nothing),
        IN_DATABASE(refuses_a_migration_that_was_changed_afterwards),
        IN_DATABASE(refuses_a_database_that_is_newer),
        IN_DATABASE(refuses_a_database_with_a_gap),
        IN_DATABASE(refuses_while_who_writes_by_old_tables_leads),
        IN_DATABASE(leaves_no_half_migration),
        IN_DATABASE(has_only_statements_that_the_server_understands),
        IN_DATABASE(loads_a_catalogue_and_raises_its_version),
        IN_DATABASE(counts_what_a_load_changes),
        IN_DATABASE(ends_units_and_retires_services_that_are_left_out),
        IN_DATABASE(loads_all_or_nothing),
        IN_DATABASE(does_not_load_what_has_mistakes),
        IN_DATABASE(shows_what_is_loaded),
        IN_DATABASE(rehearses_what_a_load_would_move),
        IN_DATABASE(makes_keys_that_only_their_owner_reads),
        IN_DATABASE(leaves_the_keys_that_are_there),
        IN_DATABASE(replaces_a_lost_ring_only_when_nothing_needs_it_or_it_is_told_to),
        IN_DATABASE(does_not_rotate_what_is_not_there),
        IN_DATABASE(lets_a_worker_in_and_shuts_it_out),
        IN_DATABASE(refuses_workers_of_no_unit_and_names_that_are_taken),
        IN_DATABASE(tells_a_wrong_setting_from_a_database_that_is_away),
        IN_DATABASE(exits_with_a_status_that_says_why),
    };

    return cmocka_run_group_tests_name("ctl", tests, open_world, close_world);
}
