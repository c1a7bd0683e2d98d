/* SPDX-License-Identifier: Apache-2.0 */
/* test_worker_words - a whole city's workers' door is spoken to by check_worker_words.py. */
#include "child.h"
#include "city.h"
#include "format.h"

#include <stdlib.h>

#include "unit.h"

static void workers_are_heard_as_the_protocol_promises(void **state)
{
    struct city *city = *state;
    AUTO(format_free)
    char *script = format_new("%s/tests/integration/check_worker_words.py", SOURCE_DIR);
    AUTO(format_free) char *port = format_new("%u", city_intake_port(city));
    const char *const argv[] = {"/usr/bin/python3", script, port, BIN_DIR, city_dir(city), NULL};
    struct err e;

    if (child_run(&(struct child_settings){.argv = argv, .env = city_env(city)}, &e) == 0)
        return;
    process_show_log(city_service(city, "dispatch"));
    fail_msg("%s", e.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_are_heard_as_the_protocol_promises),
    };

    return cmocka_run_group_tests(tests, city_setup, city_teardown);
}
