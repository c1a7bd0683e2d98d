/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

#include <math.h>
#include <string.h>

#include "unit.h"

enum { LARGEST = 1 << 20 };

struct form {
    const char *name;
    const char *note;
    int64_t count;
    double height;
    bool wet;
    struct uuid id;
    json_t *rest;
};

static const struct json_field fields[] = {
    JSON_TEXT(struct form, name, true, 2, 5),
    JSON_TEXT(struct form, note, false, 0, 1000),
    JSON_INT(struct form, count, false, -5, 9007199254740991.0),
    JSON_FLOAT(struct form, height, false, -1.5, 1.5),
    JSON_BOOL(struct form, wet, false),
    JSON_UUID(struct form, id, false),
    JSON_ANY(struct form, rest, false),
    {0},
};

static json_t *parsed(const char *text)
{
    json_t *document = NULL;
    struct err e;

    if (json_parse(text, strlen(text), &document, &e) < 0)
        fail_msg("%s: %s", text, e.text);
    return document;
}

/* ---- parsing ---- */

static void refuses_what_is_not_one_whole_object(void **state)
{
    static const char *const texts[] = {"",
                                        "{",
                                        "{}}",
                                        "{} {}",
                                        "[]",
                                        "\"name\"",
                                        "null",
                                        "{\"a\":1,}",
                                        "{'a':1}",
                                        "{\"a\":1,\"a\":2}",
                                        "{\"a\":01}",
                                        "{\"a\":NaN}",
                                        "{\"a\":1e999}",
                                        "{\"a\":\"\\u0000\"}",
                                        "{\"a\\u0000\":1}",
                                        "{\"a\":\"\\ud800\"}",
                                        "{\"a\":\"\xff\"}",
                                        "{\"a\":\"\xc0\xaf\"}",
                                        "{\"a\":\"\xed\xa0\x80\"}",
                                        "{\"a\":99999999999999999999}",
                                        "\xef\xbb\xbf{}"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        AUTO(json_release) json_t *document = NULL;
        struct err e = {0};
        if (json_parse(texts[i], strlen(texts[i]), &document, &e) == 0)
            fail_msg("accepted: %s", texts[i]);
        assert_int_equal(e.kind, ERR_INPUT);
        assert_null(document);
    }
}

static void says_where_it_is_malformed(void **state)
{
    static const char text[] = "{\n  \"a\": 1,\n  b\n}";
    AUTO(json_release) json_t *document = NULL;
    struct err e = {0};

    (void)state;
    assert_int_equal(json_parse(text, strlen(text), &document, &e), -1);
    assert_non_null(strstr(e.text, "line 3"));
}

/* jansson passes over one behind a number, and counts it as nothing. */
static void a_zero_byte_is_no_json(void **state)
{
    static const char whole[] = "{\n\"name\":\"ab\",\"count\":-0\0}";
    static const char cut[] = "{\"name\":\"ab\",\"rest\":{\"a\":-0\0}";
    AUTO(json_store_free) struct json_store store = {0};
    AUTO(json_release) json_t *document = NULL;
    struct form form = {0};
    struct err e = {0};

    (void)state;
    assert_int_equal(json_parse(whole, sizeof(whole) - 1, &document, &e), -1);
    assert_non_null(strstr(e.text, "line 2, column 23"));
    assert_false(json_take_plain(fields, cut, sizeof(cut) - 1, &store, &form));
    assert_int_equal(json_take(fields, cut, sizeof(cut) - 1, &store, &form, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
}

static void survives_deep_nesting(void **state)
{
    enum { DEEP = 100000 };
    AUTO(strbuf_free) struct strbuf text = STRBUF(LARGEST);
    AUTO(json_release) json_t *document = NULL;
    struct err e = {0};

    (void)state;
    strbuf_addf(&text, "{\"a\":");
    for (int i = 0; i < DEEP; i++)
        strbuf_add(&text, "[", 1);
    assert_int_equal(json_parse(strbuf_text(&text), text.len, &document, &e), -1);
}

static void reads_no_further_than_its_length(void **state)
{
    AUTO(json_release) json_t *document = NULL;
    struct err e;

    (void)state;
    assert_int_equal(json_parse("{\"a\":1}garbage", 7, &document, &e), 0);
}

/* ---- reading ---- */

static void assert_same_text(const char *a, const char *b)
{
    assert_int_equal(a == NULL, b == NULL);
    if (a != NULL)
        assert_string_equal(a, b);
}

/* The quick way comes to the same end as a tree, rc and e, and to the same words. */
static void check_take(const char *text, const struct form *form, int rc, const struct err *e)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct form taken = {0};
    struct err why = {0};

    assert_int_equal(json_take(fields, text, strlen(text), &store, &taken, &why), rc);
    if (rc < 0) {
        assert_int_equal(why.kind, e->kind);
        assert_string_equal(why.text, e->text);
        return;
    }
    assert_same_text(taken.name, form->name);
    assert_same_text(taken.note, form->note);
    assert_true(taken.count == form->count && taken.wet == form->wet);
    assert_true(isnan(form->height) ? isnan(taken.height) : taken.height == form->height);
    assert_true(uuid_equal(&taken.id, &form->id));
    assert_true(form->rest == NULL ? taken.rest == NULL : json_equal(taken.rest, form->rest));
}

static int read_form(const char *text, bool strict, struct form *form, struct err *e)
{
    static json_t *document; /* texts are borrowed from it until the next call */

    json_release(&document);
    *form = (struct form){0};
    if (text == NULL)
        return 0;
    document = parsed(text);
    int rc = json_read(fields, document, strict, form, e);
    if (!strict)
        check_take(text, form, rc, e);
    return rc;
}

static void reads_every_type(void **state)
{
    struct form form;
    struct err e;

    (void)state;
    assert_int_equal(read_form("{\"name\":\"Đường\",\"note\":\"a\\nb\",\"count\":-5,\"height\":1.5,"
                               "\"wet\":true,\"id\":\"0192f1c4-7a10-7c3e-9b7d-2f6a1c0e4d55\","
                               "\"rest\":[1,{}]}",
                               true, &form, &e),
                     0);
    assert_string_equal(form.name, "Đường");
    assert_string_equal(form.note, "a\nb");
    assert_int_equal(form.count, -5);
    assert_true(form.height == 1.5);
    assert_true(form.wet);
    assert_int_equal(form.id.bytes[15], 0x55);
    assert_int_equal(json_array_size(form.rest), 2);
    read_form(NULL, false, &form, &e);
}

static void leaves_what_is_absent_or_null_empty(void **state)
{
    static const char *const texts[] = {"{\"name\":\"ab\"}",
                                        "{\"name\":\"ab\",\"note\":null,\"count\":null,\"height\":"
                                        "null,\"wet\":null,\"id\":null,\"rest\":null}"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct form form;
        struct err e;
        assert_int_equal(read_form(texts[i], true, &form, &e), 0);
        assert_null(form.note);
        assert_int_equal(form.count, 0);
        assert_true(isnan(form.height));
        assert_false(form.wet);
        assert_int_equal(form.id.bytes[0], 0);
        assert_null(form.rest);
        read_form(NULL, false, &form, &e);
    }
}

static void names_the_field_that_is_wrong(void **state)
{
    static const struct {
        const char *text, *field;
    } wrong[] = {
        {"{}", "name"},
        {"{\"name\":null}", "name"},
        {"{\"name\":7}", "name"},
        {"{\"name\":\"Đ\"}", "name"},      /* one character, two bytes */
        {"{\"name\":\"ĐĐĐĐĐĐ\"}", "name"}, /* six characters */
        {"{\"name\":\"ab\",\"count\":-6}", "count"},
        {"{\"name\":\"ab\",\"count\":9007199254740992}", "count"},
        {"{\"name\":\"ab\",\"count\":9223372036854775807}", "count"},
        {"{\"name\":\"ab\",\"count\":1.0}", "count"},
        {"{\"name\":\"ab\",\"count\":\"1\"}", "count"},
        {"{\"name\":\"ab\",\"count\":true}", "count"},
        {"{\"name\":\"ab\",\"height\":1.5000001}", "height"},
        {"{\"name\":\"ab\",\"height\":-2}", "height"},
        {"{\"name\":\"ab\",\"height\":\"1\"}", "height"},
        {"{\"name\":\"ab\",\"wet\":1}", "wet"},
        {"{\"name\":\"ab\",\"wet\":\"true\"}", "wet"},
        {"{\"name\":\"ab\",\"id\":\"0192f1c4\"}", "id"},
        {"{\"name\":\"ab\",\"id\":7}", "id"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct form form;
        struct err e = {0};
        if (read_form(wrong[i].text, false, &form, &e) == 0)
            fail_msg("accepted: %s", wrong[i].text);
        assert_int_equal(e.kind, ERR_INPUT);
        assert_memory_equal(e.text, wrong[i].field, strlen(wrong[i].field));
        assert_int_equal(e.text[strlen(wrong[i].field)], ':');
        read_form(NULL, false, &form, &e);
    }
}

static void counts_characters_and_not_bytes(void **state)
{
    struct form form;
    struct err e;

    (void)state;
    assert_int_equal(read_form("{\"name\":\"ĐĐĐĐĐ\"}", false, &form, &e), 0);
    assert_int_equal(read_form("{\"name\":\"ab\"}", false, &form, &e), 0);
    assert_int_equal(read_form("{\"name\":\"ab\",\"note\":\"\"}", false, &form, &e), 0);
    assert_string_equal(form.note, "");
    read_form(NULL, false, &form, &e);
}

static void takes_a_whole_number_for_a_float(void **state)
{
    struct form form;
    struct err e;

    (void)state;
    assert_int_equal(read_form("{\"name\":\"ab\",\"height\":1}", false, &form, &e), 0);
    assert_true(form.height == 1);
    read_form(NULL, false, &form, &e);
}

static void refuses_unknown_keys_only_when_strict(void **state)
{
    struct form form;
    struct err e = {0};

    (void)state;
    assert_int_equal(read_form("{\"name\":\"ab\",\"colour\":1}", false, &form, &e), 0);
    assert_int_equal(read_form("{\"name\":\"ab\",\"colour\":1}", true, &form, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_memory_equal(e.text, "colour:", 7);
    read_form(NULL, false, &form, &e);
}

/* ---- the quick way ---- */

static bool is_plain(const char *text)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct form form = {0};

    return json_take_plain(fields, text, strlen(text), &store, &form);
}

static void reads_what_programs_write_without_a_tree(void **state)
{
    (void)state;
    assert_true(is_plain("{\"name\":\"ab\"}"));
    assert_true(is_plain(" {\n\"wet\" : true , \"name\":\"\\\"Đ\\n\" , \"rest\":[1,{}]}\n"));
    assert_true(is_plain("{\"rest\":{\"a\":[]},\"name\":\"ab\",\"count\":-5,\"height\":-1e-3}"));
    assert_true(is_plain("{\"name\":\"a\\u0111\\u1EDd\\u000a\"}"));
    assert_true(is_plain("{\"id\":\"0192f1c4-7a10-7c3e-9b7d-2f6a1c0e4d55\",\"name\":\"ab\"}"));
}

static void leaves_everything_else_to_the_whole_parser(void **state)
{
    static const char *const texts[] = {
        "",
        "{",
        "{}",
        "[]",
        "{\"name\":\"ab\"}}",
        "{\"name\":\"ab\",}",
        "{\"name\":\"ab\" \"wet\":true}",
        "{\"name\":\"ab\",\"name\":\"ab\"}",
        "{\"name\":\"ab\",\"colour\":1}",
        "{\"name\":\"a\\ud83d\\ude00\"}",
        "{\"name\":\"a\\u0000\"}",
        "{\"name\":\"a\\u011",
        "{\"name\":\"a\\u011g\"}",
        "{\"name\":\"a\\x\"}",
        "{\"name\":\"ab\\",
        "{\"name\":\"ab",
        "{\"name\":\"a\tb\"}",
        "{\"name\":\"a\xff\"}",
        "{\"name\":\"a\xc0\xaf\"}",
        "{\"name\":\"a\xed\xa0\x80\"}",
        "{\"name\":\"a\xf4\x90\x80\x80\"}",
        "{\"name\":\"a\xe1\xbb\"}",
        "{\"name\":\"ab\",\"count\":01}",
        "{\"name\":\"ab\",\"count\":-}",
        "{\"name\":\"ab\",\"count\":1.5}",
        "{\"name\":\"ab\",\"count\":9999999999999999999}",
        "{\"name\":\"ab\",\"height\":1.}",
        "{\"name\":\"ab\",\"height\":.5}",
        "{\"name\":\"ab\",\"height\":1e}",
        "{\"name\":\"ab\",\"height\":0x1}",
        "{\"name\":\"ab\",\"wet\":truth}",
        "{\"name\":\"ab\",\"rest\":[1,}",
        "{\"name\":\"ab\",\"rest\":null}",
        "{\"name\":null}",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        if (is_plain(texts[i]))
            fail_msg("judged: %s", texts[i]);
}

static void reads_a_list_without_a_tree(void **state)
{
    static const char text[] =
        "[{\"name\":\"ab\",\"rest\":[1]} , {\"name\":\"cd\",\"count\":7,\"rest\":{}}]";
    static const char *const wrong[] = {"",
                                        "[]",
                                        "{}",
                                        "[{\"name\":\"ab\"}",
                                        "[{\"name\":\"ab\"},]",
                                        "[{\"name\":\"ab\"},{}]",
                                        "[{\"name\":\"ab\"}]]",
                                        "[{\"name\":\"ab\"},{\"name\":\"ab\"},{\"name\":\"ab\"}]"};
    AUTO(json_store_free) struct json_store store = {0};
    struct form forms[2];
    const struct json_list list = {forms, sizeof(forms[0]), COUNT(forms)};
    size_t count = 0;

    (void)state;
    assert_true(json_take_list(fields, &(struct json_bytes){text, sizeof(text) - 1}, &store, &list,
                               &count));
    assert_int_equal(count, 2);
    assert_string_equal(forms[0].name, "ab");
    assert_int_equal(json_array_size(forms[0].rest), 1);
    assert_string_equal(forms[1].name, "cd");
    assert_int_equal(forms[1].count, 7);
    assert_true(json_is_object(forms[1].rest));
    for (size_t i = 0; i < COUNT(wrong); i++)
        if (json_take_list(fields, &(struct json_bytes){wrong[i], strlen(wrong[i])}, &store, &list,
                           &count))
            fail_msg("judged: %s", wrong[i]);
}

static void passes_over_values_that_nobody_wants(void **state)
{
    static const struct json_field bare[] = {
        JSON_TEXT(struct form, name, true, 1, 5), JSON_SKIPPED("rest", true), {0}};
    static const char *const good[] = {
        "{\"rest\":{\"a\":[1,{\"b\":\"}]\\\"\"}],\"c\":null} ,\"name\":\"ab\"}",
        "{\"rest\":-1.5e3,\"name\":\"ab\"}",
        "{\"rest\":\"text\",\"name\":\"ab\"}",
        "{\"rest\":true ,\"name\":\"ab\"}",
        "{\"rest\":[],\"name\":\"ab\"}",
        "{\"name\":\"ab\",\"rest\":12}",
    };
    static const char *const wrong[] = {
        "{\"name\":\"ab\"}", "{\"rest\":}", "{\"rest\":[,\"name\":\"ab\"}",
        "{\"name\":\"ab\",\"rest\":\"", "{\"name\":\"ab\",\"rest\":"};
    AUTO(json_store_free) struct json_store store = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        struct form form = {0};
        if (!json_take_plain(bare, good[i], strlen(good[i]), &store, &form))
            fail_msg("not judged: %s", good[i]);
        assert_string_equal(form.name, "ab");
    }
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct form form = {0};
        if (json_take_plain(bare, wrong[i], strlen(wrong[i]), &store, &form))
            fail_msg("judged: %s", wrong[i]);
    }
}

static void uses_a_store_again(void **state)
{
    AUTO(json_store_free) struct json_store store = {0};
    static const char *const texts[] = {"{\"name\":\"ab\",\"rest\":[1]}",
                                        "{\"name\":\"\\u0111c\",\"rest\":[2]}",
                                        "{\"name\":\"ab\",\"note\":\"a longer one than before\"}"};
    struct err e;

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct form form = {0};
        assert_int_equal(json_take(fields, texts[i], strlen(texts[i]), &store, &form, &e), 0);
        assert_non_null(form.name);
    }
}

/* ---- writing ---- */

static void leaves_out_what_is_empty(void **state)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(1000);
    const struct form form = {.name = "ab", .height = (double)NAN};

    (void)state;
    json_write(fields, &form, &text);
    assert_string_equal(strbuf_text(&text), "{\"name\":\"ab\"}");
}

static void writes_an_empty_object(void **state)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(1000);
    const struct form form = {.height = (double)NAN};

    (void)state;
    json_write(fields + 1, &form, &text);
    assert_string_equal(strbuf_text(&text), "{}");
}

static void reads_again_what_it_wrote(void **state)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(1000);
    AUTO(json_release) json_t *rest = json_pack("[s,i]", "một", 2);
    struct form form = {.name = "Đ\"\\\t\x01",
                        .note = "\x1f\x7f/\xf0\x9f\x9a\xa7",
                        .count = 9007199254740991,
                        .height = -0.1,
                        .wet = true,
                        .id = {{0xab, [15] = 0xcd}},
                        .rest = rest};
    struct form again;
    struct err e;

    (void)state;
    json_write(fields, &form, &text);
    assert_int_equal(read_form(strbuf_text(&text), true, &again, &e), 0);
    assert_string_equal(again.name, form.name);
    assert_string_equal(again.note, form.note);
    assert_true(again.count == form.count);
    assert_true(again.height == form.height);
    assert_true(again.wet);
    assert_true(uuid_equal(&again.id, &form.id));
    assert_true(json_equal(again.rest, rest));
    read_form(NULL, false, &again, &e);
}

static void escapes_every_control_character(void **state)
{
    (void)state;
    for (int c = 1; c < 128; c++) {
        AUTO(strbuf_free) struct strbuf text = STRBUF(100);
        AUTO(json_release) json_t *document = NULL;
        char byte = (char)c;
        strbuf_addf(&text, "{\"a\":");
        json_write_text(&text, &byte, 1);
        strbuf_addf(&text, "}");
        document = parsed(strbuf_text(&text));
        const char *read = json_string_value(json_object_get(document, "a"));
        assert_int_equal(read[0], byte);
        assert_int_equal(read[1], '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_is_not_one_whole_object),
        cmocka_unit_test(says_where_it_is_malformed),
        cmocka_unit_test(a_zero_byte_is_no_json),
        cmocka_unit_test(survives_deep_nesting),
        cmocka_unit_test(reads_no_further_than_its_length),
        cmocka_unit_test(reads_every_type),
        cmocka_unit_test(leaves_what_is_absent_or_null_empty),
        cmocka_unit_test(names_the_field_that_is_wrong),
        cmocka_unit_test(counts_characters_and_not_bytes),
        cmocka_unit_test(takes_a_whole_number_for_a_float),
        cmocka_unit_test(refuses_unknown_keys_only_when_strict),
        cmocka_unit_test(reads_what_programs_write_without_a_tree),
        cmocka_unit_test(leaves_everything_else_to_the_whole_parser),
        cmocka_unit_test(reads_a_list_without_a_tree),
        cmocka_unit_test(passes_over_values_that_nobody_wants),
        cmocka_unit_test(uses_a_store_again),
        cmocka_unit_test(leaves_out_what_is_empty),
        cmocka_unit_test(writes_an_empty_object),
        cmocka_unit_test(reads_again_what_it_wrote),
        cmocka_unit_test(escapes_every_control_character),
    };

    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
