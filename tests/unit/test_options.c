/* SPDX-License-Identifier: Apache-2.0 */
/* links: ctl */
#include "options.h"

#include <string.h>

#include "unit.h"

struct told {
    const char *word, *text;
    int64_t number;
    bool flag;
};

static const struct option table[] = {
    OPTION_A_WORD(struct told, word, "REF", "A word."),
    OPTION_A_TEXT(struct told, text, "--text", "TEXT", "A text."),
    OPTION_A_NUMBER(struct told, number, "--number", 1, 10, "A number."),
    OPTION_A_SWITCH(struct told, flag, "--flag", "A switch."),
    {0},
};

static char *copy(const char *word)
{
    static char words[8][40];
    static size_t next;
    char *out = words[next++ % 8];

    snprintf(out, sizeof(words[0]), "%s", word);
    return out;
}

static void words_and_options_come_in_any_order(void **state)
{
    char *args[] = {copy("--number"), copy("7"),    copy("abc"), copy("--flag"),
                    copy("--text"),   copy("-1,2"), NULL};
    struct told told = {.number = 3};
    struct err e;

    (void)state;
    assert_int_equal(options_read(table, args, &told, &e), 0);
    assert_string_equal(told.word, "abc");
    assert_string_equal(told.text, "-1,2");
    assert_int_equal(told.number, 7);
    assert_true(told.flag);
}

static void what_is_not_given_keeps_its_default(void **state)
{
    char *args[] = {copy("abc"), NULL};
    struct told told = {.number = 3, .text = "usual"};
    struct err e;

    (void)state;
    assert_int_equal(options_read(table, args, &told, &e), 0);
    assert_int_equal(told.number, 3);
    assert_string_equal(told.text, "usual");
    assert_false(told.flag);
}

static void mistakes_are_named(void **state)
{
    static const struct {
        const char *words[3], *text;
    } wrong[] = {
        {{NULL}, "REF is missing"},
        {{"a", "b", NULL}, "\"b\" is not understood"},
        {{"a", "--loud", NULL}, "\"--loud\" is not understood"},
        {{"a", "--text", NULL}, "--text needs TEXT"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        char *args[4] = {NULL};
        struct told told = {0};
        struct err e;
        for (size_t w = 0; wrong[i].words[w] != NULL; w++)
            args[w] = copy(wrong[i].words[w]);
        assert_int_equal(options_read(table, args, &told, &e), -1);
        assert_string_equal(e.text, wrong[i].text);
    }
}

static void a_number_out_of_its_range_is_refused(void **state)
{
    char *args[] = {copy("a"), copy("--number"), copy("11"), NULL};
    struct told told = {0};
    struct err e;

    (void)state;
    assert_int_equal(options_read(table, args, &told, &e), -1);
    assert_non_null(strstr(e.text, "--number"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_options_come_in_any_order),
        cmocka_unit_test(what_is_not_given_keeps_its_default),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(a_number_out_of_its_range_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
