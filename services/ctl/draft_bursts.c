/* SPDX-License-Identifier: Apache-2.0 */
/* draft_bursts - the rules of bursts.csv: reports join only where the place is all that they are
 * about and one answer is everybody's. */
#include "draft_rules.h"

static void check_burst(struct draft *d, const struct draft_burst *b)
{
    const struct draft_service *s =
        b->service != NULL ? rowset_find(&d->parts[DRAFT_SERVICES], b->service) : NULL;

    if (s == NULL)
        return; /* a reference that was reported, or will be */
    if (!draft_same(s->kind, "field_report") || !draft_same(s->place, "required"))
        draft_mistake(d, DRAFT_BURSTS, &b->row, "burst-service",
                      "the service is not a field report whose place is required");
    if (draft_same(s->open311, "blackbox"))
        draft_mistake(d, DRAFT_BURSTS, &b->row, "burst-service", "the service is a blackbox");
}

void draft_check_bursts(struct draft *d, const char *timezone)
{
    (void)timezone;
    for (size_t i = 0; i < d->parts[DRAFT_BURSTS].count; i++)
        check_burst(d, rowset_row(&d->parts[DRAFT_BURSTS], i));
}
