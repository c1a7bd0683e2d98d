/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "page_figures.h"

#include <math.h>

#include "unit.h"

static void counts_have_the_languages_groups(void **state)
{
    char text[PAGE_FIGURE_SIZE];

    (void)state;
    assert_string_equal(page_count(LANGUAGE_VI, 0, text), "0");
    assert_string_equal(page_count(LANGUAGE_VI, 999, text), "999");
    assert_string_equal(page_count(LANGUAGE_VI, 1234567, text), "1.234.567");
    assert_string_equal(page_count(LANGUAGE_EN, 1234567, text), "1,234,567");
    assert_string_equal(page_count(LANGUAGE_EN, -123456, text), "-123,456");
    assert_string_equal(page_count(LANGUAGE_EN, INT64_MIN, text), "-9,223,372,036,854,775,808");
}

static void shares_never_say_more_than_there_is(void **state)
{
    char text[PAGE_FIGURE_SIZE];

    (void)state;
    assert_string_equal(page_share(LANGUAGE_VI, 0.9345, text), "93,4%");
    assert_string_equal(page_share(LANGUAGE_EN, 0.9345, text), "93.4%");
    assert_string_equal(page_share(LANGUAGE_VI, 0.8999, text), "89,9%");
    assert_string_equal(page_share(LANGUAGE_VI, 0.9, text), "90%");
    assert_string_equal(page_share(LANGUAGE_VI, 0.29, text), "29%"); /* 0.29 * 100 is below 29 */
    assert_string_equal(page_share(LANGUAGE_VI, 1, text), "100%");
    assert_string_equal(page_share(LANGUAGE_VI, 0, text), "0%");
    assert_string_equal(page_share(LANGUAGE_VI, (double)NAN, text), "–");
}

static void a_target_is_met_above_it(void **state)
{
    AUTO(json_release) json_t *at = page_bar(LANGUAGE_VI, 0.9, 90);
    AUTO(json_release) json_t *above = page_bar(LANGUAGE_VI, 0.9001, 90);
    AUTO(json_release) json_t *none = page_bar(LANGUAGE_VI, (double)NAN, 90);

    (void)state;
    assert_true(json_is_false(json_object_get(at, "met")));
    assert_true(json_is_true(json_object_get(above, "met")));
    assert_string_equal(json_string_value(json_object_get(above, "width")), "90.0");
    assert_null(json_object_get(none, "met"));
    assert_null(json_object_get(none, "width"));
}

static void what_waits_past_its_promise_counts_as_late(void **state)
{
    struct figures f = {.open_late = 2};

    (void)state;
    figures_add(&f, "answered", 6);
    figures_add(&f, "answered_on_time", 6);
    figures_add(&f, "unknown", 9);
    assert_true(figures_on_time(&f) > 0.7499 && figures_on_time(&f) < 0.7501);
    assert_true(figures_on_time_of_answered(&f) > 0.9999);
    assert_true(isnan(figures_satisfied(&f)));
    figures_add(&f, "rated_4", 1);
    figures_add(&f, "rated_5", 1);
    figures_add(&f, "rated_3", 2);
    assert_int_equal(figures_rated(&f), 4);
    assert_true(figures_satisfied(&f) > 0.4999 && figures_satisfied(&f) < 0.5001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_have_the_languages_groups),
        cmocka_unit_test(shares_never_say_more_than_there_is),
        cmocka_unit_test(a_target_is_met_above_it),
        cmocka_unit_test(what_waits_past_its_promise_counts_as_late),
    };

    return cmocka_run_group_tests_name("page_figures", tests, NULL, NULL);
}
