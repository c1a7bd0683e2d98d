/* SPDX-License-Identifier: Apache-2.0 */
/* draft_columns - the files and their columns. Keep in step with schemas/catalogue.md. */
#include "draft.h"

enum { DAY_S = 86400, MIB = 1024 * 1024 };

#define KEY COLUMN_KEY
#define OPEN_KEY COLUMN_OPEN_KEY
#define NEEDED COLUMN_REQUIRED
#define COLUMN(part, field, kind, how)                                                             \
    .name = #field, .type = (kind), .flags = (how), .offset = offsetof(struct draft_##part, field)
#define REFERS(part, broken) .refers = (part) + 1, .rule = (broken)
#define RANGE(from, to) .min = (from), .max = (to)

static const char *const unit_kinds[] = {"OFFICE", "DEPARTMENT", "CENTRE",       "WARD",
                                         "POLICE", "UTILITY",    "INSPECTORATE", NULL};
static const char *const service_kinds[] = {
    "field_report", "rule_feedback", "late_dossier", "question",
    "suggestion",   "complaint",     "denunciation", NULL};
static const char *const regimes[] = {"R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", NULL};
static const char *const places[] = {"required", "optional", NULL};
static const char *const open311_types[] = {"realtime", "batch", "blackbox", NULL};
static const char *const workings[] = {"OFF", "WORK", NULL};
static const char *const statuses[] = {"announced", "projected", NULL};
static const char *const datatypes[] = {"string",          "number",         "datetime", "text",
                                        "singlevaluelist", "multivaluelist", NULL};
static const char *const limits[] = {"accept",  "forward",   "answer", "publish", "update",
                                     "summary", "extension", "info",   "confirm", NULL};
static const char *const clocks[] = {"clock_minutes", "clock_hours",   "working_hours",
                                     "working_days",  "calendar_days", NULL};
static const char *const purposes[] = {"return", "reject", "extension", "apology", "suspend", NULL};
static const char *const roles[] = {"head", "focal", "leader", "coordinator", NULL};
static const char *const languages[] = {"vi", "en", NULL};
static const char *const gateway_channels[] = {"sms", "zalo", NULL};
static const char *const attachment_kinds[] = {"photo", "document", "video", "sound", NULL};
static const char *const methods[] = {"POST", "PUT", "GET", NULL};
static const char *const any_code[] = {"*", NULL};
static const char *const lead_words[] = {"@place", "@named", "@superior", NULL};

static const struct column city_columns[] = {
    {COLUMN(city, name, COLUMN_CODE, KEY)},
    {COLUMN(city, city_vi, COLUMN_NAME, NEEDED)},
    {COLUMN(city, city_en, COLUMN_NAME, NEEDED)},
    {COLUMN(city, timezone, COLUMN_NAME, NEEDED)},
    {COLUMN(city, country_calling_code, COLUMN_NAME, NEEDED)},
    {COLUMN(city, desk, COLUMN_CODE, NEEDED), REFERS(DRAFT_UNITS, "desk")},
    {COLUMN(city, calendar, COLUMN_CODE, NEEDED), REFERS(DRAFT_CALENDARS, "default-calendar")},
    {COLUMN(city, reference_note, COLUMN_TEXT, 0)},
    {0},
};

static const struct column calendar_columns[] = {
    {COLUMN(calendar, code, COLUMN_CODE, KEY)},
    {COLUMN(calendar, name_vi, COLUMN_NAME, NEEDED)},
    {COLUMN(calendar, name_en, COLUMN_NAME, NEEDED)},
    {COLUMN(calendar, first_year, COLUMN_INT, NEEDED), RANGE(1970, 2200)},
    {COLUMN(calendar, last_year, COLUMN_INT, NEEDED), RANGE(1970, 2200)},
    {COLUMN(calendar, cut_off, COLUMN_TIME, 0), RANGE(0, DAY_S - 1)},
    {0},
};

static const struct column hours_columns[] = {
    {COLUMN(hours, calendar, COLUMN_CODE, KEY), REFERS(DRAFT_CALENDARS, NULL)},
    {COLUMN(hours, weekday, COLUMN_INT, KEY), RANGE(1, 7)},
    {COLUMN(hours, from, COLUMN_TIME, KEY), RANGE(0, DAY_S - 1)},
    {COLUMN(hours, to, COLUMN_TIME, NEEDED), RANGE(0, DAY_S)},
    {0},
};

static const struct column day_columns[] = {
    {COLUMN(day, calendar, COLUMN_CODE, KEY), REFERS(DRAFT_CALENDARS, NULL)},
    {COLUMN(day, date, COLUMN_DATE, KEY)},
    {COLUMN(day, works, COLUMN_CHOICE, NEEDED), .words = workings},
    {COLUMN(day, hours_of, COLUMN_INT, 0), RANGE(1, 7)},
    {COLUMN(day, name_vi, COLUMN_NAME, NEEDED)},
    {COLUMN(day, basis, COLUMN_NAME, 0)},
    {COLUMN(day, status, COLUMN_CHOICE, NEEDED), .words = statuses},
    {0},
};

static const struct column unit_columns[] = {
    {COLUMN(unit, code, COLUMN_CODE, KEY)},
    {COLUMN(unit, kind, COLUMN_CHOICE, NEEDED), .words = unit_kinds},
    {COLUMN(unit, parent, COLUMN_CODE, 0), REFERS(DRAFT_UNITS, "unit-parent")},
    {COLUMN(unit, name_vi, COLUMN_NAME, NEEDED)},
    {COLUMN(unit, name_en, COLUMN_NAME, NEEDED)},
    {COLUMN(unit, calendar, COLUMN_CODE, 0), REFERS(DRAFT_CALENDARS, NULL)},
    {COLUMN(unit, valid_from, COLUMN_DATE, 0)},
    {COLUMN(unit, valid_until, COLUMN_DATE, 0)},
    {COLUMN(unit, successors, COLUMN_CODES, 0), REFERS(DRAFT_UNITS, "unit-successor")},
    {COLUMN(unit, symbol, COLUMN_NAME, 0)},
    {0},
};

static const struct column area_columns[] = {
    {COLUMN(area, code, COLUMN_CODE, KEY)},
    {COLUMN(area, unit, COLUMN_CODE, NEEDED), REFERS(DRAFT_UNITS, "area-unit")},
    {COLUMN(area, shape, COLUMN_SHAPE, NEEDED)},
    {0},
};

static const struct column service_columns[] = {
    {COLUMN(service, code, COLUMN_CODE, KEY)},
    {COLUMN(service, kind, COLUMN_CHOICE, NEEDED), .words = service_kinds},
    {COLUMN(service, group_vi, COLUMN_NAME, NEEDED)},
    {COLUMN(service, group_en, COLUMN_NAME, NEEDED)},
    {COLUMN(service, name_vi, COLUMN_NAME, NEEDED)},
    {COLUMN(service, name_en, COLUMN_NAME, NEEDED)},
    {COLUMN(service, description_vi, COLUMN_TEXT, NEEDED)},
    {COLUMN(service, description_en, COLUMN_TEXT, NEEDED)},
    {COLUMN(service, regime, COLUMN_CHOICE, NEEDED), .words = regimes},
    {COLUMN(service, clock, COLUMN_CODE, NEEDED)},
    {COLUMN(service, amount, COLUMN_INT, NEEDED), RANGE(1, 8760)},
    {COLUMN(service, priority, COLUMN_INT, NEEDED), RANGE(1, 5)},
    {COLUMN(service, place, COLUMN_CHOICE, NEEDED), .words = places},
    {COLUMN(service, anonymous, COLUMN_YES, NEEDED)},
    {COLUMN(service, closed_notice_vi, COLUMN_TEXT, 0)},
    {COLUMN(service, closed_notice_en, COLUMN_TEXT, 0)},
    {COLUMN(service, keywords, COLUMN_NAMES, 0)},
    {COLUMN(service, basis, COLUMN_NAME, 0)},
    {COLUMN(service, incident, COLUMN_YES, NEEDED)},
    {COLUMN(service, open311, COLUMN_CHOICE, 0), .words = open311_types},
    {0},
};

static const struct column attribute_columns[] = {
    {COLUMN(attribute, service, COLUMN_CODE, KEY), REFERS(DRAFT_SERVICES, NULL)},
    {COLUMN(attribute, code, COLUMN_CODE, KEY)},
    {COLUMN(attribute, order, COLUMN_INT, NEEDED), RANGE(1, 99)},
    {COLUMN(attribute, datatype, COLUMN_CHOICE, NEEDED), .words = datatypes},
    {COLUMN(attribute, required, COLUMN_YES, NEEDED)},
    {COLUMN(attribute, variable, COLUMN_YES, NEEDED)},
    {COLUMN(attribute, description_vi, COLUMN_TEXT, NEEDED)},
    {COLUMN(attribute, description_en, COLUMN_TEXT, NEEDED)},
    {COLUMN(attribute, hint_vi, COLUMN_TEXT, 0)},
    {COLUMN(attribute, hint_en, COLUMN_TEXT, 0)},
    {0},
};

static const struct column value_columns[] = {
    {COLUMN(value, service, COLUMN_CODE, KEY)},    {COLUMN(value, attribute, COLUMN_CODE, KEY)},
    {COLUMN(value, key, COLUMN_CODE, KEY)},        {COLUMN(value, name_vi, COLUMN_NAME, NEEDED)},
    {COLUMN(value, name_en, COLUMN_NAME, NEEDED)}, {0},
};

static const struct column route_columns[] = {
    {COLUMN(route, service, COLUMN_WORD, KEY), REFERS(DRAFT_SERVICES, NULL), .words = any_code},
    {COLUMN(route, area, COLUMN_WORD, KEY), REFERS(DRAFT_AREAS, NULL), .words = any_code},
    {COLUMN(route, lead, COLUMN_WORD, NEEDED), REFERS(DRAFT_UNITS, "route-unit"),
     .words = lead_words},
    {COLUMN(route, coordinators, COLUMN_WORDS, 0), REFERS(DRAFT_UNITS, "route-unit"),
     .words = lead_words},
    {COLUMN(route, valid_from, COLUMN_DATE, 0)},
    {COLUMN(route, valid_until, COLUMN_DATE, 0)},
    {COLUMN(route, note, COLUMN_NAME, 0)},
    {0},
};

static const struct column regime_columns[] = {
    {COLUMN(regime, code, COLUMN_CHOICE, KEY), .words = regimes},
    {COLUMN(regime, name_vi, COLUMN_NAME, NEEDED)},
    {COLUMN(regime, name_en, COLUMN_NAME, NEEDED)},
    {COLUMN(regime, valid_from, COLUMN_DATE, OPEN_KEY)},
    {COLUMN(regime, valid_until, COLUMN_DATE, 0)},
    {COLUMN(regime, approval, COLUMN_YES, NEEDED)},
    {COLUMN(regime, apology, COLUMN_YES, NEEDED)},
    {COLUMN(regime, receipt, COLUMN_YES, NEEDED)},
    {COLUMN(regime, anonymous, COLUMN_YES, NEEDED)},
    {COLUMN(regime, extensions, COLUMN_INT, NEEDED), RANGE(0, 9)},
    {COLUMN(regime, returns, COLUMN_INT, NEEDED), RANGE(0, 9)},
    {COLUMN(regime, basis, COLUMN_NAME, NEEDED)},
    {0},
};

static const struct column limit_columns[] = {
    {COLUMN(limit, regime, COLUMN_CHOICE, KEY), .words = regimes},
    {COLUMN(limit, valid_from, COLUMN_DATE, OPEN_KEY)},
    {COLUMN(limit, limit, COLUMN_CHOICE, KEY), .words = limits},
    {COLUMN(limit, clock, COLUMN_CHOICE, NEEDED), .words = clocks},
    {COLUMN(limit, amount, COLUMN_INT, NEEDED), RANGE(1, 8760)},
    {COLUMN(limit, basis, COLUMN_NAME, NEEDED)},
    {0},
};

static const struct column reason_columns[] = {
    {COLUMN(reason, purpose, COLUMN_CHOICE, KEY), .words = purposes},
    {COLUMN(reason, code, COLUMN_CODE, KEY)},
    {COLUMN(reason, name_vi, COLUMN_NAME, NEEDED)},
    {COLUMN(reason, name_en, COLUMN_NAME, NEEDED)},
    {0},
};

static const struct column person_columns[] = {
    {COLUMN(person, unit, COLUMN_CODE, KEY), REFERS(DRAFT_UNITS, NULL)},
    {COLUMN(person, role, COLUMN_CHOICE, KEY), .words = roles},
    {COLUMN(person, name, COLUMN_NAME, OPEN_KEY)},
    {COLUMN(person, title_vi, COLUMN_NAME, NEEDED)},
    {COLUMN(person, title_en, COLUMN_NAME, NEEDED)},
    {COLUMN(person, email, COLUMN_NAME, 0)},
    {COLUMN(person, phone, COLUMN_NAME, 0)},
    {0},
};

static const struct column template_columns[] = {
    {COLUMN(template, name, COLUMN_CODE, KEY)},
    {COLUMN(template, language, COLUMN_CHOICE, KEY), .words = languages},
    {COLUMN(template, subject, COLUMN_NAME, 0)},
    {COLUMN(template, body, COLUMN_TEXT, NEEDED)},
    {0},
};

static const struct column gateway_columns[] = {
    {COLUMN(gateway, channel, COLUMN_CHOICE, KEY), .words = gateway_channels},
    {COLUMN(gateway, url, COLUMN_TEXT, NEEDED)},
    {COLUMN(gateway, method, COLUMN_CHOICE, NEEDED), .words = methods},
    {COLUMN(gateway, content_type, COLUMN_NAME, NEEDED)},
    {COLUMN(gateway, headers, COLUMN_TEXT, 0)},
    {COLUMN(gateway, body, COLUMN_TEXT, 0)},
    {COLUMN(gateway, success, COLUMN_NAME, 0)},
    {COLUMN(gateway, refusal, COLUMN_NAME, 0)},
    {COLUMN(gateway, secrets, COLUMN_CODES, 0)},
    {COLUMN(gateway, timeout, COLUMN_INT, NEEDED), RANGE(1, 120)},
    {COLUMN(gateway, places, COLUMN_INT, NEEDED), RANGE(1, 64)},
    {COLUMN(gateway, deadline, COLUMN_INT, NEEDED), RANGE(1, 720)},
    {0},
};

static const struct column attachment_columns[] = {
    {COLUMN(attachment, kind, COLUMN_CHOICE, KEY), .words = attachment_kinds},
    {COLUMN(attachment, max_mb, COLUMN_INT, NEEDED), RANGE(1, 500)},
    {COLUMN(attachment, max_count, COLUMN_INT, NEEDED), RANGE(1, 16)},
    {0},
};

static const struct column burst_columns[] = {
    {COLUMN(burst, service, COLUMN_CODE, KEY), .refers = 1 + DRAFT_SERVICES},
    {COLUMN(burst, reports, COLUMN_INT, NEEDED), RANGE(3, 1000)},
    {COLUMN(burst, minutes, COLUMN_INT, NEEDED), RANGE(1, 1440)},
    {COLUMN(burst, metres, COLUMN_INT, NEEDED), RANGE(10, 1000)},
    {0},
};

#define PART(part, name, mib, list)                                                                \
    .file = (name), .row_size = sizeof(struct draft_##part), .max_bytes = (size_t)(mib)*MIB,       \
    .max_rows = 100000, .columns = (list)

const struct rowset_spec draft_specs[DRAFT_PARTS] = {
    [DRAFT_CITY] = {PART(city, "catalogue.json", 8, city_columns)},
    [DRAFT_CALENDARS] = {PART(calendar, "calendars.csv", 8, calendar_columns)},
    [DRAFT_HOURS] = {PART(hours, "calendar_hours.csv", 8, hours_columns)},
    [DRAFT_DAYS] = {PART(day, "calendar_days.csv", 8, day_columns)},
    [DRAFT_UNITS] = {PART(unit, "units.csv", 8, unit_columns)},
    [DRAFT_AREAS] = {PART(area, "areas.geojson", 64, area_columns)},
    [DRAFT_SERVICES] = {PART(service, "services.csv", 8, service_columns)},
    [DRAFT_ATTRIBUTES] = {PART(attribute, "attributes.csv", 8, attribute_columns)},
    [DRAFT_VALUES] = {PART(value, "attribute_values.csv", 8, value_columns)},
    [DRAFT_ROUTES] = {PART(route, "routes.csv", 8, route_columns), .repeats = true},
    [DRAFT_REGIMES] = {PART(regime, "regimes.csv", 8, regime_columns)},
    [DRAFT_LIMITS] = {PART(limit, "regime_limits.csv", 8, limit_columns)},
    [DRAFT_REASONS] = {PART(reason, "reasons.csv", 8, reason_columns)},
    [DRAFT_PEOPLE] = {PART(person, "people.csv", 8, person_columns)},
    [DRAFT_TEMPLATES] = {PART(template, "templates.csv", 8, template_columns)},
    [DRAFT_GATEWAYS] = {PART(gateway, "gateways.csv", 8, gateway_columns)},
    [DRAFT_ATTACHMENTS] = {PART(attachment, "attachments.csv", 8, attachment_columns)},
    [DRAFT_BURSTS] = {PART(burst, "bursts.csv", 8, burst_columns)},
};
