/* SPDX-License-Identifier: Apache-2.0 */
#include "known.h"

#include "state_kinds.h"

typedef bool known_fn(const struct catalogue *catalogue, const char *code);

static bool has_service(const struct catalogue *c, const char *code)
{
    return c == NULL || catalogue_service(c, code) != NULL;
}

static bool has_unit(const struct catalogue *c, const char *code)
{
    return c == NULL || catalogue_unit(c, code) != NULL;
}

static bool is_state(const struct catalogue *ignored, const char *name)
{
    (void)ignored;
    return state_kind(name) != NULL;
}

static void read_codes(const struct query *q, const char *name, const struct catalogue *c,
                       struct listing_codes *out, known_fn *is_known, enum rule rule)
{
    if (!query_codes(q, name, out))
        return;
    for (size_t i = 0; i < out->count; i++)
        if (!is_known(c, out->items[i]))
            faults_add_value(q->faults, name, rule, out->items[i]);
}

void known_services(const struct query *q, const char *name, const struct catalogue *catalogue,
                    struct listing_codes *out)
{
    read_codes(q, name, catalogue, out, has_service, RULE_SERVICE);
}

void known_units(const struct query *q, const char *name, const struct catalogue *catalogue,
                 struct listing_codes *out)
{
    read_codes(q, name, catalogue, out, has_unit, RULE_UNIT);
}

void known_states(const struct query *q, const char *name, struct listing_codes *out)
{
    read_codes(q, name, NULL, out, is_state, RULE_CHOICE);
}

void known_not_areas(const struct listing_codes *areas, const struct catalogue *catalogue,
                     struct listing_codes *out)
{
    out->count = 0;
    for (size_t i = 0; catalogue != NULL && i < areas->count; i++)
        if (catalogue_area(catalogue, areas->items[i]) == NULL)
            out->items[out->count++] = areas->items[i];
}
