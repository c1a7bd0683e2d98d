/* SPDX-License-Identifier: Apache-2.0 */
#include "successor.h"

#include "log.h"
#include "mem.h"
#include "succession.h"

#include <stdlib.h>
#include <string.h>

struct successors {
    const struct catalogue *catalogue;
    struct area_map *areas; /* NULL until they are needed */
};

struct successors *successors_new(const struct catalogue *c)
{
    struct successors *s = mem_new(1, sizeof(*s));

    s->catalogue = c;
    return s;
}

void successors_free(struct successors **successors)
{
    if (*successors == NULL)
        return;
    area_map_close(&(*successors)->areas);
    free(*successors);
    *successors = NULL;
}

/* ---- the place ---- */

static void open_areas(struct successors *s)
{
    struct err e;

    if (s->areas == NULL && area_map_open(&s->areas, s->catalogue, &e) < 0)
        log_event(LOG_ERROR, "areas cannot be read", "why", e.text, NULL);
}

/* As router has it: the area that holds the place; without one, that which the citizen chose. Areas
 * were drawn anew with the units, so what it was when the case came in says less. */
static const struct catalogue_area *find_area(struct successors *s, const struct orphan *orphan)
{
    const struct catalogue_area *area = NULL;

    open_areas(s);
    if (s->areas != NULL)
        area = area_map_find(s->areas, orphan->lat, orphan->lon);
    if (area == NULL && orphan->area != NULL)
        area = catalogue_area(s->catalogue, orphan->area);
    return area;
}

/* Which of the heirs has the place; NULL: none, or more than one may. */
static const struct catalogue_unit *find_by_place(struct successors *s, const struct orphan *orphan,
                                                  const struct catalogue_unit *const heirs[],
                                                  size_t count, int32_t day)
{
    const struct catalogue_area *area = find_area(s, orphan);
    const struct catalogue_unit *of_the_place =
        area != NULL
            ? catalogue_unit_on(s->catalogue, catalogue_unit(s->catalogue, area->unit), day)
            : NULL;

    for (size_t i = 0; of_the_place != NULL && i < count; i++)
        if (heirs[i] == of_the_place)
            return of_the_place;
    return NULL;
}

/* ---- never to the unit complained of ---- */

/* Whether cases of the service go to the superior of the unit that they are about. */
static bool is_about_a_unit(const struct catalogue *c, const char *service)
{
    for (size_t i = 0; i < c->route_count; i++)
        if ((strcmp(c->routes[i].service, service) == 0 ||
             strcmp(c->routes[i].service, "*") == 0) &&
            strcmp(c->routes[i].lead, "@superior") == 0)
            return true;
    return false;
}

/* Which unit a case is about is not kept. It had the ended one above it, and may have ended as
 * well. */
static bool may_be_about(const struct catalogue *c, const struct orphan *orphan,
                         const struct catalogue_unit *heir, int32_t day)
{
    if (!is_about_a_unit(c, orphan->service))
        return false;
    for (size_t i = 0; i < c->unit_count; i++) {
        const struct catalogue_unit *below = &c->units[i];
        if (below->parent != NULL && strcmp(below->parent, orphan->unit->code) == 0 &&
            (below == heir || succession_has(c, below, day, heir)))
            return true;
    }
    return false;
}

/* ---- the decision ---- */

const struct catalogue_unit *successor_of(struct successors *s, const struct orphan *orphan,
                                          int32_t day)
{
    const struct catalogue_unit *heirs[SUCCESSION_MOST], *heir = NULL;
    const struct catalogue *c = s->catalogue;

    if (orphan->at_the_desk)
        return c->desk;
    size_t count = succession_find(c, orphan->unit, day, heirs, SUCCESSION_MOST);
    if (count == 1)
        heir = heirs[0];
    else if (count > 1)
        heir = find_by_place(s, orphan, heirs, count, day);
    return heir != NULL && !may_be_about(c, orphan, heir, day) ? heir : c->desk;
}
