/* SPDX-License-Identifier: Apache-2.0 */
/* draft_units - the rules of units.csv. */
#include "draft_rules.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

/* Whether following parents from u comes back to u. A longer walk than there
 * are units runs in a cycle that u only leads to. */
static bool is_in_parent_cycle(const struct draft *d, const struct draft_unit *u)
{
    const struct rowset *t = &d->parts[DRAFT_UNITS];
    const struct draft_unit *at = u;

    for (size_t steps = 0; steps <= t->count && at != NULL && at->parent != NULL; steps++) {
        if (draft_same(at->parent, u->code))
            return true;
        at = rowset_find(t, at->parent);
    }
    return false;
}

/* Whether following successors from u comes back to it: each unit is visited
 * once, seen[] by its place in the table. */
static bool reaches(const struct draft *d, const struct draft_unit *u, const char *code, bool *seen)
{
    const struct rowset *t = &d->parts[DRAFT_UNITS];
    size_t *stack = mem_new(t->count + 1, sizeof(*stack));
    size_t depth = 0;
    bool found = false;

    stack[depth++] = (size_t)((const char *)u - t->rows) / t->spec->row_size;
    while (depth > 0 && !found) {
        const struct draft_unit *at = rowset_row(t, stack[--depth]);
        for (size_t i = 0; i < at->successors.count; i++) {
            const char *next = at->successors.items[i];
            const struct draft_unit *unit = rowset_find(t, next);
            size_t place =
                unit != NULL ? (size_t)((const char *)unit - t->rows) / t->spec->row_size : 0;
            found = found || strcmp(next, code) == 0;
            if (unit != NULL && !seen[place])
                stack[depth++] = place;
            seen[place] = seen[place] || unit != NULL;
        }
    }
    free(stack);
    return found;
}

static void check_successors(struct draft *d, const struct draft_unit *u)
{
    bool *seen = mem_new(d->parts[DRAFT_UNITS].count + 1, sizeof(*seen));

    if (u->successors.count > 0 && u->valid_until == CELL_ABSENT)
        draft_mistake(d, DRAFT_UNITS, &u->row, "unit-successor", "successors without valid_until");
    if (draft_has_twins(&u->successors))
        draft_mistake(d, DRAFT_UNITS, &u->row, "unit-successor", "a successor is named twice");
    if (u->code != NULL && reaches(d, u, u->code, seen))
        draft_mistake(d, DRAFT_UNITS, &u->row, "unit-successor",
                      "following the successors comes back to the unit");
    free(seen);
}

void draft_check_units(struct draft *d, const char *timezone)
{
    (void)timezone;
    for (size_t i = 0; i < d->parts[DRAFT_UNITS].count; i++) {
        const struct draft_unit *u = rowset_row(&d->parts[DRAFT_UNITS], i);
        if (u->code != NULL && is_in_parent_cycle(d, u))
            draft_mistake(d, DRAFT_UNITS, &u->row, "unit-cycle",
                          "following the parents comes back to the unit");
        draft_check_range(d, DRAFT_UNITS, &u->row,
                          (const int64_t[]){u->valid_from, u->valid_until});
        check_successors(d, u);
    }
}
