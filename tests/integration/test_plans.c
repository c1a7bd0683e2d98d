/* SPDX-License-Identifier: Apache-2.0 */
/* test_plans - what the public reads, and the clock, is found by indexes: check_plans.py looks at
 * the plan of each of intake's statements, and of sentinel's, on a filled database;
 * check_lookups.py at those of the services that write and tell, on an empty one. */
#include "child.h"
#include "city.h"
#include "format.h"

#include "unit.h"

static struct city *city;

static int open_city(void **state)
{
    static const char *const no_services[] = {NULL};
    struct err e;

    (void)state;
    if (city_open_with(&city, no_services, &e) < 0)
        fail_msg("%s", e.text);
    return 0;
}

static int close_city(void **state)
{
    (void)state;
    city_close(&city);
    return 0;
}

static void run(const char *name)
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
    (void)state;
    run("check_lookups");
}

static void every_statement_walks_an_index(void **state)
{
    (void)state;
    run("check_plans");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_city_reads_no_table_that_grows),
        cmocka_unit_test(every_statement_walks_an_index),
    };

    return cmocka_run_group_tests_name("plans", tests, open_city, close_city);
}
