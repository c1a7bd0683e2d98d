/* SPDX-License-Identifier: Apache-2.0 */
/* links: ctl */
#include "csv.h"

#include <string.h>

#include "unit.h"

static struct csv *opened(const char *text)
{
    struct csv *csv = NULL;

    csv_open(&csv, text, strlen(text));
    return csv;
}

/* The next row has these cells, NULL at the end, and begins in this line. */
static void expect_row(struct csv *csv, size_t line, const char *const cells[])
{
    struct csv_row row;
    struct err e;
    size_t n = 0;

    assert_int_equal(csv_next(csv, &row, &e), 1);
    assert_int_equal(row.line, line);
    for (; cells[n] != NULL; n++) {
        assert_true(n < row.count);
        assert_string_equal(row.cells[n].text, cells[n]);
        assert_int_equal(row.cells[n].len, strlen(cells[n]));
    }
    assert_int_equal(row.count, n);
}

static void expect_end(struct csv *csv)
{
    struct csv_row row;
    struct err e;

    assert_int_equal(csv_next(csv, &row, &e), 0);
}

static void reads_cells_of_lines(void **state)
{
    AUTO(csv_close) struct csv *csv = opened("a,b\r\nc,\n,d");

    (void)state;
    expect_row(csv, 1, (const char *const[]){"a", "b", NULL});
    expect_row(csv, 2, (const char *const[]){"c", "", NULL});
    expect_row(csv, 3, (const char *const[]){"", "d", NULL});
    expect_end(csv);
}

static void reads_an_empty_last_cell_without_a_line_end(void **state)
{
    AUTO(csv_close) struct csv *csv = opened("a,");

    (void)state;
    expect_row(csv, 1, (const char *const[]){"a", "", NULL});
    expect_end(csv);
}

static void takes_commas_quotes_and_lines_within_quotes(void **state)
{
    AUTO(csv_close) struct csv *csv = opened("\"a,b\",\"say \"\"no\"\"\",\"x\r\ny\nz\"\nlast,\"\"");

    (void)state;
    expect_row(csv, 1, (const char *const[]){"a,b", "say \"no\"", "x\r\ny\nz", NULL});
    expect_row(csv, 4, (const char *const[]){"last", "", NULL});
    expect_end(csv);
}

static void finds_no_row_in_nothing(void **state)
{
    AUTO(csv_close) struct csv *csv = opened("");

    (void)state;
    expect_end(csv);
}

static void keeps_bytes_of_any_kind(void **state)
{
    static const char bytes[] = {'a', '\0', '\xff', ',', 'b'};
    AUTO(csv_close) struct csv *csv = NULL;
    struct csv_row row;
    struct err e;

    (void)state;
    csv_open(&csv, bytes, sizeof(bytes));
    assert_int_equal(csv_next(csv, &row, &e), 1);
    assert_int_equal(row.cells[0].len, 3);
    assert_memory_equal(row.cells[0].text, bytes, 3);
    assert_string_equal(row.cells[1].text, "b");
}

static void refuses_what_rfc_4180_does_not_know(void **state)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"\xEF\xBB\xBF"
         "a,b\n",
         "a byte-order mark"},
        {"\n", "a blank line"},
        {"\r\n", "a blank line"},
        {"a\rb\n", "a carriage return without a line feed"},
        {"a\r", "a carriage return without a line feed"},
        {"a\"b\"\n", "a quote within a cell that does not begin with one"},
        {"\"a\"b\n", "a closing quote that is not followed by a comma"},
        {"\"a\" \n", "a closing quote that is not followed by a comma"},
        {"\"a\n", "a quote that is not closed"},
        {"\"a\"\"", "a quote that is not closed"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(csv_close) struct csv *csv = opened(cases[i].text);
        struct csv_row row;
        struct err e = {0};

        assert_int_equal(csv_next(csv, &row, &e), -1);
        assert_string_equal(e.text, cases[i].why);
        assert_int_equal(row.line, 1);
        expect_end(csv);
    }
}

static void names_the_first_line_of_a_broken_row(void **state)
{
    AUTO(csv_close) struct csv *csv = opened("a\n\"b\n\nc\"\n\"d\ne\" f\n");
    struct csv_row row;
    struct err e;

    (void)state;
    expect_row(csv, 1, (const char *const[]){"a", NULL});
    expect_row(csv, 2, (const char *const[]){"b\n\nc", NULL});
    assert_int_equal(csv_next(csv, &row, &e), -1);
    assert_int_equal(row.line, 5);
}

static void refuses_more_cells_than_it_holds(void **state)
{
    char text[CSV_MAX_CELLS + 1];
    struct csv *csv;
    struct csv_row row;
    struct err e;

    (void)state;
    memset(text, ',', sizeof(text));
    csv_open(&csv, text, CSV_MAX_CELLS - 1);
    assert_int_equal(csv_next(csv, &row, &e), 1);
    assert_int_equal(row.count, CSV_MAX_CELLS);
    csv_close(&csv);
    csv_open(&csv, text, CSV_MAX_CELLS);
    assert_int_equal(csv_next(csv, &row, &e), -1);
    csv_close(&csv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_cells_of_lines),
        cmocka_unit_test(reads_an_empty_last_cell_without_a_line_end),
        cmocka_unit_test(takes_commas_quotes_and_lines_within_quotes),
        cmocka_unit_test(finds_no_row_in_nothing),
        cmocka_unit_test(keeps_bytes_of_any_kind),
        cmocka_unit_test(refuses_what_rfc_4180_does_not_know),
        cmocka_unit_test(names_the_first_line_of_a_broken_row),
        cmocka_unit_test(refuses_more_cells_than_it_holds),
    };

    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
