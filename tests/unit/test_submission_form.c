/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "door_catalogue.h"
#include "submission.h"

#include <math.h>
#include <string.h>

#include "unit.h"

struct field {
    const char *name, *value;
};

/* Reads the fields, whose list ends with {0}, and judges them. */
static int judge(struct submission *s, const struct field *fields, struct faults *faults)
{
    struct submission_form form = {.submission = s, .faults = faults};

    submission_init(s);
    faults->count = 0;
    for (; fields->name != NULL; fields++)
        submission_read_field(&form, fields->name, fields->value, strlen(fields->value));
    submission_end_form(&form);
    return submission_check(s, &door_catalogue, NULL, faults);
}

#define WHO                                                                                        \
    {"first_name", "An"},                                                                          \
    {                                                                                              \
        "email", "an@example.vn"                                                                   \
    }
#define WHAT                                                                                       \
    {"service_code", "ANY"},                                                                       \
    {                                                                                              \
        "description", "x"                                                                         \
    }

#define NAMED                                                                                      \
    {"service_code", "NAMED"},                                                                     \
    {                                                                                              \
        "description", "x"                                                                         \
    }

static void a_whole_form_is_read(void **state)
{
    static const struct field fields[] = {{"api_key", "ignored"},
                                          {"service_code", "ANY"},
                                          {"lat", "10.5"},
                                          {"long", "-106.25"},
                                          {"address_string", "12 Lê Lợi"},
                                          {"description", "To\xCC\x82i"},
                                          {"email", "An@Example.vn"},
                                          {"first_name", "An"},
                                          {"last_name", "Nguyễn"},
                                          {"phone", "0903123456"},
                                          {"media_url", "https://a.vn/1"},
                                          {"attribute[count]", "3"},
                                          {"attribute[signs][]", "off"},
                                          {"attribute[signs][]", "dim"},
                                          {"attribute[note]", ""},
                                          {"attribute[", "x"},
                                          {"attribute[]", "x"},
                                          {"attribute[x", "x"},
                                          {0}};
    AUTO(submission_free) struct submission s;
    struct faults faults;

    (void)state;
    assert_int_equal(judge(&s, fields, &faults), 0);
    assert_string_equal(s.service->code, "ANY");
    assert_true(s.lat > 10.4 && s.lat < 10.6 && s.lon < -106.2);
    assert_string_equal(s.address, "12 Lê Lợi");
    assert_string_equal(s.description, "T\xC3\xB4i");
    assert_string_equal(s.name, "Nguyễn An");
    assert_string_equal(s.phone_e164, "+84903123456");
    assert_string_equal(s.email_lower, "an@example.vn");
    assert_string_equal(s.media_url, "https://a.vn/1");
    assert_int_equal(s.answer_count, 3);
    assert_string_equal(s.answers[2].code, "signs");
    assert_string_equal(s.answers[2].value, "dim");
    assert_true(s.answers[2].is_item);
    assert_false(s.anonymous);
}

static void who_gives_no_contact_is_anonymous(void **state)
{
    static const struct field allowed[] = {WHAT, {"email", ""}, {0}};
    static const struct field refused[] = {NAMED, {0}};
    AUTO(submission_free) struct submission s;
    struct faults faults;

    (void)state;
    assert_int_equal(judge(&s, allowed, &faults), 0);
    assert_true(s.anonymous);
    submission_free(&s);
    assert_int_equal(judge(&s, refused, &faults), -1);
    assert_string_equal(fault_rule(&faults.rows[0]), "anonymous-not-allowed");
}

static void a_part_of_a_contact_will_do(void **state)
{
    static const struct field parts[][4] = {{WHAT, {"email", "an@example.vn"}, {0}},
                                            {WHAT, {"phone", "0903123456"}, {0}},
                                            {WHAT, {"first_name", "An"}, {0}}};
    AUTO(submission_free) struct submission s;
    struct faults faults;

    (void)state;
    for (size_t i = 0; i < COUNT(parts); i++) {
        assert_int_equal(judge(&s, parts[i], &faults), 0);
        assert_false(s.anonymous);
        submission_free(&s);
    }
}

static void without_a_description_the_services_name_is_one(void **state)
{
    static const struct field fields[] = {{"service_code", "ANY"}, {"description", " "}, {0}};
    AUTO(submission_free) struct submission s;
    struct faults faults;

    (void)state;
    assert_int_equal(judge(&s, fields, &faults), 0);
    assert_string_equal(s.description, "Việc");
}

static void every_rule_names_its_field(void **state)
{
    static const struct {
        struct field fields[6];
        const char *pointer, *rule;
    } rows[] = {
        {{WHAT, WHO, {"lat", "north"}}, "/lat", "number"},
        {{WHAT, WHO, {"long", "0x10"}}, "/lon", "number"},
        {{WHAT, WHO, {"lat", "10"}}, "/lon", "pair"},
        {{WHAT, WHO, {"description", "y"}}, "/description", "once"},
        {{WHAT, WHO, {"address_string", "\xFF"}}, "/address", "utf-8"},
        {{WHAT, WHO, {"attribute[note]", "\xFF"}}, "/attributes/note", "utf-8"},
        {{WHAT, WHO, {"attribute[colour]", "red"}}, "/attributes/colour", "unknown"},
        {{WHAT, WHO, {"attribute[state][]", "off"}}, "/attributes/state", "once"},
        {{WHAT, WHO, {"attribute[count]", "many"}}, "/attributes/count", "number"},
        {{NAMED, {"email", "an@example.vn"}}, "/contact/name", "missing"},
        {{NAMED, {"last_name", "An"}}, "/contact/phone", "phone-or-email"},
        {{{"service_code", "NONE"}, {"description", "x"}, WHO}, "/service_code", "service"},
    };
    AUTO(submission_free) struct submission s;
    struct faults faults;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(judge(&s, rows[i].fields, &faults), -1);
        assert_string_equal(faults.rows[0].pointer, rows[i].pointer);
        assert_string_equal(fault_rule(&faults.rows[0]), rows[i].rule);
        assert_int_equal(faults.count, 1);
        submission_free(&s);
    }
}

static void a_zero_byte_is_refused(void **state)
{
    AUTO(submission_free) struct submission s;
    struct faults faults = {0};
    struct submission_form form = {.submission = &s, .faults = &faults};

    (void)state;
    submission_init(&s);
    submission_read_field(&form, "description", "a\0b", 3);
    assert_int_equal(faults.rows[0].rule, RULE_CLEAN);
    assert_null(s.description);
}

static void more_answers_than_are_taken_are_refused(void **state)
{
    AUTO(submission_free) struct submission s;
    struct faults faults = {0};
    struct submission_form form = {.submission = &s, .faults = &faults};

    (void)state;
    submission_init(&s);
    for (int i = 0; i < 10 * SUBMISSION_MAX_ANSWERS; i++) {
        submission_read_field(&form, "attribute[note]", "\xFF", 1);
        submission_read_field(&form, "attribute[note]", "x", 1);
    }
    assert_int_equal(s.answer_count, SUBMISSION_MAX_ANSWERS);
    assert_int_equal(faults.count, FAULTS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_form_is_read),
        cmocka_unit_test(who_gives_no_contact_is_anonymous),
        cmocka_unit_test(a_part_of_a_contact_will_do),
        cmocka_unit_test(without_a_description_the_services_name_is_one),
        cmocka_unit_test(every_rule_names_its_field),
        cmocka_unit_test(a_zero_byte_is_refused),
        cmocka_unit_test(more_answers_than_are_taken_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
