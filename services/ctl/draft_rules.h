/* SPDX-License-Identifier: Apache-2.0 */
/* draft_rules - what the files of rules share, and their functions for draft_check's table. */
#ifndef DRAFT_RULES_H
#define DRAFT_RULES_H

#include "draft.h"

/* Adds what breaks the rules of one subject. */
typedef void draft_rule_fn(struct draft *d, const char *timezone);

draft_rule_fn draft_check_calendars; /* calendars, their hours and days */
draft_rule_fn draft_check_units;
draft_rule_fn draft_check_services; /* services and their questions */
draft_rule_fn draft_check_routes;
draft_rule_fn draft_check_regimes; /* regimes and limits, and whether services keep to them */
draft_rule_fn draft_check_texts;   /* people and templates */
draft_rule_fn draft_check_gateways;
draft_rule_fn draft_check_bursts;

void draft_mistake(struct draft *d, enum draft_part part, const struct row *row, const char *rule,
                   const char *text);

/* False when one of them is absent. */
bool draft_same(const char *a, const char *b);

/* Whether an item occurs more than once. */
bool draft_has_twins(const struct list *list);

/* Whether both days are given and in the wrong order: a finding. */
void draft_check_range(struct draft *d, enum draft_part part, const struct row *row,
                       const int64_t range[2]);

#endif
