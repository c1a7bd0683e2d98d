/* SPDX-License-Identifier: Apache-2.0 */
/* draft_check - the rules between cells, rows and files: references, the city, and who checks what.
 */
#include "draft_rules.h"

#include <string.h>

void draft_mistake(struct draft *d, enum draft_part part, const struct row *row, const char *rule,
                   const char *text)
{
    findings_add(&d->findings, (struct place){draft_specs[part].file, row->line}, rule, "%s", text);
}

bool draft_same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static bool has_twin(const struct list *list, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(list->items[k], list->items[i]) == 0)
            return true;
    return false;
}

bool draft_has_twins(const struct list *list)
{
    bool twins = false;

    for (size_t i = 1; i < list->count; i++)
        twins = twins || has_twin(list, i);
    return twins;
}

void draft_check_range(struct draft *d, enum draft_part part, const struct row *row,
                       const int64_t range[2])
{
    if (range[0] != CELL_ABSENT && range[1] != CELL_ABSENT && range[1] < range[0])
        draft_mistake(d, part, row, "valid-range", "valid_until is before valid_from");
}

struct reference {
    enum draft_part part;
    const struct row *row;
    const struct column *column;
};

static void check_code(struct draft *d, const struct reference *r, const char *code)
{
    const struct rowset *target = &d->parts[r->column->refers - 1];

    if (code == NULL || target->partial || column_has_word(r->column, code) ||
        rowset_find(target, code) != NULL)
        return;
    findings_add(&d->findings, (struct place){draft_specs[r->part].file, r->row->line},
                 r->column->rule != NULL ? r->column->rule : "reference", "%s \"%s\" is not in %s",
                 r->column->name, code, target->spec->file);
}

static void check_reference(struct draft *d, const struct reference *r)
{
    char *const *text = rowset_text_field(r->column, r->row);
    const struct list *list = rowset_list_field(r->column, r->row);

    if (text != NULL)
        check_code(d, r, *text);
    for (size_t i = 0; list != NULL && i < list->count; i++)
        check_code(d, r, list->items[i]);
}

static void check_references(struct draft *d, const char *timezone)
{
    (void)timezone;
    for (enum draft_part part = 0; part < DRAFT_PARTS; part++)
        for (const struct column *c = draft_specs[part].columns; c->name != NULL; c++)
            for (size_t i = 0; c->refers != 0 && i < d->parts[part].count; i++)
                check_reference(d, &(struct reference){part, rowset_row(&d->parts[part], i), c});
}

static bool is_calling_code(const char *text)
{
    size_t digits = strspn(text, "0123456789");

    return digits >= 1 && digits <= 3 && text[digits] == '\0';
}

static void check_city(struct draft *d, const char *timezone)
{
    for (size_t i = 0; i < d->parts[DRAFT_CITY].count; i++) {
        const struct draft_city *c = rowset_row(&d->parts[DRAFT_CITY], i);
        const struct draft_unit *desk =
            c->desk != NULL ? rowset_find(&d->parts[DRAFT_UNITS], c->desk) : NULL;
        if (c->timezone != NULL && strcmp(c->timezone, timezone) != 0)
            findings_add(&d->findings, (struct place){draft_specs[DRAFT_CITY].file, 1}, "timezone",
                         "timezone \"%s\" is not DUNGHEN_TIMEZONE, \"%s\"", c->timezone, timezone);
        if (c->country_calling_code != NULL && !is_calling_code(c->country_calling_code))
            draft_mistake(d, DRAFT_CITY, &c->row, "value-type",
                          "country_calling_code is not 1 to 3 digits");
        if (desk != NULL && (!draft_same(desk->kind, "OFFICE") || desk->valid_until != CELL_ABSENT))
            draft_mistake(d, DRAFT_CITY, &c->row, "desk",
                          "the desk is not a unit of kind OFFICE without valid_until");
    }
}

void draft_check(struct draft *d, const char *timezone)
{
    static draft_rule_fn *const rules[] = {
        check_references,     check_city,         draft_check_calendars, draft_check_units,
        draft_check_services, draft_check_routes, draft_check_regimes,   draft_check_texts,
        draft_check_gateways, draft_check_bursts,
    };

    for (size_t i = 0; i < COUNT(rules); i++)
        rules[i](d, timezone);
    findings_sort(&d->findings);
}
