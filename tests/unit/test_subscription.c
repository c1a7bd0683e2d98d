/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "subscription.h"

#include "door_catalogue.h"

#include <string.h>

#include "unit.h"

static json_t *parse(const char *text)
{
    json_t *document = NULL;
    struct err e;

    if (json_parse(text, strlen(text), &document, &e) < 0)
        fail_msg("%s: %s", text, e.text);
    return document;
}

static void takes_what_is_said(void **state)
{
    AUTO(json_release)
    json_t *document = parse(
        "{\"url\":\"https://a.example/v2\",\"kind\":\"georeport\","
        "\"events\":[\"answered\"],\"services\":[\"ANY\"],\"units\":[\"D1\"],"
        "\"cases\":\"own\",\"language\":\"en\",\"api_key\":\"k\","
        "\"jurisdiction_id\":\"2482\"}");
    struct subscription s;
    struct faults faults = {0};

    (void)state;
    subscription_read(document, &door_catalogue, false, &s, &faults);
    assert_int_equal(faults.count, 0);
    assert_string_equal(s.kind, "georeport");
    assert_string_equal(s.language, "en");
    assert_string_equal(s.api_key, "k");
    assert_string_equal(s.jurisdiction, "2482");
    assert_true(s.own);
    assert_int_equal(json_array_size(s.events), 1);
    assert_int_equal(json_array_size(s.services), 1);
    assert_int_equal(json_array_size(s.units), 1);
}

static void little_has_to_be_said(void **state)
{
    AUTO(json_release) json_t *document = parse("{\"url\":\"https://a.example\",\"units\":null}");
    struct subscription s;
    struct faults faults = {0};

    (void)state;
    subscription_read(document, &door_catalogue, false, &s, &faults);
    assert_int_equal(faults.count, 0);
    assert_string_equal(s.kind, "events");
    assert_string_equal(s.language, "vi");
    assert_false(s.own);
    assert_null(s.events);
    assert_null(s.units);
}

#define U "\"url\":\"https://a.example\""

static void what_is_wrong_is_named(void **state)
{
    static const struct {
        const char *body, *pointer, *rule;
    } cases[] = {
        {"{}", "/url", "missing"},
        {"{\"url\":1}", "/url", "text"},
        {"{\"url\":\"http://a.example\"}", "/url", "https"},
        {"{\"url\":\"https://u@a.example\"}", "/url", "address"},
        {"{\"url\":\"https://a.example?b\",\"kind\":\"georeport\"}", "/url", "base-address"},
        {"{" U ",\"kind\":\"mail\"}", "/kind", "choice"},
        {"{" U ",\"events\":\"answered\"}", "/events", "array"},
        {"{" U ",\"events\":[\"answered\",\"drafted\"]}", "/events/1", "choice"},
        {"{" U ",\"events\":[1]}", "/events/0", "text"},
        {"{" U ",\"services\":[\"NONE\"]}", "/services/0", "service"},
        {"{" U ",\"units\":[\"D9\"]}", "/units/0", "unit"},
        {"{" U ",\"cases\":\"mine\"}", "/cases", "choice"},
        {"{" U ",\"cases\":true}", "/cases", "choice"},
        {"{" U ",\"language\":\"fr\"}", "/language", "language"},
        {"{" U ",\"api_key\":\"k\"}", "/api_key", "unknown"},
        {"{" U ",\"kind\":\"georeport\",\"jurisdiction_id\":\"\"}", "/jurisdiction_id", "missing"},
        {"{" U ",\"secret\":\"k\"}", "/secret", "unknown"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(json_release) json_t *document = parse(cases[i].body);
        struct subscription s;
        struct faults faults = {0};
        subscription_read(document, &door_catalogue, false, &s, &faults);
        if (faults.count != 1 || strcmp(faults.rows[0].pointer, cases[i].pointer) != 0 ||
            strcmp(fault_rule(&faults.rows[0]), cases[i].rule) != 0)
            fail_msg("%s: %zu, %s %s", cases[i].body, faults.count, faults.rows[0].pointer,
                     fault_rule(&faults.rows[0]));
    }
}

static void lists_have_limits(void **state)
{
    AUTO(json_release) json_t *document = parse("{" U ",\"units\":[]}");
    struct subscription s;
    struct faults faults = {0};

    (void)state;
    for (int i = 0; i <= SUBSCRIPTION_CODES; i++)
        json_array_append_new(json_object_get(document, "units"), json_string("D1"));
    subscription_read(document, &door_catalogue, false, &s, &faults);
    assert_int_equal(faults.count, 1);
    assert_string_equal(fault_rule(&faults.rows[0]), "too-many");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_is_said),
        cmocka_unit_test(little_has_to_be_said),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(lists_have_limits),
    };

    return cmocka_run_group_tests_name("subscription", tests, NULL, NULL);
}
