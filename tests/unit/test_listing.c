/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "likeness.h"
#include "listing.h"
#include "open311_filter.h"
#include "trail.h"

#include "clock.h"
#include "place.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define DAY_US (INT64_C(86400) * CLOCK_US_PER_S)

/* "a=1&b=2" as the parameters of an address. */
static const char *value_of(void *ctx, const char *name)
{
    static char value[200];
    size_t len = strlen(name);

    for (const char *at = ctx; at != NULL && *at != '\0';) {
        size_t whole = strcspn(at, "&");
        if (strncmp(at, name, len) == 0 && at[len] == '=') {
            snprintf(value, sizeof(value), "%.*s", (int)(whole - len - 1), at + len + 1);
            return value;
        }
        at += whole + (at[whole] == '&');
    }
    return NULL;
}

static struct faults faults;
static struct arena *arena;

static void read_filter(const char *query, int64_t now, struct listing_filter *f)
{
    const struct query q = {value_of, (void *)(uintptr_t)query, &faults, arena, NULL};
    int64_t page = 0;

    faults.count = 0;
    open311_filter_read(&q, now, f, &page);
}

static int open_arena(void **state)
{
    (void)state;
    arena = arena_new(1024 * 1024);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void the_index_that_narrows_most_is_walked(void **state)
{
    static const struct {
        const char *query;
        enum listing_path path;
    } rows[] = {
        {"", LISTING_BY_ID},
        {"status=open", LISTING_BY_OPEN},
        {"status=closed", LISTING_BY_ID},
        {"status=open,closed", LISTING_BY_ID},
        {"service_code=A", LISTING_BY_SERVICE},
        {"service_code=A&status=open", LISTING_BY_OPEN},
        {"service_code=A,B,C,D,E,F,G,H,I,J,K,L,M,N,O,P,Q", LISTING_BY_ID},
        {"lat=10.7&long=106.7&radius=500&service_code=A", LISTING_BY_CELL},
        {"lat=10.7&long=106.7&radius=500&status=open", LISTING_BY_OPEN_CELL},
        {"lat=10.7&long=106.7&radius=50000&service_code=A", LISTING_BY_SERVICE},
        {"updated_after=2026-01-01&service_code=A", LISTING_BY_UPDATE},
        {"q=ga&service_code=A&status=open", LISTING_BY_TEXT},
        {"q=ga&lat=10.7&long=106.7&radius=500", LISTING_BY_CELL},
        {"service_request_id=A&status=open", LISTING_BY_REFERENCE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct listing_filter f;
        read_filter(rows[i].query, 1000 * DAY_US, &f);
        assert_int_equal(faults.count, 0);
        assert_int_equal(listing_path(&f), rows[i].path);
    }
}

static void rare_states_are_walked_by_themselves(void **state)
{
    static const struct {
        const char *states[2];
        enum listing_status status;
        const char *service, *area;
        bool has_box;
        enum listing_path path;
    } rows[] = {
        {{"NEED_INFO"}, LISTING_OPEN, NULL, NULL, false, LISTING_BY_STATE},
        {{"NEED_INFO", "DRAFTED"}, LISTING_OPEN, "A", "B", true, LISTING_BY_STATE},
        {{"MERGED", "REJECTED"}, LISTING_CLOSED, "A", NULL, false, LISTING_BY_STATE},
        {{"MERGED", "NEED_INFO"}, LISTING_ANY, NULL, NULL, false, LISTING_BY_STATE},
        {{"MERGED"}, LISTING_CLOSED, NULL, "B", false, LISTING_BY_AREA},
        {{"MERGED"}, LISTING_CLOSED, NULL, NULL, true, LISTING_BY_CELL},
        {{"NEED_INFO", "ASSIGNED"}, LISTING_OPEN, NULL, NULL, false, LISTING_BY_OPEN},
        {{"MERGED", "ANSWERED"}, LISTING_CLOSED, NULL, NULL, false, LISTING_BY_ID},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct listing_filter f;
        listing_filter_init(&f, 50);
        f.status = rows[i].status;
        for (size_t k = 0; k < COUNT(rows[i].states) && rows[i].states[k] != NULL; k++)
            f.states.items[f.states.count++] = rows[i].states[k];
        f.services = (struct listing_codes){{rows[i].service}, rows[i].service != NULL};
        f.areas = (struct listing_codes){{rows[i].area}, rows[i].area != NULL};
        f.has_box = rows[i].has_box;
        f.box = (struct listing_box){10.71, 106.71, 10.72, 106.72};
        assert_int_equal(listing_path(&f), rows[i].path);
    }
}

static void dates_that_are_not_said_are_90_days_away(void **state)
{
    struct listing_filter f;

    (void)state;
    read_filter("", 1000 * DAY_US, &f);
    assert_int_equal(f.from, 910 * DAY_US);
    assert_true(f.rolling && f.to == INT64_MAX);
    read_filter("start_date=1972-01-01T00:00:00Z", 1000 * DAY_US, &f);
    assert_int_equal(f.to - f.from, 90 * DAY_US);
    read_filter("end_date=1972-06-01T00:00:00Z", 1000 * DAY_US, &f);
    assert_int_equal(f.to - f.from, 90 * DAY_US);
    read_filter("updated_after=1972-06-01T00:00:00Z", 1000 * DAY_US, &f);
    assert_true(f.from == INT64_MIN && f.to == INT64_MAX);
    read_filter("start_date=1972-01-01&end_date=1972-03-31", 0, &f); /* ninety days apart */
    assert_int_equal(faults.count, 0);
    assert_int_equal(f.to - f.from, 91 * DAY_US - 1);
    read_filter("start_date=1972-01-01&end_date=1972-04-01", 0, &f);
    assert_int_equal(faults.count, 1);
    read_filter("start_date=1972-01-01T00:00:00Z&end_date=1972-04-01T00:00:00Z", 0, &f);
    assert_int_equal(faults.count, 1);
    assert_int_equal(faults.rows[0].rule, RULE_SPAN);
}

static void the_squares_of_a_circle_hold_it(void **state)
{
    struct listing_box box = listing_box_around(10.7501, 106.65, 500);
    int32_t cells[LISTING_CELLS_MAX];

    (void)state;
    size_t count = listing_cells(&box, cells);
    assert_in_range(count, 2, 4);
    bool found = false;
    for (size_t i = 0; i < count; i++)
        found = found || cells[i] == 1075 * 36001 + 10665;
    assert_true(found);
    box = listing_box_around(89.99, 0, 50000);
    assert_int_equal(listing_cells(&box, cells), 0);
    assert_true(fabs(place_distance_m(10.75, 106.65, 10.76, 106.65) - 1112) < 1);
    assert_true(fabs(place_distance_m(10.75, 106.65, 10.75, 106.66) - 1092) < 2);
}

/* How many rows of each key the next step looks at. */
static size_t rows_of_each(const struct listing_filter *f, struct listing_step *step)
{
    struct db_args args = {0};

    (void)listing_step(f, step, &args);
    db_args_free(&args);
    return step->each;
}

static void of_several_keys_a_few_rows_are_looked_at(void **state)
{
    struct listing_filter f;
    struct listing_step first = {.wanted = 51};

    (void)state;
    read_filter("service_code=A,B,C,D", 1000 * DAY_US, &f);
    size_t each = rows_of_each(&f, &first);
    assert_in_range(each, 51 / 4, 51 / 2);
    assert_int_equal(first.looked, 2 * 4 * each); /* which lie anywhere */
    first.found = each; /* they were all of one service: about as many of it again, and some */
    first.wanted = 51 - each;
    assert_in_range(rows_of_each(&f, &first), 51 - each, 2 * (51 - each));
    first.found = 0;
    assert_in_range(rows_of_each(&f, &first), 8 * each, 187); /* as long as nothing fits */
    assert_int_equal(rows_of_each(&f, &first), 187);          /* 750 together */
    read_filter("lat=10.75&long=106.65&radius=100", 1000 * DAY_US, &f);
    struct listing_step place = {.wanted = listing_rows_for(&f, 51)};
    assert_in_range(place.wanted, 65, 90); /* of those in its box the circle holds four in five */
    assert_true(rows_of_each(&f, &place) > 200); /* since the circle is but a part of its squares */
    read_filter("service_code=A", 1000 * DAY_US, &f);
    struct listing_step one = {.wanted = 51};
    assert_int_equal(rows_of_each(&f, &one), 751); /* at most: it stops by itself */
}

/* Which statement the next step is. */
static const char *statement(const struct listing_filter *f, struct listing_step *step)
{
    struct db_args args = {0};
    const struct sql *sql = listing_step(f, step, &args);

    db_args_free(&args);
    return sql->name;
}

static void what_is_open_is_looked_for_among_the_newest_first(void **state)
{
    static const char *const others[] = {"status=open&service_code=A",
                                         "status=open&end_date=1972-01-01"};
    struct listing_filter f;
    struct listing_step step = {.wanted = 51};
    const struct listing_cursor last = {0};

    (void)state;
    read_filter("status=open", 1000 * DAY_US, &f);
    assert_string_equal(statement(&f, &step), "list_by_id");
    assert_in_range(step.looked, 51, 500);
    step.at = &last; /* and then of each service */
    assert_string_equal(statement(&f, &step), "list_by_open");
    assert_in_range(step.each, 1, 51);
    for (size_t i = 0; i < COUNT(others); i++) {
        read_filter(others[i], 1000 * DAY_US, &f);
        step = (struct listing_step){.wanted = 51};
        assert_string_equal(statement(&f, &step), "list_by_open");
    }
}

static void the_rows_of_a_large_place_are_ranges_of_squares(void **state)
{
    struct listing_range ranges[LISTING_RANGES_MAX];
    struct listing_box city = {10.6, 106.5, 11.0, 106.9}, world = {-90, -180, 90, 180};

    (void)state;
    assert_int_equal(listing_ranges(&city, ranges), 42);
    assert_int_equal(ranges[0].first, 1059 * 36001 + 10649);
    assert_int_equal(ranges[0].last, 1059 * 36001 + 10690);
    assert_int_equal(ranges[41].last, 1100 * 36001 + 10690);
    assert_int_equal(listing_ranges(&world, ranges), 1);
    assert_true(ranges[0].first <= -9000 * 36001 - 18000);
    assert_true(ranges[0].last >= 9000 * 36001 + 18000);
}

static void a_large_place_is_looked_for_by_its_squares_when_little_is_new(void **state)
{
    struct listing_filter f;
    struct listing_step step = {.wanted = 51};
    const struct listing_cursor last = {0};

    (void)state;
    read_filter("lat=20&long=105.8&radius=50000", 1000 * DAY_US, &f);
    assert_false(listing_is_ranged_next(&f, &step));
    assert_string_equal(statement(&f, &step), "list_by_id");
    step.at = &last;
    step.found = 40; /* there is much */
    assert_false(listing_is_ranged_next(&f, &step));
    step.found = 1;
    assert_true(listing_is_ranged_next(&f, &step));
    assert_string_equal(statement(&f, &step), "list_by_range");
    assert_false(listing_is_ranged_next(&f, &step)); /* once */
    assert_string_equal(statement(&f, &step), "list_by_id");
}

static void only_what_goes_by_what_is_newest_is_looked_for_by_squares(void **state)
{
    static const char *const others[] = {"lat=20&long=105.8&radius=500", "status=open",
                                         "lat=20&long=105.8&radius=50000&q=ga",
                                         "lat=20&long=105.8&radius=50000&updated_after=1972-01-01"};
    const struct listing_cursor last = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(others); i++) {
        struct listing_filter f;
        struct listing_step step = {.at = &last, .wanted = 51, .looked = 2000};
        read_filter(others[i], 1000 * DAY_US, &f);
        assert_false(listing_is_ranged_next(&f, &step));
    }
}

static void a_page_is_found_again_for_a_minute(void **state)
{
    struct trail *trail = trail_new();
    const struct listing_cursor begin = {5, {{1, 2, 3}}};
    struct listing_cursor found;
    struct listing_filter f;

    (void)state;
    read_filter("service_code=A", 1000 * DAY_US, &f);
    uint64_t key = trail_key(&f);
    trail_note(trail, key, 2, 7, &begin);
    assert_true(trail_find(trail, key, 2, 8, &found));
    assert_int_equal(found.updated_at, 5);
    assert_false(trail_find(trail, key, 3, 8, &found));
    assert_false(trail_find(trail, key, 2, 7 + 61 * INT64_C(1000000), &found));
    read_filter("service_code=A", 1001 * DAY_US, &f);
    assert_true(trail_key(&f) == key);
    read_filter("service_code=B", 1000 * DAY_US, &f);
    assert_true(trail_key(&f) != key);
    read_filter("service_code=A&start_date=1972-01-01", 1000 * DAY_US, &f);
    assert_true(trail_key(&f) != key);
    trail_free(&trail);
}

static double likeness_between(const char *a, const char *b)
{
    struct likeness *likeness = likeness_new(a, strlen(a));
    double value = likeness_of(likeness, b, strlen(b));

    likeness_free(&likeness);
    return value;
}

static void texts_are_alike_whatever_their_diacritics(void **state)
{
    (void)state;
    assert_true(likeness_between("Ổ gà", "o ga") > 0.99);
    assert_true(likeness_between("o ga dien bien phu", "Ổ gà trên đường Điện Biên Phủ") > 0.99);
    assert_true(likeness_between("o ga dien bien phu", "Đèn trước chợ không sáng") < 0.4);
    assert_true(likeness_between("", "x") < 0.01);
    assert_true(likeness_between("!?", "x") < 0.01);
    assert_true(likeness_between("x", "") < 0.01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_index_that_narrows_most_is_walked),
        cmocka_unit_test(rare_states_are_walked_by_themselves),
        cmocka_unit_test(dates_that_are_not_said_are_90_days_away),
        cmocka_unit_test(the_squares_of_a_circle_hold_it),
        cmocka_unit_test(of_several_keys_a_few_rows_are_looked_at),
        cmocka_unit_test(what_is_open_is_looked_for_among_the_newest_first),
        cmocka_unit_test(the_rows_of_a_large_place_are_ranges_of_squares),
        cmocka_unit_test(a_large_place_is_looked_for_by_its_squares_when_little_is_new),
        cmocka_unit_test(only_what_goes_by_what_is_newest_is_looked_for_by_squares),
        cmocka_unit_test(a_page_is_found_again_for_a_minute),
        cmocka_unit_test(texts_are_alike_whatever_their_diacritics),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
