/* SPDX-License-Identifier: Apache-2.0 */
/* links: router */
#include "area.h"

#include "json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define SQUARE(west, south, east, north)                                                           \
    "[[" west "," south "],[" east "," south "],[" east "," north "],[" west "," north "],[" west  \
    "," south "]]"
#define POLYGON(rings) "{\"type\":\"Polygon\",\"coordinates\":[" rings "]}"
#define MULTIPOLYGON(polygons) "{\"type\":\"MultiPolygon\",\"coordinates\":[" polygons "]}"

/* WEST and EAST share the border at 106.7; HOLE has one with ISLE in it and a
 * second part far away; OVER lies over a corner of WEST. */
static struct catalogue_area areas[] = {
    {"EAST", "U", POLYGON(SQUARE("106.7", "10.7", "106.8", "10.8"))},
    {"HOLE", "U",
     MULTIPOLYGON("[" SQUARE("106.0", "10.0", "106.4", "10.4") "," SQUARE(
         "106.1", "10.1", "106.3", "10.3") "],[" SQUARE("108.0", "8.0", "108.1", "8.1") "]")},
    {"ISLE", "U", POLYGON(SQUARE("106.15", "10.15", "106.25", "10.25"))},
    {"OVER", "U", POLYGON(SQUARE("106.59", "10.69", "106.61", "10.71"))},
    {"WEST", "U", POLYGON(SQUARE("106.6", "10.7", "106.7", "10.8"))},
};

static struct area_map *opened(struct catalogue_area *list, size_t count)
{
    struct area_map *map = NULL;
    struct err e = {0};

    assert_int_equal(
        area_map_open(&map, &(struct catalogue){.areas = list, .area_count = count}, &e), 0);
    return map;
}

static const char *code_at(const struct area_map *map, double lat, double lon)
{
    const struct catalogue_area *area = area_map_find(map, lat, lon);

    return area != NULL ? area->code : "none";
}

static void finds_the_area_that_holds_a_place(void **state)
{
    AUTO(area_map_close) struct area_map *map = opened(areas, COUNT(areas));

    (void)state;
    assert_string_equal(code_at(map, 10.75, 106.65), "WEST");
    assert_string_equal(code_at(map, 10.75, 106.75), "EAST");
    assert_string_equal(code_at(map, 8.05, 108.05), "HOLE");  /* its second part */
    assert_string_equal(code_at(map, 106.65, 10.75), "none"); /* the wrong way round */
    assert_string_equal(code_at(map, 11.5, 107.5), "none");
}

static void leaves_holes_to_who_lies_in_them(void **state)
{
    AUTO(area_map_close) struct area_map *map = opened(areas, COUNT(areas));

    (void)state;
    assert_string_equal(code_at(map, 10.05, 106.05), "HOLE");
    assert_string_equal(code_at(map, 10.2, 106.2), "ISLE");
    assert_string_equal(code_at(map, 10.12, 106.2), "none"); /* 2 km from both */
}

static void gives_borders_and_overlaps_to_the_lowest_code(void **state)
{
    AUTO(area_map_close) struct area_map *map = opened(areas, COUNT(areas));

    (void)state;
    assert_string_equal(code_at(map, 10.75, 106.7), "EAST"); /* also WEST's border */
    assert_string_equal(code_at(map, 10.8, 106.7), "EAST");  /* a common corner */
    assert_string_equal(code_at(map, 10.7, 106.65), "WEST"); /* an outer border */
    assert_string_equal(code_at(map, 10.705, 106.605), "OVER");
}

static void is_the_same_in_any_order(void **state)
{
    struct catalogue_area backwards[COUNT(areas)];

    (void)state;
    for (size_t i = 0; i < COUNT(areas); i++)
        backwards[i] = areas[COUNT(areas) - 1 - i];
    AUTO(area_map_close) struct area_map *map = opened(backwards, COUNT(backwards));
    assert_string_equal(code_at(map, 10.75, 106.7), "EAST");
    assert_string_equal(code_at(map, 10.705, 106.605), "OVER");
}

/* A hundredth of a degree is 1,112 m of latitude, and 1,093 m of longitude here. */
static void takes_the_nearest_within_reach(void **state)
{
    AUTO(area_map_close) struct area_map *map = opened(areas, COUNT(areas));

    (void)state;
    assert_string_equal(code_at(map, 10.8026, 106.75), "EAST");   /* 289 m north */
    assert_string_equal(code_at(map, 10.8028, 106.75), "none");   /* 311 m */
    assert_string_equal(code_at(map, 10.75, 106.80270), "EAST");  /* 295 m east */
    assert_string_equal(code_at(map, 10.75, 106.80278), "none");  /* 304 m */
    assert_string_equal(code_at(map, 10.8005, 106.6990), "WEST"); /* 56 m, EAST 122 m */
    assert_string_equal(code_at(map, 10.8005, 106.7), "EAST");    /* as near to both */
}

static void knows_a_place_from_none(void **state)
{
    AUTO(area_map_close) struct area_map *map = opened(areas, COUNT(areas));
    AUTO(area_map_close) struct area_map *empty = opened(areas, 0);

    (void)state;
    assert_null(area_map_find(map, (double)NAN, (double)NAN));
    assert_null(area_map_find(map, 10.75, (double)NAN));
    assert_null(area_map_find(map, (double)INFINITY, 106.65));
    assert_null(area_map_find(map, 90, 0));
    assert_null(area_map_find(empty, 10.75, 106.65));
    assert_true(area_map_covers(empty, 0, 0)); /* it knows no border */
    assert_true(area_map_covers(map, 10.75, 106.65));
    assert_true(area_map_covers(map, 10.75, 106.5995)); /* 55 m from WEST */
    assert_false(area_map_covers(map, 0, 0));
}

static void leaves_out_a_shape_that_cannot_be_read(void **state)
{
    struct catalogue_area list[] = {
        {"BAD1", "U", "{\"type\":\"Polygon\",\"coordinates\":7}"},
        {"BAD2", "U", "nothing"},
        {"BAD3", "U", POLYGON("[[106.6,10.7],[106.7,10.7]]")},
        areas[4],
    };
    AUTO(area_map_close) struct area_map *map = opened(list, COUNT(list));

    (void)state;
    assert_string_equal(code_at(map, 10.75, 106.65), "WEST");
}

/* The shapes of deploy/catalogue/hcmc; keep the document while they are used. */
static size_t read_city(json_t **document, struct catalogue_area *list, size_t room)
{
    const json_t *features;
    json_t *feature;
    size_t i;

    *document = json_load_file(SOURCE_DIR "/deploy/catalogue/hcmc/areas.geojson", 0, NULL);
    assert_non_null(*document);
    features = json_object_get(*document, "features");
    assert_true(json_array_size(features) <= room);
    json_array_foreach(features, i, feature)
    {
        json_t *properties = json_object_get(feature, "properties");
        list[i].code = json_string_value(json_object_get(properties, "code"));
        list[i].unit = json_string_value(json_object_get(properties, "unit"));
        list[i].shape = json_dumps(json_object_get(feature, "geometry"), JSON_COMPACT);
    }
    return i;
}

static void knows_the_city(void **state)
{
    static const struct {
        double lat, lon;
        const char *code;
    } places[] = {
        {10.7725, 106.6980, "26743"}, /* Bến Thành market */
        {10.7950, 106.7218, "26956"}, /* Landmark 81, Thạnh Mỹ Tây */
        {10.8661, 106.8036, "26842"}, /* Suối Tiên park, Tăng Nhơn Phú */
        {10.3345, 107.0776, "26506"}, /* Vũng Tàu lighthouse */
        {8.6830, 106.6060, "26732"},  /* Côn Đảo */
        {21.0285, 105.8542, "none"},  /* Hà Nội */
    };
    AUTO(json_release) json_t *document = NULL;
    struct catalogue_area list[200];
    size_t count = read_city(&document, list, COUNT(list));
    AUTO(area_map_close) struct area_map *map = opened(list, count);

    (void)state;
    assert_int_equal(count, 168);
    for (size_t i = 0; i < COUNT(places); i++)
        assert_string_equal(code_at(map, places[i].lat, places[i].lon), places[i].code);
    for (size_t i = 0; i < count; i++)
        free((void *)(uintptr_t)list[i].shape);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_area_that_holds_a_place),
        cmocka_unit_test(leaves_holes_to_who_lies_in_them),
        cmocka_unit_test(gives_borders_and_overlaps_to_the_lowest_code),
        cmocka_unit_test(is_the_same_in_any_order),
        cmocka_unit_test(takes_the_nearest_within_reach),
        cmocka_unit_test(knows_a_place_from_none),
        cmocka_unit_test(knows_the_city),
        cmocka_unit_test(leaves_out_a_shape_that_cannot_be_read),
    };

    return cmocka_run_group_tests_name("area", tests, NULL, NULL);
}
