/* SPDX-License-Identifier: Apache-2.0 */
#include "report_fields.h"

#include "clock.h"

#include <string.h>

enum { NAME_BYTES = 256, TEXT_BYTES = INTAKE_FORM_BYTES, RADIOS_MAX = 8 };

static void set_text(json_t *data, const char *name, const char *text)
{
    json_object_set_new(data, name, text != NULL ? json_string(text) : json_null());
}

static void set_said(const struct report *r, const char *name, json_t *data)
{
    set_text(data, name, report_text(r, name));
}

/* ---- units ---- */

static bool is_in_force(const struct catalogue_unit *unit, int32_t day)
{
    return day >= unit->valid_from && day <= unit->valid_until;
}

/* The wards alone, or all units; a city's own order is that of their codes. */
json_t *report_fields_units(const struct catalogue *c, bool wards, const char *chosen,
                            enum language language)
{
    int32_t day = catalogue_day(clock_now_us());
    json_t *rows = json_array();

    for (size_t i = 0; i < c->unit_count; i++) {
        const struct catalogue_unit *unit = &c->units[i];
        if (!is_in_force(unit, day) || (wards && strcmp(unit->kind, "WARD") != 0))
            continue;
        json_array_append_new(rows, json_pack("{s:s, s:s, s:b}", "code", unit->code, "unit_name",
                                              IN_LANGUAGE(language, unit, name), "selected",
                                              strcmp(unit->code, chosen) == 0));
    }
    return rows;
}

/* Whether the way of such cases begins at a unit that the citizen names. */
static bool names_unit(const struct catalogue *c, const char *service)
{
    for (size_t i = 0; i < c->route_count; i++)
        if (strcmp(c->routes[i].service, service) == 0 &&
            (strcmp(c->routes[i].lead, "@named") == 0 ||
             strcmp(c->routes[i].lead, "@superior") == 0))
            return true;
    return false;
}

void report_fields_where(const struct report *r, const struct catalogue *c, enum language language,
                         json_t *data)
{
    set_said(r, "address", data);
    set_said(r, "lat", data);
    set_said(r, "long", data);
    json_object_set_new(data, "place_required", json_boolean(r->service->place_required));
    json_object_set_new(data, "wards",
                        report_fields_units(c, true, report_text(r, "ward"), language));
}

/* ---- the service's questions ---- */

static bool was_said(const json_t *said, const char *key)
{
    size_t i;
    json_t *item;

    if (json_is_string(said))
        return strcmp(json_string_value(said), key) == 0;
    json_array_foreach(said, i, item)
    {
        if (strcmp(json_string_value(item), key) == 0)
            return true;
    }
    return false;
}

static json_t *options_of(const struct catalogue_attribute *a, const json_t *said,
                          enum language language)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < a->value_count; i++) {
        AUTO(strbuf_free) struct strbuf id = STRBUF(NAME_BYTES);
        strbuf_addf(&id, "a-%s", a->code);
        if (i > 0) /* an error leads to the first */
            strbuf_addf(&id, "-%zu", i);
        json_array_append_new(rows,
                              json_pack("{s:s, s:s, s:s, s:b}", "key", a->values[i].key, "option",
                                        IN_LANGUAGE(language, &a->values[i], name), "id", id.data,
                                        "selected", was_said(said, a->values[i].key)));
    }
    return rows;
}

/* The template's word for how a question is asked. */
static const char *form_of(const struct catalogue_attribute *a)
{
    static const char *const forms[][2] = {
        {"string", "is_line"},   {"text", "is_text"},           {"number", "is_number"},
        {"datetime", "is_date"}, {"multivaluelist", "is_many"},
    };

    if (!a->variable)
        return "is_notice";
    for (size_t i = 0; i < COUNT(forms); i++)
        if (strcmp(forms[i][0], a->datatype) == 0)
            return forms[i][1];
    return a->value_count <= RADIOS_MAX ? "is_one" : "is_list";
}

static json_t *question_of(const struct report *r, const struct catalogue_attribute *a,
                           enum language language, const json_t *errors)
{
    AUTO(strbuf_free) struct strbuf name = STRBUF(NAME_BYTES);
    AUTO(strbuf_free) struct strbuf time_name = STRBUF(NAME_BYTES);
    AUTO(strbuf_free) struct strbuf id = STRBUF(NAME_BYTES);
    const char *form = form_of(a);
    json_t *row = json_object();

    strbuf_addf(&name, "attribute[%s]%s", a->code, strcmp(form, "is_many") == 0 ? "[]" : "");
    strbuf_addf(&time_name, "time[%s]", a->code);
    strbuf_addf(&id, "a-%s", a->code);
    json_object_set_new(row, form, json_true());
    set_text(row, "field_name", name.data);
    set_text(row, "time_name", time_name.data);
    set_text(row, "field_id", id.data);
    set_text(row, "label", IN_LANGUAGE(language, a, description));
    set_text(row, "hint", IN_LANGUAGE(language, a, hint));
    set_text(row, "said", report_text(r, name.data));
    set_text(row, "said_time", report_text(r, time_name.data));
    json_object_set_new(row, "needed", json_boolean(a->required));
    set_text(row, "error", json_string_value(json_object_get(errors, a->code)));
    json_object_set_new(row, "options",
                        options_of(a, json_object_get(r->values, name.data), language));
    return row;
}

void report_fields_details(const struct report *r, const struct catalogue *c,
                           enum language language, const json_t *errors, json_t *data)
{
    json_t *questions = json_array();

    for (size_t i = 0; i < r->service->attribute_count; i++)
        json_array_append_new(questions,
                              question_of(r, &r->service->attributes[i], language, errors));
    json_object_set_new(data, "questions", questions);
    set_said(r, "description", data);
    if (!names_unit(c, r->service->code))
        return;
    json_object_set_new(data, "has_units", json_true());
    json_object_set_new(data, "units",
                        report_fields_units(c, false, report_text(r, "unit"), language));
}

void report_fields_contact(const struct report *r, json_t *data)
{
    bool anonymous = strcmp(report_text(r, "who"), "anonymous") == 0;

    set_said(r, "name", data);
    set_said(r, "phone", data);
    set_said(r, "email", data);
    set_said(r, report_trap, data);
    json_object_set_new(data, "hide_name", json_boolean(report_text(r, "hide_name")[0] != '\0'));
    json_object_set_new(data, "anonymous", json_boolean(anonymous));
    json_object_set_new(data, "may_be_anonymous", json_boolean(r->service->anonymous_allowed));
}

/* ---- all of it ---- */

struct rows {
    const struct intake *intake;
    const struct report *r;
    enum language language;
    json_t *rows;
};

static void add_row(const struct rows *rows, const char *label, const char *value,
                    enum report_step step)
{
    json_array_append_new(rows->rows, json_pack("{s:s, s:s, s:s}", "label", label, "value", value,
                                                "edit", report_step_names[step]));
}

static void add_said(const struct rows *rows, const char *key, const char *name,
                     enum report_step step)
{
    const char *said = report_text(rows->r, name);

    if (said[0] != '\0')
        add_row(rows, page_text(rows->intake, rows->language, key), said, step);
}

static void add_unit(const struct rows *rows, const struct catalogue *c, const char *key,
                     const char *name, enum report_step step)
{
    const char *code = report_text(rows->r, name);
    const struct catalogue_unit *unit = code[0] != '\0' ? catalogue_unit(c, code) : NULL;

    if (unit != NULL)
        add_row(rows, page_text(rows->intake, rows->language, key),
                IN_LANGUAGE(rows->language, unit, name), step);
}

static void add_point(const struct rows *rows)
{
    AUTO(strbuf_free) struct strbuf point = STRBUF(TEXT_BYTES);
    const char *lat = report_text(rows->r, "lat"), *lon = report_text(rows->r, "long");

    strbuf_addf(&point, "%s, %s", lat, lon);
    if (lat[0] != '\0' && lon[0] != '\0' && strbuf_text(&point) != NULL)
        add_row(rows, page_text(rows->intake, rows->language, "check.point"), point.data,
                REPORT_WHERE);
}

static void add_answer(const struct rows *rows, const struct catalogue_attribute *a)
{
    AUTO(strbuf_free) struct strbuf name = STRBUF(NAME_BYTES);
    AUTO(strbuf_free) struct strbuf time_name = STRBUF(NAME_BYTES);
    AUTO(strbuf_free) struct strbuf value = STRBUF(TEXT_BYTES);

    strbuf_addf(&name, "attribute[%s]%s", a->code,
                strcmp(a->datatype, "multivaluelist") == 0 ? "[]" : "");
    strbuf_addf(&time_name, "time[%s]", a->code);
    const json_t *said = json_object_get(rows->r->values, name.data);
    for (size_t i = 0; i < a->value_count; i++)
        if (was_said(said, a->values[i].key))
            strbuf_addf(&value, "%s%s", value.len > 0 ? ", " : "",
                        IN_LANGUAGE(rows->language, &a->values[i], name));
    if (a->value_count == 0)
        strbuf_addf(&value, "%s %s", report_text(rows->r, name.data),
                    report_text(rows->r, time_name.data));
    if (value.len > 0 && strbuf_text(&value) != NULL && value.data[strspn(value.data, " ")] != '\0')
        add_row(rows, IN_LANGUAGE(rows->language, a, description), value.data, REPORT_DETAILS);
}

static void add_contact(const struct rows *rows)
{
    const struct intake *intake = rows->intake;
    enum language language = rows->language;

    if (strcmp(report_text(rows->r, "who"), "anonymous") == 0) {
        add_row(rows, page_text(intake, language, "contact.name"),
                page_text(intake, language, "check.anonymous"), REPORT_CONTACT);
        return;
    }
    add_said(rows, "contact.name", "name", REPORT_CONTACT);
    add_said(rows, "contact.phone", "phone", REPORT_CONTACT);
    add_said(rows, "contact.email", "email", REPORT_CONTACT);
    if (report_text(rows->r, "hide_name")[0] != '\0')
        add_row(rows, page_text(intake, language, "check.hide"),
                page_text(intake, language, "check.hide_name"), REPORT_CONTACT);
}

void report_fields_check(const struct intake *intake, const struct report *r,
                         const struct catalogue *c, enum language language, json_t *data)
{
    const struct rows rows = {intake, r, language, json_array()};

    add_said(&rows, "where.address", "address", REPORT_WHERE);
    add_unit(&rows, c, "where.ward", "ward", REPORT_WHERE);
    add_point(&rows);
    add_unit(&rows, c, "details.unit", "unit", REPORT_DETAILS);
    add_said(&rows, "details.description", "description", REPORT_DETAILS);
    for (size_t i = 0; i < r->service->attribute_count; i++)
        if (r->service->attributes[i].variable)
            add_answer(&rows, &r->service->attributes[i]);
    add_contact(&rows);
    json_object_set_new(data, "rows", rows.rows);
}

/* ---- what is carried ---- */

static void carry(json_t *rows, const char *name, const char *value)
{
    json_array_append_new(rows, json_pack("{s:s, s:s}", "carried_name", name, "carried", value));
}

/* Who is anonymous after all has said no name: what was typed before goes no further. */
static bool is_withheld(const struct report *r, const char *name, enum report_step step)
{
    static const char *const named[] = {"name", "phone", "email", "hide_name"};

    if (step == REPORT_CONTACT || strcmp(report_text(r, "who"), "anonymous") != 0)
        return false;
    for (size_t i = 0; i < COUNT(named); i++)
        if (strcmp(named[i], name) == 0)
            return true;
    return false;
}

json_t *report_fields_carried(const struct report *r, enum report_step step, bool similar)
{
    json_t *rows = json_array();
    const char *name;
    json_t *value, *item;
    size_t i;

    carry(rows, "step", report_step_names[step]);
    carry(rows, "key", r->key);
    if (r->seen || step == REPORT_CHECK)
        carry(rows, "seen", "1");
    if (similar)
        carry(rows, "similar", "1");
    if (r->join[0] != '\0')
        carry(rows, "join", r->join);
    json_object_foreach(r->values, name, value)
    {
        enum report_step at;
        if (!similar && report_step_of(name, &at) && at == step)
            continue;
        if (is_withheld(r, name, step))
            continue;
        if (json_is_string(value))
            carry(rows, name, json_string_value(value));
        json_array_foreach(value, i, item) carry(rows, name, json_string_value(item));
    }
    return rows;
}
