/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "language.h"

#include "unit.h"

static void the_language_is_the_one_that_weighs_more(void **state)
{
    static const struct {
        const char *header;
        enum language language;
    } rows[] = {
        {NULL, LANGUAGE_VI},
        {"", LANGUAGE_VI},
        {"en", LANGUAGE_EN},
        {"en-GB,en;q=0.9", LANGUAGE_EN},
        {"EN-us", LANGUAGE_EN},
        {"vi", LANGUAGE_VI},
        {"vi-VN,vi;q=0.9,en;q=0.8", LANGUAGE_VI},
        {"vi,en", LANGUAGE_VI},
        {"en,vi", LANGUAGE_EN},
        {"de,en;q=0.5", LANGUAGE_EN},
        {"fr-FR, fr;q=0.9 , en ; q=0.8", LANGUAGE_EN},
        {"vi;q=0.1,en;q=0.9", LANGUAGE_EN},
        {"en;q=0.5,vi", LANGUAGE_VI},
        {"en;q=0", LANGUAGE_VI},
        {"de,en;q=0,vi;q=0.1", LANGUAGE_VI},
        {"de", LANGUAGE_VI},
        {"eng", LANGUAGE_VI},
        {"*", LANGUAGE_VI},
        {",,;q=,en", LANGUAGE_EN},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (language_accepted(rows[i].header) != rows[i].language)
            fail_msg("%s", rows[i].header != NULL ? rows[i].header : "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_language_is_the_one_that_weighs_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
