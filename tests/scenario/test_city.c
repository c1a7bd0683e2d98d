/* SPDX-License-Identifier: Apache-2.0 */
/* The promise: the whole system starts, takes a case in, keeps it, and stops when told to. */
#include "city.h"
#include "format.h"
#include "http_ask.h"
#include "json.h"

#include <string.h>

#include "unit.h"

static void keeps_a_case_before_it_says_so(void **state)
{
    AUTO(client_answer_free) struct client_answer answer = {0};
    AUTO(json_release) json_t *document = NULL;
    struct err e;

    city_post(*state, "/api/v1/cases",
              "{\"service_code\":\"LIGHT\",\"description\":\"Đèn đường không sáng\","
              "\"lat\":10.75,\"lon\":106.65,\"anonymous\":true}",
              &answer);
    assert_int_equal(answer.status, 201);
    assert_non_null(client_header(&answer, "content-type"));
    assert_int_equal(json_parse(answer.body, answer.len, &document, &e), 0);
    assert_string_equal(cluster_query(city_cluster(*state), "SELECT reference FROM cases"),
                        json_string_value(json_object_get(document, "reference")));
    assert_string_equal(cluster_query(city_cluster(*state), "SELECT unit FROM cases"), "D1");
}

/* ---- a draft is sent back ---- */

#define CTL(city, ...) ctl(city, (const char *const[]){__VA_ARGS__, NULL})
static void ctl(struct city *city, const char *const *argv)
{
    struct err e;

    if (city_ctl(city, argv, &e) < 0)
        fail_msg("dunghen %s %s: %s", argv[0], argv[1], e.text);
}

/* A complaint that a second person answers for: its reference and the unit that leads. */
static void report_staff(struct city *city, char **reference, char **unit)
{
    AUTO(client_answer_free) struct client_answer answer = {0};

    city_post(city, "/api/v1/cases",
              "{\"service_code\":\"STAFF\",\"description\":\"Chờ cả buổi sáng\",\"unit\":\"W1\","
              "\"contact\":{\"name\":\"An\",\"phone\":\"0901234567\"}}",
              &answer);
    assert_int_equal(answer.status, 201);
    *reference =
        format_new("%s", cluster_query(city_cluster(city),
                                       "SELECT reference FROM cases WHERE service = 'STAFF'"));
    *unit = format_new(
        "%s", cluster_query(city_cluster(city), "SELECT unit FROM cases WHERE service = 'STAFF'"));
}

static void expect_staff(struct city *city, const char *what, const char *expected)
{
    AUTO(format_free)
    char *sql = format_new(
        "SELECT %s FROM cases AS c JOIN tasks AS t ON t.case_id = c.id"
        " AND t.role = 'lead' WHERE c.service = 'STAFF'",
        what);
    const char *said = cluster_query(city_cluster(city), sql);

    if (said == NULL || strcmp(said, expected) != 0)
        fail_msg("%s is %s, not %s", what, said != NULL ? said : "NULL", expected);
}

/* A department's program drafts; its head wants it written again; the program gets the task anew,
 * under a lease of its own, and what it says then is what goes out. */
static void hands_out_again_what_was_sent_back(void **state)
{
    struct city *city = *state;
    AUTO(format_free) char *reference = NULL;
    AUTO(format_free) char *unit = NULL;

    report_staff(city, &reference, &unit);
    AUTO(format_free) char *head = format_new("head:minh@%s", unit);
    AUTO(format_free) char *officer = format_new("officer:lan@%s", unit);
    CTL(city, "keys", "worker", "drafts", unit);
    CTL(city, "worker", "--key", "var/keys/workers/drafts.key", "--once", "--text", "Đã nhắc.");
    expect_staff(city, "c.state || ' ' || (t.outcome->>'text')", "DRAFTED Đã nhắc.");
    CTL(city, "case", "send_back", reference, "--as", head, "--text", "Viết rõ đã làm gì.");
    expect_staff(city, "c.state || ' ' || t.state", "IN_PROGRESS open");
    CTL(city, "worker", "--key", "var/keys/workers/drafts.key", "--once", "--text",
        "Đã nhắc nhở và bố trí thêm người.");
    expect_staff(city, "c.state || ' ' || t.state", "DRAFTED accepted");
    CTL(city, "case", "approve", reference, "--as", head);
    CTL(city, "case", "answer", reference, "--as", officer);
    expect_staff(city, "c.state || ' ' || (t.outcome->>'text')",
                 "ANSWERED Đã nhắc nhở và bố trí thêm người.");
    assert_string_equal(
        cluster_query(city_cluster(city),
                      "SELECT string_agg(e.type, ' ' ORDER BY e.seq) FILTER (WHERE e.type IN"
                      " ('accepted', 'drafted', 'sent_back', 'approved', 'answered')) || ' ' ||"
                      " count(DISTINCT e.detail->>'epoch') FROM events AS e"
                      " JOIN cases AS c ON c.id = e.case_id WHERE c.service = 'STAFF'"),
        "accepted drafted sent_back accepted drafted approved answered 2");
}

static void is_well_and_counts(void **state)
{
    static const char *const names[] = {"intake",   "router",   "tracker",
                                        "dispatch", "sentinel", "notifier"};

    for (size_t i = 0; i < COUNT(names); i++) {
        const struct process *p = city_service(*state, names[i]);
        const struct client_request request = {
            .port = process_port(p), .method = "GET", .path = "/healthz"};
        AUTO(client_answer_free) struct client_answer answer = {0};
        http_ask(&request, &answer);
        assert_int_equal(answer.status, 200);
        assert_true(process_metric(p, "process_resident_memory_bytes") > 0);
    }
}

static void starts_again_after_every_service_was_killed(void **state)
{
    static const char *const names[] = {"intake",   "router",   "tracker",
                                        "dispatch", "sentinel", "notifier"};
    struct err e;

    for (size_t i = 0; i < COUNT(names); i++)
        process_kill(city_service(*state, names[i]));
    for (size_t i = 0; i < COUNT(names); i++)
        assert_int_equal(process_again(city_service(*state, names[i]), &e), 0);
    for (size_t i = 0; i < COUNT(names); i++)
        if (process_wait_ready(city_service(*state, names[i]), &e) < 0)
            fail_msg("%s", e.text);
}

static void stops_when_told_to(void **state)
{
    static const char *const names[] = {"intake",   "notifier", "dispatch",
                                        "sentinel", "router",   "tracker"};
    struct err e;

    for (size_t i = 0; i < COUNT(names); i++)
        if (process_stop(city_service(*state, names[i]), &e) < 0)
            fail_msg("%s", e.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_a_case_before_it_says_so),
        cmocka_unit_test(hands_out_again_what_was_sent_back),
        cmocka_unit_test(is_well_and_counts),
        cmocka_unit_test(starts_again_after_every_service_was_killed),
        cmocka_unit_test(stops_when_told_to),
    };

    return cmocka_run_group_tests_name("city", tests, city_setup, city_teardown);
}
