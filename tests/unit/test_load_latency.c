/* SPDX-License-Identifier: Apache-2.0 */
/* links: ctl */
#include "load_latency.h"

#include "mem.h"

#include <stdlib.h>

#include "unit.h"

static void assert_about(double found, double expected)
{
    if (found < expected * 0.98 || found > expected * 1.02)
        fail_msg("%f is not about %f", found, expected);
}

static void percentiles_are_right_to_two_percent(void **state)
{
    struct load_latency *l = mem_new(1, sizeof(*l));

    (void)state;
    for (int64_t us = 1; us <= 100000; us++)
        load_latency_add(l, us);
    assert_about(load_latency_ms(l, 0.5), 50);
    assert_about(load_latency_ms(l, 0.99), 99);
    assert_about(load_latency_ms(l, 0.00005), 0.005);
    assert_true(load_latency_ms(l, 1) >= 100 && load_latency_ms(l, 1) <= 100);
    free(l);
}

static void one_slow_answer_in_a_thousand_is_not_seen_at_p99_but_at_the_top(void **state)
{
    struct load_latency *l = mem_new(1, sizeof(*l));

    (void)state;
    for (int i = 0; i < 999; i++)
        load_latency_add(l, 1000);
    load_latency_add(l, 3000000);
    assert_about(load_latency_ms(l, 0.99), 1);
    assert_about(load_latency_ms(l, 0.9995), 3000);
    free(l);
}

static void what_is_beyond_all_places_is_kept_as_the_longest(void **state)
{
    struct load_latency *l = mem_new(1, sizeof(*l));

    (void)state;
    assert_true(load_latency_ms(l, 0.5) <= 0);
    load_latency_add(l, INT64_MAX / 2);
    load_latency_add(l, -5);
    assert_true(load_latency_ms(l, 0.5) <= 0);
    assert_true(l->max_us == INT64_MAX / 2);
    assert_int_equal(l->total, 2);
    free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentiles_are_right_to_two_percent),
        cmocka_unit_test(one_slow_answer_in_a_thousand_is_not_seen_at_p99_but_at_the_top),
        cmocka_unit_test(what_is_beyond_all_places_is_kept_as_the_longest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
