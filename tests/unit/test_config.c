/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "config_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

struct settings {
    char *url;
    int64_t scan_ms;
    char *last;
};

static const struct config_key keys[] = {
    CONFIG_TEXT(struct settings, url, "DUNGHEN_URL", "postgresql:///", "Where the cases are."),
    CONFIG_INT(struct settings, scan_ms, "DUNGHEN_SCAN_MS", "1000", 50, 60000, "Between scans."),
    CONFIG_TEXT(struct settings, last, "DUNGHEN_LAST", "", "The last one."),
    {0},
};

static const struct config_program program = {"dunghen-test", "Tests the settings."};

static char directory[] = "/tmp/dunghen-config-XXXXXX";

static int clear(void **state)
{
    (void)state;
    unsetenv("DUNGHEN_URL");
    unsetenv("DUNGHEN_URL_FILE");
    unsetenv("DUNGHEN_SCAN_MS");
    unsetenv("DUNGHEN_LAST");
    unsetenv("CREDENTIALS_DIRECTORY");
    return 0;
}

static int make_directory(void **state)
{
    (void)state;
    return mkdtemp(directory) == NULL ? -1 : 0;
}

static void path_in_directory(const char *name, char out[128])
{
    snprintf(out, 128, "%s/%s", directory, name);
}

static int remove_directory(void **state)
{
    char path[128];

    (void)state;
    path_in_directory("DUNGHEN_URL", path);
    unlink(path);
    return rmdir(directory);
}

static void write_credential(const char *text, size_t len)
{
    char path[128];

    path_in_directory("DUNGHEN_URL", path);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    fwrite(text, 1, len, f);
    fclose(f);
}

static void assert_refused(const char *part)
{
    struct settings s = {0};
    struct err e = {0};

    assert_int_equal(config_read(keys, &s, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    if (strstr(e.text, part) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", part, e.text);
    assert_null(s.url);
    assert_null(s.last);
}

static void assert_url(const char *expected)
{
    struct settings s = {0};
    struct err e = {0};

    assert_int_equal(config_read(keys, &s, &e), 0);
    assert_string_equal(s.url, expected);
    config_free(keys, &s);
    assert_null(s.url);
}

static void uses_the_defaults(void **state)
{
    struct settings s = {0};
    struct err e = {0};

    (void)state;
    assert_int_equal(config_read(keys, &s, &e), 0);
    assert_string_equal(s.url, "postgresql:///");
    assert_int_equal(s.scan_ms, 1000);
    assert_string_equal(s.last, "");
    config_free(keys, &s);
}

static void reads_the_environment(void **state)
{
    struct settings s = {0};
    struct err e = {0};

    (void)state;
    setenv("DUNGHEN_URL", "postgresql://db/x", 1);
    setenv("DUNGHEN_SCAN_MS", "50", 1);
    assert_int_equal(config_read(keys, &s, &e), 0);
    assert_string_equal(s.url, "postgresql://db/x");
    assert_int_equal(s.scan_ms, 50);
    config_free(keys, &s);
}

static void ignores_variables_of_other_services(void **state)
{
    (void)state;
    setenv("DUNGHEN_OTHER_SERVICE", "1", 1);
    assert_url("postgresql:///");
    unsetenv("DUNGHEN_OTHER_SERVICE");
}

static void names_a_wrong_number(void **state)
{
    (void)state;
    setenv("DUNGHEN_SCAN_MS", "49", 1);
    assert_refused("DUNGHEN_SCAN_MS \"49\" is not from 50 to 60000");
    setenv("DUNGHEN_SCAN_MS", "1s", 1);
    assert_refused("DUNGHEN_SCAN_MS \"1s\"");
}

static void reads_a_text_from_the_named_file(void **state)
{
    char path[128];

    (void)state;
    write_credential("secret\n\n", 8);
    path_in_directory("DUNGHEN_URL", path);
    setenv("DUNGHEN_URL_FILE", path, 1);
    assert_url("secret\n");
}

static void reads_a_text_from_the_credentials(void **state)
{
    (void)state;
    write_credential("secret", 6);
    setenv("CREDENTIALS_DIRECTORY", directory, 1);
    assert_url("secret");
}

static void prefers_the_environment_to_credentials(void **state)
{
    (void)state;
    write_credential("secret", 6);
    setenv("CREDENTIALS_DIRECTORY", directory, 1);
    setenv("DUNGHEN_URL", "plain", 1);
    assert_url("plain");
}

static void refuses_a_text_that_is_set_twice(void **state)
{
    (void)state;
    setenv("DUNGHEN_URL", "plain", 1);
    setenv("DUNGHEN_URL_FILE", "/dev/null", 1);
    assert_refused("DUNGHEN_URL_FILE are both set");
}

static void refuses_files_it_cannot_use(void **state)
{
    static char long_text[70000];

    (void)state;
    setenv("DUNGHEN_URL_FILE", "/nonexistent/x", 1);
    assert_refused("\"/nonexistent/x\": No such file");
    setenv("DUNGHEN_URL_FILE", "/tmp", 1);
    assert_refused("could not be read");
    unsetenv("DUNGHEN_URL_FILE");
    setenv("CREDENTIALS_DIRECTORY", directory, 1);
    write_credential("a\0b", 3);
    assert_refused("zero byte");
    memset(long_text, 'x', sizeof(long_text));
    write_credential(long_text, sizeof(long_text));
    assert_refused("too long");
}

/* A setting with a rule, and the same one with a default that is not empty. */
struct ruled {
    char *value;
};

static int read_with(const struct config_rule *rule, const char *initial, const char *value,
                     struct err *e)
{
    const struct config_key table[] = {
        CONFIG_RULED(struct ruled, value, "DUNGHEN_URL", rule, initial, "Where it is."), {0}};
    struct ruled s = {0};

    setenv("DUNGHEN_URL", value, 1);
    int rc = config_read(table, &s, e);
    config_free(table, &s);
    return rc;
}

static const struct {
    const char *what;
    const struct config_rule *rule;
    const char *good[8], *wrong[24];
} ruled[] = {
    {"config_listen",
     &config_listen,
     {"127.0.0.1:8080", "0.0.0.0:1", "[::1]:65535", "[::]:80", "*:80"},
     {"nope", "9101", ":9101", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:99999",
      "127.0.0.1:65536", "127.0.0.1:80 ", "127.0.0.1:-1", "localhost:80", "::1:80",
      "http://127.0.0.1:80", "256.0.0.1:80"}},
    {"config_address",
     &config_address,
     {"127.0.0.1:8080", "intake:8080", "*:80", "[::1]:80", "0.0.0.0:80"},
     {"nope", "9101", ":9101", "127.0.0.1:0", "127.0.0.1:65536", "a b:80", "http://x:80", "::1:80",
      "*", "[::1:80"}},
    {"config_endpoint",
     &config_endpoint,
     {"tcp://127.0.0.1:5570", "tcp://*:5570", "tcp://[::1]:1", "tcp://dispatch:65535",
      "ipc:///run/x.ipc", "ipc://var/run/x.ipc", "ipc://@name"},
     {"nope", "127.0.0.1:5570", "tcp://127.0.0.1", "tcp://:5570", "tcp://127.0.0.1:0",
      "tcp://127.0.0.1:65536", "tcp://127.0.0.1:5570/", "tcp://a b:5570", "tcp:127.0.0.1:5570",
      "http://127.0.0.1:5570", "udp://127.0.0.1:5570", "inproc://x", "ipc://", "ipc:/x",
      "ipc:///0123456789012345678901234567890123456789012345678901234567890123456789012345678901234"
      "5678901234567890123456"}},
    {"config_url",
     &config_url,
     {"http://x", "https://tiles.example.org/{z}/{x}/{y}.png?key=1", "http://[::1]:8080/#a",
      "https://x:65535"},
     {"nope", "ftp://x", "https://", "https:x", "http:///path", "http://x y", "http://x/\"",
      "http://x:", "http://x:0", "http://x:65536", "http://x:80a", "http://x@y/", "HTTP://x"}},
    {"config_base_url",
     &config_base_url,
     {"http://127.0.0.1:8080", "https://phananh.example.vn", "https://x/dunghen"},
     {"ftp://x", "phananh.example.vn", "https://x/", "https://x?", "https://x#", "https://x/?a=b",
      "https://x\n"}},
    {"config_mail_server",
     &config_mail_server,
     {"smtp://127.0.0.1:25", "smtps://mail.example.vn", "smtp://[::1]:25"},
     {"nope", "smtp://", "mail.example.vn:25", "http://x", "smtp://user:secret@x", "smtp://x:0"}},
};

static void takes_what_fits_its_rule_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ruled); i++) {
        struct err e = {0};
        for (const char *const *value = ruled[i].good; *value != NULL; value++)
            if (read_with(ruled[i].rule, "", *value, &e) < 0)
                fail_msg("%s refuses \"%s\": %s", ruled[i].what, *value, e.text);
        for (const char *const *value = ruled[i].wrong; *value != NULL; value++)
            if (read_with(ruled[i].rule, "", *value, &e) == 0 || e.kind != ERR_INPUT)
                fail_msg("%s takes \"%s\"", ruled[i].what, *value);
    }
}

static void names_the_variable_its_value_and_the_rule(void **state)
{
    struct err e = {0};

    (void)state;
    assert_int_equal(read_with(&config_base_url, "", "ftp://x", &e), -1);
    assert_string_equal(e.text,
                        "DUNGHEN_URL \"ftp://x\" is not http:// or https:// with a host, "
                        "without a final slash, ? or #");
}

static void repeats_no_secret(void **state)
{
    struct err e = {0};

    (void)state;
    assert_int_equal(read_with(&config_mail_server, "", "smtp://user:secret@x", &e), -1);
    assert_null(strstr(e.text, "secret"));
    assert_non_null(strstr(e.text, "DUNGHEN_URL is not smtp://HOST:PORT"));
}

static void takes_an_empty_text_only_where_it_is_the_default(void **state)
{
    struct err e = {0};

    (void)state;
    assert_int_equal(read_with(&config_url, "", "", &e), 0);
    assert_int_equal(read_with(&config_url, "http://x", "", &e), -1);
}

/* What config_start prints for one option. */
static void start(const char *option, char *text, size_t size)
{
    char name[] = "dunghen-test";
    char given[32];
    char *argv[] = {name, given, NULL};
    struct settings s = {0};
    struct err e = {0};
    bool done = false;
    int ends[2];

    snprintf(given, sizeof(given), "%s", option);
    fflush(stdout);
    assert_int_equal(pipe(ends), 0);
    int saved = dup(STDOUT_FILENO);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    int result = config_start(&program, keys, &s, argv, &done, &e);
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    ssize_t n = read(ends[0], text, size - 1);
    close(ends[0]);
    text[n] = '\0';
    assert_int_equal(result, 0);
    assert_true(done);
    config_free(keys, &s);
}

static void prints_every_setting(void **state)
{
    char text[4096];

    (void)state;
    start("--help", text, sizeof(text));
    assert_non_null(strstr(text, "dunghen-test: Tests the settings.\n"));
    assert_non_null(strstr(text,
                           "  Variable         Default         Range        Meaning\n"
                           "  DUNGHEN_URL      postgresql:///               Where the"));
    assert_non_null(
        strstr(text, "  DUNGHEN_SCAN_MS  1000            50 to 60000  Between scans.\n"));
    assert_non_null(strstr(text, "  DUNGHEN_LAST "));
}

static void prints_the_version(void **state)
{
    char text[128];

    (void)state;
    start("--version", text, sizeof(text));
    assert_string_equal(text, "dunghen-test " DUNGHEN_VERSION "\n");
}

static void only_checks_when_asked_to(void **state)
{
    char text[128];

    (void)state;
    start("--check-config", text, sizeof(text));
    assert_string_equal(text, "");
}

static void checking_finds_a_wrong_setting(void **state)
{
    char *argv[] = {(char[]){"dunghen-test"}, (char[]){"--check-config"}, NULL};
    struct settings s = {0};
    struct err e = {0};
    bool done = false;

    (void)state;
    setenv("DUNGHEN_SCAN_MS", "-1", 1);
    assert_int_equal(config_start(&program, keys, &s, argv, &done, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
}

/* What --check-config says of a value, and what a start says. */
static void expect_tried(const struct config_rule *rule, const char *value, const char *expected)
{
    const struct config_key tried[] = {
        CONFIG_RULED(struct settings, url, "DUNGHEN_URL", rule, "", "Tried."), {0}};
    char *argv[] = {(char[]){"dunghen-test"}, (char[]){"--check-config"}, NULL};
    struct settings s = {0};
    struct err e = {0};
    bool done = false;

    setenv("DUNGHEN_URL", value, 1);
    assert_int_equal(config_start(&program, tried, &s, argv, &done, &e), expected != NULL ? -1 : 0);
    if (expected != NULL) {
        assert_non_null(strstr(e.text, "DUNGHEN_URL \""));
        assert_non_null(strstr(e.text, expected));
    }
    argv[1] = NULL;
    assert_int_equal(config_start(&program, tried, &s, argv, &done, &e), 0);
    config_free(tried, &s);
}

/* 192.0.2.0/24 is for documentation (RFC 5737): no machine has it. */
static void checking_tries_what_the_machine_lets_it_do(void **state)
{
    char path[128];

    (void)state;
    expect_tried(&config_listen, "127.0.0.1:18080", NULL);
    expect_tried(&config_listen, "192.0.2.7:18080", "cannot be listened on");
    expect_tried(&config_bound, "tcp://192.0.2.7:18080", "cannot be listened on");
    expect_tried(&config_bound, "tcp://*:18080", NULL);
    expect_tried(&config_bound, "ipc://x", NULL);
    expect_tried(&config_folder, directory, NULL);
    path_in_directory("made/", path);
    expect_tried(&config_folder, path, NULL);
    path_in_directory("not there/made", path);
    expect_tried(&config_folder, path, "cannot be made");
    expect_tried(&config_folder, "/proc/self/status", "cannot be");
}

static void starts_without_arguments(void **state)
{
    char *argv[] = {(char[]){"dunghen-test"}, NULL};
    struct settings s = {0};
    struct err e = {0};
    bool done = true;

    (void)state;
    assert_int_equal(config_start(&program, keys, &s, argv, &done, &e), 0);
    assert_false(done);
    assert_int_equal(s.scan_ms, 1000);
    config_free(keys, &s);
}

static void refuses_other_arguments(void **state)
{
    char *argv[] = {(char[]){"dunghen-test"}, (char[]){"--halp"}, NULL};
    char *more[] = {(char[]){"dunghen-test"}, (char[]){"--help"}, (char[]){"me"}, NULL};
    struct settings s = {0};
    struct err e = {0};
    bool done = false;

    (void)state;
    assert_int_equal(config_start(&program, keys, &s, argv, &done, &e), -1);
    assert_string_equal(e.text, "unknown argument \"--halp\": see --help");
    assert_int_equal(config_start(&program, keys, &s, more, &done, &e), -1);
    assert_string_equal(e.text, "unexpected argument \"me\": see --help");
    assert_false(done);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(uses_the_defaults, clear),
        cmocka_unit_test_setup(reads_the_environment, clear),
        cmocka_unit_test_setup(ignores_variables_of_other_services, clear),
        cmocka_unit_test_setup(names_a_wrong_number, clear),
        cmocka_unit_test_setup(reads_a_text_from_the_named_file, clear),
        cmocka_unit_test_setup(reads_a_text_from_the_credentials, clear),
        cmocka_unit_test_setup(prefers_the_environment_to_credentials, clear),
        cmocka_unit_test_setup(refuses_a_text_that_is_set_twice, clear),
        cmocka_unit_test_setup(takes_what_fits_its_rule_alone, clear),
        cmocka_unit_test_setup(names_the_variable_its_value_and_the_rule, clear),
        cmocka_unit_test_setup(repeats_no_secret, clear),
        cmocka_unit_test_setup(takes_an_empty_text_only_where_it_is_the_default, clear),
        cmocka_unit_test_setup(refuses_files_it_cannot_use, clear),
        cmocka_unit_test_setup(prints_every_setting, clear),
        cmocka_unit_test_setup(prints_the_version, clear),
        cmocka_unit_test_setup(only_checks_when_asked_to, clear),
        cmocka_unit_test_setup(checking_tries_what_the_machine_lets_it_do, clear),
        cmocka_unit_test_setup(checking_finds_a_wrong_setting, clear),
        cmocka_unit_test_setup(starts_without_arguments, clear),
        cmocka_unit_test_setup(refuses_other_arguments, clear),
    };

    return cmocka_run_group_tests_name("config", tests, make_directory, remove_directory);
}
