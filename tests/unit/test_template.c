/* SPDX-License-Identifier: Apache-2.0 */
#include "template.h"

#include "json.h"
#include "unit.h"

enum { ROOM = 400 };

static void assert_rendered(const char *text, const char *data, enum template_escape escape,
                            const char *expected)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(ROOM);
    AUTO(json_release) json_t *values = json_loads(data, 0, NULL);
    struct err e = {0};

    assert_non_null(values);
    if (template_render(text, values, escape, &out, &e) < 0)
        fail_msg("%s", e.text);
    assert_string_equal(out.len > 0 ? strbuf_text(&out) : "", expected);
}

static void assert_refused(const char *text, const char *data, const char *why)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(ROOM);
    AUTO(json_release) json_t *values = json_loads(data, 0, NULL);
    struct err e = {0};

    assert_int_equal(template_render(text, values, TEMPLATE_PLAIN, &out, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_string_equal(e.text, why);
}

static void fills_variables(void **state)
{
    (void)state;
    assert_rendered("", "{}", TEMPLATE_PLAIN, "");
    assert_rendered("Kính gửi {{name}}, {{ n }} ngày, {{yes}}", //
                    "{\"name\": \"bà Lê Thị Ẩn\", \"n\": 15, \"yes\": true}", TEMPLATE_PLAIN,
                    "Kính gửi bà Lê Thị Ẩn, 15 ngày, true");
    assert_rendered("{ {x} }} {{x}}{{x}}", "{\"x\": \"{{x}}\"}", TEMPLATE_PLAIN,
                    "{ {x} }} {{x}}{{x}}");
}

static void shows_sections_that_are_there(void **state)
{
    static const char text[] = "{{#x}}[{{#y}}{{y}}{{/y}}{{^y}}none{{/y}}]{{/x}}{{^x}}-{{/x}}";

    (void)state;
    assert_rendered(text, "{}", TEMPLATE_PLAIN, "-");
    assert_rendered(text, "{\"x\": null}", TEMPLATE_PLAIN, "-");
    assert_rendered(text, "{\"x\": \"\"}", TEMPLATE_PLAIN, "-");
    assert_rendered(text, "{\"x\": []}", TEMPLATE_PLAIN, "-");
    assert_rendered(text, "{\"x\": false}", TEMPLATE_PLAIN, "-");
    assert_rendered(text, "{\"x\": 0}", TEMPLATE_PLAIN, "[none]");
    assert_rendered(text, "{\"x\": {\"y\": 2}}", TEMPLATE_PLAIN, "[2]");
    assert_rendered(text, "{\"x\": \"a\", \"y\": \"b\"}", TEMPLATE_PLAIN, "[b]");
}

static void repeats_sections_for_each_item(void **state)
{
    (void)state;
    assert_rendered("{{#x}}{{.}};{{/x}}", "{\"x\": [\"a\", \"b\"]}", TEMPLATE_PLAIN, "a;b;");
    assert_rendered("{{#x}}{{n}}{{unit}} {{/x}}", //
                    "{\"unit\": \"km\", \"x\": [{\"n\": 1}, {\"n\": 2, \"unit\": \"m\"}]}",
                    TEMPLATE_PLAIN, "1km 2m ");
    assert_rendered("{{#x}}{{#.}}{{.}}{{/.}}|{{/x}}", "{\"x\": [[1, 2], [3]]}", TEMPLATE_PLAIN,
                    "12|3|");
}

static void takes_the_line_of_a_lone_section_tag(void **state)
{
    (void)state;
    assert_rendered("a\n  {{#x}}\nb\n{{/x}}\t\nc\n", "{\"x\": 1}", TEMPLATE_PLAIN, "a\nb\nc\n");
    assert_rendered("a\n{{#x}}\nb\n{{/x}}\nc\n", "{}", TEMPLATE_PLAIN, "a\nc\n");
    assert_rendered("a {{#x}}\nb{{/x}}\nc", "{\"x\": 1}", TEMPLATE_PLAIN, "a \nb\nc");
    assert_rendered("{{x}}\n", "{\"x\": 1}", TEMPLATE_PLAIN, "1\n");
    assert_rendered("{{#x}}\n{{#y}}\n1\n{{/y}}\n{{/x}}", "{\"x\": 1, \"y\": 1}", TEMPLATE_PLAIN,
                    "1\n");
}

static void escapes_for_where_it_goes(void **state)
{
    static const char data[] = "{\"x\": \"<a href='\\\"'>&\\n Ổ\"}";

    (void)state;
    assert_rendered("{{x}}", data, TEMPLATE_PLAIN, "<a href='\"'>&\n Ổ");
    assert_rendered("<b>{{x}}</b>", data, TEMPLATE_XML,
                    "<b>&lt;a href=&apos;&quot;&apos;&gt;&amp;\n Ổ</b>");
    assert_rendered("{\"t\": {{x}}}", data, TEMPLATE_JSON,
                    "{\"t\": \"<a href='\\\"'>&\\u000a Ổ\"}");
    assert_rendered("t={{x}}", data, TEMPLATE_URL,
                    "t=%3Ca%20href%3D%27%22%27%3E%26%0A%20%E1%BB%94");
}

static void names_what_is_wrong_and_its_line(void **state)
{
    (void)state;
    assert_refused("a\n{{x}}", "{}", "line 2: there is no value for \"x\"");
    assert_refused("{{x}}", "{\"x\": [1]}", "line 1: there is no value for \"x\"");
    assert_refused("{{x", "{}", "line 1: a tag is not closed or has a bad name: \"x\"");
    assert_refused("\n\n{{}}", "{}", "line 3: a tag is not closed or has a bad name: \"\"");
    assert_refused("{{a b}}", "{}", "line 1: a tag is not closed or has a bad name: \"a\"");
    assert_refused("{{{x}}}", "{}", "line 1: a tag is not closed or has a bad name: \"\"");
    assert_refused("{{#x}}", "{}", "line 1: a section is not closed: \"x\"");
    assert_refused("{{/x}}", "{}", "line 1: a section is closed that is not open: \"x\"");
    assert_refused("{{#x}}\n{{/y}}", "{}", "line 2: a section is closed that is not open: \"y\"");
    assert_refused("{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}", "{}",
                   "line 1: sections are nested too deeply at \"a\"");
}

static void checks_without_data(void **state)
{
    struct err e = {0};

    (void)state;
    assert_int_equal(template_check("{{x}}{{#y}}{{z}}{{/y}}{{^y}}{{/y}}", &e), 0);
    assert_int_equal(template_check("{{x}}{{#y}}", &e), -1);
    assert_string_equal(e.text, "line 1: a section is not closed: \"y\"");
}

static void says_when_there_is_no_room(void **state)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(3);
    AUTO(json_release) json_t *values = json_pack("{s:s}", "x", "long");
    struct err e = {0};

    (void)state;
    assert_int_equal(template_render("{{x}}", values, TEMPLATE_PLAIN, &out, &e), -1);
    assert_string_equal(e.text, "the text is longer than 3 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_variables),
        cmocka_unit_test(shows_sections_that_are_there),
        cmocka_unit_test(repeats_sections_for_each_item),
        cmocka_unit_test(takes_the_line_of_a_lone_section_tag),
        cmocka_unit_test(escapes_for_where_it_goes),
        cmocka_unit_test(names_what_is_wrong_and_its_line),
        cmocka_unit_test(checks_without_data),
        cmocka_unit_test(says_when_there_is_no_room),
    };

    return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
