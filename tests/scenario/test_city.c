/* SPDX-License-Identifier: Apache-2.0 */
/* The promise: the whole system starts, takes a case in, keeps it, and stops when told to. */
#include "city.h"
#include "json.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

static int open_city(void **state)
{
    struct city *city = NULL;
    struct err e;

    if (city_open(&city, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        return -1;
    }
    *state = city;
    return 0;
}

static int close_city(void **state)
{
    struct city *city = *state;

    city_close(&city);
    return 0;
}

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

static void is_well_and_counts(void **state)
{
    static const char *const names[] = {"intake",   "router",   "tracker",
                                        "dispatch", "sentinel", "notifier"};

    for (size_t i = 0; i < COUNT(names); i++) {
        const struct process *p = city_service(*state, names[i]);
        const struct client_request request = {
            .port = process_port(p), .method = "GET", .path = "/healthz"};
        AUTO(client_answer_free) struct client_answer answer = {0};
        struct err e;
        assert_int_equal(client_send(&request, &answer, &e), 0);
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
        cmocka_unit_test(is_well_and_counts),
        cmocka_unit_test(starts_again_after_every_service_was_killed),
        cmocka_unit_test(stops_when_told_to),
    };

    return cmocka_run_group_tests_name("city", tests, open_city, close_city);
}
