/* SPDX-License-Identifier: Apache-2.0 */
#include "succession.h"

#include "mem.h"

#include <stdlib.h>

/* Who is still to be looked at, and who is known: by its place in the catalogue. Each is looked at
 * once, so that a walk ends whatever the successors say. */
struct walk {
    const struct catalogue *catalogue;
    const struct catalogue_unit **stack;
    size_t depth;
    bool *seen;
};

bool unit_has_ended(const struct catalogue_unit *unit, int32_t day)
{
    return unit->valid_until < day;
}

static void look_at(struct walk *w, const struct catalogue_unit *unit)
{
    size_t place = unit != NULL ? (size_t)(unit - w->catalogue->units) : 0;

    if (unit == NULL || w->seen[place])
        return;
    w->seen[place] = true;
    w->stack[w->depth++] = unit;
}

size_t succession_find(const struct catalogue *c, const struct catalogue_unit *unit, int32_t day,
                       const struct catalogue_unit *out[], size_t most)
{
    struct walk w = {.catalogue = c,
                     .stack = mem_new(c->unit_count + 1, sizeof(*w.stack)),
                     .seen = mem_new(c->unit_count + 1, sizeof(*w.seen))};
    size_t count = 0;

    look_at(&w, unit);
    while (w.depth > 0 && count < most) {
        const struct catalogue_unit *at = w.stack[--w.depth];
        if (unit_has_ended(at, day))
            for (const char *const *next = at->successors; *next != NULL; next++)
                look_at(&w, catalogue_unit(c, *next));
        else if (at->valid_from <= day)
            out[count++] = at;
    }
    free(w.stack);
    free(w.seen);
    return count;
}

bool succession_has(const struct catalogue *c, const struct catalogue_unit *unit, int32_t day,
                    const struct catalogue_unit *heir)
{
    const struct catalogue_unit *heirs[SUCCESSION_MOST];
    size_t count = succession_find(c, unit, day, heirs, SUCCESSION_MOST);

    for (size_t i = 0; i < count; i++)
        if (heirs[i] == heir)
            return true;
    return false;
}
