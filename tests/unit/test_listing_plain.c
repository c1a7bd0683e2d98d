/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "listing_args.h"
#include "listing_plain.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

static struct listing_filter filter;

static struct listing_filter *anew(void)
{
    listing_filter_init(&filter, 50);
    return &filter;
}

static void say(struct listing_codes *codes, const char *code)
{
    codes->items[codes->count++] = code;
}

static void a_filter_that_implies_nothing_stays_as_it_is(void **state)
{
    struct listing_filter *f = anew();
    struct listing_filter before = *f;

    (void)state;
    listing_make_plain(f);
    assert_memory_equal(f, &before, sizeof(before));
}

static void whatever_came_in_may_have_changed_later(void **state)
{
    (void)state;
    for (enum listing_status status = LISTING_ANY; status <= LISTING_CLOSED; status++) {
        struct listing_filter *f = anew();
        f->status = status;
        f->updated_from = 20;
        listing_make_plain(f);
        assert_true(f->from == INT64_MIN && f->updated_from == 20);
    }
}

static void states_say_whether_a_case_is_open(void **state)
{
    struct listing_filter *f = anew();

    (void)state;
    say(&f->states, "NEED_INFO");
    say(&f->states, "ASSIGNED");
    listing_make_plain(f);
    assert_int_equal(f->status, LISTING_OPEN);
    f = anew();
    say(&f->states, "MERGED");
    listing_make_plain(f);
    assert_int_equal(f->status, LISTING_CLOSED);
    say(&f->states, "ASSIGNED");
    f->status = LISTING_ANY;
    listing_make_plain(f);
    assert_int_equal(f->status, LISTING_ANY);
}

static void states_of_the_other_status_do_not_count(void **state)
{
    struct listing_filter *f = anew();

    (void)state;
    f->status = LISTING_OPEN;
    say(&f->states, "ANSWERED");
    say(&f->states, "ASSIGNED");
    say(&f->states, "NOBODY_KNOWS");
    listing_make_plain(f);
    assert_int_equal(f->states.count, 1);
    assert_string_equal(f->states.items[0], "ASSIGNED");
    assert_false(f->is_empty);
}

static void what_contradicts_itself_lets_nothing_through(void **state)
{
    struct listing_filter *f = anew();

    (void)state;
    f->status = LISTING_OPEN;
    say(&f->states, "ANSWERED");
    listing_make_plain(f);
    assert_true(f->is_empty);
    f = anew();
    say(&f->states, "NOBODY_KNOWS");
    listing_make_plain(f);
    assert_true(f->is_empty);
    f = anew();
    f->from = 20;
    f->to = 19;
    listing_make_plain(f);
    assert_true(f->is_empty);
    f = anew();
    f->from = 20;
    f->updated_to = 19;
    listing_make_plain(f);
    assert_true(f->is_empty);
    f->updated_to = 20;
    f->is_empty = false;
    listing_make_plain(f);
    assert_false(f->is_empty);
}

/* However many there are. */
static void services_that_are_a_blackbox_are_shown_nowhere(void **state)
{
    enum { SERVICES = 500 };
    static char codes[SERVICES][8];
    static struct catalogue_service services[SERVICES];
    const struct catalogue catalogue = {.services = services, .service_count = SERVICES};

    (void)state;
    for (int i = 0; i < SERVICES; i++) {
        snprintf(codes[i], sizeof(codes[i]), "S%03d", i);
        services[i].code = codes[i];
        services[i].open311 = i == 10 ? "realtime" : "blackbox";
    }
    for (int i = 0; i < SERVICES; i++) {
        AUTO(db_args_free) struct db_args args = {0};
        struct listing_filter *f = anew();
        f->catalogue = &catalogue;
        listing_args_filter(&args, f);
        assert_int_equal(memmem(args.data, args.len, codes[i], 4) != NULL, i != 10);
        assert_int_equal(listing_fits(f, &(struct listing_case){.service = codes[i]}), i == 10);
        say(&f->services, codes[i]);
        listing_make_plain(f);
        assert_int_equal(f->is_empty, i != 10);
    }
}

static void references_overrule_everything(void **state)
{
    struct listing_filter *f = anew();

    (void)state;
    say(&f->references, "A");
    say(&f->states, "NOBODY_KNOWS");
    f->from = 20;
    f->to = 19;
    listing_make_plain(f);
    assert_false(f->is_empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_filter_that_implies_nothing_stays_as_it_is),
        cmocka_unit_test(whatever_came_in_may_have_changed_later),
        cmocka_unit_test(states_say_whether_a_case_is_open),
        cmocka_unit_test(states_of_the_other_status_do_not_count),
        cmocka_unit_test(what_contradicts_itself_lets_nothing_through),
        cmocka_unit_test(services_that_are_a_blackbox_are_shown_nowhere),
        cmocka_unit_test(references_overrule_everything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
