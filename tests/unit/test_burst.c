/* SPDX-License-Identifier: Apache-2.0 */
/* links: sentinel */
#include "burst.h"

#include "chance.h"
#include "place.h"

#include <string.h>

#include "unit.h"

enum { MOST = 100, MERGES = 2000, MINUTE = 60 };

static const double lat = 10.7500, lon = 106.6500; /* on a border of squares, north and east */

struct fixture {
    struct bursts *bursts;
    struct uuid ids[MERGES], into[MERGES];
    int count; /* of merges asked for */
    int64_t now_s;
    struct burst_rule rule;
    uint16_t last; /* id given */
};

static void merge(void *ctx, const struct uuid *id, const struct uuid *into)
{
    struct fixture *f = ctx;

    assert_true(f->count < MERGES);
    f->ids[f->count] = *id;
    f->into[f->count++] = *into;
}

static int setup(void **state)
{
    struct fixture *f = test_calloc(1, sizeof(*f));

    f->bursts = bursts_new(MOST, merge, f);
    f->now_s = 1795000000;
    f->rule = (struct burst_rule){4, INT64_C(10) * MINUTE * 1000000, 200};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    bursts_free(&f->bursts);
    test_free(f);
    return 0;
}

static struct uuid id_of(int number)
{
    return (struct uuid){{0, 0, 0, 0, 0, 0, 0x70, 0, (uint8_t)(number >> 8), (uint8_t)number}};
}

static struct burst_report report_at(struct fixture *f, double north_m, double east_m)
{
    return (struct burst_report){.id = id_of(++f->last),
                                 .service = "WATER",
                                 .unit = "D1",
                                 .lat = lat + north_m / PLACE_METRES_PER_DEGREE,
                                 .lon = lon + east_m / PLACE_METRES_PER_DEGREE,
                                 .received_at = f->now_s * 1000000,
                                 .rule = f->rule};
}

/* Returns the number of its id. */
static int add(struct fixture *f, double north_m, double east_m)
{
    const struct burst_report report = report_at(f, north_m, east_m);

    bursts_add(f->bursts, &report);
    return f->last;
}

static bool is_merged(const struct fixture *f, int number, int into)
{
    const struct uuid id = id_of(number), lead = id_of(into);

    for (int i = 0; i < f->count; i++)
        if (uuid_equal(&f->ids[i], &id) && uuid_equal(&f->into[i], &lead))
            return true;
    return false;
}

static void merges_all_into_the_first_when_there_are_enough(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 3; i++)
        add(f, 10 * i, 0);
    assert_int_equal(f->count, 0);
    assert_int_equal(bursts_incidents(f->bursts), 0);
    add(f, 40, 0);
    assert_int_equal(f->count, 3);
    for (int i = 2; i <= 4; i++)
        assert_true(is_merged(f, i, 1));
    assert_int_equal(bursts_incidents(f->bursts), 1);
    add(f, 0, 150);
    assert_true(is_merged(f, 5, 1));
    assert_int_equal(f->count, 4);
}

static void knows_neighbours_across_a_border_of_squares(void **state)
{
    struct fixture *f = *state;

    add(f, -5, -5);
    add(f, 5, -5);
    add(f, -5, 5);
    add(f, 5, 5);
    assert_int_equal(f->count, 3);
}

static void leaves_out_what_is_elsewhere_or_something_else(void **state)
{
    struct fixture *f = *state;
    struct burst_report other = report_at(f, 0, 0);

    for (int i = 0; i < 3; i++)
        add(f, 0, 10 * i);
    other.service = "POWER";
    bursts_add(f->bursts, &other);
    other = report_at(f, 0, 0);
    other.unit = "D2";
    bursts_add(f->bursts, &other);
    add(f, 1000, 0);
    assert_int_equal(f->count, 0);
    add(f, 0, 40);
    assert_int_equal(f->count, 3);
    /* A kilometre away another one begins. */
    int first = f->last - 1;
    for (int i = 0; i < 3; i++)
        add(f, 1000, 10);
    assert_int_equal(f->count, 6);
    assert_true(is_merged(f, f->last, first));
    assert_int_equal(bursts_incidents(f->bursts), 2);
}

static void only_counts_what_lies_around_the_lead(void **state)
{
    struct fixture *f = *state;

    add(f, 0, 0);
    add(f, 150, 0);
    add(f, 300, 0);
    add(f, 450, 0); /* a chain: nobody has three others within reach */
    assert_int_equal(f->count, 0);
    add(f, 160, 0); /* now the second has */
    assert_int_equal(f->count, 3);
    assert_true(is_merged(f, 1, 2) && is_merged(f, 3, 2) && is_merged(f, 5, 2));
    add(f, 470, 0);
    assert_int_equal(f->count, 3); /* out of its reach */
}

static void forgets_what_is_too_old(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 20; i++) {
        add(f, 0, 0);
        f->now_s += 4 * MINUTE; /* never more than three in ten minutes */
    }
    assert_int_equal(f->count, 0);
    assert_true(bursts_reports(f->bursts) <= 3);
    bursts_pass(f->bursts, (f->now_s + 11 * MINUTE) * 1000000);
    assert_int_equal(bursts_reports(f->bursts), 0);
}

static void an_incident_takes_more_as_long_as_they_come(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 4; i++)
        add(f, 0, 0);
    for (int i = 0; i < 10; i++) {
        f->now_s += 9 * MINUTE;
        add(f, 0, 0);
        assert_true(is_merged(f, f->last, 1));
    }
    assert_true(bursts_reports(f->bursts) <= 3); /* the lead and the last ones */
    f->now_s += 11 * MINUTE;
    int merges = f->count;
    add(f, 0, 0);
    assert_int_equal(f->count, merges);
    assert_int_equal(bursts_incidents(f->bursts), 0);
}

static void when_the_lead_ends_the_next_one_leads(void **state)
{
    struct fixture *f = *state;
    struct uuid lead = id_of(1), second = id_of(2);

    for (int i = 0; i < 4; i++)
        add(f, 0, 0);
    bursts_set(f->bursts, &lead, BURST_OVER);
    for (int i = 2; i <= 4; i++) {
        struct uuid id = id_of(i);
        bursts_set(f->bursts, &id, BURST_OVER); /* answered with it */
    }
    assert_int_equal(bursts_incidents(f->bursts), 0);
    int next = add(f, 0, 0);
    assert_int_equal(f->count, 3);
    assert_int_equal(bursts_incidents(f->bursts), 1);
    add(f, 0, 0);
    assert_true(is_merged(f, f->last, next));
    bursts_set(f->bursts, &second, BURST_APART); /* it was taken out: it may lead */
    struct uuid id = id_of(next);
    bursts_set(f->bursts, &id, BURST_OVER);
    add(f, 0, 0);
    assert_true(is_merged(f, f->last, 2));
    assert_false(is_merged(f, 2, next));
}

static void what_was_refused_is_asked_for_again_with_another_lead(void **state)
{
    struct fixture *f = *state;
    struct uuid lead = id_of(1), second = id_of(2);

    for (int i = 0; i < 4; i++)
        add(f, 0, 0);
    add(f, 0, 0);
    assert_int_equal(f->count, 4); /* each once */
    bursts_set(f->bursts, &lead, BURST_OVER);
    bursts_refused(f->bursts, &second);
    add(f, 0, 0);
    assert_true(is_merged(f, f->last, 2));
}

static void what_was_taken_out_is_not_merged_again(void **state)
{
    struct fixture *f = *state;
    struct burst_report apart;

    add(f, 0, 0);
    apart = report_at(f, 0, 0);
    apart.standing = BURST_APART;
    bursts_add(f->bursts, &apart);
    add(f, 0, 0);
    add(f, 0, 0);
    assert_int_equal(f->count, 2);
    assert_false(is_merged(f, 2, 1));
}

static void counts_one_report_once(void **state)
{
    struct fixture *f = *state;
    const struct burst_report report = report_at(f, 0, 0);

    for (int i = 0; i < 10; i++)
        bursts_add(f->bursts, &report);
    assert_int_equal(bursts_reports(f->bursts), 1);
    assert_int_equal(f->count, 0);
}

/* Read again after a restart, when some have been merged already. */
static void the_same_reports_give_the_same_incident(void **state)
{
    struct fixture *f = *state;
    struct burst_report reports[8];

    for (size_t i = 0; i < COUNT(reports); i++) {
        reports[i] = report_at(f, (double)i, 0);
        reports[i].standing = i > 0 && i < 4 ? BURST_OVER : BURST_OPEN; /* merged */
    }
    for (size_t i = 0; i < COUNT(reports); i++)
        bursts_add(f->bursts, &reports[i]);
    assert_int_equal(f->count, 4);
    for (int i = 5; i <= 8; i++)
        assert_true(is_merged(f, i, 1));
}

static void goes_on_with_an_incident_that_began_long_ago(void **state)
{
    struct fixture *f = *state;
    struct burst_report lead = report_at(f, 0, 0);

    lead.received_at -= INT64_C(120) * MINUTE * 1000000;
    bursts_follow(f->bursts, &lead, f->now_s * 1000000, 2); /* two are not enough */
    add(f, 10, 0);
    assert_int_equal(f->count, 0);
    bursts_follow(f->bursts, &lead, f->now_s * 1000000, 3);
    assert_int_equal(bursts_incidents(f->bursts), 1);
    add(f, 10, 0);
    assert_true(is_merged(f, f->last, 1));
    f->now_s += 11 * MINUTE;
    add(f, 10, 0);
    assert_int_equal(f->count, 1);
}

static void a_changed_rule_counts_from_the_next_report_on(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 3; i++)
        add(f, 100 * i, 0);
    f->rule.metres = 50;
    add(f, 100, 0); /* would have been enough within 200 metres */
    assert_int_equal(f->count, 0);
    f->rule = (struct burst_rule){3, INT64_C(10) * MINUTE * 1000000, 120};
    add(f, 100, 0);
    assert_int_equal(f->count, 3); /* those around the first */
}

/* Against counting all pairs. */
static void finds_what_a_slow_count_finds(void **state)
{
    enum { REPORTS_OF_RUN = 80 };
    struct fixture *f = *state;
    struct chance chance = {.state = chance_seed()};
    double north[REPORTS_OF_RUN], east[REPORTS_OF_RUN];
    int64_t at[REPORTS_OF_RUN];
    bool enough = false;

    print_message("DUNGHEN_SEED=%llu\n", (unsigned long long)chance.state);
    for (int i = 0; i < REPORTS_OF_RUN && !enough; i++) {
        north[i] = (double)chance_between(&chance, -1500, 1500);
        east[i] = (double)chance_between(&chance, -1500, 1500);
        f->now_s += chance_between(&chance, 0, 60);
        at[i] = f->now_s;
        add(f, north[i], east[i]);
        for (int k = 0; k <= i; k++) {
            int near = 0;
            bool reaches = false;
            for (int j = 0; j <= i; j++) {
                bool is_near =
                    f->now_s - at[k] <= 10 * MINUTE && f->now_s - at[j] <= 10 * MINUTE &&
                    place_distance_m(lat + north[k] / PLACE_METRES_PER_DEGREE,
                                     lon + east[k] / PLACE_METRES_PER_DEGREE,
                                     lat + north[j] / PLACE_METRES_PER_DEGREE,
                                     lon + east[j] / PLACE_METRES_PER_DEGREE) <= f->rule.metres;
                near += is_near;
                reaches = reaches || (is_near && j == i);
            }
            enough = enough || (reaches && near >= f->rule.reports);
        }
        assert_int_equal(f->count > 0, enough);
    }
}

static void keeps_no_more_than_it_may(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 3 * MOST; i++)
        add(f, 500 * i, 0);
    assert_int_equal(bursts_reports(f->bursts), MOST);
    assert_int_equal(bursts_forgotten(f->bursts), 2 * MOST);
    for (int i = 0; i < 4; i++)
        add(f, 0, 0);
    assert_int_equal(f->count, 3);
    bursts_clear(f->bursts);
    assert_int_equal(bursts_reports(f->bursts), 0);
}

#define FIXTURE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(merges_all_into_the_first_when_there_are_enough),
        FIXTURE(knows_neighbours_across_a_border_of_squares),
        FIXTURE(leaves_out_what_is_elsewhere_or_something_else),
        FIXTURE(only_counts_what_lies_around_the_lead),
        FIXTURE(forgets_what_is_too_old),
        FIXTURE(an_incident_takes_more_as_long_as_they_come),
        FIXTURE(when_the_lead_ends_the_next_one_leads),
        FIXTURE(what_was_refused_is_asked_for_again_with_another_lead),
        FIXTURE(what_was_taken_out_is_not_merged_again),
        FIXTURE(counts_one_report_once),
        FIXTURE(the_same_reports_give_the_same_incident),
        FIXTURE(goes_on_with_an_incident_that_began_long_ago),
        FIXTURE(a_changed_rule_counts_from_the_next_report_on),
        FIXTURE(finds_what_a_slow_count_finds),
        FIXTURE(keeps_no_more_than_it_may),
    };

    return cmocka_run_group_tests_name("burst", tests, NULL, NULL);
}
