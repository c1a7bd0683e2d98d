/* SPDX-License-Identifier: Apache-2.0 */
/* test_lead - a whole city whose tables are newer or older than its programs: nobody leads who was
 * built for others than those that are there; and one whose tables cannot be read for a moment. */
#include "city_fixture.h"
#include "clock.h"
#include "format.h"
#include "leader.h"
#include "process.h"

#include <math.h>
#include <string.h>

#include "unit.h"

enum { WAIT_MS = 60000 };
#define LAST "number = (SELECT max(number) FROM schema_migrations)"

static const struct {
    const char *name;
    enum leader_lock lock;
} leaders[] = {{"tracker", LEADER_TRACKER},
               {"dispatch", LEADER_DISPATCH},
               {"sentinel", LEADER_SENTINEL},
               {"letters", LEADER_LETTERS},
               {"notifier", LEADER_NOTIFIER}};

static void ask(const char *statement)
{
    (void)cluster_query(city_cluster(city), statement);
}

/* As "dunghen migrate" of a later version leaves it. */
static void make_newer(void)
{
    ask("INSERT INTO schema_migrations (number, name, checksum) VALUES (9999, 'later', 'x')");
}

static void make_as_new_as_we_are(void)
{
    ask("DELETE FROM schema_migrations WHERE number = 9999");
}

static void says(struct process *process, const char *text)
{
    struct err e;

    if (process_wait_says(process, text, &e) < 0)
        fail_msg("%s: %s", text, e.text);
}

static void is_ready(struct process *process)
{
    struct err e;

    if (process_wait_ready(process, &e) < 0)
        fail_msg("%s", e.text);
}

static void start_again(struct process *process)
{
    struct err e;

    process_kill(process);
    if (process_again(process, &e) < 0)
        fail_msg("%s", e.text);
}

/* Waits until the lead of that number is somebody's, or nobody's. */
static void has_leader(enum leader_lock lock, bool wanted)
{
    AUTO(format_free)
    char *statement = format_new(
        "SELECT %s EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory'"
        " AND classid = 0 AND objid = %d)",
        wanted ? "" : "NOT", lock);

    cluster_wait_until(city_cluster(city), statement, WAIT_MS);
}

static void a_standby_of_before_does_not_lead_after_a_migration(void **state)
{
    const struct process_settings settings = {"dunghen-tracker", "standby", city_env(city),
                                              city_dir(city)};
    struct process *leader = city_service(city, "tracker"), *standby;
    struct err e;

    (void)state;
    assert_int_equal(process_start(&standby, &settings, &e), 0);
    is_ready(standby);
    make_newer();
    process_kill(leader);
    says(standby, "\"leader\":\"the database is newer than this program: it has migration 9999,");
    has_leader(LEADER_TRACKER, false);
    make_as_new_as_we_are();
    has_leader(LEADER_TRACKER, true);
    is_ready(standby);
    process_close(&standby);
    assert_int_equal(process_again(leader, &e), 0);
    is_ready(leader);
}

static void nobody_leads_over_newer_tables(void **state)
{
    (void)state;
    make_newer();
    for (size_t i = 0; i < COUNT(leaders); i++) {
        struct process *process = city_service(city, leaders[i].name);
        start_again(process);
        says(process, "\"leader\":\"the database is newer than this program");
        has_leader(leaders[i].lock, false);
    }
    make_as_new_as_we_are();
    for (size_t i = 0; i < COUNT(leaders); i++) {
        has_leader(leaders[i].lock, true);
        is_ready(city_service(city, leaders[i].name));
    }
}

static void who_is_newer_waits_for_the_migration(void **state)
{
    (void)state;
    ask("CREATE TABLE kept AS SELECT * FROM schema_migrations WHERE " LAST);
    ask("DELETE FROM schema_migrations WHERE " LAST);
    for (size_t i = 0; i < COUNT(leaders); i++) {
        struct process *process = city_service(city, leaders[i].name);
        start_again(process);
        says(process, "\"leader\":\"the database is older than this program");
        has_leader(leaders[i].lock, false);
    }
    ask("INSERT INTO schema_migrations SELECT * FROM kept");
    for (size_t i = 0; i < COUNT(leaders); i++) {
        has_leader(leaders[i].lock, true);
        is_ready(city_service(city, leaders[i].name));
    }
}

/* The statement of the program that waits for a lock is ended. */
static void end_what_waits(const char *program)
{
    AUTO(format_free)
    char *waits = format_new(
        "FROM pg_locks JOIN pg_stat_activity USING (pid)"
        " WHERE NOT granted AND application_name = '%s'",
        program);
    AUTO(format_free) char *any = format_new("SELECT count(*) > 0 %s", waits);
    AUTO(format_free) char *end = format_new("SELECT pg_cancel_backend(pid) %s", waits);

    cluster_wait_until(city_cluster(city), any, WAIT_MS);
    ask(end);
}

/* A row of the registers of letters is shown to nobody before the holder lets go. */
static PGconn *hold_registers(void)
{
    PGconn *holder = cluster_connect(city_cluster(city), "dunghen");

    PQclear(PQexec(holder, "SELECT pg_advisory_lock(9999)"));
    ask("INSERT INTO letter_numbers (unit, register, year, last) VALUES ('W1', 'test', 2000, 1)");
    ask("ALTER TABLE letter_numbers ENABLE ROW LEVEL SECURITY");
    ask("CREATE POLICY held ON letter_numbers"
        " USING (pg_advisory_xact_lock_shared(9999)::text IS NOT NULL)");
    return holder;
}

static void who_cannot_read_the_ledger_does_not_keep_the_lead(void **state)
{
    AUTO(client_answer_free) struct client_answer answer = {0};
    PGconn *holder = hold_registers();

    (void)state;
    start_again(city_service(city, "tracker"));
    end_what_waits("dunghen-tracker");
    PQfinish(holder);
    city_post(city, "/api/v1/cases",
              "{\"service_code\":\"NOISE\",\"description\":\"Ồn\",\"anonymous\":true,"
              "\"lat\":10.75,\"lon\":106.65}",
              &answer);
    assert_int_equal(answer.status, 201);
}

/* Until the answer to who has the key has that status. */
static void key_is_answered(const char *path, int status)
{
    int64_t limit = clock_mono_us() + WAIT_MS * (int64_t)CLOCK_US_PER_MS;
    int last = 0;

    while (last != status && clock_mono_us() < limit) {
        AUTO(client_answer_free) struct client_answer answer = {0};
        city_get(city, path, &answer);
        last = (int)answer.status;
    }
    assert_int_equal(last, status);
}

/* Until intake says that its keys are those of before, or that they are not. */
static void keys_are_stale(double wanted)
{
    int64_t limit = clock_mono_us() + WAIT_MS * (int64_t)CLOCK_US_PER_MS;
    const struct process *intake = city_service(city, "intake");
    bool seen = false;

    while (!seen && clock_mono_us() < limit)
        seen = fabs(process_metric(intake, "dunghen_intake_door_keys_stale") - wanted) < 0.5;
    assert_true(seen);
}

static void a_revoked_key_opens_nothing_though_its_reading_has_failed(void **state)
{
    PGconn *holder = cluster_connect(city_cluster(city), "dunghen");

    (void)state;
    assert_true(DUNGHEN("keys", "api", "clerk"));
    char *end = strrchr(output.data, '\n');
    assert_non_null(end);
    *end = '\0';
    AUTO(format_free) /* what is said about the key comes before it */
    char *path = format_new("/api/v1/services?api_key=%s", strrchr(strbuf_text(&output), '\n') + 1);
    key_is_answered(path, 200);
    ask("DELETE FROM door_keys");
    PQclear(PQexec(holder, "BEGIN; LOCK TABLE door_keys IN ACCESS EXCLUSIVE MODE"));
    ask("UPDATE catalogue SET version = version + 1");
    keys_are_stale(0);
    end_what_waits("dunghen-intake");
    keys_are_stale(1);
    key_is_answered(path, 200);
    PQfinish(holder);
    key_is_answered(path, 403);
    keys_are_stale(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_standby_of_before_does_not_lead_after_a_migration),
        cmocka_unit_test(nobody_leads_over_newer_tables),
        cmocka_unit_test(who_is_newer_waits_for_the_migration),
        cmocka_unit_test(who_cannot_read_the_ledger_does_not_keep_the_lead),
        cmocka_unit_test(a_revoked_key_opens_nothing_though_its_reading_has_failed),
    };

    return cmocka_run_group_tests(tests, open_city, close_city);
}
