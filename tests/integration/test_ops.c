/* SPDX-License-Identifier: Apache-2.0 */
/* What operators run on a living city: try, status, trace, verify. Each test leaves the city as it
 * found it. */
#include "city_fixture.h"
#include "clock.h"
#include "format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum { WAIT_S = 60 /* the end of what hangs */ };

static void expect_output(const char *text)
{
    if (strstr(strbuf_text(&output), text) == NULL)
        fail_msg("\"%s\" is not in:\n%s", text, strbuf_text(&output));
}

static void expect_no_output(const char *text)
{
    if (strstr(strbuf_text(&output), text) != NULL)
        fail_msg("\"%s\" is in:\n%s", text, strbuf_text(&output));
}

/* The reference of a case that is answered; yours to free. */
static char *answered_case(void)
{
    static const char sql[] = "SELECT reference FROM cases WHERE state = 'ANSWERED' LIMIT 1";

    if (cluster_query(city_cluster(city), sql) == NULL && !DUNGHEN("try"))
        fail_msg("try: %s", strbuf_text(&output));
    const char *reference = cluster_query(city_cluster(city), sql);
    assert_non_null(reference);
    return format_new("%s", reference);
}

/* ---- try ---- */

static void a_sample_goes_the_whole_way_and_is_read_back(void **state)
{
    static const char *const steps[] = {"report", "accepted", "promised", "leased",
                                        "begun",  "answered", "read back"};

    (void)state;
    if (!DUNGHEN("try"))
        fail_msg("%s", strbuf_text(&output));
    for (size_t i = 0; i < COUNT(steps); i++)
        expect_output(steps[i]);
    assert_string_equal(cluster_query(city_cluster(city), "SELECT state FROM cases"), "ANSWERED");
}

static void a_second_sample_uses_the_same_key(void **state)
{
    (void)state;
    if (!DUNGHEN("try"))
        fail_msg("%s", strbuf_text(&output));
    expect_no_output("now works for");
    assert_string_equal(
        cluster_query(city_cluster(city), "SELECT count(*) FROM worker_keys WHERE name = 'try'"),
        "1");
}

/* ---- demo ---- */

static void a_demonstration_leaves_answered_and_open_cases(void **state)
{
    struct cluster *cluster = city_cluster(city);

    (void)state;
    if (!DUNGHEN("demo", "--count", "60"))
        fail_msg("%s", strbuf_text(&output));
    expect_output("60 complaints");
    assert_string_equal(
        cluster_query(cluster, "SELECT count(*) > 10 FROM cases WHERE state = 'ANSWERED'"), "t");
    assert_string_equal(cluster_query(cluster,
                                      "SELECT count(*) > 0 FROM tasks"
                                      " WHERE state IN ('open', 'accepted')"),
                        "t");
    if (!DUNGHEN("verify"))
        fail_msg("%s", strbuf_text(&output));
}

/* ---- trace ---- */

static void a_story_has_its_steps_without_what_was_said(void **state)
{
    AUTO(format_free) char *reference = answered_case();

    (void)state;
    assert_true(DUNGHEN("trace", reference));
    expect_output("received, route");
    expect_output("worker:try");
    expect_output("answered: solved");
    expect_output("before it was due");
    expect_no_output("đèn đường trước nhà");
    assert_true(DUNGHEN("trace", reference, "--content"));
    expect_output("đèn đường trước nhà");
    assert_true(DUNGHEN("trace", reference, "--json"));
    expect_output("\"type\": \"answered\"");
    expect_no_output("đèn đường trước nhà");
}

static void a_reference_that_is_not_there_is_told(void **state)
{
    (void)state;
    assert_false(DUNGHEN("trace", "23456-789AZ"));
    expect_output("there is no case 23456-789AZ");
}

/* ---- verify ---- */

static void an_untouched_ledger_verifies(void **state)
{
    AUTO(format_free) char *reference = answered_case();

    (void)state;
    (void)reference;
    if (!DUNGHEN("verify"))
        fail_msg("%s", strbuf_text(&output));
    expect_output("all is as it was recorded");
}

/* Does it as the superuser, expects verify to find it, and undoes it. */
static void expect_found(const char *table, const char *change, const char *finding)
{
    AUTO(format_free) char *reference = answered_case();
    AUTO(format_free) char *save = format_new("CREATE TABLE saved AS SELECT * FROM %s", table);
    AUTO(format_free)
    char *undo = format_new(
        "BEGIN; DELETE FROM %s; INSERT INTO %s SELECT * FROM saved; DROP TABLE saved; "
        "COMMIT",
        table, table);
    struct cluster *cluster = city_cluster(city);

    (void)reference;
    cluster_query(cluster, save);
    cluster_query(cluster, change);
    bool good = DUNGHEN("verify");
    cluster_query(cluster, undo);
    assert_false(good);
    expect_output(finding);
    assert_true(DUNGHEN("verify"));
}

static void a_changed_detail_is_found(void **state)
{
    (void)state;
    expect_found("events",
                 "UPDATE events SET detail = replace(detail::text, 'solved', 'partly')::json"
                 " WHERE type = 'answered'",
                 "(answered) is not what was recorded");
}

static void a_detail_that_is_only_written_otherwise_is_found(void **state)
{
    (void)state;
    expect_found("events", "UPDATE events SET detail = detail::jsonb::json WHERE type = 'accepted'",
                 "(accepted) is not what was recorded");
}

static void a_changed_time_is_found(void **state)
{
    (void)state;
    expect_found("events",
                 "UPDATE events SET at = at - interval '1 microsecond' WHERE type = 'answered'",
                 "(answered) is not what was recorded");
}

static void a_missing_event_is_found(void **state)
{
    (void)state;
    expect_found("events", "DELETE FROM events WHERE seq = 2", "event 2 is missing");
}

static void a_missing_end_is_found(void **state)
{
    (void)state;
    expect_found("events",
                 "DELETE FROM events WHERE type = 'answered'"
                 " AND seq = (SELECT max(seq) FROM events WHERE type = 'answered')",
                 "is ANSWERED, but its last event says IN_PROGRESS");
}

static void other_content_is_found(void **state)
{
    (void)state;
    expect_found("contents",
                 "UPDATE contents SET content = replace(content::text, 'mẫu', 'thật')::json",
                 "the content of its case is not the one that was recorded");
}

static void another_answer_is_found(void **state)
{
    (void)state;
    expect_found("tasks",
                 "UPDATE tasks SET outcome = '{\"result\":\"solved\"}' WHERE role = 'lead'",
                 "the answer is not the one that was recorded");
}

static void a_changed_state_is_found(void **state)
{
    (void)state;
    expect_found("cases", "UPDATE cases SET state = 'IN_PROGRESS'",
                 "is IN_PROGRESS, but its last event says ANSWERED");
}

static void another_promise_is_found(void **state)
{
    (void)state;
    expect_found("cases", "UPDATE cases SET due_at = due_at + interval '9 days'",
                 "is due at another time than its last event says");
    expect_found("cases", "UPDATE cases SET received_at = received_at - interval '1 second'",
                 "was received at another time than its event says");
    expect_found("cases",
                 "UPDATE cases SET service = (SELECT min(code) FROM services AS s"
                 " WHERE s.code <> cases.service)",
                 ", but was received about ");
}

/* Of open ones only: what is done is not promised any more. The demonstration has left some. */
static void another_due_time_of_a_task_is_found(void **state)
{
    (void)state;
    expect_found("tasks",
                 "UPDATE tasks SET due_at = due_at + interval '9 days' WHERE role = 'lead'",
                 "leads, and is due at another time than its case");
}

static void another_contact_is_found(void **state)
{
    (void)state;
    expect_found("contacts", "DELETE FROM contacts", "the contact of its case is gone");
    expect_found("contacts", "UPDATE contacts SET sealed = sealed || '\\x00'",
                 "the contact of its case is not the one that was recorded");
    expect_found("contacts",
                 "INSERT INTO contacts SELECT case_id, '\\x00' FROM events WHERE type = 'received'"
                 " ON CONFLICT DO NOTHING",
                 "there is a contact, and none was recorded");
}

static void a_missing_case_is_found(void **state)
{
    (void)state;
    expect_found("cases", "DELETE FROM cases", "belongs to no case");
}

static void a_missing_task_is_found(void **state)
{
    (void)state;
    expect_found("tasks", "DELETE FROM tasks WHERE role = 'lead'", "has no leading task");
}

static void a_rare_state_that_lists_do_not_know_is_found(void **state)
{
    (void)state;
    expect_found("rare_cases", "INSERT INTO rare_cases SELECT id, 'MERGED' FROM cases LIMIT 1",
                 "is in a rare state, or listed as such, but not both");
    expect_found("rare_cases", "INSERT INTO rare_cases VALUES (gen_random_uuid(), 'MERGED')",
                 "is in a rare state, or listed as such, but not both");
}

static void a_late_end_that_statistics_do_not_know_is_found(void **state)
{
    (void)state;
    expect_found("cases", "UPDATE cases SET answered_at = due_at + interval '1 day'",
                 "ended late, or is listed as such, but not both");
    expect_found(
        "late_cases",
        "INSERT INTO late_cases SELECT id, unit, service, '[2026-03-01,2026-03-02)' FROM cases"
        " LIMIT 1",
        "ended late, or is listed as such, but not both");
    expect_found("late_cases",
                 "INSERT INTO late_cases VALUES (gen_random_uuid(), 'W1', 'HT01', "
                 "'[2026-03-01,2026-03-02)')",
                 "ended late, or is listed as such, but not both");
}

static void a_change_that_another_one_replaced_is_found(void **state)
{
    (void)state;
    expect_found(
        "case_changes",
        "INSERT INTO case_changes SELECT received_at - interval '1 day', id FROM cases LIMIT 1",
        "list case_changes has ");
}

static void a_merged_case_that_its_lead_does_not_know_is_found(void **state)
{
    (void)state;
    expect_found("cases", "UPDATE cases SET merged_into = id",
                 "was merged, and is not listed with its lead");
    expect_found("merged_cases", "INSERT INTO merged_cases SELECT id, id FROM cases LIMIT 1",
                 "is listed as the lead of a case that was not merged into it");
    expect_found("merged_cases",
                 "INSERT INTO merged_cases VALUES (gen_random_uuid(), gen_random_uuid())",
                 "is listed as the lead of a case that was not merged into it");
}

static void a_flag_without_its_event_is_found(void **state)
{
    (void)state;
    expect_found("flags",
                 "INSERT INTO flags SELECT id, 1, 'overdue', now(), now() FROM cases LIMIT 1",
                 "has the flag overdue without its event");
}

static void a_file_that_did_not_come_with_its_case_is_found(void **state)
{
    (void)state;
    expect_found(
        "attachments",
        "INSERT INTO attachments SELECT case_id, seq, 1, hash, 'jpg', 1, NULL, NULL, 'citizen', at"
        " FROM events WHERE type = 'received' LIMIT 1",
        ".jpg, which did not come in with it");
}

static void a_note_without_its_event_is_found(void **state)
{
    (void)state;
    expect_found("notes",
                 "INSERT INTO notes SELECT max(seq) + 1000, (array_agg(case_id))[1], '{}'"
                 " FROM events",
                 "has a note without its event: ");
    expect_found("notes",
                 "INSERT INTO notes SELECT seq, case_id, '{}' FROM events WHERE type = 'answered'"
                 " LIMIT 1",
                 "has a note without its event: ");
}

static void a_receipt_without_a_number_is_found(void **state)
{
    (void)state;
    expect_found("letters",
                 "INSERT INTO letters (id, case_id, form, unit, language, fields, drafted_at)"
                 " SELECT gen_random_uuid(), id, 'receipt', unit, 'vi', '{}', now() FROM cases"
                 " LIMIT 1",
                 "has a letter without a number: receipt");
}

/* A chain that was made anew from some point on fits itself, but not what was noted. */
static void a_noted_hash_must_still_be_there(void **state)
{
    AUTO(format_free) char *reference = answered_case();
    AUTO(format_free)
    char *noted =
        format_new("1:%s", cluster_query(city_cluster(city),
                                         "SELECT encode(hash, 'hex') FROM events WHERE seq = 1"));

    (void)state;
    (void)reference;
    assert_true(DUNGHEN("verify", "--noted", noted));
    noted[2] = noted[2] == '0' ? '1' : '0';
    assert_false(DUNGHEN("verify", "--noted", noted));
    expect_output("has another hash than was noted");
}

static void the_walk_can_begin_in_the_middle(void **state)
{
    AUTO(format_free) char *reference = answered_case();

    (void)state;
    (void)reference;
    assert_true(DUNGHEN("verify", "--from", "2"));
    expect_output("the events from 2 on are as they were recorded; no others and no cases");
    expect_no_output("all is as it was recorded");
    assert_false(DUNGHEN("verify", "--from", "1000000"));
    expect_output("there is no event 999999");
}

/* ---- status ---- */

/* Where each service's probes are, as --services wants it; yours to free. */
static char *probes(void)
{
    static const char *const names[] = {"intake",   "router",  "tracker", "dispatch",
                                        "sentinel", "letters", "notifier"};
    char *list = format_new("%s", "");

    for (size_t i = 0; i < COUNT(names); i++) {
        char *longer = format_new("%s%s%s=127.0.0.1:%u", list, i > 0 ? "," : "", names[i],
                                  process_port(city_service(city, names[i])));
        free(list);
        list = longer;
    }
    return list;
}

/* What it says when all are ready: on a busy machine one may lack an answer for a moment. */
static void show_status(const char *services, const char *more)
{
    int64_t until_us = clock_mono_us() + WAIT_S * (int64_t)CLOCK_US_PER_S;

    while (!DUNGHEN("status", "--services", services, more)) {
        if (clock_mono_us() > until_us)
            fail_msg("%s", strbuf_text(&output));
    }
}

/* Its sample is answered here, so that it is of today. */
static void status_shows_figures_of_a_city_that_is_well(void **state)
{
    AUTO(format_free) char *services = probes();

    (void)state;
    if (!DUNGHEN("try"))
        fail_msg("try: %s", strbuf_text(&output));
    show_status(services, NULL);
    expect_no_output("NOT READY");
    expect_output("tiny, version");
    expect_output("on time: 100.0 %");
    show_status(services, "--json");
    expect_output("\"answered_on_time\": ");
    expect_output("\"oldest_dead_at\": null");
}

static void status_shows_what_waits_and_for_whom(void **state)
{
    static const char complaint[] =
        "{\"service_code\":\"NOISE\",\"description\":\"Hát karaoke lúc nửa đêm.\","
        "\"lat\":10.75,\"lon\":106.65,\"anonymous\":true}";
    static const char too[] = "{\"description\":\"Nhà tôi cũng nghe.\",\"anonymous\":true}";
    AUTO(format_free) char *services = probes();
    AUTO(format_free) char *reference = city_report(city, complaint);
    struct client_answer answer;

    (void)state;
    show_status(services, NULL);
    expect_output("tasks waiting 1, accepted 0; overdue 0, due within 24 hours 1");
    expect_output("Phường Một");
    expect_output("open 0, others that wait for them 0");
    AUTO(format_free) char *join = format_new("/api/v1/cases/%s/followers", reference);
    city_post(city, join, too, &answer);
    assert_int_equal(answer.status, 201);
    client_answer_free(&answer);
    show_status(services, NULL);
    expect_output("open 1, others that wait for them 1");
    expect_output(reference);
    show_status(services, "--json");
    expect_output("\"followers\": 1");
}

static void status_shows_a_killed_service_as_not_ready(void **state)
{
    AUTO(format_free) char *services = probes();
    struct err e;

    (void)state;
    process_kill(city_service(city, "sentinel"));
    assert_false(DUNGHEN("status", "--services", services));
    expect_output("NOT READY");
    expect_output("Connection refused");
    assert_int_equal(process_again(city_service(city, "sentinel"), &e), 0);
    assert_int_equal(process_wait_ready(city_service(city, "sentinel"), &e), 0);
    show_status(services, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sample_goes_the_whole_way_and_is_read_back),
        cmocka_unit_test(a_second_sample_uses_the_same_key),
        cmocka_unit_test(a_story_has_its_steps_without_what_was_said),
        cmocka_unit_test(a_reference_that_is_not_there_is_told),
        cmocka_unit_test(an_untouched_ledger_verifies),
        cmocka_unit_test(a_changed_detail_is_found),
        cmocka_unit_test(a_detail_that_is_only_written_otherwise_is_found),
        cmocka_unit_test(a_changed_time_is_found),
        cmocka_unit_test(a_missing_event_is_found),
        cmocka_unit_test(a_missing_end_is_found),
        cmocka_unit_test(other_content_is_found),
        cmocka_unit_test(another_answer_is_found),
        cmocka_unit_test(a_changed_state_is_found),
        cmocka_unit_test(another_promise_is_found),
        cmocka_unit_test(a_missing_case_is_found),
        cmocka_unit_test(a_missing_task_is_found),
        cmocka_unit_test(a_rare_state_that_lists_do_not_know_is_found),
        cmocka_unit_test(a_late_end_that_statistics_do_not_know_is_found),
        cmocka_unit_test(a_change_that_another_one_replaced_is_found),
        cmocka_unit_test(a_merged_case_that_its_lead_does_not_know_is_found),
        cmocka_unit_test(a_flag_without_its_event_is_found),
        cmocka_unit_test(a_file_that_did_not_come_with_its_case_is_found),
        cmocka_unit_test(a_note_without_its_event_is_found),
        cmocka_unit_test(a_receipt_without_a_number_is_found),
        cmocka_unit_test(a_noted_hash_must_still_be_there),
        cmocka_unit_test(the_walk_can_begin_in_the_middle),
        cmocka_unit_test(status_shows_figures_of_a_city_that_is_well),
        cmocka_unit_test(status_shows_what_waits_and_for_whom),
        cmocka_unit_test(status_shows_a_killed_service_as_not_ready),
        cmocka_unit_test(a_demonstration_leaves_answered_and_open_cases),
        /* what follows needs its open cases and their contacts */
        cmocka_unit_test(another_due_time_of_a_task_is_found),
        cmocka_unit_test(another_contact_is_found),
    };

    return cmocka_run_group_tests(tests, open_city, close_city);
}
