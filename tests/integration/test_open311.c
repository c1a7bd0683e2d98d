/* SPDX-License-Identifier: Apache-2.0 */
/* test_open311 - a whole city, asked by tests/open311/clauses.py as GeoReport v2 says, by a client
 * from npm, and by check_reads.py and its like as our own description says. */
#include "child.h"
#include "city.h"
#include "format.h"
#include "must.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

static struct city *city;
static struct process *strict; /* a second door, with other settings */
static unsigned strict_port;

enum { MAX_ENV = 16 };

static bool is_set(const char *const env[], size_t count, const char *setting)
{
    size_t name = strcspn(setting, "=") + 1;

    for (size_t i = 0; i < count; i++)
        if (strncmp(env[i], setting, name) == 0)
            return true;
    return false;
}

static void start_strict(void)
{
    strict_port = process_free_port();
    AUTO(format_free) char *listen = format_new("DUNGHEN_INTAKE_LISTEN=127.0.0.1:%u", strict_port);
    const char *env[MAX_ENV] = {listen,
                                "DUNGHEN_INTAKE_REQUIRE_KEY=open311",
                                "DUNGHEN_OPEN311_JURISDICTION=city.example",
                                "DUNGHEN_OPEN311_TEST_URL=https://test.example/open311/v2",
                                "DUNGHEN_INTAKE_TRUSTED_PROXIES=127.0.0.1",
                                "DUNGHEN_INTAKE_ADDRESS_WRITES=3",
                                "DUNGHEN_INTAKE_ADDRESS_READS=5",
                                "DUNGHEN_INTAKE_CONTACT_WRITES=2",
                                "DUNGHEN_STATISTICS_AGE_S=1"};
    const size_t own = 9;
    struct err e;
    size_t n = own;

    for (const char *const *more = city_env(city); *more != NULL; more++)
        if (n < MAX_ENV - 1 && !is_set(env, own, *more))
            env[n++] = *more;
    must(process_start(&strict,
                       &(struct process_settings){"dunghen-intake", "strict", env, city_dir(city)},
                       &e),
         &e);
    must(process_wait_ready(strict, &e), &e);
}

static int open_all(void **state)
{
    static const char *const services[] = {"tracker", "router",   "dispatch", "sentinel",
                                           "intake",  "notifier", NULL};
    static const char *const load[] = {"catalogue", "load", SOURCE_DIR "/deploy/catalogue/tiny",
                                       NULL};
    struct err e;

    (void)state;
    must(city_make(&city, &e), &e);
    city_set(city, format_new("DUNGHEN_FRONT_ENDS=local"));
    must(city_ctl(city, load, &e), &e);
    must(city_start(city, services, &e), &e);
    start_strict();
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    process_close(&strict);
    city_close(&city);
    return 0;
}

static void run(const char *const *argv)
{
    struct err e;

    if (child_run(&(struct child_settings){.argv = argv, .env = city_env(city)}, &e) < 0) {
        process_show_log(city_service(city, "intake"));
        fail_msg("%s", e.text);
    }
}

static void play_clauses(const char *format)
{
    AUTO(format_free) char *script = format_new("%s/tests/open311/clauses.py", SOURCE_DIR);
    AUTO(format_free) char *port = format_new("%u", city_intake_port(city));
    AUTO(format_free) char *strict_text = format_new("%u", strict_port);
    const char *const argv[] = {"/usr/bin/python3", script,  format,         port,
                                strict_text,        BIN_DIR, city_dir(city), NULL};

    run(argv);
}

static void every_clause_holds_in_xml(void **state)
{
    (void)state;
    play_clauses("xml");
}

static void every_clause_holds_in_json(void **state)
{
    (void)state;
    play_clauses("json");
}

/* After the clauses: they have loaded the catalogue that it needs. */
static void a_client_from_npm_finds_its_way(void **state)
{
    AUTO(format_free) char *script = format_new("%s/tests/open311/client.sh", SOURCE_DIR);
    AUTO(format_free) char *port = format_new("%u", city_intake_port(city));
    const char *const argv[] = {"/bin/bash", script, TEST_LOG_DIR, port, BIN_DIR, NULL};

    (void)state;
    run(argv);
}

/* With the number of the door that is asked. */
static void play(const char *name, unsigned at)
{
    AUTO(format_free) char *script = format_new("%s/tests/integration/%s", SOURCE_DIR, name);
    AUTO(format_free) char *port = format_new("%u", at);
    const char *const argv[] = {"/usr/bin/python3", script, port, BIN_DIR, city_dir(city), NULL};

    run(argv);
}

static void the_json_api_reads(void **state)
{
    (void)state;
    play("check_reads.py", city_intake_port(city));
}

static void the_json_api_takes_the_citizens_word(void **state)
{
    (void)state;
    play("check_citizen.py", city_intake_port(city));
}

static void front_ends_are_told(void **state)
{
    (void)state;
    play("check_fronts.py", city_intake_port(city));
}

static void who_sends_too_much_is_told_to_wait(void **state)
{
    (void)state;
    play("check_limits.py", strict_port);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_clause_holds_in_xml),
        cmocka_unit_test(every_clause_holds_in_json),
        cmocka_unit_test(a_client_from_npm_finds_its_way),
        cmocka_unit_test(the_json_api_reads),
        cmocka_unit_test(the_json_api_takes_the_citizens_word),
        cmocka_unit_test(front_ends_are_told),
        cmocka_unit_test(who_sends_too_much_is_told_to_wait),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
