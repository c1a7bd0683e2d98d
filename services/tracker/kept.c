/* SPDX-License-Identifier: Apache-2.0 */
#include "kept.h"

#include "mem.h"
#include "metrics.h"

#include <stdlib.h>

METRIC_COUNTER(cases_kept, "dunghen_tracker_cases_kept_total",
               "Cases that a batch needed and that were not read, since they were still known.");

struct kept {
    size_t max;
    struct case_row *cases;            /* uthash keeps their order: the first is the oldest */
    const struct catalogue *catalogue; /* their units, services and regimes are of it */
};

struct kept *kept_new(size_t max)
{
    struct kept *kept = mem_new(1, sizeof(*kept));

    kept->max = max;
    return kept;
}

void kept_free(struct kept **kept)
{
    if (*kept == NULL)
        return;
    kept_forget(*kept);
    free(*kept);
    *kept = NULL;
}

static void drop(struct kept *kept, struct case_row *c)
{
    HASH_DEL(kept->cases, c);
    case_free(c);
}

void kept_forget(struct kept *kept)
{
    struct case_row *c, *next;

    HASH_ITER(hh, kept->cases, c, next)
    drop(kept, c);
    catalogue_drop(&kept->catalogue);
}

bool kept_take(struct kept *kept, struct workset *set, const struct uuid *id)
{
    struct case_row *c;

    if (workset_case(set, id) != NULL)
        return true;
    if (kept->catalogue != set->catalogue)
        return false;
    HASH_FIND(hh, kept->cases, id, sizeof(*id), c);
    if (c == NULL)
        return false;
    HASH_DEL(kept->cases, c);
    HASH_ADD(hh, set->cases, id, sizeof(c->id), c);
    metric_add(&cases_kept, 1);
    return true;
}

/* What a row says of the batch that is over. */
static void settle(struct case_row *c)
{
    c->record = NULL;
    c->is_changed = c->terms.is_changed = false;
    c->was_open = case_is_open(c);
    c->was_followed = case_is_followed(c);
    c->was_in = c->state;
    c->was_merged_into = c->terms.merged_into;
    c->was_updated_at = case_updated_at(c);
    c->was_late = case_lateness(c);
    for (struct task_row *t = c->tasks; t < c->tasks + c->task_count; t++) {
        t->is_new = t->is_changed = t->is_moved = false;
        t->worker = t->outcome = NULL;
        t->outcome_len = 0;
    }
}

/* Of cases with merged ones the others must be known as well: they are read. */
static bool is_worth_keeping(const struct case_row *c)
{
    return (c->is_changed || c->record != NULL) && case_is_open(c) && c->terms.merged == 0;
}

void kept_drop(struct kept *kept, const struct workset *set)
{
    struct case_row *old;

    for (const struct case_row *c = set->cases; c != NULL; c = c->hh.next) {
        HASH_FIND(hh, kept->cases, &c->id, sizeof(c->id), old);
        if (old != NULL)
            drop(kept, old);
    }
}

void kept_put(struct kept *kept, struct workset *set)
{
    struct case_row *c, *next;

    if (kept->catalogue != set->catalogue) {
        kept_forget(kept);
        kept->catalogue = catalogue_keep(set->catalogue);
    }
    kept_drop(kept, set);
    HASH_ITER(hh, set->cases, c, next)
    {
        if (!is_worth_keeping(c))
            continue;
        HASH_DEL(set->cases, c);
        settle(c);
        HASH_ADD(hh, kept->cases, id, sizeof(c->id), c);
        if (HASH_COUNT(kept->cases) > kept->max)
            drop(kept, kept->cases);
    }
}
