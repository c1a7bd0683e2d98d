/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "page_map.h"

#include <string.h>

#include "unit.h"

static void points_move_to_the_grid_and_lines_lose_what_is_straight(void **state)
{
    static struct catalogue_area areas[] = {
        {"A", "U1",
         "{\"type\":\"Polygon\",\"coordinates\":[[[106.0,10.0],[106.001,10.0],[106.002,10.00001],"
         "[106.002,10.001],[106.00201,10.001],[106.0,10.0]]]}"},
        {"B", "U2",
         "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[1,0],[1,1],[0,0]]],[[[2,2],[3,2],"
         "[\"x\"],[2,2]]]]}"},
        {"C", "U3", "not JSON"},
        {"D", "U4", "{\"type\":\"Point\",\"coordinates\":[1,2]}"},
    };
    static const struct catalogue c = {.areas = areas, .area_count = COUNT(areas)};
    AUTO(strbuf_free) struct strbuf out = STRBUF(10000);

    (void)state;
    page_map_write(&c, &out);
    assert_string_equal(
        strbuf_text(&out),
        "{\"scale\":5000,\"wards\":["
        "[\"U1\",[[[530000,50000,10,0,0,5,-10,-5]]]],"
        "[\"U2\",[[[0,0,5000,0,0,5000,-5000,-5000]],[[10000,10000,5000,0,-5000,0]]]],"
        "[\"U4\",[]]]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_move_to_the_grid_and_lines_lose_what_is_straight),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
