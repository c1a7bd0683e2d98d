/* SPDX-License-Identifier: Apache-2.0 */
/* draft_services - the rules of services.csv, attributes.csv and attribute_values.csv. */
#include "deadline.h"
#include "draft_rules.h"

#include <string.h>
#include <utf8proc.h>

/* Which kinds of services a regime is for. */
static const struct {
    const char *regime, *kind;
} regimes[] = {
    {"R1", "field_report"}, {"R2", "rule_feedback"}, {"R3", "late_dossier"},
    {"R4", "field_report"}, {"R4", "rule_feedback"}, {"R4", "suggestion"},
    {"R5", "complaint"},    {"R6", "denunciation"},  {"R7", "question"},
    {"R8", "suggestion"},
};

static bool regime_fits(const struct draft_service *s)
{
    for (size_t i = 0; i < COUNT(regimes); i++)
        if (draft_same(regimes[i].regime, s->regime) && draft_same(regimes[i].kind, s->kind))
            return true;
    return s->regime == NULL || s->kind == NULL;
}

static bool is_lower_case(const char *text)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
    utf8proc_int32_t c;

    for (utf8proc_ssize_t n; *at != 0; at += n) {
        n = utf8proc_iterate(at, -1, &c);
        if (n <= 0 || utf8proc_tolower(c) != c)
            return false;
    }
    return true;
}

/* Whether the two groups agree in one language alone. */
static bool groups_clash(const struct draft_service *a, const struct draft_service *b)
{
    if (a->group_vi == NULL || a->group_en == NULL || b->group_vi == NULL || b->group_en == NULL)
        return false;
    return draft_same(a->group_vi, b->group_vi) != draft_same(a->group_en, b->group_en);
}

/* Reported at the first row that clashes with an earlier one. */
static void check_groups(struct draft *d, const struct draft_service *s)
{
    for (size_t i = 0; i < d->parts[DRAFT_SERVICES].count; i++) {
        const struct draft_service *before = rowset_row(&d->parts[DRAFT_SERVICES], i);
        if (before == s)
            return;
        if (groups_clash(before, s)) {
            draft_mistake(d, DRAFT_SERVICES, &s->row, "service-group",
                          "an earlier row has this group with another translation");
            return;
        }
    }
}

static void check_keywords(struct draft *d, const struct draft_service *s)
{
    if (draft_has_twins(&s->keywords))
        draft_mistake(d, DRAFT_SERVICES, &s->row, "service-keywords", "a keyword is named twice");
    for (size_t i = 0; i < s->keywords.count; i++)
        if (!is_lower_case(s->keywords.items[i]))
            findings_add(&d->findings, (struct place){"services.csv", s->row.line},
                         "service-keywords", "keyword \"%s\" is not in lower case",
                         s->keywords.items[i]);
}

static void check_service(struct draft *d, const struct draft_service *s)
{
    enum worktime_kind kind;
    struct err e;

    if (s->clock != NULL && deadline_kind_read(s->clock, &kind, &e) < 0)
        findings_add(&d->findings, (struct place){"services.csv", s->row.line}, "value-type",
                     "clock \"%s\" is not a kind of time", s->clock);
    if (!regime_fits(s))
        draft_mistake(d, DRAFT_SERVICES, &s->row, "service-regime",
                      "the regime does not fit the kind");
    if ((s->closed_notice_vi == NULL) != (s->closed_notice_en == NULL))
        draft_mistake(d, DRAFT_SERVICES, &s->row, "service-notice",
                      "the notice is given in one language alone");
    check_groups(d, s);
    check_keywords(d, s);
}

/* ---- questions ---- */

static bool is_list(const struct draft_attribute *a)
{
    return draft_same(a->datatype, "singlevaluelist") || draft_same(a->datatype, "multivaluelist");
}

static bool has_values(const struct draft *d, const struct draft_attribute *a)
{
    for (size_t i = 0; i < d->parts[DRAFT_VALUES].count; i++) {
        const struct draft_value *v = rowset_row(&d->parts[DRAFT_VALUES], i);
        if (draft_same(v->service, a->service) && draft_same(v->attribute, a->code))
            return true;
    }
    return false;
}

static bool order_is_taken(const struct draft *d, const struct draft_attribute *a)
{
    for (size_t i = 0; i < d->parts[DRAFT_ATTRIBUTES].count; i++) {
        const struct draft_attribute *before = rowset_row(&d->parts[DRAFT_ATTRIBUTES], i);
        if (before == a)
            return false;
        if (draft_same(before->service, a->service) && before->order == a->order)
            return a->order != CELL_ABSENT;
    }
    return false;
}

static void check_attribute(struct draft *d, const struct draft_attribute *a)
{
    const struct row *row = &a->row;
    bool values_known = !d->parts[DRAFT_VALUES].partial && a->datatype != NULL;

    if (order_is_taken(d, a))
        draft_mistake(d, DRAFT_ATTRIBUTES, row, "attribute-order",
                      "the service has another question of that order");
    if (a->variable == 0 && (a->required == 1 || !draft_same(a->datatype, "text")))
        draft_mistake(d, DRAFT_ATTRIBUTES, row, "attribute-notice",
                      "a notice (variable no) is of type text and not required");
    if ((a->hint_vi == NULL) != (a->hint_en == NULL))
        draft_mistake(d, DRAFT_ATTRIBUTES, row, "attribute-hint",
                      "the hint is given in one language alone");
    if (values_known && is_list(a) && !has_values(d, a))
        draft_mistake(d, DRAFT_ATTRIBUTES, row, "value-list", "a list without values");
}

static void check_value(struct draft *d, const struct draft_value *v)
{
    const struct rowset *attributes = &d->parts[DRAFT_ATTRIBUTES];

    if (v->service == NULL || v->attribute == NULL)
        return;
    const struct draft_attribute *a = rowset_find2(attributes, v->service, v->attribute);
    if (a == NULL && !attributes->partial)
        findings_add(&d->findings, (struct place){"attribute_values.csv", v->row.line},
                     "value-attribute", "\"%s\" of \"%s\" is not in attributes.csv", v->attribute,
                     v->service);
    if (a != NULL && a->datatype != NULL && !is_list(a))
        draft_mistake(d, DRAFT_VALUES, &v->row, "value-list", "the question is not of a list type");
}

void draft_check_services(struct draft *d, const char *timezone)
{
    (void)timezone;
    for (size_t i = 0; i < d->parts[DRAFT_SERVICES].count; i++) {
        const struct draft_service *s = rowset_row(&d->parts[DRAFT_SERVICES], i);
        check_service(d, s);
    }
    for (size_t i = 0; i < d->parts[DRAFT_ATTRIBUTES].count; i++) {
        const struct draft_attribute *a = rowset_row(&d->parts[DRAFT_ATTRIBUTES], i);
        check_attribute(d, a);
    }
    for (size_t i = 0; i < d->parts[DRAFT_VALUES].count; i++) {
        const struct draft_value *v = rowset_row(&d->parts[DRAFT_VALUES], i);
        check_value(d, v);
    }
}
