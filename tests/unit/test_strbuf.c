/* SPDX-License-Identifier: Apache-2.0 */
#include "strbuf.h"

#include "unit.h"

static void keeps_what_fits(void **state)
{
    AUTO(strbuf_free) struct strbuf b = STRBUF(5);

    (void)state;
    strbuf_add(&b, "ab", 2);
    strbuf_addf(&b, "%d", 123);
    assert_string_equal(strbuf_text(&b), "ab123");
}

static void stays_failed_after_the_limit(void **state)
{
    AUTO(strbuf_free) struct strbuf b = STRBUF(3);

    (void)state;
    strbuf_add(&b, "abcd", 4);
    strbuf_add(&b, "x", 1);
    assert_null(strbuf_text(&b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_fits),
        cmocka_unit_test(stays_failed_after_the_limit),
    };

    return cmocka_run_group_tests_name("strbuf", tests, NULL, NULL);
}
