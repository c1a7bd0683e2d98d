/* SPDX-License-Identifier: Apache-2.0 */
/* test_plans - what the public reads, and the clock, is found by indexes: check_plans.py looks at
 * the plan of each of intake's statements, and of sentinel's, on a filled database;
 * check_lookups.py at those of the services that write and tell, on an empty one. */
#include "child.h"
#include "city.h"
#include "format.h"

#include "unit.h"

static int open_city(void **state)
{
    return city_setup_with(state, (const char *const[]){NULL});
}

static void run(const struct city *city, const char *name)
{
    char *script = format_new("%s/tests/integration/%s.py", SOURCE_DIR, name);
    const char *const argv[] = {"/usr/bin/python3", script, BIN_DIR, city_dir(city), NULL};
    struct err e;
    int failed = child_run(&(struct child_settings){.argv = argv, .env = city_env(city)}, &e);

    format_free(&script); /* a failed test does not come back here */
    if (failed < 0)
        fail_msg("%s", e.text);
}

static void a_new_city_reads_no_table_that_grows(void **state)
{
    run(*state, "check_lookups");
}

static void every_statement_walks_an_index(void **state)
{
    run(*state, "check_plans");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_city_reads_no_table_that_grows),
        cmocka_unit_test(every_statement_walks_an_index),
    };

    return cmocka_run_group_tests_name("plans", tests, open_city, city_teardown);
}
