/* SPDX-License-Identifier: Apache-2.0 */
/* links: ctl */
#include "load_city.h"

#include <string.h>

#include "unit.h"

/* As page_map.h writes them: steps of a 5000th of a degree, longitude first. */
#define SQUARE(west, south, side)                                                                  \
    "[" west "," south "," side ",0,0," side ",-" side ",0,0,-" side "]"
#define MAP(wards) "{\"scale\":5000,\"wards\":[" wards "]}"

static struct load_box box_of(const char *map)
{
    AUTO(json_release) json_t *document = json_loads(map, 0, NULL);
    struct load_box box = {0};
    struct err e = {0};

    assert_non_null(document);
    if (load_city_box(document, &box, &e) < 0)
        fail_msg("%s", e.text);
    return box;
}

static void expect_usual(const char *map)
{
    struct load_box box = box_of(map);

    assert_int_equal(box.south, 10670000);
    assert_int_equal(box.west, 106600000);
    assert_int_equal(box.north, 10910000);
    assert_int_equal(box.east, 106750000);
}

static void is_usual_where_it_fits_or_nothing_is_known(void **state)
{
    (void)state;
    expect_usual(MAP(""));
    expect_usual(MAP("[\"A\",[[" SQUARE("532500", "53000", "2000") "]]]"));
    /* Two that touch each other. */
    expect_usual(MAP("[\"A\",[[" SQUARE("531375", "53000", "2000") "]]],[\"B\",[[" SQUARE(
        "533375", "53000", "2000") "]]]"));
}

/* A square degree from 21 north, 105 east; the other one is small. */
static void lies_in_the_largest_part_otherwise(void **state)
{
    struct load_box box = box_of(MAP("[\"A\",[[" SQUARE(
        "500000", "100000", "50") "]]],[\"B\",[[" SQUARE("525000", "105000", "5000") "]]]"));

    (void)state;
    assert_in_range(box.south, 21000000, 21300000);
    assert_in_range(box.north, 21700000, 22000000);
    assert_in_range(box.west, 105000000, 105300000);
    assert_in_range(box.east, 105700000, 106000000);
}

static void passes_over_what_is_too_small_for_a_ring(void **state)
{
    (void)state;
    expect_usual(MAP("[\"A\",[[[532500,53000]]]]"));
    expect_usual("{}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_usual_where_it_fits_or_nothing_is_known),
        cmocka_unit_test(lies_in_the_largest_part_otherwise),
        cmocka_unit_test(passes_over_what_is_too_small_for_a_ring),
    };

    return cmocka_run_group_tests_name("load_city", tests, NULL, NULL);
}
