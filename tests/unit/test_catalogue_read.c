/* SPDX-License-Identifier: Apache-2.0 */
/* What a real database cannot be made to give at will; the rest is in
 * tests/integration/test_catalogue.c. */
#include "catalogue_read.h"
#include "rows.h"

#include <string.h>

#include "unit.h"

static PGresult *version_row(int64_t version)
{
    PGresult *rows = rows_new(1);

    rows_set_int(rows, 0, 0, version);
    return rows;
}

/* Every step without rows, but the version before and after. */
static int read_between(int64_t before, int64_t after, struct err *e)
{
    PGresult *rows[CATALOGUE_STEPS];
    struct catalogue_snapshot *snapshot = NULL;

    for (int i = 0; i < CATALOGUE_STEPS; i++)
        rows[i] = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PQclear(rows[CATALOGUE_VERSION]);
    PQclear(rows[CATALOGUE_CITY]);
    PQclear(rows[CATALOGUE_VERSION_AGAIN]);
    rows[CATALOGUE_VERSION] = version_row(before);
    rows[CATALOGUE_CITY] = version_row(0);
    rows[CATALOGUE_VERSION_AGAIN] = version_row(after);
    int result = catalogue_read(&snapshot, rows, e);
    assert_null(snapshot);
    for (int i = 0; i < CATALOGUE_STEPS; i++)
        PQclear(rows[i]);
    return result;
}

static void asks_again_when_the_version_moved_while_it_was_read(void **state)
{
    struct err e = {0};

    (void)state;
    assert_int_equal(read_between(7, 8, &e), -1);
    assert_int_equal(e.kind, ERR_BUSY);
    assert_non_null(strstr(e.text, "changed while it was read"));
}

/* An empty catalogue is refused for what it lacks, not for its version. */
static void names_the_desk_that_is_not_there(void **state)
{
    struct err e = {0};

    (void)state;
    assert_int_equal(read_between(7, 7, &e), -1);
    assert_int_equal(e.kind, ERR_SYSTEM);
    assert_non_null(strstr(e.text, "desk"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_again_when_the_version_moved_while_it_was_read),
        cmocka_unit_test(names_the_desk_that_is_not_there),
    };

    return cmocka_run_group_tests_name("catalogue_read", tests, NULL, NULL);
}
