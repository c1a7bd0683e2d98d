/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "accept.h"

#include "unit.h"

static void assert_accepted(const char *header, const char *type, int quality, bool is_named)
{
    struct accept accept = accept_of(header, type);

    if (accept.quality != quality || accept.is_named != is_named)
        fail_msg("%s of \"%s\": %d %d", type, header != NULL ? header : "", accept.quality,
                 accept.is_named);
}

static void everything_is_taken_where_nothing_is_said(void **state)
{
    (void)state;
    assert_accepted(NULL, "text/xml", 1000, false);
    assert_accepted("", "text/xml", 1000, false);
}

static void the_closest_range_counts(void **state)
{
    static const char browser[] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    (void)state;
    assert_accepted(browser, "text/html", 1000, true);
    assert_accepted(browser, "application/xml", 900, true);
    assert_accepted(browser, "application/json", 800, false);
    assert_accepted("*/*;q=0.1, text/*;q=0.5, text/xml;q=0", "text/xml", 0, true);
    assert_accepted("*/*;q=0.1, text/*;q=0.5, text/xml;q=0", "text/html", 500, false);
    assert_accepted("application/json", "text/xml", 0, false);
    assert_accepted("text/xmlx, text/x", "text/xml", 0, false);
}

static void parameters_and_spaces_do_no_harm(void **state)
{
    (void)state;
    assert_accepted("Application/JSON; charset=utf-8", "application/json", 1000, true);
    assert_accepted("text/xml ; charset=utf-8 ; Q=0.25 , x/y", "text/xml", 250, true);
    assert_accepted("text/xml;q=0.12345", "text/xml", 123, true);
    assert_accepted("text/xml;q=", "text/xml", 1000, true);
    assert_accepted("text/xml;q=1.0", "text/xml", 1000, true);
    assert_accepted(",,;,text/xml;;,", "text/xml", 1000, true);
    assert_accepted("x/y;q=0.5,text/xml", "text/xml", 1000, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_taken_where_nothing_is_said),
        cmocka_unit_test(the_closest_range_counts),
        cmocka_unit_test(parameters_and_spaces_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
