/* SPDX-License-Identifier: Apache-2.0 */
/* Every statement under sql/ and every grant, on a migrated database. */
#include "cluster.h"
#include "format.h"
#include "strbuf.h"
#include "text_file.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

enum { LARGEST = 1 << 20 };

static void expect_good(PGconn *conn, PGresult *res, const char *path)
{
    ExecStatusType status = PQresultStatus(res);

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fail_msg("%s as %s: %s", path, PQuser(conn), PQerrorMessage(conn));
}

/* Planning a statement checks the grants of everything that it touches. What has no plan (GRANT,
 * CREATE) is only parsed. */
static void explain(PGconn *conn, int parameters, const char *path)
{
    AUTO(strbuf_free) struct strbuf sql = STRBUF(LARGEST);

    strbuf_addf(&sql, "EXPLAIN EXECUTE tried");
    for (int i = 0; i < parameters; i++)
        strbuf_addf(&sql, "%sNULL", i == 0 ? "(" : ",");
    strbuf_addf(&sql, "%s", parameters > 0 ? ")" : "");
    PGresult *res = PQexec(conn, strbuf_text(&sql));
    expect_good(conn, res, path);
    PQclear(res);
}

static void try_statement(PGconn *conn, const char *path)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(LARGEST);

    text_file_read(path, &text);
    PGresult *prepared = PQprepare(conn, "tried", strbuf_text(&text), 0, NULL);
    expect_good(conn, prepared, path);
    PGresult *shape = PQdescribePrepared(conn, "tried");
    expect_good(conn, shape, path);
    explain(conn, PQnparams(shape), path);
    PQclear(shape);
    PQclear(prepared);
    PQclear(PQexec(conn, "DEALLOCATE tried"));
}

/* All files of a folder as role; how many. */
static size_t try_all(struct cluster *c, const char *folder, const char *role)
{
    AUTO(format_free) char *pattern = format_new("%s/*.sql", folder);
    glob_t found = {0};

    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        /* Migrations are run by who owns the database. */
        bool by_owner = strstr(found.gl_pathv[i], "_migration") != NULL;
        PGconn *conn = cluster_connect(c, by_owner ? "dunghen" : role);
        try_statement(conn, found.gl_pathv[i]);
        PQfinish(conn);
    }
    size_t count = found.gl_pathc;
    globfree(&found);
    return count;
}

static void every_service_may_run_its_own_statements(void **state)
{
    static const char before[] = SOURCE_DIR "/services/";
    glob_t folders = {0};
    size_t count = 0;

    assert_int_equal(glob(SOURCE_DIR "/services/*/sql", 0, NULL, &folders), 0);
    for (size_t i = 0; i < folders.gl_pathc; i++) {
        const char *name = folders.gl_pathv[i] + strlen(before);
        int len = (int)strcspn(name, "/");
        AUTO(format_free) char *role = format_new("dunghen_%.*s", len, name);
        /* As the build puts them together. */
        AUTO(format_free)
        char *whole = format_new("%s/../generated/%.*s/sql", BIN_DIR, len, name);
        count += try_all(*state, whole, role);
    }
    globfree(&folders);
    assert_true(count > 20);
}

static const char *const readers[] = {"dunghen_intake",   "dunghen_router",   "dunghen_tracker",
                                      "dunghen_dispatch", "dunghen_sentinel", "dunghen_console",
                                      "dunghen_letters"};

static void every_service_may_read_the_catalogue(void **state)
{
    for (size_t i = 0; i < COUNT(readers); i++)
        assert_true(try_all(*state, SOURCE_DIR "/common/sql", readers[i]) > 0);
}

static void a_wrong_statement_would_be_noticed(void **state)
{
    PGconn *conn = cluster_connect(*state, "dunghen_router");
    PGresult *res = PQprepare(conn, "tried", "SELECT * FROM cases WHERE id = $1", 0, NULL);

    PQclear(res);
    res = PQexec(conn, "EXPLAIN EXECUTE tried(NULL)");
    assert_string_equal(PQresultErrorField(res, PG_DIAG_SQLSTATE), "42501");
    PQclear(res);
    PQfinish(conn);
}

/* ---- who may write what ---- */

/* Those of the services' roles that may do it, in one line. */
static const char *who_may(struct cluster *c, const char *privilege, const char *table)
{
    AUTO(format_free)
    char *sql = format_new(
        "SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles"
        " WHERE rolname LIKE 'dunghen\\_%%'"
        "   AND has_table_privilege(rolname, '%s', '%s')",
        table, privilege);
    const char *who = cluster_query(c, sql);

    return who != NULL ? who : "";
}

static void nobody_changes_or_removes_an_event(void **state)
{
    static const char *const privileges[] = {"UPDATE", "DELETE", "TRUNCATE"};

    for (size_t i = 0; i < COUNT(privileges); i++)
        assert_string_equal(who_may(*state, privileges[i], "events"), "");
    assert_string_equal(who_may(*state, "INSERT", "events"), "dunghen_tracker");
    /* Nor by way of a partition. */
    assert_string_equal(
        cluster_query(*state,
                      "SELECT count(*) FROM pg_inherits, pg_roles"
                      " WHERE inhparent = 'events'::regclass"
                      "   AND rolname LIKE 'dunghen\\_%' AND has_table_privilege(rolname,"
                      "           inhrelid, 'INSERT, UPDATE, DELETE, TRUNCATE')"),
        "0");
}

static void only_the_tracker_writes_the_ledger(void **state)
{
    static const char *const tables[] = {"cases",          "contacts", "tasks",    "letters",
                                         "letter_numbers", "flags",    "commands", "measures"};

    for (size_t i = 0; i < COUNT(tables); i++) {
        assert_string_equal(who_may(*state, "INSERT", tables[i]), "dunghen_tracker");
        assert_string_equal(who_may(*state, "TRUNCATE", tables[i]), "");
    }
    assert_string_equal(who_may(*state, "UPDATE", "cases"), "dunghen_tracker");
    assert_string_equal(who_may(*state, "DELETE", "cases"), "");
}

static void only_ctl_writes_the_catalogue(void **state)
{
    static const char *const tables[] = {"catalogue", "units", "services", "routes", "areas"};

    for (size_t i = 0; i < COUNT(tables); i++) {
        assert_string_equal(who_may(*state, "INSERT", tables[i]), "dunghen_ctl");
        assert_string_equal(who_may(*state, "UPDATE", tables[i]), "dunghen_ctl");
        assert_string_equal(who_may(*state, "DELETE", tables[i]), "dunghen_ctl");
    }
}

static void only_who_tells_people_reads_their_contacts(void **state)
{
    assert_string_equal(who_may(*state, "SELECT", "contacts"),
                        "dunghen_console dunghen_letters dunghen_notifier dunghen_tracker");
}

static void nobody_is_more_than_his_grants(void **state)
{
    assert_string_equal(cluster_query(*state,
                                      "SELECT count(*) FROM pg_roles"
                                      " WHERE rolname LIKE 'dunghen\\_%' AND"
                                      " (rolsuper OR rolcreaterole OR rolcreatedb"
                                      "  OR rolreplication OR rolbypassrls)"),
                        "0");
    assert_string_equal(cluster_query(*state,
                                      "SELECT count(*) FROM pg_roles"
                                      " WHERE rolname LIKE 'dunghen\\_%'"
                                      "   AND has_schema_privilege(rolname, 'public',"
                                      "                            'CREATE')"),
                        "0");
}

static void refuses_a_change_of_an_event_in_deed(void **state)
{
    static const char *const changes[] = {"UPDATE events SET actor = 'somebody'",
                                          "DELETE FROM events", "TRUNCATE events"};
    PGconn *conn = cluster_connect(*state, "dunghen_tracker");

    for (size_t i = 0; i < COUNT(changes); i++) {
        PGresult *res = PQexec(conn, changes[i]);
        assert_string_equal(PQresultErrorField(res, PG_DIAG_SQLSTATE), "42501");
        PQclear(res);
    }
    PQfinish(conn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_service_may_run_its_own_statements),
        cmocka_unit_test(every_service_may_read_the_catalogue),
        cmocka_unit_test(a_wrong_statement_would_be_noticed),
        cmocka_unit_test(nobody_changes_or_removes_an_event),
        cmocka_unit_test(only_the_tracker_writes_the_ledger),
        cmocka_unit_test(only_ctl_writes_the_catalogue),
        cmocka_unit_test(only_who_tells_people_reads_their_contacts),
        cmocka_unit_test(nobody_is_more_than_his_grants),
        cmocka_unit_test(refuses_a_change_of_an_event_in_deed),
    };

    return cmocka_run_group_tests_name("statements", tests, cluster_setup, cluster_teardown);
}
