/* SPDX-License-Identifier: Apache-2.0 */
/* links: notifier */
#include "front.h"

#include "unit.h"

static char *owner = (char[]){"fms"}, *light = (char[]){"LIGHT"}, *unit = (char[]){"D1"},
            *answered = (char[]){"answered"};

/* Whether it is told of an event of that type of a case of LIGHT and D1. */
static bool hears(const struct front *f, const char *type, const char *via)
{
    return front_wants(f, &(struct front_event){type, "LIGHT", "D1", via, false});
}

static void an_operators_hears_everything(void **state)
{
    const struct front f = {.channel = CHANNEL_WEBHOOK};

    (void)state;
    assert_true(hears(&f, "answered", NULL));
    assert_true(hears(&f, "drafted", NULL));
    assert_true(front_wants(&f, &(struct front_event){"answered", "LIGHT", "D1", NULL, true}));
}

static void who_has_subscribed_hears_what_everybody_may_know(void **state)
{
    const struct front f = {.channel = CHANNEL_WEBHOOK, .owner = owner};

    (void)state;
    assert_true(hears(&f, "answered", NULL));
    assert_true(hears(&f, "answered", "other"));
    assert_true(hears(&f, "assigned", NULL));
    assert_false(hears(&f, "drafted", NULL));
    assert_false(hears(&f, "overdue", NULL));
    assert_false(front_wants(&f, &(struct front_event){"answered", "LIGHT", "D1", NULL, true}));
}

static void open311_is_told_what_it_has_words_for(void **state)
{
    const struct front f = {.channel = CHANNEL_GEOREPORT};

    (void)state;
    assert_true(hears(&f, "published", NULL));
    assert_false(hears(&f, "noted", NULL));
    assert_false(hears(&f, "assigned", NULL));
}

static void own_is_what_came_by_its_key(void **state)
{
    const struct front f = {.channel = CHANNEL_WEBHOOK, .owner = owner, .own = true};

    (void)state;
    assert_true(hears(&f, "answered", "fms"));
    assert_false(hears(&f, "answered", "fms2"));
    assert_false(hears(&f, "answered", NULL));
}

static void each_filter_narrows(void **state)
{
    struct front f = {.channel = CHANNEL_WEBHOOK};

    (void)state;
    f.types = (struct front_codes){&answered, 1};
    assert_true(hears(&f, "answered", NULL));
    assert_false(hears(&f, "received", NULL));
    f.services = (struct front_codes){&light, 1};
    f.units = (struct front_codes){&unit, 1};
    assert_true(hears(&f, "answered", NULL));
    assert_false(front_wants(&f, &(struct front_event){"answered", "NOISE", "D1", NULL, false}));
    assert_false(front_wants(&f, &(struct front_event){"answered", "LIGHT", "D2", NULL, false}));
    assert_false(front_wants(&f, &(struct front_event){"answered", NULL, NULL, NULL, false}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_operators_hears_everything),
        cmocka_unit_test(who_has_subscribed_hears_what_everybody_may_know),
        cmocka_unit_test(open311_is_told_what_it_has_words_for),
        cmocka_unit_test(own_is_what_came_by_its_key),
        cmocka_unit_test(each_filter_narrows),
    };

    return cmocka_run_group_tests_name("front", tests, NULL, NULL);
}
