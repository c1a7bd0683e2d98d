/* SPDX-License-Identifier: Apache-2.0 */
#include "wire.h"

#include "messages.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

static void every_verb_is_found_by_its_name(void **state)
{
    struct err e;

    (void)state;
    for (int verb = 0; verb < WIRE_VERBS; verb++) {
        const char *name = wire_verb_name((enum wire_verb)verb);
        enum wire_verb found;
        assert_int_equal(wire_verb_read(name, strlen(name), &found, &e), 0);
        assert_int_equal(found, verb);
        assert_int_equal(wire_verb_read(name, strlen(name) - 1, &found, &e), -1);
    }
    assert_string_equal(wire_command_name(WIRE_RETURN), "return");
    assert_null(wire_command_name(WIRE_HELLO));
}

static void a_task_id_reads_as_it_was_written(void **state)
{
    struct wire_task_id id = {.case_id = uuid_new(), .number = 32767}, again;
    char text[WIRE_TASK_ID_SIZE];
    struct err e;

    (void)state;
    assert_int_equal(wire_task_id_read(wire_task_id_text(&id, text), &again, &e), 0);
    assert_memory_equal(&id, &again, sizeof(id));
}

static void malformed_task_ids_are_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "019a0b2c-3d4e-7abc-8def-0123456789ab",
        "019a0b2c-3d4e-7abc-8def-0123456789ab:",
        "019a0b2c-3d4e-7abc-8def-0123456789ab:0",
        "019a0b2c-3d4e-7abc-8def-0123456789ab:-1",
        "019a0b2c-3d4e-7abc-8def-0123456789ab:32768",
        "019a0b2c-3d4e-7abc-8def-0123456789ab:1 ",
        "019a0b2c-3d4e-7abc-8def-0123456789ab;1",
        "019a0b2c-3d4e-7abc-8def-0123456789ag:1",
    };
    struct wire_task_id id;
    struct err e;

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(wire_task_id_read(bad[i], &id, &e), -1);
}

static int batch(const char *json)
{
    AUTO(json_release) json_t *items = NULL;
    struct err e;

    return wire_batch_read(json, strlen(json), &items, &e);
}

/* Of NUL and half surrogate pairs, which jansson would not read. */
static void an_item_with_what_no_text_may_hold_leaves_the_others(void **state)
{
    static const char *const texts[] = {"a\\u0000b", "\\ud800", "\\uDC00\\uD800", "\\ud800\\u0041",
                                        "\\\\\\u0000"};
    const char task[] = "0192f0c1-2345-7678-9abc-def012345678:1";

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        AUTO(json_release) json_t *items = NULL;
        char json[400];
        struct wire_item item = {0};
        struct err e;
        snprintf(json, sizeof(json),
                 "[{\"task\":\"%s\",\"epoch\":1,\"text\":\"%s\"},"
                 "{\"task\":\"%s\",\"epoch\":1,\"text\":\"\\\\u0000 \\ud83d\\ude00\"}]",
                 task, texts[i], task);
        assert_int_equal(wire_batch_read(json, strlen(json), &items, &e), 0);
        assert_int_equal(json_read(wire_item_fields, json_array_get(items, 0), false, &item, &e),
                         -1);
        assert_non_null(strstr(e.text, "text: must be Unicode"));
        assert_int_equal(json_read(wire_item_fields, json_array_get(items, 1), false, &item, &e),
                         0);
        assert_string_equal(item.text, "\\u0000 \U0001F600");
    }
    assert_int_equal(batch("[\"\\u000"), -1);
    assert_int_equal(batch("[\"\\"), -1);
    assert_int_equal(batch("\\"), -1);
}

static void a_batch_is_an_array_of_whatever_is_looked_at_later(void **state)
{
    (void)state;
    assert_int_equal(batch("[{},{\"a\":1}]"), 0);
    assert_int_equal(batch("[]"), -1);
    assert_int_equal(batch("{}"), -1);
    assert_int_equal(batch("[1]"), 0);
    assert_int_equal(batch("[{}"), -1);
    assert_int_equal(batch("[{\"a\":1,\"a\":2}]"), -1);
    assert_int_equal(batch(""), -1);
}

static void a_batch_has_at_most_a_thousand_items(void **state)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(8000);

    (void)state;
    for (int i = 0; i < WIRE_MAX_ITEMS; i++)
        strbuf_addf(&text, "%s{}", i == 0 ? "[" : ",");
    size_t len = text.len;
    strbuf_addf(&text, "]");
    assert_int_equal(batch(strbuf_text(&text)), 0);
    text.len = len;
    strbuf_addf(&text, ",{}]");
    assert_int_equal(batch(strbuf_text(&text)), -1);
}

/* The body of an item, or NULL when it is refused. Yours to free. */
static char *body_of(enum wire_verb verb, const char *json)
{
    AUTO(json_release) json_t *object = NULL;
    AUTO(strbuf_free) struct strbuf body = STRBUF(64 * 1024);
    struct wire_item item = {0};
    struct err e;

    assert_int_equal(json_parse(json, strlen(json), &object, &e), 0);
    if (json_read(wire_item_fields, object, false, &item, &e) < 0 ||
        wire_body_write(verb, &item, &body, &e) < 0)
        return NULL;
    return strdup(body.len > 0 ? strbuf_text(&body) : "");
}

#define ITEM "{\"task\":\"019a0b2c-3d4e-7abc-8def-0123456789ab:1\",\"epoch\":1"

static void assert_body(enum wire_verb verb, const char *json, const char *expected)
{
    char *body = body_of(verb, json);

    if (expected == NULL)
        assert_null(body);
    else
        assert_string_equal(body, expected);
    free(body);
}

static void bodies_are_what_tracker_takes(void **state)
{
    (void)state;
    assert_body(WIRE_ACCEPT, ITEM "}", "");
    assert_body(WIRE_DONE, ITEM ",\"answer\":{\"result\":\"solved\",\"text\":\"Xong\"}}",
                "{\"result\":\"solved\",\"text\":\"Xong\"}");
    assert_body(WIRE_DONE, ITEM ",\"answer\":{\"result\":\"solved\",\"text\":\"\"}}", NULL);
    assert_body(WIRE_DONE, ITEM ",\"answer\":{\"x\":[1],\"text\":\"a\",\"result\":\"partly\"}}",
                "{\"result\":\"partly\",\"text\":\"a\"}");
    assert_body(WIRE_DONE, ITEM ",\"answer\":{\"result\":\"great\",\"text\":\"a\"}}", NULL);
    assert_body(WIRE_DONE, ITEM ",\"answer\":{\"result\":\"solved\",\"text\":\"\\u200b\"}}", NULL);
    assert_body(WIRE_DONE, ITEM ",\"answer\":{\"result\":\"solved\",\"text\":\"\\u001b[2J\"}}",
                NULL);
    assert_body(WIRE_DONE, ITEM ",\"answer\":\"solved\"}", NULL);
    assert_body(WIRE_DONE, ITEM "}", NULL);
    assert_body(WIRE_RETURN, ITEM ",\"reason\":\"not_ours\",\"text\":\"Không phải\"}",
                "{\"reason\":\"not_ours\",\"text\":\"Không phải\"}");
    assert_body(WIRE_RETURN, ITEM ",\"reason\":\"unclear\"}", "{\"reason\":\"unclear\"}");
    assert_body(WIRE_RETURN, ITEM "}", NULL);
    assert_body(WIRE_RETURN, ITEM ",\"reason\":\"unclear\",\"text\":\" \"}", NULL);
    assert_body(WIRE_RETURN, ITEM ",\"reason\":\"unclear\",\"text\":\"\\b\"}", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_verb_is_found_by_its_name),
        cmocka_unit_test(a_task_id_reads_as_it_was_written),
        cmocka_unit_test(malformed_task_ids_are_refused),
        cmocka_unit_test(an_item_with_what_no_text_may_hold_leaves_the_others),
        cmocka_unit_test(a_batch_is_an_array_of_whatever_is_looked_at_later),
        cmocka_unit_test(a_batch_has_at_most_a_thousand_items),
        cmocka_unit_test(bodies_are_what_tracker_takes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
