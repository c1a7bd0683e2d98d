/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster.h"

#include <unistd.h>

#include "unit.h"

static void is_migrated_and_owned_by_dunghen(void **state)
{
    assert_string_equal(cluster_query(*state, "SELECT current_user"), "dunghen");
    assert_string_equal(cluster_query(*state,
                                      "SELECT pg_get_userbyid(datdba) FROM pg_database"
                                      " WHERE datname = current_database()"),
                        "dunghen");
    assert_string_equal(cluster_query(*state, "SELECT count(*) FROM cases"), "0");
}

static void is_as_durable_as_the_real_one(void **state)
{
    assert_string_equal(cluster_query(*state, "SHOW fsync"), "on");
    assert_string_equal(cluster_query(*state, "SHOW synchronous_commit"), "on");
}

static void keeps_what_was_committed_before_it_was_killed(void **state)
{
    struct err e = {0};

    cluster_query(*state, "CREATE TABLE kept AS SELECT 42 AS n");
    cluster_kill(*state);
    assert_int_equal(cluster_start(*state, &e), 0);
    assert_string_equal(cluster_query(*state, "SELECT n FROM kept"), "42");
}

static void leaves_nothing_behind(void **state)
{
    char dir[64];
    struct cluster *c = NULL;
    struct err e = {0};

    (void)state;
    assert_int_equal(cluster_open(&c, &e), 0);
    snprintf(dir, sizeof(dir), "%s", cluster_dir(c));
    assert_int_equal(access(dir, F_OK), 0);
    cluster_close(&c);
    assert_int_equal(access(dir, F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_migrated_and_owned_by_dunghen),
        cmocka_unit_test(is_as_durable_as_the_real_one),
        cmocka_unit_test(keeps_what_was_committed_before_it_was_killed),
        cmocka_unit_test(leaves_nothing_behind),
    };

    return cmocka_run_group_tests_name("cluster", tests, cluster_setup, cluster_teardown);
}
