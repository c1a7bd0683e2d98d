/* SPDX-License-Identifier: Apache-2.0 */
/* draft - a catalogue as its files say it, with every mistake found in it.
 *
 * Format and rules: schemas/catalogue.md. Each file is a table of rows; its
 * columns are described once (draft_columns.c), and reading, references and
 * what goes to the database follow from that. */
#ifndef DRAFT_H
#define DRAFT_H

#include "findings.h"
#include "rowset.h"

/* In the order in which mistakes are looked for and rows are loaded. */
enum draft_part {
    DRAFT_CITY,
    DRAFT_CALENDARS,
    DRAFT_HOURS,
    DRAFT_DAYS,
    DRAFT_UNITS,
    DRAFT_AREAS,
    DRAFT_SERVICES,
    DRAFT_ATTRIBUTES,
    DRAFT_VALUES,
    DRAFT_ROUTES,
    DRAFT_REGIMES,
    DRAFT_LIMITS,
    DRAFT_REASONS,
    DRAFT_PEOPLE,
    DRAFT_TEMPLATES,
    DRAFT_GATEWAYS,
    DRAFT_ATTACHMENTS,
    DRAFT_BURSTS,
    DRAFT_PARTS,
};

/* An absent text is NULL; numbers, times (seconds after midnight) and dates
 * (20260831) are int64_t and CELL_ABSENT; yes/no is 1 or 0. */
struct draft_city {
    struct row row;
    char *name, *city_vi, *city_en, *timezone, *country_calling_code, *desk, *calendar;
    char *reference_note;
};

struct draft_calendar {
    struct row row;
    char *code, *name_vi, *name_en;
    int64_t first_year, last_year, cut_off;
};

struct draft_hours {
    struct row row;
    char *calendar;
    int64_t weekday, from, to;
};

struct draft_day {
    struct row row;
    char *calendar, *works, *name_vi, *basis, *status;
    int64_t date, hours_of;
};

struct draft_unit {
    struct row row;
    char *code, *kind, *parent, *name_vi, *name_en, *calendar, *symbol;
    int64_t valid_from, valid_until;
    struct list successors;
};

struct draft_area {
    struct row row;
    char *code, *unit;
    char *shape; /* the geometry as GeoJSON */
};

struct draft_service {
    struct row row;
    char *code, *kind, *group_vi, *group_en, *name_vi, *name_en, *description_vi, *description_en;
    char *regime, *clock, *place, *closed_notice_vi, *closed_notice_en, *basis, *open311;
    int64_t amount, priority, anonymous, incident;
    struct list keywords;
};

struct draft_attribute {
    struct row row;
    char *service, *code, *datatype, *description_vi, *description_en, *hint_vi, *hint_en;
    int64_t order, required, variable;
};

struct draft_value {
    struct row row;
    char *service, *attribute, *key, *name_vi, *name_en;
};

struct draft_route {
    struct row row;
    char *service, *area, *lead, *note;
    struct list coordinators;
    int64_t valid_from, valid_until;
};

struct draft_regime {
    struct row row;
    char *code, *name_vi, *name_en, *basis;
    int64_t valid_from, valid_until;
    int64_t approval, apology, receipt, anonymous, extensions, returns;
};

struct draft_limit {
    struct row row;
    char *regime, *limit, *clock, *basis;
    int64_t valid_from, amount;
};

struct draft_reason {
    struct row row;
    char *purpose, *code, *name_vi, *name_en;
};

struct draft_person {
    struct row row;
    char *unit, *role, *name, *title_vi, *title_en, *email, *phone;
};

struct draft_template {
    struct row row;
    char *name, *language, *subject, *body;
};

struct draft_gateway {
    struct row row;
    char *channel, *url, *method, *content_type, *headers, *body, *success, *refusal;
    struct list secrets;
    int64_t timeout, places, deadline;
};

struct draft_attachment {
    struct row row;
    char *kind;
    int64_t max_mb, max_count;
};

struct draft_burst {
    struct row row;
    char *service;
    int64_t reports, minutes, metres;
};

struct draft {
    struct rowset parts[DRAFT_PARTS];
    struct findings findings;
};

extern const struct rowset_spec draft_specs[DRAFT_PARTS];

/* Reads all files of dir; every mistake of form is a finding. */
void draft_open(struct draft **out, const char *dir);
void draft_close(struct draft **d);

/* Adds what breaks a rule between cells, rows or files. timezone is the one
 * that the services run with, the process's too. */
void draft_check(struct draft *d, const char *timezone);

/* Reads the features of areas.geojson into their table. */
void draft_read_areas(struct draft *d, const char *bytes, size_t len);

#endif
