/* SPDX-License-Identifier: Apache-2.0 */
/* links: tracker */
/* What readers know of a state is what the transitions make of it. */
#include "state_kinds.h"

#include "transitions.h"

#include "unit.h"

static void tells_of_each_state_whether_its_cases_are_open(void **state)
{
    (void)state;
    for (int s = 0; s < STATE_COUNT; s++) {
        const struct state_kind *kind = state_kind(state_name((enum case_state)s));
        assert_non_null(kind);
        assert_int_equal(kind->is_open, state_is_open((enum case_state)s));
    }
    assert_null(state_kind("NOBODY_KNOWS"));
}

static void the_straight_way_leads_past_rare_states(void **state)
{
    static const enum case_state straight[] = {STATE_SCREENING, STATE_ASSIGNED, STATE_IN_PROGRESS,
                                               STATE_ANSWERED, STATE_CLOSED};
    size_t common = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(straight); i++)
        assert_false(state_kind(state_name(straight[i]))->is_rare);
    for (int s = 0; s < STATE_COUNT; s++)
        common += !state_kind(state_name((enum case_state)s))->is_rare;
    assert_int_equal(common, COUNT(straight));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_of_each_state_whether_its_cases_are_open),
        cmocka_unit_test(the_straight_way_leads_past_rare_states),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
