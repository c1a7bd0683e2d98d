/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"

#include "clock.h"
#include "strbuf.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

/* Standard output, turned into a pipe while a test logs. */
struct capture {
    int saved;
    int reader;
    char text[65536];
};

static void capture_start(struct capture *c)
{
    int ends[2];

    fflush(stdout);
    assert_int_equal(pipe(ends), 0);
    c->saved = dup(STDOUT_FILENO);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    c->reader = ends[0];
}

static const char *capture_end(struct capture *c)
{
    size_t len = 0;
    ssize_t n;

    fflush(stdout);
    dup2(c->saved, STDOUT_FILENO);
    close(c->saved);
    while ((n = read(c->reader, c->text + len, sizeof(c->text) - 1 - len)) > 0)
        len += (size_t)n;
    close(c->reader);
    c->text[len] = '\0';
    return c->text;
}

static void writes_one_json_object_a_line(void **state)
{
    struct capture c;

    (void)state;
    clock_fake(1795424400000000);
    log_open("tracker", LOG_INFO);
    capture_start(&c);
    log_event(LOG_INFO, "ready", "bus", "ipc://x", "rows", "3", NULL);
    assert_string_equal(
        capture_end(&c),
        "{\"ts\":\"2026-11-23T09:00:00Z\",\"level\":\"info\",\"service\":\"tracker\","
        "\"event\":\"ready\",\"bus\":\"ipc://x\",\"rows\":\"3\"}\n");
    clock_fake(0);
}

/* The value that a parser finds in the logged line. */
static void assert_logged(const char *value, const char *expected)
{
    struct capture c;

    log_open("tracker", LOG_INFO);
    capture_start(&c);
    log_event(LOG_WARN, "seen", "value", value, NULL);
    json_t *line = json_loads(capture_end(&c), 0, NULL);
    assert_non_null(line);
    assert_string_equal(json_string_value(json_object_get(line, "value")), expected);
    json_decref(line);
}

static void escapes_what_json_asks_for(void **state)
{
    (void)state;
    assert_logged("a\"b\\c\n\t\x01\x1fz", "a\"b\\c\n\t\x01\x1fz");
}

static void keeps_vietnamese(void **state)
{
    (void)state;
    assert_logged("Đúng hẹn 🙂", "Đúng hẹn 🙂");
}

static void replaces_bytes_that_are_not_utf8(void **state)
{
    (void)state;
    assert_logged("a\xff\xc3", "a\uFFFD\uFFFD");
}

static void cuts_long_values_between_characters(void **state)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(3000);
    struct capture c;

    (void)state;
    for (int i = 0; i < 1000; i++)
        strbuf_addf(&text, "ệ");
    log_open("tracker", LOG_INFO);
    capture_start(&c);
    log_event(LOG_INFO, "seen", "value", text.data, "next", "kept", NULL);
    json_t *line = json_loads(capture_end(&c), 0, NULL);
    assert_non_null(line);
    assert_string_equal(json_string_value(json_object_get(line, "next")), "kept");
    assert_int_equal(json_string_length(json_object_get(line, "value")), 1026 + 3);
    json_decref(line);
}

static void leaves_out_what_lies_below_the_level(void **state)
{
    struct capture c;

    (void)state;
    log_open("tracker", LOG_WARN);
    capture_start(&c);
    log_event(LOG_INFO, "ready", NULL);
    assert_string_equal(capture_end(&c), "");
}

static void ends_the_pairs_at_a_missing_value(void **state)
{
    struct capture c;

    (void)state;
    log_open("tracker", LOG_INFO);
    capture_start(&c);
    log_event(LOG_INFO, "ready", "a", "1", "b", NULL);
    const char *text = capture_end(&c);
    assert_non_null(strstr(text, "\"a\":\"1\"}\n"));
}

static void knows_the_levels(void **state)
{
    enum log_level level = LOG_INFO;
    struct err e;

    (void)state;
    assert_int_equal(log_level_read("debug", &level, &e), 0);
    assert_int_equal(level, LOG_DEBUG);
    assert_int_equal(log_level_read("INFO", &level, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_int_equal(level, LOG_DEBUG);
}

static void tells_a_wrong_setting_by_the_exit_status(void **state)
{
    struct err input = {ERR_INPUT, "wrong port"};
    struct err failed = {ERR_SYSTEM, "no database"};
    struct capture c;

    (void)state;
    log_open("tracker", LOG_INFO);
    capture_start(&c);
    int status = log_exit(&input);
    int other = log_exit(&failed);
    assert_non_null(strstr(capture_end(&c), "\"event\":\"stopped\",\"why\":\"wrong port\"}\n"));
    assert_int_equal(status, 78);
    assert_int_equal(other, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_one_json_object_a_line),
        cmocka_unit_test(escapes_what_json_asks_for),
        cmocka_unit_test(keeps_vietnamese),
        cmocka_unit_test(replaces_bytes_that_are_not_utf8),
        cmocka_unit_test(cuts_long_values_between_characters),
        cmocka_unit_test(leaves_out_what_lies_below_the_level),
        cmocka_unit_test(ends_the_pairs_at_a_missing_value),
        cmocka_unit_test(knows_the_levels),
        cmocka_unit_test(tells_a_wrong_setting_by_the_exit_status),
    };

    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
