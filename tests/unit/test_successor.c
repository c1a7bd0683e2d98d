/* SPDX-License-Identifier: Apache-2.0 */
/* links: sentinel */
/* Who has the say for what a unit had that has ended. */
#include "succession.h"
#include "successor.h"

#include <math.h>
#include <string.h>

#include "unit.h"

/* Days since 1970-01-01; what they are does not matter, only their order. */
enum { DAY = 20100 };

#define SQUARE(west, east)                                                                         \
    "{\"type\":\"Polygon\",\"coordinates\":[[[" west ",10.7],[" east ",10.7],[" east               \
    ",10.8],[" west ",10.8],[" west ",10.7]]]}"

static struct catalogue_unit units[17];
static size_t unit_count;

static void add_unit(const char *code, const char *parent, int32_t from, int32_t until,
                     const char *const *successors)
{
    units[unit_count++] = (struct catalogue_unit){.code = code,
                                                  .kind = "WARD",
                                                  .parent = parent,
                                                  .name_vi = "",
                                                  .name_en = "",
                                                  .calendar_code = "",
                                                  .valid_from = from,
                                                  .valid_until = until,
                                                  .successors = successors,
                                                  .symbol = code};
}

static struct catalogue_area areas[] = {{"A1", "W1", SQUARE("106.6", "106.7")},
                                        {"A2", "W2", SQUARE("106.7", "106.8")},
                                        {"A3", "W3", SQUARE("106.8", "106.9")},
                                        {"A9", "MERGED", SQUARE("107.0", "107.1")}};
static struct catalogue_route routes[] = {{"NOISE", "*", "@place", NULL, INT32_MIN, INT32_MAX},
                                          {"STAFF", "*", "@superior", NULL, INT32_MIN, INT32_MAX}};
static struct catalogue city;

/* In the order of their codes. */
static int open_city(void **state)
{
    static const char *const none[] = {NULL}, *const around[] = {"CYCLE2", NULL},
                             *const back[] = {"CYCLE1", NULL}, *const chain[] = {"LAST", NULL},
                             *const w1[] = {"W1", NULL}, *const w12[] = {"W1", "W2", NULL},
                             *const w13[] = {"SPLIT", "W3", NULL}, *const new[] = {"NEW", NULL},
                             *const lost[] = {"W0", NULL}, *const ring[] = {"CYCLE1", "W2", NULL};

    (void)state;
    unit_count = 0;
    add_unit("CYCLE1", "CITY", INT32_MIN, DAY - 1, around);
    add_unit("CYCLE2", "CITY", INT32_MIN, DAY - 1, back);
    add_unit("DESK", NULL, INT32_MIN, INT32_MAX, none);
    add_unit("FIRST", "CITY", INT32_MIN, DAY - 100, chain);
    add_unit("GONE", "CITY", INT32_MIN, DAY - 1, none);
    add_unit("LAST", "CITY", INT32_MIN, DAY - 1, w1);
    add_unit("LOST", "CITY", INT32_MIN, DAY - 1, lost);
    add_unit("MERGED", "CITY", INT32_MIN, DAY - 1, w1);
    add_unit("NEW", "CITY", DAY + 1, INT32_MAX, none);
    add_unit("OLDCITY", NULL, INT32_MIN, DAY - 1, w12);
    add_unit("RING", "CITY", INT32_MIN, DAY - 1, ring);
    add_unit("SOON", "CITY", INT32_MIN, DAY - 1, new);
    add_unit("SPLIT", "OLDCITY", INT32_MIN, DAY - 1, w12);
    add_unit("SPLIT2", "CITY", INT32_MIN, DAY - 1, w13);
    add_unit("W1", "CITY", INT32_MIN, INT32_MAX, none);
    add_unit("W2", "CITY", INT32_MIN, INT32_MAX, none);
    add_unit("W3", "CITY", INT32_MIN, DAY, none);
    city = (struct catalogue){.units = units,
                              .unit_count = unit_count,
                              .areas = areas,
                              .area_count = COUNT(areas),
                              .routes = routes,
                              .route_count = COUNT(routes)};
    city.desk = catalogue_unit(&city, "DESK");
    return 0;
}

static void expect_heirs(const char *code, const char *wanted)
{
    const struct catalogue_unit *heirs[SUCCESSION_MOST];
    size_t count = succession_find(&city, catalogue_unit(&city, code), DAY, heirs, SUCCESSION_MOST);
    char found[200] = "";

    for (size_t i = 0; i < count; i++)
        snprintf(found + strlen(found), sizeof(found) - strlen(found), "%s ", heirs[i]->code);
    if (strcmp(found, wanted) != 0)
        fail_msg("after %s: \"%s\" instead of \"%s\"", code, found, wanted);
}

static void follows_successors_to_those_in_force(void **state)
{
    (void)state;
    expect_heirs("W1", "W1 ");
    expect_heirs("W3", "W3 "); /* its last day */
    expect_heirs("LAST", "W1 ");
    expect_heirs("FIRST", "W1 ");
    expect_heirs("SPLIT", "W2 W1 ");
    expect_heirs("SPLIT2", "W3 W2 W1 ");
    expect_heirs("GONE", "");
    expect_heirs("LOST", "");
    expect_heirs("SOON", ""); /* who has not begun has no say */
}

static void ends_where_successors_lead_in_a_circle(void **state)
{
    (void)state;
    expect_heirs("CYCLE1", "");
    expect_heirs("RING", "W2 ");
}

static void gives_no_more_than_there_is_room_for(void **state)
{
    const struct catalogue_unit *one[1];

    (void)state;
    assert_int_equal(succession_find(&city, catalogue_unit(&city, "SPLIT2"), DAY, one, 1), 1);
    assert_true(
        succession_has(&city, catalogue_unit(&city, "SPLIT2"), DAY, catalogue_unit(&city, "W1")));
    assert_false(
        succession_has(&city, catalogue_unit(&city, "SPLIT"), DAY, catalogue_unit(&city, "W3")));
}

/* What a case of NOISE is to be handed over to. */
static const char *heir_of(const char *unit, double lon, const char *area)
{
    struct successors *successors = successors_new(&city);
    const struct orphan orphan = {.unit = catalogue_unit(&city, unit),
                                  .service = "NOISE",
                                  .area = area,
                                  .lat = 10.75,
                                  .lon = lon};
    const char *code = successor_of(successors, &orphan, DAY)->code;

    successors_free(&successors);
    return code;
}

static const double nowhere = (double)NAN;

static void needs_no_place_for_a_single_successor(void **state)
{
    (void)state;
    assert_string_equal(heir_of("LAST", nowhere, NULL), "W1");
    assert_string_equal(heir_of("FIRST", 106.75, NULL), "W1");
    assert_string_equal(heir_of("GONE", 106.65, NULL), "DESK");
    assert_string_equal(heir_of("CYCLE1", 106.65, NULL), "DESK");
}

static void goes_by_the_place_where_there_are_several(void **state)
{
    (void)state;
    assert_string_equal(heir_of("SPLIT", 106.65, NULL), "W1");
    assert_string_equal(heir_of("SPLIT", 106.75, NULL), "W2");
    assert_string_equal(heir_of("SPLIT2", 106.85, NULL), "W3");
    assert_string_equal(heir_of("SPLIT", 106.85, NULL), "DESK"); /* another's place */
    assert_string_equal(heir_of("SPLIT", 106.5, NULL), "DESK");  /* nobody's */
    assert_string_equal(heir_of("SPLIT", nowhere, NULL), "DESK");
}

static void goes_by_the_area_that_was_chosen_without_a_place(void **state)
{
    (void)state;
    assert_string_equal(heir_of("SPLIT", nowhere, "A2"), "W2");
    assert_string_equal(heir_of("SPLIT", 106.65, "A2"), "W1");  /* the place says more */
    assert_string_equal(heir_of("SPLIT", nowhere, "A9"), "W1"); /* whose unit has ended as well */
    assert_string_equal(heir_of("SPLIT", nowhere, "A7"), "DESK");
}

static void stays_with_the_desk(void **state)
{
    struct successors *successors = successors_new(&city);
    const struct orphan orphan = {.unit = catalogue_unit(&city, "LAST"),
                                  .service = "NOISE",
                                  .lat = nowhere,
                                  .lon = nowhere,
                                  .at_the_desk = true};

    (void)state;
    assert_string_equal(successor_of(successors, &orphan, DAY)->code, "DESK");
    successors_free(&successors);
}

/* The superior of a ward has ended, and the wards have its place: one of them is complained of. */
static void goes_never_to_the_unit_that_it_may_be_about(void **state)
{
    struct successors *successors = successors_new(&city);
    struct orphan orphan = {
        .unit = catalogue_unit(&city, "OLDCITY"), .service = "STAFF", .lat = 10.75, .lon = 106.65};

    (void)state;
    assert_string_equal(successor_of(successors, &orphan, DAY)->code, "DESK");
    orphan.service = "NOISE";
    assert_string_equal(successor_of(successors, &orphan, DAY)->code, "W1");
    orphan.service = "STAFF";
    orphan.unit = catalogue_unit(&city, "LAST"); /* which had nobody below it */
    assert_string_equal(successor_of(successors, &orphan, DAY)->code, "W1");
    successors_free(&successors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(follows_successors_to_those_in_force, open_city),
        cmocka_unit_test_setup(ends_where_successors_lead_in_a_circle, open_city),
        cmocka_unit_test_setup(gives_no_more_than_there_is_room_for, open_city),
        cmocka_unit_test_setup(needs_no_place_for_a_single_successor, open_city),
        cmocka_unit_test_setup(goes_by_the_place_where_there_are_several, open_city),
        cmocka_unit_test_setup(goes_by_the_area_that_was_chosen_without_a_place, open_city),
        cmocka_unit_test_setup(stays_with_the_desk, open_city),
        cmocka_unit_test_setup(goes_never_to_the_unit_that_it_may_be_about, open_city),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
