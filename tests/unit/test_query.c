/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "cases_filter.h"
#include "door_catalogue.h"

#include <string.h>

#include "unit.h"

static struct faults faults;

/* The one parameter of an address. */
struct parameter {
    const char *name, *value;
};

static const char *value_of(void *ctx, const char *name)
{
    const struct parameter *p = ctx;

    return strcmp(name, p->name) == 0 ? p->value : NULL;
}

static void read(const char *name, const char *value)
{
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    struct parameter parameter = {name, value};
    struct listing_filter filter;
    const struct query q = {value_of, &parameter, &faults, arena, NULL};

    faults.count = 0;
    cases_filter_read(&q, &door_catalogue, &filter);
}

static void what_is_no_more_may_be_named(void **state)
{
    static const struct parameter good[] = {
        {"service", "OLD"},    {"service", "ANY, OLD"}, {"unit", "D1"},     {"state", "MERGED"},
        {"state", "ASSIGNED"}, {"area", "GONE"},        {"status", "Open"}, {"service", " , "},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        read(good[i].name, good[i].value);
        if (faults.count > 0)
            fail_msg("%s=%s: %s", good[i].name, good[i].value, fault_rule(&faults.rows[0]));
    }
}

/* Counted as people count: a character of Chinese is one. */
static void words_have_so_many_characters(void **state)
{
    char words[3 * 201 + 1] = "";

    (void)state;
    for (size_t i = 0; i < 200; i++)
        memcpy(words + 3 * i, "\xE6\x97\xA5", 4);
    read("q", words);
    assert_int_equal(faults.count, 0);
    memcpy(words + 600, "x", 2);
    read("q", words);
    assert_int_equal(faults.count, 1);
    assert_string_equal(fault_rule(&faults.rows[0]), "length");
}

static void each_value_that_is_wrong_is_named(void **state)
{
    static const struct {
        struct parameter parameter;
        const char *rule, *value;
    } rows[] = {
        {{"service", "ANY,NONE"}, "service", "NONE"},
        {{"unit", "D9"}, "unit", "D9"},
        {{"state", "LATE"}, "choice", "LATE"},
        {{"state", "closed"}, "choice", "closed"},
        {{"status", "open,late"}, "choice", "late"},
        {{"from", "soon"}, "datetime", "soon"},
        {{"limit", "0"}, "range", "0"},
        {{"limit", "x"}, "number", "x"},
        {{"radius", "1e9"}, "range", "1e9"},
        {{"near", "10,x"}, "number", "10,x"},
        {{"near", "200,1"}, "range", "200,1"},
        {{"bbox", "9,9,1,1"}, "range", "9,9,1,1"},
        {{"cursor", "x"}, "cursor", "x"},
        {{"service", "\xff"}, "utf-8", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct fault *fault = &faults.rows[0];
        read(rows[i].parameter.name, rows[i].parameter.value);
        if (faults.count != 1)
            fail_msg("%s: %zu faults", rows[i].parameter.value, faults.count);
        assert_string_equal(fault->pointer + 1, rows[i].parameter.name);
        assert_string_equal(fault_rule(fault), rows[i].rule);
        assert_string_equal(fault->value, rows[i].value);
    }
    read("service", "NONE,ANY,NEITHER");
    assert_int_equal(faults.count, 2);
    assert_string_equal(faults.rows[1].value, "NEITHER");
}

static void the_sentence_ends_with_the_value(void **state)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(1000);

    (void)state;
    read("service", "NONE");
    fault_describe(&faults.rows[0], LANGUAGE_EN, &text);
    assert_string_equal(text.data, "Is not a service of the catalogue: \"NONE\".");
    strbuf_clear(&text);
    fault_describe(&faults.rows[0], LANGUAGE_VI, &text);
    assert_string_equal(text.data, "Không có lĩnh vực này: \"NONE\".");
}

/* "ờ" has three bytes. */
static void a_long_value_is_cut_between_two_characters(void **state)
{
    char value[200] = "";

    (void)state;
    for (int i = 0; i < 60; i++)
        memcpy(value + strlen(value), "ờ", sizeof("ờ"));
    read("service", value);
    assert_int_equal(faults.count, 1);
    assert_int_equal(strlen(faults.rows[0].value), 63);
    assert_memory_equal(faults.rows[0].value, value, 63);
    memset(value, 'X', sizeof(value) - 1);
    value[FAULT_VALUE_SIZE - 1] = '\0';
    read("service", value);
    assert_string_equal(faults.rows[0].value, value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_more_may_be_named),
        cmocka_unit_test(words_have_so_many_characters),
        cmocka_unit_test(each_value_that_is_wrong_is_named),
        cmocka_unit_test(the_sentence_ends_with_the_value),
        cmocka_unit_test(a_long_value_is_cut_between_two_characters),
    };

    return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
