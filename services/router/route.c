/* SPDX-License-Identifier: Apache-2.0 */
/* route - the catalogue's routes sorted by service and area, so that each of
 * the four degrees of "specific" is one binary search. */
#include "route.h"

#include "code.h"
#include "mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 2 * CODE_MOST + 2 }; /* two codes, a slash, the end */

static const char anything[] = "*", superior[] = "@superior";

struct rule {
    const struct catalogue_route *route;
    char name[NAME_SIZE]; /* "HT01/25747": why a case went where it went */
};

struct route_table {
    const struct catalogue *catalogue;
    struct rule *rules;
    size_t count;
};

/* What the words of a rule stand for in one case. Units are in force on the
 * day; NULL: does not resolve. */
struct meaning {
    const struct catalogue *catalogue;
    int32_t day;
    const struct catalogue_unit *place, *named, *superior;
    const struct catalogue_unit *avoided; /* never gets this case; NULL: none */
};

/* ---- the table ---- */

static int compare_codes(const char *service, const char *area, const struct catalogue_route *r)
{
    int order = strcmp(service, r->service);

    return order != 0 ? order : strcmp(area, r->area);
}

static int compare_rules(const void *a, const void *b)
{
    const struct catalogue_route *left = ((const struct rule *)a)->route;
    const struct catalogue_route *right = ((const struct rule *)b)->route;
    int order = compare_codes(left->service, left->area, right);

    if (order != 0)
        return order;
    return (left->valid_from > right->valid_from) - (left->valid_from < right->valid_from);
}

struct route_table *route_table_new(const struct catalogue *c)
{
    struct route_table *t = mem_new(1, sizeof(*t));

    t->catalogue = c;
    t->count = c->route_count;
    t->rules = mem_new(t->count + 1, sizeof(*t->rules));
    for (size_t i = 0; i < t->count; i++) {
        struct rule *rule = &t->rules[i];
        rule->route = &c->routes[i];
        snprintf(rule->name, sizeof(rule->name), "%s/%s", rule->route->service, rule->route->area);
    }
    qsort(t->rules, t->count, sizeof(*t->rules), compare_rules);
    return t;
}

void route_table_free(struct route_table **t)
{
    if (*t == NULL)
        return;
    free((*t)->rules);
    free(*t);
    *t = NULL;
}

/* The rule for exactly these codes that is valid on the day. */
static const struct rule *find_rule(const struct route_table *t, const char *service,
                                    const char *area, int32_t day)
{
    size_t from = 0, to = t->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (compare_codes(service, area, t->rules[middle].route) > 0)
            from = middle + 1;
        else
            to = middle;
    }
    for (; from < t->count; from++) {
        const struct catalogue_route *r = t->rules[from].route;
        if (compare_codes(service, area, r) != 0)
            return NULL;
        if (day >= r->valid_from && day <= r->valid_until)
            return &t->rules[from];
    }
    return NULL;
}

/* ---- words ---- */

/* The unit of that code that has the say on that day; NULL for a NULL code. */
static const struct catalogue_unit *in_force(const struct catalogue *c, const char *code,
                                             int32_t day)
{
    return code != NULL ? catalogue_unit_on(c, catalogue_unit(c, code), day) : NULL;
}

static struct meaning meaning_of(const struct catalogue *c, const struct case_head *head,
                                 const struct catalogue_area *area)
{
    struct meaning m = {.catalogue = c, .day = catalogue_day(head->received_at)};
    const struct catalogue_unit *named = head->unit != NULL ? catalogue_unit(c, head->unit) : NULL;

    if (area != NULL)
        m.place = in_force(c, area->unit, m.day);
    m.named = catalogue_unit_on(c, named, m.day);
    if (m.named != NULL)
        named = m.named; /* who answers today for the one that was named */
    if (named != NULL)
        m.superior = in_force(c, named->parent, m.day);
    return m;
}

static const struct catalogue_unit *resolve(const struct meaning *m, const char *word)
{
    const struct {
        const char *word;
        const struct catalogue_unit *unit;
    } words[] = {{"@place", m->place}, {"@named", m->named}, {superior, m->superior}};

    if (word[0] != '@')
        return in_force(m->catalogue, word, m->day);
    for (size_t i = 0; i < COUNT(words); i++)
        if (strcmp(words[i].word, word) == 0)
            return words[i].unit;
    return NULL;
}

/* ---- the decision ---- */

static bool contains(const json_t *array, const char *code)
{
    size_t i;
    json_t *value;

    json_array_foreach(array, i, value)
    {
        if (strcmp(json_string_value(value), code) == 0)
            return true;
    }
    return false;
}

/* NULL when nobody else takes part. */
static json_t *find_coordinators(const struct meaning *m, const struct catalogue_route *route,
                                 const struct catalogue_unit *lead)
{
    json_t *array = NULL;

    for (const char *const *word = route->coordinators; *word != NULL; word++) {
        const struct catalogue_unit *unit = resolve(m, *word);
        if (unit == NULL || unit == lead || unit == m->avoided || contains(array, unit->code))
            continue;
        if (array == NULL)
            array = json_array();
        json_array_append_new(array, json_string(unit->code));
    }
    return array;
}

/* Fills *out if the rule's lead resolves. A rule that goes to the superior says
 * that the case is about the unit that was named: from there on, less specific
 * rules must not give it to that unit either. */
static bool apply(const struct rule *rule, struct meaning *m, struct case_route *out)
{
    const struct catalogue_unit *lead = resolve(m, rule->route->lead);

    if (strcmp(rule->route->lead, superior) == 0)
        m->avoided = m->named;
    if (lead == NULL || lead == m->avoided)
        return false;
    out->unit = lead->code;
    out->rule = rule->name;
    out->coordinators = find_coordinators(m, rule->route, lead);
    return true;
}

int route_decide(const struct route_table *t, const struct case_head *head,
                 const struct catalogue_area *area, struct case_route *out, struct err *e)
{
    const struct catalogue_service *service = catalogue_service(t->catalogue, head->service);
    const char *here = area != NULL ? area->code : anything;
    const struct {
        const char *service, *area;
    } degrees[] = {/* the most specific first */
                   {head->service, here},
                   {head->service, anything},
                   {anything, here},
                   {anything, anything}};

    if (service == NULL)
        return err_set(e, ERR_BUSY, "service \"%.40s\" is not in the catalogue", head->service);
    struct meaning m = meaning_of(t->catalogue, head, area);
    *out = (struct case_route){
        .area = area != NULL ? area->code : NULL,
        .priority = service->priority,
    };
    for (size_t i = 0; i < COUNT(degrees); i++) {
        const struct rule *rule = find_rule(t, degrees[i].service, degrees[i].area, m.day);
        if (rule != NULL && apply(rule, &m, out))
            return 0;
    }
    out->unit = t->catalogue->desk->code;
    out->rule = "desk";
    out->desk = true;
    return 0;
}
