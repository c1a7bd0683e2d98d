/* SPDX-License-Identifier: Apache-2.0 */
/* links: router */
#include "route.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit.h"

/* Days since 1970-01-01; what they are does not matter, only their order. */
enum { BEFORE = 20000, DAY = 20100, AFTER = 20200 };

#define NOBODY ((const char *const[]){NULL})
#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})
#define ALWAYS INT32_MIN, INT32_MAX

/* CITY over DEPT over CENTRE, three wards, and the units that have come and gone. */
static struct catalogue_unit units[] = {
    {"CENTRE", "CENTRE", "DEPT", "", "", "", NULL, ALWAYS, NULL, NULL},
    {"CITY", "OFFICE", NULL, "", "", "", NULL, ALWAYS, NULL, NULL},
    {"DEPT", "DEPARTMENT", "CITY", "", "", "", NULL, ALWAYS, NULL, NULL},
    {"DESK", "OFFICE", "CITY", "", "", "", NULL, ALWAYS, NULL, NULL},
    {"FUTURE", "WARD", "CITY", "", "", "", NULL, DAY + 1, INT32_MAX, NULL, NULL},
    {"GONE", "WARD", "CITY", "", "", "", NULL, INT32_MIN, DAY - 1, NULL, NULL},
    {"OLD", "CENTRE", "OLDEST", "", "", "", NULL, INT32_MIN, DAY - 1, NULL, NULL},
    {"OLDEST", "CENTRE", "CITY", "", "", "", NULL, INT32_MIN, DAY - 50, NULL, NULL},
    {"SPLIT", "WARD", "CITY", "", "", "", NULL, INT32_MIN, DAY - 1, NULL, NULL},
    {"W1", "WARD", "CITY", "", "", "", NULL, ALWAYS, NULL, NULL},
    {"W2", "WARD", "CITY", "", "", "", NULL, ALWAYS, NULL, NULL},
};

static struct catalogue_service services[] = {
    {.code = "LIGHT", .priority = 3},
    {.code = "STAFF", .priority = 2},
};

static const struct catalogue_area a1 = {"A1", "W1", ""}, a2 = {"A2", "W2", ""},
                                   a_gone = {"AG", "GONE", ""}, a_old = {"AO", "OLD", ""};

static struct catalogue city;

static void set_successors(const char *code, const char *const *successors)
{
    for (size_t i = 0; i < COUNT(units); i++)
        if (strcmp(units[i].code, code) == 0)
            units[i].successors = successors;
}

static int open_city(void **state)
{
    static const char *const none[] = {NULL}, *const old[] = {"CENTRE", NULL},
                             *const oldest[] = {"OLD", NULL}, *const split[] = {"W1", "W2", NULL};

    (void)state;
    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    for (size_t i = 0; i < COUNT(units); i++)
        units[i].successors = none;
    set_successors("FUTURE", oldest);
    set_successors("OLD", old);
    set_successors("OLDEST", oldest);
    set_successors("SPLIT", split);
    city = (struct catalogue){
        .units = units,
        .unit_count = COUNT(units),
        .services = services,
        .service_count = COUNT(services),
        .desk = catalogue_unit(&(struct catalogue){.units = units, .unit_count = COUNT(units)},
                               "DESK")};
    return 0;
}

/* A case of the city's noon on a day. */
static struct case_head head_on(int day, const char *service, const char *unit)
{
    const int64_t noon_s = INT64_C(5) * 3600; /* 12:00 at +07:00 */

    return (struct case_head){.received_at = (day * INT64_C(86400) + noon_s) * 1000000,
                              .service = service,
                              .unit = unit,
                              .lat = (double)NAN,
                              .lon = (double)NAN};
}

/* "LEAD<COORDINATOR,... by RULE"; for a case of its own table. */
struct outcome {
    char text[200];
};

static struct outcome decide(struct catalogue_route *routes, size_t count,
                             const struct case_head *head, const struct catalogue_area *area)
{
    struct case_route route = {0};
    struct outcome out = {""};
    struct err e = {0};
    size_t i, len;
    json_t *unit;

    city.routes = routes;
    city.route_count = count;
    AUTO(route_table_free) struct route_table *table = route_table_new(&city);
    assert_int_equal(route_decide(table, head, area, &route, &e), 0);
    assert_int_equal(route.desk, strcmp(route.rule, "desk") == 0);
    if (area != NULL)
        assert_string_equal(route.area, area->code);
    else
        assert_null(route.area);
    snprintf(out.text, sizeof(out.text), "%s", route.unit);
    json_array_foreach(route.coordinators, i, unit)
    {
        len = strlen(out.text);
        snprintf(out.text + len, sizeof(out.text) - len, "%c%s", i == 0 ? '<' : ',',
                 json_string_value(unit));
    }
    len = strlen(out.text);
    snprintf(out.text + len, sizeof(out.text) - len, " by %s", route.rule);
    json_release(&route.coordinators);
    return out;
}

#define assert_decides(routes, head, area, expected)                                               \
    assert_string_equal(decide(routes, COUNT(routes), head, area).text, expected)

static void takes_the_most_specific_rule(void **state)
{
    struct catalogue_route routes[] = {
        {"*", "*", "CITY", NOBODY, ALWAYS},
        {"*", "A1", "W1", NOBODY, ALWAYS},
        {"LIGHT", "*", "DEPT", NOBODY, ALWAYS},
        {"LIGHT", "A1", "CENTRE", NOBODY, ALWAYS},
    };
    struct case_head light = head_on(DAY, "LIGHT", NULL), staff = head_on(DAY, "STAFF", NULL);

    (void)state;
    assert_decides(routes, &light, &a1, "CENTRE by LIGHT/A1");
    assert_decides(routes, &light, &a2, "DEPT by LIGHT/*");
    assert_decides(routes, &light, NULL, "DEPT by LIGHT/*");
    assert_decides(routes, &staff, &a1, "W1 by */A1");
    assert_decides(routes, &staff, &a2, "CITY by */*");
    assert_decides(routes, &staff, NULL, "CITY by */*");
}

static void does_not_care_for_the_order_of_rules(void **state)
{
    struct catalogue_route routes[] = {
        {"LIGHT", "A2", "W2", NOBODY, ALWAYS},  {"STAFF", "*", "CITY", NOBODY, ALWAYS},
        {"LIGHT", "*", "DEPT", NOBODY, ALWAYS}, {"*", "*", "DESK", NOBODY, ALWAYS},
        {"LIGHT", "A1", "W1", NOBODY, ALWAYS},
    };
    struct case_head light = head_on(DAY, "LIGHT", NULL);

    (void)state;
    assert_decides(routes, &light, &a1, "W1 by LIGHT/A1");
    assert_decides(routes, &light, &a2, "W2 by LIGHT/A2");
}

static void sends_to_the_desk_what_no_rule_matches(void **state)
{
    struct catalogue_route routes[] = {{"LIGHT", "A1", "W1", LIST("DEPT"), ALWAYS}};
    struct case_head light = head_on(DAY, "LIGHT", NULL);

    (void)state;
    assert_decides(routes, &light, &a2, "DESK by desk");
    assert_decides(routes, &light, NULL, "DESK by desk");
    assert_string_equal(decide(routes, 0, &light, &a1).text, "DESK by desk");
}

static void gives_the_place_its_unit(void **state)
{
    struct catalogue_route routes[] = {{"LIGHT", "*", "@place", LIST("DEPT", "@place"), ALWAYS},
                                       {"*", "*", "CITY", LIST("@place"), ALWAYS}};
    struct case_head light = head_on(DAY, "LIGHT", NULL), staff = head_on(DAY, "STAFF", NULL);

    (void)state;
    assert_decides(routes, &light, &a2, "W2<DEPT by LIGHT/*");
    assert_decides(routes, &light, NULL, "CITY by */*");
    assert_decides(routes, &staff, &a1, "CITY<W1 by */*");
}

static void gives_a_named_unit_what_is_for_it(void **state)
{
    struct catalogue_route routes[] = {{"LIGHT", "*", "@named", LIST("CITY", "CITY"), ALWAYS}};
    struct case_head named = head_on(DAY, "LIGHT", "CENTRE"), none = head_on(DAY, "LIGHT", NULL),
                     unknown = head_on(DAY, "LIGHT", "NOBODY");

    (void)state;
    assert_decides(routes, &named, NULL, "CENTRE<CITY by LIGHT/*");
    assert_decides(routes, &none, NULL, "DESK by desk");
    assert_decides(routes, &unknown, NULL, "DESK by desk");
}

static void goes_to_the_superior_and_never_to_the_named(void **state)
{
    struct catalogue_route routes[] = {
        {"*", "*", "@named", NOBODY, ALWAYS},
        {"STAFF", "*", "@superior", LIST("@named", "CENTRE", "W1", "@place"), ALWAYS},
    };
    struct case_head centre = head_on(DAY, "STAFF", "CENTRE"), ward = head_on(DAY, "STAFF", "W1"),
                     city_itself = head_on(DAY, "STAFF", "CITY");

    (void)state;
    assert_decides(routes, &centre, &a1, "DEPT<W1 by STAFF/*");
    assert_decides(routes, &ward, &a1, "CITY<CENTRE by STAFF/*");
    /* The top has no superior, and the less specific rule would give it to itself. */
    assert_decides(routes, &city_itself, NULL, "DESK by desk");
}

static void keeps_the_named_out_of_less_specific_rules_too(void **state)
{
    struct catalogue_route routes[] = {
        {"*", "*", "DEPT", LIST("CITY", "W1"), ALWAYS},
        {"STAFF", "*", "@superior", NOBODY, ALWAYS},
    };
    struct case_head city_itself = head_on(DAY, "STAFF", "CITY");

    (void)state;
    assert_decides(routes, &city_itself, NULL, "DEPT<W1 by */*");
}

static void judges_by_the_local_day_of_receipt(void **state)
{
    struct catalogue_route routes[] = {
        {"LIGHT", "*", "W1", NOBODY, INT32_MIN, DAY - 1},
        {"LIGHT", "*", "W2", NOBODY, DAY, DAY},
        {"LIGHT", "*", "CENTRE", NOBODY, DAY + 5, INT32_MAX},
        {"*", "*", "CITY", NOBODY, ALWAYS},
    };
    struct case_head head = head_on(DAY, "LIGHT", NULL);
    const int64_t half_a_day = INT64_C(12) * 3600 * 1000000;

    (void)state;
    assert_decides(routes, &head, NULL, "W2 by LIGHT/*");
    head.received_at -= half_a_day; /* midnight */
    assert_decides(routes, &head, NULL, "W2 by LIGHT/*");
    head.received_at -= 1;
    assert_decides(routes, &head, NULL, "W1 by LIGHT/*");
    head.received_at += 2 * half_a_day; /* the last microsecond of the day */
    assert_decides(routes, &head, NULL, "W2 by LIGHT/*");
    head.received_at += 1;
    assert_decides(routes, &head, NULL, "CITY by */*");
    head = head_on(DAY + 5, "LIGHT", NULL);
    assert_decides(routes, &head, NULL, "CENTRE by LIGHT/*");
    head = head_on(BEFORE, "LIGHT", NULL);
    assert_decides(routes, &head, NULL, "W1 by LIGHT/*");
}

static void follows_a_unit_to_its_only_successor(void **state)
{
    struct catalogue_route routes[] = {{"LIGHT", "*", "OLDEST", LIST("OLD", "GONE"), ALWAYS},
                                       {"STAFF", "*", "@place", NOBODY, ALWAYS}};
    struct case_head then = head_on(DAY - 50, "LIGHT", NULL),
                     between = head_on(DAY - 1, "LIGHT", NULL), now = head_on(DAY, "LIGHT", NULL),
                     place = head_on(DAY, "STAFF", NULL);

    (void)state;
    assert_decides(routes, &then, NULL, "OLDEST<OLD,GONE by LIGHT/*");
    assert_decides(routes, &between, NULL, "OLD<GONE by LIGHT/*");
    assert_decides(routes, &now, NULL, "CENTRE by LIGHT/*");
    assert_decides(routes, &place, &a_old, "CENTRE by STAFF/*");
}

static void does_not_resolve_units_out_of_force(void **state)
{
    struct catalogue_route routes[] = {
        {"*", "*", "CITY", LIST("SPLIT", "FUTURE"), ALWAYS},
        {"LIGHT", "*", "@place", NOBODY, ALWAYS},
        {"LIGHT", "A1", "SPLIT", NOBODY, ALWAYS},
        {"LIGHT", "A2", "FUTURE", NOBODY, ALWAYS},
        {"STAFF", "*", "@named", NOBODY, ALWAYS},
    };
    struct case_head light = head_on(DAY, "LIGHT", NULL), split = head_on(DAY, "STAFF", "SPLIT"),
                     tomorrow = head_on(DAY + 1, "LIGHT", NULL);

    (void)state;
    assert_decides(routes, &light, &a1, "W1 by LIGHT/*"); /* two successors */
    assert_decides(routes, &light, &a2, "W2 by LIGHT/*"); /* not begun */
    assert_decides(routes, &tomorrow, &a2, "FUTURE by LIGHT/A2");
    assert_decides(routes, &light, &a_gone, "CITY by */*"); /* no successor */
    assert_decides(routes, &split, NULL, "CITY by */*");
}

static void finds_the_superior_of_who_took_over(void **state)
{
    struct catalogue_route routes[] = {{"STAFF", "*", "@superior", LIST("@named"), ALWAYS}};
    struct case_head old = head_on(DAY, "STAFF", "OLD"), split = head_on(DAY, "STAFF", "SPLIT");

    (void)state;
    assert_decides(routes, &old, NULL, "DEPT by STAFF/*"); /* CENTRE took over, below DEPT */
    assert_decides(routes, &split, NULL, "CITY by STAFF/*");
}

/* OLDEST, the parent of OLD, was followed by OLD: it would judge itself. */
static void is_not_judged_by_itself_as_its_own_superior(void **state)
{
    struct catalogue_route routes[] = {{"STAFF", "*", "@superior", NOBODY, ALWAYS}};
    struct case_head old = head_on(DAY - 1, "STAFF", "OLD");

    (void)state;
    assert_decides(routes, &old, NULL, "DESK by desk");
}

static void tells_the_priority_of_the_service(void **state)
{
    struct case_head head = head_on(AFTER, "STAFF", NULL);
    struct case_route route = {0};
    struct err e = {0};

    (void)state;
    city.route_count = 0;
    AUTO(route_table_free) struct route_table *table = route_table_new(&city);
    assert_int_equal(route_decide(table, &head, NULL, &route, &e), 0);
    assert_int_equal(route.priority, 2);
    assert_true(route.desk);
    assert_null(route.coordinators);
}

static void asks_to_be_asked_again_about_an_unknown_service(void **state)
{
    struct case_head head = head_on(DAY, "NEWEST", NULL);
    struct case_route route = {0};
    struct err e = {0};

    (void)state;
    city.route_count = 0;
    AUTO(route_table_free) struct route_table *table = route_table_new(&city);
    assert_int_equal(route_decide(table, &head, NULL, &route, &e), -1);
    assert_int_equal(e.kind, ERR_BUSY);
    assert_non_null(strstr(e.text, "NEWEST"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_most_specific_rule),
        cmocka_unit_test(does_not_care_for_the_order_of_rules),
        cmocka_unit_test(sends_to_the_desk_what_no_rule_matches),
        cmocka_unit_test(gives_the_place_its_unit),
        cmocka_unit_test(gives_a_named_unit_what_is_for_it),
        cmocka_unit_test(goes_to_the_superior_and_never_to_the_named),
        cmocka_unit_test(keeps_the_named_out_of_less_specific_rules_too),
        cmocka_unit_test(judges_by_the_local_day_of_receipt),
        cmocka_unit_test(follows_a_unit_to_its_only_successor),
        cmocka_unit_test(does_not_resolve_units_out_of_force),
        cmocka_unit_test(finds_the_superior_of_who_took_over),
        cmocka_unit_test(is_not_judged_by_itself_as_its_own_superior),
        cmocka_unit_test(tells_the_priority_of_the_service),
        cmocka_unit_test(asks_to_be_asked_again_about_an_unknown_service),
    };

    return cmocka_run_group_tests_name("route", tests, open_city, NULL);
}
