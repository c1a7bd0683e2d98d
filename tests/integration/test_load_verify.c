/* SPDX-License-Identifier: Apache-2.0 */
/* links: ctl */
#include "load_verify.h"

#include "cluster.h"
#include "format.h"
#include "mem.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum { CASES = 4 };

struct fixture {
    struct cluster *cluster;
    struct ctl ctl;
    struct pg *pg;
    struct load_texts *texts;
    struct load_notebook book; /* of the cases that keep() puts into the ledger */
    struct load_note notes[CASES];
};

static const char *const references[CASES] = {"22222-22222", "33333-33333", "44444-44444",
                                              "55555-55555"};

/* Case n of the plan, in the ledger under a reference. */
static void keep(struct fixture *f, const char *reference, int64_t n)
{
    struct load_case c;

    load_case_init(&c);
    load_texts_make(f->texts, &f->book.plan, n, &c);
    AUTO(format_free)
    char *sql = format_new(
        "WITH added AS (INSERT INTO cases (id, reference, kind, service, unit, state, priority,"
        " channel, language, hide_name, anonymous, received_at, due_at, clock, amount, calendar,"
        " lat, lon) VALUES (gen_random_uuid(), '%s', 'field_report', '%s', 'U', 'ASSIGNED', 1, "
        "'api', 'vi', false, false, now(), now(), 'working_days', 1, 'C', %" PRId64
        " / 1e6, %" PRId64
        " / 1e6) RETURNING id), sealed AS (INSERT INTO contacts (case_id, sealed)"
        " SELECT id, '\\x00' FROM added) INSERT INTO contents (case_id, content)"
        " SELECT id, json_build_object('description', E'%s', 'address', '%s') FROM added",
        reference, c.service, c.lat, c.lon, c.description.data, c.address.data);
    cluster_query(f->cluster, sql);
    load_case_free(&c);
}

static void drop(struct fixture *f, const char *reference)
{
    AUTO(format_free)
    char *sql = format_new(
        "WITH gone AS (DELETE FROM cases WHERE reference = '%s' RETURNING id)"
        ", contact AS (DELETE FROM contacts WHERE case_id IN (SELECT id FROM cases WHERE reference "
        "= '%s'))"
        " DELETE FROM contents WHERE case_id IN (SELECT id FROM gone)",
        reference, reference);

    cluster_query(f->cluster, sql);
}

static int set_up(void **state)
{
    struct fixture *f = mem_new(1, sizeof(*f));
    struct err e;

    assert_int_equal(cluster_open(&f->cluster, &e), 0);
    f->ctl.database_url = mem_text(cluster_url(f->cluster));
    f->ctl.run_dir = mem_text("");
    assert_int_equal(pg_open(&f->pg, &f->ctl, "dunghen_ctl", &e), 0);
    f->texts = load_texts_open();
    f->book.plan = (struct load_plan){.run = 42, .box = {10700000, 106600000, 10880000, 106800000}};
    f->book.plan.services[f->book.plan.service_count++] = mem_text("HT04");
    f->book.notes = f->notes;
    f->book.count = CASES;
    for (size_t i = 0; i < CASES; i++) {
        memcpy(f->notes[i].reference, references[i], REFERENCE_SIZE);
        f->notes[i].n = (int64_t)i;
        keep(f, references[i], (int64_t)i);
    }
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    pg_close(&f->pg);
    load_plan_free(&f->book.plan);
    load_texts_close(&f->texts);
    free(f->ctl.database_url);
    free(f->ctl.run_dir);
    cluster_close(&f->cluster);
    free(f);
    return 0;
}

static void verify(struct fixture *f, struct load_findings *out)
{
    struct err e;

    if (load_verify(f->pg, &f->book, out, &e) < 0)
        fail_msg("%s", e.text);
}

static void what_is_kept_as_it_was_sent_is_good(void **state)
{
    struct load_findings found;

    verify(*state, &found);
    assert_int_equal(found.promised, CASES);
    assert_int_equal(found.kept, CASES);
    assert_int_equal(found.cases, CASES);
    assert_true(load_verify_is_good(&found));
}

static void a_missing_case_is_found(void **state)
{
    struct fixture *f = *state;
    struct load_findings found;

    drop(f, "33333-33333");
    verify(f, &found);
    assert_int_equal(found.missing, 1);
    assert_int_equal(found.kept, CASES - 1);
    assert_false(load_verify_is_good(&found));
}

static void other_words_and_another_place_are_found(void **state)
{
    static const char *const changes[] = {
        "cases SET lat = lat + 0.000001", "cases SET lon = NULL", "cases SET service = 'HT03'",
        "contents SET content = json_build_object('description', content->>'description',"
        " 'address', 'x') FROM cases",
        "contents SET content = json_build_object('description',"
        " 'Phản ánh số 000000042-0000000000.', 'address', content->>'address') FROM cases"};
    struct fixture *f = *state;
    struct load_findings found;

    for (size_t i = 0; i < COUNT(changes); i++) {
        AUTO(format_free)
        char *sql = format_new("UPDATE %s WHERE reference = '22222-22222'%s", changes[i],
                               strstr(changes[i], "FROM") != NULL ? " AND id = case_id" : "");
        cluster_query(f->cluster, sql);
        verify(f, &found);
        assert_int_equal(found.different, 1);
        assert_int_equal(found.missing, 0);
        assert_false(load_verify_is_good(&found));
        drop(f, "22222-22222");
        keep(f, "22222-22222", 0);
    }
}

static void a_lost_contact_is_found(void **state)
{
    struct fixture *f = *state;
    struct load_findings found;

    cluster_query(f->cluster,
                  "DELETE FROM contacts WHERE case_id = (SELECT id FROM cases"
                  " WHERE reference = '22222-22222')");
    verify(f, &found);
    assert_int_equal(found.different, 1);
    assert_false(load_verify_is_good(&found));
    drop(f, "22222-22222");
    keep(f, "22222-22222", 0);
}

static void a_case_that_was_kept_twice_is_found(void **state)
{
    struct fixture *f = *state;
    struct load_findings found;

    keep(f, "66666-66666", 2);
    verify(f, &found);
    assert_int_equal(found.kept, CASES);
    assert_int_equal(found.cases, CASES + 1);
    assert_int_equal(found.twice, 1);
    assert_false(load_verify_is_good(&found));
}

static void what_was_kept_without_an_answer_is_good(void **state)
{
    struct fixture *f = *state;
    struct load_findings found;

    keep(f, "66666-66666", LOAD_TEXTS + 2);
    verify(f, &found);
    assert_int_equal(found.cases, CASES + 1);
    assert_true(load_verify_is_good(&found));
}

static void a_reference_that_was_given_twice_is_found(void **state)
{
    struct fixture *f = *state;
    struct load_findings found;

    f->notes[1] = f->notes[0];
    verify(f, &found);
    assert_int_equal(found.repeated, 1);
    assert_false(load_verify_is_good(&found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_kept_as_it_was_sent_is_good, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_missing_case_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_words_and_another_place_are_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_lost_contact_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_case_that_was_kept_twice_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_kept_without_an_answer_is_good, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reference_that_was_given_twice_is_found, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
