/* SPDX-License-Identifier: Apache-2.0 */
#include "err.h"

#include <string.h>

#include "text.h"

#include "unit.h"

static void cuts_between_characters(void **state)
{
    (void)state;
    for (int shift = 0; shift < 4; shift++) {
        char text[400] = "";
        struct err e;
        for (int i = 0; i < shift; i++)
            text[i] = 'a';
        for (size_t at = strlen(text); at < 380; at = strlen(text))
            memcpy(text + at, "ệ", sizeof("ệ"));
        err_set(&e, ERR_INPUT, "%s", text);
        assert_true(strlen(e.text) > 230);
        assert_true(text_is_clean(e.text, strlen(e.text)));
    }
}

static void keeps_a_text_that_fits(void **state)
{
    struct err e;

    (void)state;
    assert_int_equal(err_set(&e, ERR_BUSY, "%s", "tên: là tiếng Việt đ"), -1);
    assert_string_equal(e.text, "tên: là tiếng Việt đ");
    assert_int_equal(err_in(&e, "đơn"), -1);
    assert_string_equal(e.text, "đơn: tên: là tiếng Việt đ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_between_characters),
        cmocka_unit_test(keeps_a_text_that_fits),
    };

    return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
