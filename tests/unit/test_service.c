/* SPDX-License-Identifier: Apache-2.0 */
#include "service.h"

#include "strbuf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

struct settings {
    struct service common;
    char *endpoint;
};

static const struct config_key keys[] = {
    SERVICE_KEYS(struct settings, common, "127.0.0.1:9199"),
    SERVICE_ENDPOINT(struct settings, endpoint, "DUNGHEN_EVENTS_ENDPOINT", "Of events."),
    {0},
};

static const struct config_program program = {"dunghen-sample", "is for this test."};

static char directory[] = "/tmp/test_service_XXXXXX";

static int in_a_directory_of_its_own(void **state)
{
    (void)state;
    return mkdtemp(directory) != NULL ? chdir(directory) : -1;
}

static int removed(void **state)
{
    (void)state;
    rmdir("var/run");
    rmdir("var");
    return rmdir(directory);
}

static int with_nothing_set(void **state)
{
    (void)state;
    for (const struct config_key *key = keys; key->name != NULL; key++)
        unsetenv(key->name);
    return 0;
}

static int start(struct settings *settings, const char *option, bool *done, struct err *e)
{
    char first[] = "dunghen-sample", second[40] = "";
    char *argv[] = {first, option != NULL ? second : NULL, NULL};

    snprintf(second, sizeof(second), "%s", option != NULL ? option : "");
    return service_start(&program, keys, settings, &settings->common, argv, done, e);
}

static void makes_its_directory_and_lives_in_its_time_zone(void **state)
{
    struct settings settings = {0};
    struct tm local;
    struct stat s;
    struct err e;
    bool done;
    time_t epoch = 0;

    (void)state;
    assert_int_equal(start(&settings, NULL, &done, &e), 0);
    assert_false(done);
    assert_int_equal(stat("var/run", &s), 0);
    assert_int_equal(s.st_mode & 0777, 0700);
    localtime_r(&epoch, &local);
    assert_int_equal(local.tm_gmtoff, 8 * 3600); /* as it was in 1970 */
    config_free(keys, &settings);
}

static void puts_endpoints_that_are_not_set_into_the_run_directory(void **state)
{
    struct settings settings = {0};
    struct err e;
    bool done;

    (void)state;
    assert_int_equal(start(&settings, NULL, &done, &e), 0);
    assert_int_equal(service_endpoint(&settings.common, "events", &settings.endpoint, &e), 0);
    assert_string_equal(settings.endpoint, "ipc://var/run/events.ipc");
    config_free(keys, &settings);
}

static void leaves_an_endpoint_that_is_set(void **state)
{
    struct settings settings = {0};
    struct err e;
    bool done;

    (void)state;
    setenv("DUNGHEN_EVENTS_ENDPOINT", "tcp://10.0.0.1:7000", 1);
    assert_int_equal(start(&settings, NULL, &done, &e), 0);
    assert_int_equal(service_endpoint(&settings.common, "events", &settings.endpoint, &e), 0);
    assert_string_equal(settings.endpoint, "tcp://10.0.0.1:7000");
    config_free(keys, &settings);
}

static void opens_nothing_when_it_only_checks(void **state)
{
    struct settings settings = {0};
    struct err e;
    bool done;

    (void)state;
    setenv("DUNGHEN_RUN_DIR", "elsewhere", 1);
    assert_int_equal(start(&settings, "--check-config", &done, &e), 0);
    assert_true(done);
    assert_int_equal(access("elsewhere", F_OK), -1);
    config_free(keys, &settings);
}

/* Each stops the start with one clear line, also under --check-config. */
static void refuses_wrong_settings(void **state)
{
    static const struct {
        const char *name, *value, *says;
    } wrong[] = {
        {"DUNGHEN_TIMEZONE", "Asia/Hanoii", "Asia/Hanoii"},
        {"DUNGHEN_TIMEZONE", "", "DUNGHEN_TIMEZONE"},
        {"DUNGHEN_TIMEZONE", "../../../etc/passwd", "etc/passwd"},
        {"DUNGHEN_TIMEZONE", "Asia", "Asia"},
        {"DUNGHEN_LOG", "loud", "loud"},
        {"DUNGHEN_METRICS_LISTEN", "127.0.0.1:65536", "\"127.0.0.1:65536\" is not ADDRESS:PORT"},
        {"DUNGHEN_EVENTS_ENDPOINT", "tcp://127.0.0.1",
         "\"tcp://127.0.0.1\" is not tcp://HOST:PORT"},
        {"DUNGHEN_DATABASE_URL", "postgresql://%", "DUNGHEN_DATABASE_URL is not a connection URL"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct settings settings = {0};
        struct err e = {0};
        bool done;
        setenv(wrong[i].name, wrong[i].value, 1);
        assert_int_equal(start(&settings, "--check-config", &done, &e), -1);
        assert_int_equal(e.kind, ERR_INPUT);
        assert_non_null(strstr(e.text, wrong[i].says));
        unsetenv(wrong[i].name);
        config_free(keys, &settings);
    }
}

static void refuses_a_directory_that_is_too_long_for_sockets(void **state)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(1000);
    struct settings settings = {0};
    struct err e = {0};
    bool done;

    (void)state;
    for (int i = 0; i < 50; i++)
        strbuf_addf(&path, "./");
    setenv("DUNGHEN_RUN_DIR", strbuf_text(&path), 1);
    assert_int_equal(start(&settings, NULL, &done, &e), 0);
    assert_int_equal(service_endpoint(&settings.common, "events", &settings.endpoint, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    config_free(keys, &settings);
}

static void says_which_directory_cannot_be_made(void **state)
{
    struct settings settings = {0};
    struct err e = {0};
    bool done;

    (void)state;
    setenv("DUNGHEN_RUN_DIR", "/dev/null/run", 1);
    assert_int_equal(start(&settings, NULL, &done, &e), -1);
    assert_non_null(strstr(e.text, "/dev/null/run"));
    config_free(keys, &settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(makes_its_directory_and_lives_in_its_time_zone, with_nothing_set),
        cmocka_unit_test_setup(puts_endpoints_that_are_not_set_into_the_run_directory,
                               with_nothing_set),
        cmocka_unit_test_setup(leaves_an_endpoint_that_is_set, with_nothing_set),
        cmocka_unit_test_setup(opens_nothing_when_it_only_checks, with_nothing_set),
        cmocka_unit_test_setup(refuses_wrong_settings, with_nothing_set),
        cmocka_unit_test_setup(refuses_a_directory_that_is_too_long_for_sockets, with_nothing_set),
        cmocka_unit_test_setup(says_which_directory_cannot_be_made, with_nothing_set),
    };

    return cmocka_run_group_tests_name("service", tests, in_a_directory_of_its_own, removed);
}
