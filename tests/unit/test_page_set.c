/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "files_intake.h"
#include "page_set.h"

#include <string.h>

#include "unit.h"

#define FILE_OF(name, text)                                                                        \
    {                                                                                              \
        name, "0123456789ab", (const uint8_t *)(text), sizeof(text) - 1, NULL, 0                   \
    }

static void the_texts_and_templates_of_the_service_are_whole(void **state)
{
    AUTO(page_set_close) struct page_set *set = NULL;
    struct err e;

    (void)state;
    if (page_set_open(&set, embedded_files, &e) < 0)
        fail_msg("%s", e.text);
    assert_string_equal(page_set_text(set, LANGUAGE_VI, "name"), "Đúng Hẹn");
    assert_non_null(strstr(page_set_template(set, LANGUAGE_EN, "start.html"), "<!DOCTYPE html>"));
    assert_null(strstr(page_set_template(set, LANGUAGE_VI, "start.html"), "[["));
}

static void marks_are_filled_in_for_each_language(void **state)
{
    static const struct embedded_file files[] = {
        FILE_OF("page.html", "<a href=\"[[@ a.css]]\">[[> part]]</a>"),
        FILE_OF("part.html", "[[text]]{{hole}}"),
        FILE_OF("static/a.css", "a{}"),
        FILE_OF("vi.json", "{\"text\": \"vàng & {{n}}\"}"),
        FILE_OF("en.json", "{\"text\": \"gold & {{n}}\"}"),
        {0},
    };
    AUTO(page_set_close) struct page_set *set = NULL;
    struct err e;

    (void)state;
    if (page_set_open(&set, files, &e) < 0)
        fail_msg("%s", e.text);
    assert_string_equal(page_set_template(set, LANGUAGE_VI, "page.html"),
                        "<a href=\"/static/a.0123456789ab.css\">vàng &amp; {{n}}{{hole}}</a>");
    assert_string_equal(page_set_template(set, LANGUAGE_EN, "page.html"),
                        "<a href=\"/static/a.0123456789ab.css\">gold &amp; {{n}}{{hole}}</a>");
    assert_ptr_equal(page_set_static(set, "a.0123456789ab.css"), &files[2]);
    assert_null(page_set_static(set, "a.css"));
    assert_null(page_set_static(set, ""));
    assert_null(page_set_text(set, LANGUAGE_VI, "none"));
}

static void what_is_wrong_is_named(void **state)
{
#define VI FILE_OF("vi.json", "{\"t\": \"a {{x}}\"}")
#define EN FILE_OF("en.json", "{\"t\": \"b {{x}}\"}")
    static const struct {
        struct embedded_file files[5];
        const char *text;
    } rows[] = {
        {{VI}, "there is no file \"en.json\""},
        {{VI, FILE_OF("en.json", "{")}, "en.json: "},
        {{VI, FILE_OF("en.json", "{}")}, "en.json: there is no \"t\""},
        {{FILE_OF("vi.json", "{}"), EN}, "vi.json: there is no \"t\""},
        {{VI, FILE_OF("en.json", "{\"t\": 1}")}, "en.json: there is no \"t\""},
        {{VI, FILE_OF("en.json", "{\"t\": \"b\"}")}, "en.json: \"t\" has not the holes"},
        {{VI, FILE_OF("en.json", "{\"t\": \"{{x}}{{y}}\"}")}, "vi.json: \"t\" has not the holes"},
        {{VI, EN, FILE_OF("p.html", "[[u]]")}, "p.html: there is no text \"u\""},
        {{VI, EN, FILE_OF("p.html", "[[u")}, "p.html: a mark is not closed"},
        {{VI, EN, FILE_OF("p.html", "[[> q]]")}, "p.html: there is no template \"q.html\""},
        {{VI, EN, FILE_OF("p.html", "[[> p]]")}, "p.html: templates are nested too deeply"},
        {{VI, EN, FILE_OF("p.html", "[[@ q.css]]")}, "p.html: there is no file \"static/q.css\""},
        {{VI, EN, FILE_OF("p.html", "{{#s}}")}, "p.html: line 1"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(page_set_close) struct page_set *set = NULL;
        struct err e = {0};
        assert_int_equal(page_set_open(&set, rows[i].files, &e), -1);
        if (strncmp(e.text, rows[i].text, strlen(rows[i].text)) != 0)
            fail_msg("row %zu: %s", i, e.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_texts_and_templates_of_the_service_are_whole),
        cmocka_unit_test(marks_are_filled_in_for_each_language),
        cmocka_unit_test(what_is_wrong_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
