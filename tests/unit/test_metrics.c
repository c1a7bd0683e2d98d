/* SPDX-License-Identifier: Apache-2.0 */
#include "metrics.h"

#include <string.h>

#include "unit.h"

METRIC_COUNTER(accepted, "test_accepted_total", "Cases accepted.");
METRIC_COUNTER(unused, "test_unused_total", "Not counted yet.");
METRIC_COUNTER(between, "test_between_total", "Counted between two namesakes.");
METRIC_GAUGE(waiting, "test_waiting", "Cases waiting.");
METRIC_HISTOGRAM(latency, "test_latency_seconds", "Time to the answer.");

static struct metric labelled[] = {
    {METRIC_IS_COUNTER, "test_done_total", "Done.", "how=\"well\"", 0, 0, {0}, NULL},
    {METRIC_IS_COUNTER, "test_done_total", "Done.", "how=\"badly\"", 0, 0, {0}, NULL},
};

static void assert_written(const char *expected)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(1 << 20);

    metrics_write(&out, "tracker");
    assert_non_null(strbuf_text(&out));
    if (strstr(out.data, expected) == NULL)
        fail_msg("\"%s\" is not in:\n%s", expected, out.data);
}

static void counts(void **state)
{
    (void)state;
    metric_add(&accepted, 2);
    metric_add(&accepted, 1000000);
    assert_written(
        "# HELP test_accepted_total Cases accepted.\n"
        "# TYPE test_accepted_total counter\n"
        "test_accepted_total 1000002\n");
}

static void sets_a_gauge(void **state)
{
    (void)state;
    metric_set(&waiting, 7);
    metric_set(&waiting, 0.5);
    assert_written("# TYPE test_waiting gauge\ntest_waiting 0.5\n");
}

static void tells_of_what_was_not_counted_yet(void **state)
{
    (void)state;
    assert_written("# TYPE test_unused_total counter\ntest_unused_total 0\n");
}

static void adds_up_the_buckets_of_a_histogram(void **state)
{
    (void)state;
    metric_observe_us(&latency, 100);
    metric_observe_us(&latency, 101);
    metric_observe_us(&latency, 1500000);
    metric_observe_us(&latency, 61000000);
    assert_written(
        "test_latency_seconds_bucket{le=\"0.0001\"} 1\n"
        "test_latency_seconds_bucket{le=\"0.0005\"} 2\n");
    assert_written(
        "test_latency_seconds_bucket{le=\"1\"} 2\n"
        "test_latency_seconds_bucket{le=\"5\"} 3\n");
    assert_written(
        "test_latency_seconds_bucket{le=\"60\"} 3\n"
        "test_latency_seconds_bucket{le=\"+Inf\"} 4\n"
        "test_latency_seconds_sum 62.500201\n"
        "test_latency_seconds_count 4\n");
}

static void keeps_the_lines_of_one_name_together(void **state)
{
    (void)state;
    metric_enlist(&labelled[0]);
    metric_enlist(&labelled[1]); /* others were enlisted before and after */
    metric_add(&labelled[0], 1);
    metric_add(&between, 1);
    metric_add(&labelled[1], 2);
    assert_written(
        "# TYPE test_done_total counter\n"
        "test_done_total{how=\"well\"} 1\n"
        "test_done_total{how=\"badly\"} 2\n");
}

static void tells_of_the_process(void **state)
{
    (void)state;
    assert_written("# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total ");
    assert_written("# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes ");
    assert_written("dunghen_build_info{service=\"tracker\",version=\"" DUNGHEN_VERSION "\"} 1\n");
}

static void measures_the_memory_of_the_process(void **state)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(1 << 20);

    (void)state;
    metrics_write(&out, "tracker");
    assert_null(strstr(out.data, "\nprocess_resident_memory_bytes 0\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts),
        cmocka_unit_test(sets_a_gauge),
        cmocka_unit_test(tells_of_what_was_not_counted_yet),
        cmocka_unit_test(adds_up_the_buckets_of_a_histogram),
        cmocka_unit_test(keeps_the_lines_of_one_name_together),
        cmocka_unit_test(tells_of_the_process),
        cmocka_unit_test(measures_the_memory_of_the_process),
    };

    return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
