/* SPDX-License-Identifier: Apache-2.0 */
#include "json_blame.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

enum { LIMIT = 60 };

static const struct {
    const char *text;
    enum json_wrong wrong;
    const char *pointer;
} rows[] = {
    {"{\"a\":1}", JSON_GOOD, ""},
    {"[1,{\"a\":[]}]", JSON_GOOD, ""},
    {"{\"a\":\"b\\u0000c\"}", JSON_UNCLEAN, "/a"},
    {"{\"x\":{\"y\":\"}],\\\"\",\"z\":2},\"a\":\"\\u0000\",\"b\":1}", JSON_UNCLEAN, "/a"},
    {"{\"a\":\"\\ud83d\"}", JSON_UNCLEAN, "/a"},
    {"{\"a\":\"\\ud83d\\u0041\"}", JSON_UNCLEAN, "/a"},
    {"{\"a\":\"\\ud83d\\ude00\",\"b\":\"\\ude00\"}", JSON_UNCLEAN, "/b"},
    {"{\"a\":{\"b\":[\"x\",[],{},\"a\nb\"]}}", JSON_UNCLEAN, "/a/b/3"},
    {"[\"\x01\"]", JSON_UNCLEAN, "/0"},
    {"{\"a\":\"\xC3\"}", JSON_UNCLEAN, "/a"},
    {"{\"a\":[{\"b/c~d\":\"\\u0000\"}]}", JSON_UNCLEAN, "/a/0/b~1c~0d"},
    {"{\"\\u00e0\\\"\":1e999}", JSON_BEYOND, "/à\""},
    {"{\"a\":1,\"lat\":-1e999,\"b\":2}", JSON_BEYOND, "/lat"},
    {"{\"a\":[1,99999999999999999999]}", JSON_BEYOND, "/a/1"},
    {"{\"a\":1,\"b\":{\"c\":1,\"d\":[],\"c\":2}}", JSON_TWICE, "/b/c"},
    {"{\"a\":1, \"a\" : 2}", JSON_TWICE, "/a"},
    {"{\"a\":1,\"\\u0061\":2}", JSON_TWICE, "/a"},
    {"[{},{\"a\":1,\"a\":2}]", JSON_TWICE, "/1/a"},
    /* A name that is not clean leads no further than to its object. */
    {"{\"a\":{\"b\\u0000\":1}}", JSON_UNCLEAN, "/a"},
    {"{\"a\":{\"b\n\":1}}", JSON_UNCLEAN, "/a"},
    {"{\"a\":{\"b\\u0001\":\"\\u0000\"}}", JSON_UNCLEAN, "/a"},
    {"\"\\u0000\"", JSON_UNCLEAN, ""},
    {"", JSON_MALFORMED, ""},
    {"{", JSON_MALFORMED, ""},
    {"]", JSON_MALFORMED, ""},
    {"{\"a\":}", JSON_MALFORMED, ""},
    {"{\"a\":\"b\" \"c\"}", JSON_MALFORMED, ""},
    {"{\"a\":\"\\q\"}", JSON_MALFORMED, ""},
    {"{\"a\":\"\\ud83\"}", JSON_UNCLEAN, "/a"},
    {"{\"a\":\"b", JSON_MALFORMED, ""},
    {"{\"a\":\"b\\", JSON_MALFORMED, ""},
    {"{\"a\":1}x", JSON_MALFORMED, ""},
    {"{\"a\":NaN}", JSON_MALFORMED, ""},
};

static void what_a_parser_refuses_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(strbuf_free) struct strbuf pointer = STRBUF(LIMIT);
        enum json_wrong wrong = json_blame(rows[i].text, strlen(rows[i].text), &pointer);
        const char *where = pointer.len > 0 ? strbuf_text(&pointer) : "";
        if (wrong != rows[i].wrong || strcmp(where, rows[i].pointer) != 0)
            fail_msg("%s: %d at \"%s\"", rows[i].text, (int)wrong, where);
    }
}

/* {"abcdefgh":{"abcdefgh": ... , as often as that, around a bad text. */
static void nest(size_t times, const char *around, struct strbuf *out)
{
    for (size_t i = 0; i < times; i++)
        strbuf_addf(out, "%s", around);
    strbuf_addf(out, "\"\\u0000\"");
}

static void a_pointer_ends_where_it_would_be_too_long(void **state)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(10000), lists = STRBUF(10000);
    AUTO(strbuf_free) struct strbuf pointer = STRBUF(LIMIT), deep = STRBUF(1000);

    (void)state;
    nest(30, "{\"abcdefgh\":", &text);
    assert_int_equal(json_blame(text.data, text.len, &pointer), JSON_UNCLEAN);
    assert_string_equal(strbuf_text(&pointer),
                        "/abcdefgh/abcdefgh/abcdefgh/abcdefgh/abcdefgh/abcdefgh");
    nest(1000, "[", &lists);
    assert_int_equal(json_blame(lists.data, lists.len, &deep), JSON_UNCLEAN);
    assert_string_equal(strbuf_text(&deep), "/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0");
}

/* Beyond what the parser takes, and with more brackets closed than open. */
static void no_depth_is_too_deep(void **state)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(100000);
    AUTO(strbuf_free) struct strbuf pointer = STRBUF(LIMIT);

    (void)state;
    nest(20000, "[", &text);
    assert_int_equal(json_blame(text.data, text.len, &pointer), JSON_MALFORMED);
    assert_int_equal(json_blame("[]]]]", 5, &pointer), JSON_MALFORMED);
    assert_int_equal(pointer.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_parser_refuses_is_named),
        cmocka_unit_test(a_pointer_ends_where_it_would_be_too_long),
        cmocka_unit_test(no_depth_is_too_deep),
    };

    return cmocka_run_group_tests_name("json_blame", tests, NULL, NULL);
}
