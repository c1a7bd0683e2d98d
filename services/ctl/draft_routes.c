/* SPDX-License-Identifier: Apache-2.0 */
/* draft_routes - the rules of routes.csv. */
#include "draft_rules.h"

#include <string.h>

static int64_t last_day(const struct draft_route *r)
{
    return r->valid_until != CELL_ABSENT ? r->valid_until : INT64_MAX;
}

static bool overlap(const struct draft_route *a, const struct draft_route *b)
{
    return a->valid_from <= last_day(b) && b->valid_from <= last_day(a);
}

/* The rows with the same service and area stand together, by line. */
static const struct draft_route *tie_before(const struct rowset *t, size_t i)
{
    const struct draft_route *r = (const void *)t->index[i].row;

    for (size_t k = i; k-- > 0 && strcmp(t->index[k].row->key, r->row.key) == 0;)
        if (overlap((const void *)t->index[k].row, r))
            return (const void *)t->index[k].row;
    return NULL;
}

void draft_check_routes(struct draft *d, const char *timezone)
{
    const struct rowset *t = &d->parts[DRAFT_ROUTES];

    (void)timezone;
    for (size_t i = 0; i < d->parts[DRAFT_ROUTES].count; i++) {
        const struct draft_route *r = rowset_row(&d->parts[DRAFT_ROUTES], i);
        draft_check_range(d, DRAFT_ROUTES, &r->row,
                          (const int64_t[]){r->valid_from, r->valid_until});
        if (draft_has_twins(&r->coordinators))
            draft_mistake(d, DRAFT_ROUTES, &r->row, "route-unit", "a coordinator is named twice");
    }
    for (size_t i = 0; i < t->indexed; i++) {
        const struct draft_route *tie = tie_before(t, i);
        if (tie != NULL)
            findings_add(&d->findings, (struct place){t->spec->file, t->index[i].row->line},
                         "route-tie", "the same service and area on the same days as line %zu",
                         tie->row.line);
    }
}
