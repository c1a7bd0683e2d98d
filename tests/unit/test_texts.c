/* SPDX-License-Identifier: Apache-2.0 */
/* links: notifier */
/* What messages say: that each value which a template may name is filled. */
#include "texts.h"

#include "template_names.h"

#include <string.h>

#include "unit.h"

static const struct catalogue catalogue = {.city_vi = "Thành phố", .city_en = "The city"};

static json_t *data_of(const struct claimed *delivery)
{
    return texts_data(&catalogue, delivery, &(struct texts_person){0});
}

static void has_each_value_even_where_there_is_nothing_to_tell(void **state)
{
    const struct claimed delivery = {
        .message = "received", .recipient = "citizen", .language = "vi"};
    AUTO(json_release) json_t *data = data_of(&delivery);

    (void)state;
    for (const char *const *name = template_message_values; *name != NULL; name++)
        if (!json_is_string(json_object_get(data, *name)))
            fail_msg("{{%s}} has no value", *name);
}

static void names_nothing_that_no_template_may_name(void **state)
{
    static const char outcome[] = "{\"result\":\"not_possible\",\"text\":\"Hết đường\"}";
    static const uint8_t hash[32];
    const struct claimed delivery = {.message = "answered",
                                     .recipient = "citizen",
                                     .language = "en",
                                     .type = "answered",
                                     .state = "SCREENING",
                                     .outcome = outcome,
                                     .outcome_len = strlen(outcome),
                                     .hash = hash};
    AUTO(json_release) json_t *data = data_of(&delivery);
    const char *name;
    json_t *value;

    (void)state;
    json_object_foreach(data, name, value)
    {
        if (!template_message_knows(NULL, name, json_is_string(value)))
            fail_msg("{{%s}} is not told of", name);
    }
    assert_true(json_is_true(json_object_get(data, "not_possible")));
    assert_true(json_is_true(json_object_get(data, "screening")));
    assert_true(json_is_true(json_object_get(data, "attached")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_each_value_even_where_there_is_nothing_to_tell),
        cmocka_unit_test(names_nothing_that_no_template_may_name),
    };

    return cmocka_run_group_tests_name("texts", tests, NULL, NULL);
}
