/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "crypto.h"
#include "door_catalogue.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

struct field {
    const char *name, *value;
};

static void read_all(struct report *r, const struct field *fields)
{
    report_init(r, catalogue_service(&door_catalogue, "ANY"));
    for (; fields->name != NULL; fields++)
        report_read_field(r, fields->name, fields->value, strlen(fields->value));
}

static void submit(const struct field *fields, struct report *r, struct submission *s,
                   struct faults *faults)
{
    read_all(r, fields);
    submission_init(s);
    report_submission(r, &door_catalogue, s, faults);
}

static void the_button_that_was_pressed_counts(void **state)
{
    static const struct field twice[] = {{"go", "edit.details"}, {"go", "send"}, {0}};
    static const struct field once[] = {{"go", "send"}, {0}};
    AUTO(report_free) struct report first;
    AUTO(report_free) struct report sent;

    (void)state;
    read_all(&first, twice);
    read_all(&sent, once);
    assert_string_equal(first.go, "edit.details");
    assert_string_equal(sent.go, "send");
}

static void what_was_said_becomes_a_submission(void **state)
{
    static const struct field fields[] = {{"description", "a\r\nb"},
                                          {"address", "12 Lê Lợi"},
                                          {"lat", "10.5"},
                                          {"long", "106.5"},
                                          {"attribute[signs][]", "off"},
                                          {"attribute[signs][]", "dim"},
                                          {"attribute[since]", "2026-11-20"},
                                          {"time[since]", "08:30"},
                                          {"name", "To\xCC\x82 An"},
                                          {"phone", "0903123456"},
                                          {"hide_name", "1"},
                                          {"unit", "D1"},
                                          {"ward", "D1"},
                                          {"strange", "ignored"},
                                          {0}};
    AUTO(report_free) struct report r;
    AUTO(submission_free) struct submission s;
    struct faults faults = {0};

    (void)state;
    submit(fields, &r, &s, &faults);
    assert_int_equal(faults.count, 0);
    assert_string_equal(s.description, "a\nb");
    assert_string_equal(s.address, "12 Lê Lợi, Sở Một");
    assert_true(s.lat > 10.4 && s.lon > 106.4);
    assert_int_equal(s.answer_count, 3);
    assert_string_equal(s.answers[1].value, "dim");
    assert_string_equal(s.answers[2].value, "2026-11-20T08:30");
    assert_string_equal(s.name, "T\xC3\xB4 An");
    assert_string_equal(s.unit, "D1");
    assert_string_equal(s.area, "A1");
    assert_true(s.hide_name);
    assert_false(s.anonymous);
}

static void spaces_around_what_was_typed_are_nothing(void **state)
{
    static const struct field fields[] = {{"description", "\r\n  a \r\n b \t"},
                                          {"address", " Minh Khai "},
                                          {"name", "  "},
                                          {"ward", "D1"},
                                          {0}};
    AUTO(report_free) struct report r;
    AUTO(submission_free) struct submission s;
    struct faults faults = {0};

    (void)state;
    submit(fields, &r, &s, &faults);
    assert_string_equal(s.address, "Minh Khai, Sở Một");
    assert_string_equal(s.description, "a \n b");
    assert_null(s.name);
    assert_false(r.unclean);
}

static void a_day_is_taken_as_people_write_it(void **state)
{
    static const struct {
        const char *typed, *kept;
    } days[] = {
        {"20/11/2026", "2026-11-20"},   {" 1.2.2026 ", "2026-02-01"}, {"20-11-2026", "2026-11-20"},
        {"31/02/2026", "2026-02-31"}, /* judged later */
        {"2026-11-20", "2026-11-20"},   {"20/11-2026", "20/11-2026"}, {"20/11/26", "20/11/26"},
        {"20/11/2026x", "20/11/2026x"}, {"hôm qua", "hôm qua"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(days); i++) {
        const struct field fields[] = {{"attribute[since]", days[i].typed}, {0}};
        const struct field others[] = {{"attribute[place]", "20/11/2026"}, {0}};
        AUTO(report_free) struct report r;
        AUTO(report_free) struct report other;
        read_all(&r, fields);
        assert_string_equal(report_text(&r, "attribute[since]"), days[i].kept);
        read_all(&other, others);
        assert_string_equal(report_text(&other, "attribute[place]"), "20/11/2026");
    }
}

static void who_is_anonymous_gives_no_contact(void **state)
{
    static const struct field fields[] = {
        {"who", "anonymous"}, {"name", "An"}, {"phone", "0903123456"}, {"hide_name", "1"}, {0}};
    AUTO(report_free) struct report r;
    AUTO(submission_free) struct submission s;
    struct faults faults = {0};

    (void)state;
    submit(fields, &r, &s, &faults);
    assert_true(s.anonymous);
    assert_false(s.hide_name);
    assert_null(s.name);
    assert_null(s.phone);
}

static void the_form_speaks_to_us_too(void **state)
{
    static const struct field fields[] = {{"step", "contact"},
                                          {"go", "edit.where"},
                                          {"seen", "1"},
                                          {"lang", "en"},
                                          {"key", "0123456789abcdef0123456789abcdef"},
                                          {0}};
    static const struct field nonsense[] = {
        {"step", "nowhere"}, {"go", "away"}, {"lang", "xx"}, {"key", "0123"}, {0}};
    AUTO(report_free) struct report r;
    AUTO(report_free) struct report other;

    (void)state;
    read_all(&r, fields);
    assert_int_equal(r.step, REPORT_CONTACT);
    assert_string_equal(r.go, "edit.where");
    assert_string_equal(r.lang, "en");
    assert_string_equal(r.key, "0123456789abcdef0123456789abcdef");
    assert_int_equal(report_step_after(&r, REPORT_WHERE), REPORT_CHECK);
    assert_int_equal(json_object_size(r.values), 0);
    read_all(&other, nonsense);
    assert_string_equal(other.go, "");
    assert_null(other.lang);
    assert_int_equal(strlen(other.key), REPORT_KEY_SIZE - 1);
    assert_int_equal(report_step_after(&other, REPORT_CONTACT), REPORT_CHECK);
    assert_int_equal(report_step_after(&other, REPORT_WHERE), REPORT_DETAILS);
}

/* Whether two say the same. */
static bool is_the_same(const struct field *one, const struct field *other)
{
    AUTO(report_free) struct report a;
    AUTO(report_free) struct report b;

    read_all(&a, one);
    read_all(&b, other);
    char *said = report_said(&a), *too = report_said(&b);
    bool same = strcmp(said, too) == 0;
    free(said);
    free(too);
    return same;
}

static void the_same_said_in_any_order_is_the_same(void **state)
{
    static const struct field one[] = {
        {"description", "x"}, {"name", "An"}, {"step", "check"}, {0}};
    static const struct field two[] = {{"name", "An"}, {"lang", "en"}, {"description", "x"}, {0}};
    static const struct field three[] = {{"name", "An"}, {"description", "y"}, {0}};

    (void)state;
    assert_true(is_the_same(one, two));
    assert_false(is_the_same(one, three));
}

/* An id has the time of its upload. */
static void the_same_photo_uploaded_again_is_the_same(void **state)
{
    static const struct field one[] = {{"attachment[]", "ab12.jpg~10~4~3~1700000000~key"}, {0}};
    static const struct field two[] = {{"attachment[]", "ab12.jpg~10~4~3~1700000060~other"}, {0}};
    static const struct field three[] = {{"attachment[]", "cd34.jpg~10~4~3~1700000000~key"}, {0}};
    AUTO(report_free) struct report r;

    (void)state;
    assert_true(is_the_same(one, two));
    assert_false(is_the_same(one, three));
    read_all(&r, one);
    char *said = report_said(&r);
    assert_non_null(
        strstr(json_string_value(json_array_get(json_object_get(r.values, report_files), 0)),
               "1700000000"));
    free(said);
}

static void who_joins_says_something_else(void **state)
{
    static const struct field one[] = {{"description", "x"}, {"join", "2222-2222-22"}, {0}};
    static const struct field bad[] = {{"description", "x"}, {"join", "nothing"}, {0}};
    static const struct field two[] = {{"description", "x"}, {0}};
    AUTO(report_free) struct report a;
    AUTO(report_free) struct report b;

    (void)state;
    read_all(&a, one);
    read_all(&b, bad);
    assert_string_equal(a.join, "22222-22222");
    assert_string_equal(b.join, "");
    assert_false(is_the_same(one, bad));
    assert_true(is_the_same(bad, two));
}

static void what_is_no_text_or_too_much_is_noticed(void **state)
{
    static const struct field bad[] = {{"description", "\xFF"}, {0}};
    AUTO(report_free) struct report r;
    AUTO(report_free) struct report full;

    (void)state;
    read_all(&r, bad);
    assert_true(r.unclean);
    report_init(&full, catalogue_service(&door_catalogue, "ANY"));
    for (int i = 0; i < REPORT_VALUES_MAX; i++)
        report_read_field(&full, "attribute[signs][]", "x", 1);
    assert_false(full.unclean);
    report_read_field(&full, "name", "x", 1);
    assert_true(full.unclean);
}

static int open_crypto(void **state)
{
    struct err e;

    (void)state;
    return crypto_open(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_button_that_was_pressed_counts),
        cmocka_unit_test(what_was_said_becomes_a_submission),
        cmocka_unit_test(spaces_around_what_was_typed_are_nothing),
        cmocka_unit_test(a_day_is_taken_as_people_write_it),
        cmocka_unit_test(who_is_anonymous_gives_no_contact),
        cmocka_unit_test(the_form_speaks_to_us_too),
        cmocka_unit_test(the_same_said_in_any_order_is_the_same),
        cmocka_unit_test(the_same_photo_uploaded_again_is_the_same),
        cmocka_unit_test(who_joins_says_something_else),
        cmocka_unit_test(what_is_no_text_or_too_much_is_noticed),
    };

    return cmocka_run_group_tests(tests, open_crypto, NULL);
}
