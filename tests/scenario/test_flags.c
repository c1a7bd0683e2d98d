/* SPDX-License-Identifier: Apache-2.0 */
/* The promise: a flag is raised at its moment, once, whoever slept or died meanwhile. The clock is
 * not waited for: the ledger's owner moves a case's times into the past. */
#include "city.h"
#include "format.h"

#include <string.h>

#include "unit.h"

enum { LIMIT_MS = 60000 };

static int open_city(void **state)
{
    static const char *const names[] = {"tracker", "router", "sentinel", "intake", NULL};

    return city_setup_with(state, names);
}

/* One clock hour's time, in Ward One. */
static void post_noise(struct city *city, int count)
{
    for (int i = 0; i < count; i++) {
        AUTO(client_answer_free) struct client_answer answer = {0};
        city_post(city, "/api/v1/cases",
                  "{\"service_code\":\"NOISE\",\"description\":\"Hát karaoke quá giờ\","
                  "\"lat\":10.75,\"lon\":106.65,\"anonymous\":true}",
                  &answer);
        if (answer.status != 201)
            fail_msg("%u: %s", answer.status, answer.body);
    }
}

static void let_pass(struct city *city, const char *span)
{
    AUTO(format_free)
    char *cases = format_new(
        "UPDATE cases SET received_at = received_at - interval '%s',"
        " due_at = due_at - interval '%s'",
        span, span);
    AUTO(format_free)
    char *tasks = format_new(
        "UPDATE tasks SET assigned_at = assigned_at - interval '%s',"
        " due_at = due_at - interval '%s', next_at = next_at - interval '%s'",
        span, span, span);

    cluster_query(city_cluster(city), "BEGIN");
    cluster_query(city_cluster(city), cases);
    cluster_query(city_cluster(city), tasks);
    cluster_query(city_cluster(city), "COMMIT");
}

/* Later tests begin with no task that is open. */
static void finish_all(struct city *city)
{
    cluster_query(city_cluster(city), "UPDATE tasks SET finished_at = now(), state = 'done'");
}

static const char *levels(struct city *city)
{
    return cluster_query(
        city_cluster(city),
        "SELECT string_agg(level, ' ' ORDER BY moment, raised_at, level)"
        "  FROM flags AS f JOIN tasks AS t ON t.case_id = f.case_id AND t.number = f.task"
        " WHERE finished_at IS NULL");
}

static void raises_each_level_at_its_moment(void **state)
{
    struct city *city = *state;

    finish_all(city);
    post_noise(city, 1);
    let_pass(city, "20 minutes");
    assert_null(levels(city));
    let_pass(city, "15 minutes");
    city_wait_until(city, "SELECT count(*) = 1 FROM flags", LIMIT_MS);
    assert_string_equal(levels(city), "due_soon_half");
    let_pass(city, "30 minutes");
    city_wait_until(city, "SELECT count(*) = 3 FROM flags", LIMIT_MS);
    assert_string_equal(levels(city), "due_soon_half escalated_head overdue");
    city_wait_until(city,
                    "SELECT array_agg(type ORDER BY seq) @> ARRAY['due_soon_half', 'overdue',"
                    " 'escalated_head'] FROM events",
                    LIMIT_MS);
    assert_string_equal(cluster_query(city_cluster(city),
                                      "SELECT sum(value) FROM measures_now"
                                      " WHERE measure = 'overdue' AND unit = 'W1'"),
                        "1");
}

static const char each_once[] =
    "SELECT count(*) = 200 AND bool_and(flagged = 1)"
    "  FROM (SELECT (SELECT count(*) FROM flags AS f WHERE f.case_id = t.case_id"
    "                   AND f.task = t.number AND f.level = 'overdue') AS flagged"
    "          FROM tasks AS t WHERE finished_at IS NULL) AS counted";

static const char events_once[] =
    "SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM events WHERE type = 'overdue'"
    " GROUP BY case_id, task) AS counted";

static void catches_up_after_it_was_down(void **state)
{
    struct city *city = *state;
    struct process *sentinel = city_service(city, "sentinel");
    struct err e;

    finish_all(city);
    process_kill(sentinel);
    post_noise(city, 200);
    let_pass(city, "3 days");
    assert_int_equal(process_again(sentinel, &e), 0);
    city_wait_until(city, each_once, LIMIT_MS);
    assert_string_equal(cluster_query(city_cluster(city), events_once), "1");
}

static void loses_none_when_tracker_and_sentinel_die(void **state)
{
    struct city *city = *state;
    struct process *sentinel = city_service(city, "sentinel");
    struct process *tracker = city_service(city, "tracker");
    struct err e;

    finish_all(city);
    post_noise(city, 200);
    let_pass(city, "3 days");
    for (int i = 0; i < 4; i++) {
        process_kill(i % 2 == 0 ? tracker : sentinel);
        assert_int_equal(process_again(i % 2 == 0 ? tracker : sentinel, &e), 0);
    }
    city_wait_until(city, each_once, LIMIT_MS);
    assert_string_equal(cluster_query(city_cluster(city), events_once), "1");
}

static void stops_cleanly(void **state)
{
    static const char *const names[] = {"intake", "sentinel", "router", "tracker"};
    struct err e;

    for (size_t i = 0; i < COUNT(names); i++)
        if (process_stop(city_service(*state, names[i]), &e) < 0)
            fail_msg("%s", e.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raises_each_level_at_its_moment),
        cmocka_unit_test(catches_up_after_it_was_down),
        cmocka_unit_test(loses_none_when_tracker_and_sentinel_die),
        cmocka_unit_test(stops_cleanly),
    };

    return cmocka_run_group_tests_name("flags", tests, open_city, city_teardown);
}
