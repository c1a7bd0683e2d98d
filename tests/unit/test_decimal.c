/* SPDX-License-Identifier: Apache-2.0 */
/* test_decimal - numbers as texts that read back as the same. */
#include "decimal.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "unit.h"

static void writes_the_shortest_text(void **state)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-0.0, "0"},
        {7, "7"},
        {-7, "-7"},
        {10, "10"},
        {100000000, "100000000"},
        {99999999.9999999, "99999999.9999999"},
        {123456789, "123456789"},
        {10.776, "10.776"},
        {-106.7, "-106.7"},
        {0.1, "0.1"},
        {0.05, "0.05"},
        {-0.0000001, "-0.0000001"},
        {10.7768891, "10.7768891"},
        {10.77688912, "10.77688912"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {1e15, "1e+15"},
        {1e20, "1e+20"},
        {1.5e-9, "1.5e-09"},
    };
    char out[DECIMAL_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(decimal_text(cases[i].value, out), cases[i].text);
}

static void assert_reads_back(double value)
{
    char out[DECIMAL_SIZE];
    double read = strtod(decimal_text(value, out), NULL);

    if (read < value || read > value)
        fail_msg("%s reads back as %.17g, not as %.17g", out, read, value);
}

static void reads_back_as_the_same(void **state)
{
    (void)state;
    assert_reads_back(DBL_MAX);
    assert_reads_back(-DBL_MAX);
    assert_reads_back(DBL_MIN);
    assert_reads_back(DBL_TRUE_MIN);
    for (int i = 0; i < 200000; i++) {
        double whole = i * 0.00180001, exact = i / 1000.0;
        assert_reads_back(whole);
        assert_reads_back(exact);
        assert_reads_back(nextafter(exact, 1000));
        assert_reads_back(-nextafter(exact, 0));
    }
}

/* What it replaces is told by printf: of numbers with few digits both write the same. */
static void writes_places_as_printf_does(void **state)
{
    char out[DECIMAL_SIZE], printed[DECIMAL_SIZE];

    (void)state;
    for (int i = -180000; i <= 180000; i++) {
        snprintf(printed, sizeof(printed), "%.15g", i / 1000.0);
        assert_string_equal(decimal_text(i / 1000.0, out), printed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_the_shortest_text),
        cmocka_unit_test(reads_back_as_the_same),
        cmocka_unit_test(writes_places_as_printf_does),
    };

    return cmocka_run_group_tests_name("decimal", tests, NULL, NULL);
}
