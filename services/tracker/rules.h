/* SPDX-License-Identifier: Apache-2.0 */
/* rules - the conditions of the table in transitions.c, by name. */
#ifndef RULES_H
#define RULES_H

#include "err.h"

struct work;

/* ERR_CONFLICT with the rule's words when it does not hold. */
typedef int rule_fn(const struct work *w, struct err *e);

rule_fn no_apology_is_owed;     /* a late answer waits for its apology, where the regime says so */
rule_fn needs_no_approval;      /* the regime lets an answer go out without a second person */
rule_fn answer_is_the_approved; /* what goes out is what was approved */
rule_fn another_than_the_drafter; /* nobody approves what is his own */
rule_fn due_time_is_ahead;
rule_fn extensions_are_left; /* fewer than the regime allows, on this clock */
rule_fn regime_apologises;
rule_fn is_not_apologised;
rule_fn rejection_is_proposed;
rule_fn another_than_the_proposer; /* nobody reviews his own refusal */
rule_fn may_bounce; /* fewer returns than the regime allows; then the desk's word binds */
rule_fn is_not_the_desks;
rule_fn its_unit_has_ended;     /* so no case is taken away from a unit in force */
rule_fn the_desk_has_it_next;   /* what was at the desk stays with the desk */
rule_fn is_of_the_same_service; /* as the case that it is merged into */
rule_fn is_merged_into_it;      /* into the case that is named */
rule_fn is_not_answered;
rule_fn waits_for_the_answer, has_the_answer; /* of the case that it was merged into */
rule_fn nobody_waits_for_it;                  /* no case is merged into this one */
rule_fn was_not_taken_out; /* nobody has said that it is not the same after all */
rule_fn was_answered;
rule_fn confirmation_is_open; /* the citizen's time to object is not over */
rule_fn is_not_rated;
rule_fn rating_is_open; /* whoever was merged rates as long as others do */
rule_fn is_not_published;
rule_fn is_not_summarised;

/* Which of two rows is meant. */
bool answer_needs_approval(const struct work *w);
bool by_the_desk(const struct work *w);
bool goes_to_the_desk(const struct work *w);
/* It was handed over while the clock stood, and nobody has taken it since. */
bool unit_has_just_got_it(const struct work *w);
bool desk_has_just_got_it(const struct work *w);

#endif
