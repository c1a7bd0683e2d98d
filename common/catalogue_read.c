/* SPDX-License-Identifier: Apache-2.0 */
/* catalogue_read - parents and children come in the same order, so that one
 * walk joins them: the hours of a calendar, the questions of a service. */
#include "catalogue_read.h"

#include "arena.h"
#include "catalogue_law.h"
#include "cursor.h"
#include "mem.h"
#include "sql_common.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_LIMIT_BYTES = 256 * 1024 * 1024 }; /* schemas/catalogue.md: shapes have up to 64 MiB */

const struct sql *const catalogue_sql[CATALOGUE_STEPS] = {
    [CATALOGUE_VERSION] = &sql_select_catalogue_version,
    [CATALOGUE_CITY] = &sql_select_catalogue,
    [CATALOGUE_CALENDARS] = &sql_select_calendars,
    [CATALOGUE_HOURS] = &sql_select_calendar_hours,
    [CATALOGUE_DAYS] = &sql_select_calendar_days,
    [CATALOGUE_UNITS] = &sql_select_units,
    [CATALOGUE_SERVICES] = &sql_select_services,
    [CATALOGUE_ATTRIBUTES] = &sql_select_service_attributes,
    [CATALOGUE_VALUES] = &sql_select_service_attribute_values,
    [CATALOGUE_ROUTES] = &sql_select_routes,
    [CATALOGUE_REGIMES] = &sql_select_regimes,
    [CATALOGUE_LIMITS] = &sql_select_regime_limits,
    [CATALOGUE_REASONS] = &sql_select_reasons,
    [CATALOGUE_PEOPLE] = &sql_select_people,
    [CATALOGUE_TEMPLATES] = &sql_select_templates,
    [CATALOGUE_GATEWAYS] = &sql_select_gateways,
    [CATALOGUE_ATTACHMENTS] = &sql_select_attachment_limits,
    [CATALOGUE_AREAS] = &sql_select_areas,
    [CATALOGUE_VERSION_AGAIN] = &sql_select_catalogue_version,
};

struct catalogue_snapshot {
    struct catalogue view; /* first, so that either leads to the other */
    int holders;
    struct arena *arena; /* holds everything but the calendars' tables */
};

static int too_large(struct err *e)
{
    return err_set(e, ERR_SYSTEM, "the catalogue has more than %d bytes", ARENA_LIMIT_BYTES);
}

/* Room for one thing a row; NULL past the arena's limit. */
static void *room_for(struct catalogue_snapshot *s, const PGresult *rows, size_t size,
                      size_t *count)
{
    return cursor_room(s->arena, rows, size, count);
}

/* ---- calendars ---- */

static void read_hours(struct arena *arena, const PGresult *rows, struct worktime_hours *hours)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        struct cursor c = {arena, rows, i, 1};
        hours[i].weekday = (int)cursor_int(&c);
        hours[i].from_s = (int)cursor_int(&c);
        hours[i].to_s = (int)cursor_int(&c);
    }
}

static void read_days(struct arena *arena, const PGresult *rows, struct worktime_day *days)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        struct cursor c = {arena, rows, i, 1};
        days[i].year = (int)cursor_int(&c);
        days[i].month = (int)cursor_int(&c);
        days[i].day = (int)cursor_int(&c);
        days[i].works = cursor_bool(&c);
        days[i].hours_of = (int)cursor_int(&c);
    }
}

/* The hours and days of all calendars, handed out calendar by calendar. */
struct calendar_parts {
    struct worktime_hours *hours;
    struct worktime_day *days;
    struct children hour_rows, day_rows;
};

static int read_calendar(struct catalogue_calendar *calendar, struct calendar_parts *parts,
                         struct cursor *c, struct err *e)
{
    calendar->code = cursor_text(c);
    if (calendar->code == NULL)
        return too_large(e);
    struct worktime_rules rules = {
        .hours = parts->hours + parts->hour_rows.at,
        .hour_count = children_take(&parts->hour_rows, calendar->code, NULL),
        .first_year = (int)cursor_int(c),
        .last_year = (int)cursor_int(c),
        .cut_off_s = (int)cursor_int(c),
    };
    rules.days = parts->days + parts->day_rows.at;
    rules.day_count = children_take(&parts->day_rows, calendar->code, NULL);
    if (worktime_open(&calendar->worktime, &rules, e) < 0) {
        err_in(e, calendar->code);
        return err_in(e, "calendar");
    }
    return 0;
}

static int read_calendars(struct catalogue_snapshot *s, PGresult *const rows[], struct err *e)
{
    size_t count;
    struct calendar_parts parts = {
        .hours = room_for(s, rows[CATALOGUE_HOURS], sizeof(*parts.hours), &count),
        .days = room_for(s, rows[CATALOGUE_DAYS], sizeof(*parts.days), &count),
        .hour_rows = {.rows = rows[CATALOGUE_HOURS]},
        .day_rows = {.rows = rows[CATALOGUE_DAYS]},
    };
    struct catalogue_calendar *calendars =
        room_for(s, rows[CATALOGUE_CALENDARS], sizeof(*calendars), &count);

    if (parts.hours == NULL || parts.days == NULL || calendars == NULL)
        return too_large(e);
    read_hours(s->arena, rows[CATALOGUE_HOURS], parts.hours);
    read_days(s->arena, rows[CATALOGUE_DAYS], parts.days);
    s->view.calendars = calendars;
    s->view.calendar_count = count;
    for (size_t i = 0; i < count; i++) {
        struct cursor c = {s->arena, rows[CATALOGUE_CALENDARS], (int)i, 0};
        if (read_calendar(&calendars[i], &parts, &c, e) < 0)
            return -1;
    }
    if (children_all_taken(&parts.hour_rows, "hours of calendar", e) < 0)
        return -1;
    return children_all_taken(&parts.day_rows, "days of calendar", e);
}

/* ---- units ---- */

static int read_unit(const struct catalogue_snapshot *s, struct catalogue_unit *unit,
                     struct cursor *c, struct err *e)
{
    unit->code = cursor_text(c);
    unit->kind = cursor_text(c);
    unit->parent = cursor_text(c);
    unit->name_vi = cursor_text(c);
    unit->name_en = cursor_text(c);
    unit->calendar_code = cursor_text(c);
    unit->valid_from = cursor_day(c, INT32_MIN);
    unit->valid_until = cursor_day(c, INT32_MAX);
    unit->successors = cursor_list(c);
    unit->symbol = cursor_text(c);
    if (arena_failed(s->arena))
        return too_large(e);
    const struct catalogue_calendar *calendar = catalogue_calendar(&s->view, unit->calendar_code);
    if (calendar == NULL)
        return err_set(e, ERR_SYSTEM, "unit \"%s\": there is no calendar \"%s\"", unit->code,
                       unit->calendar_code);
    unit->calendar = calendar->worktime;
    return 0;
}

static int read_units(struct catalogue_snapshot *s, PGresult *const rows[], struct err *e)
{
    const PGresult *units = rows[CATALOGUE_UNITS];
    struct catalogue *view = &s->view;

    view->units = room_for(s, units, sizeof(*view->units), &view->unit_count);
    for (int i = 0; view->units != NULL && i < PQntuples(units); i++) {
        struct cursor c = {s->arena, units, i, 0};
        if (read_unit(s, &view->units[i], &c, e) < 0)
            return -1;
    }
    return 0;
}

static int read_city(struct catalogue_snapshot *s, PGresult *const rows[], struct err *e)
{
    struct cursor c = {s->arena, rows[CATALOGUE_CITY], 0, 0};
    struct catalogue *view = &s->view;

    view->name = cursor_text(&c);
    view->city_vi = cursor_text(&c);
    view->city_en = cursor_text(&c);
    view->country_calling_code = cursor_text(&c);
    const char *desk = db_text(c.rows, 0, c.column);
    view->desk = desk != NULL ? catalogue_unit(view, desk) : NULL;
    if (view->desk == NULL)
        return err_set(e, ERR_SYSTEM, "the desk \"%s\" is not a unit", desk != NULL ? desk : "");
    return 0;
}

/* ---- services ---- */

static int read_service(struct catalogue_service *service, struct cursor *c, struct err *e)
{
    service->code = cursor_text(c);
    service->kind = cursor_text(c);
    service->regime = cursor_text(c);
    service->group_vi = cursor_text(c);
    service->group_en = cursor_text(c);
    service->name_vi = cursor_text(c);
    service->name_en = cursor_text(c);
    service->description_vi = cursor_text(c);
    service->description_en = cursor_text(c);
    service->closed_notice_vi = cursor_text(c);
    service->closed_notice_en = cursor_text(c);
    service->keywords = cursor_list(c);
    if (deadline_kind_read(db_text(c->rows, c->row, c->column++), &service->policy.kind, e) < 0)
        return err_in(e, "service");
    service->policy.amount = cursor_int(c);
    service->priority = (int)cursor_int(c);
    service->place_required = cursor_bool(c);
    service->anonymous_allowed = cursor_bool(c);
    service->retired = cursor_bool(c);
    service->incident = cursor_bool(c);
    service->open311 = cursor_text(c);
    return 0;
}

static void read_attribute(struct catalogue_attribute *attribute, struct cursor *c)
{
    attribute->code = cursor_text(c);
    attribute->datatype = cursor_text(c);
    attribute->required = cursor_bool(c);
    attribute->variable = cursor_bool(c);
    attribute->description_vi = cursor_text(c);
    attribute->description_en = cursor_text(c);
    attribute->hint_vi = cursor_text(c);
    attribute->hint_en = cursor_text(c);
}

/* Gives each service its questions, and each question its choices. */
static int join_attributes(struct catalogue_snapshot *s, struct catalogue_attribute *attributes,
                           struct catalogue_value *values, PGresult *const rows[], struct err *e)
{
    struct children attribute_rows = {.rows = rows[CATALOGUE_ATTRIBUTES]};
    struct children value_rows = {.rows = rows[CATALOGUE_VALUES]};

    for (size_t i = 0; i < s->view.service_count; i++) {
        struct catalogue_service *service = &s->view.services[i];
        struct catalogue_attribute *own = attributes + attribute_rows.at;
        service->attributes = own;
        service->attribute_count = children_take(&attribute_rows, service->code, NULL);
        for (size_t k = 0; k < service->attribute_count; k++) {
            own[k].values = values + value_rows.at;
            own[k].value_count = children_take(&value_rows, service->code, own[k].code);
        }
    }
    if (children_all_taken(&attribute_rows, "questions of service", e) < 0)
        return -1;
    return children_all_taken(&value_rows, "choices of service", e);
}

static int read_attributes(struct catalogue_snapshot *s, PGresult *const rows[], struct err *e)
{
    size_t count, value_count;
    struct catalogue_attribute *attributes =
        room_for(s, rows[CATALOGUE_ATTRIBUTES], sizeof(*attributes), &count);
    struct catalogue_value *values =
        room_for(s, rows[CATALOGUE_VALUES], sizeof(*values), &value_count);

    if (attributes == NULL || values == NULL)
        return too_large(e);
    for (size_t i = 0; i < count; i++) {
        struct cursor c = {s->arena, rows[CATALOGUE_ATTRIBUTES], (int)i, 1};
        read_attribute(&attributes[i], &c);
    }
    for (size_t i = 0; i < value_count; i++) {
        struct cursor c = {s->arena, rows[CATALOGUE_VALUES], (int)i, 2};
        values[i].key = cursor_text(&c);
        values[i].name_vi = cursor_text(&c);
        values[i].name_en = cursor_text(&c);
    }
    if (arena_failed(s->arena)) /* texts to join by are missing */
        return too_large(e);
    return join_attributes(s, attributes, values, rows, e);
}

static int read_services(struct catalogue_snapshot *s, PGresult *const rows[], struct err *e)
{
    const PGresult *services = rows[CATALOGUE_SERVICES];
    struct catalogue *view = &s->view;

    view->services = room_for(s, services, sizeof(*view->services), &view->service_count);
    if (view->services == NULL)
        return too_large(e);
    for (int i = 0; i < PQntuples(services); i++) {
        struct cursor c = {s->arena, services, i, 0};
        if (read_service(&view->services[i], &c, e) < 0)
            return -1;
    }
    return read_attributes(s, rows, e);
}

/* ---- routes and areas ---- */

static int read_routes(struct catalogue_snapshot *s, PGresult *const rows[], struct err *e)
{
    const PGresult *routes = rows[CATALOGUE_ROUTES];
    struct catalogue *view = &s->view;

    (void)e;
    view->routes = room_for(s, routes, sizeof(*view->routes), &view->route_count);
    for (int i = 0; view->routes != NULL && i < PQntuples(routes); i++) {
        struct cursor c = {s->arena, routes, i, 0};
        struct catalogue_route *route = &view->routes[i];
        route->service = cursor_text(&c);
        route->area = cursor_text(&c);
        route->lead = cursor_text(&c);
        route->coordinators = cursor_list(&c);
        route->valid_from = cursor_day(&c, INT32_MIN);
        route->valid_until = cursor_day(&c, INT32_MAX);
    }
    return 0;
}

static int read_areas(struct catalogue_snapshot *s, PGresult *const rows[], struct err *e)
{
    const PGresult *areas = rows[CATALOGUE_AREAS];
    struct catalogue *view = &s->view;

    (void)e;
    view->areas = room_for(s, areas, sizeof(*view->areas), &view->area_count);
    for (int i = 0; view->areas != NULL && i < PQntuples(areas); i++) {
        struct cursor c = {s->arena, areas, i, 0};
        view->areas[i].code = cursor_text(&c);
        view->areas[i].unit = cursor_text(&c);
        view->areas[i].shape = cursor_text(&c);
    }
    return 0;
}

static int read_law(struct catalogue_snapshot *s, PGresult *const rows[], struct err *e)
{
    return catalogue_law_read(&s->view, s->arena, rows, e);
}

/* ---- the whole ---- */

/* Each after those whose rows it looks up. */
static int (*const readers[])(struct catalogue_snapshot *s, PGresult *const rows[],
                              struct err *e) = {
    read_calendars, read_units, read_city, read_services, read_routes, read_law, read_areas,
};

static int check_version(PGresult *const rows[], int64_t *version, struct err *e)
{
    const PGresult *before = rows[CATALOGUE_VERSION], *after = rows[CATALOGUE_VERSION_AGAIN];

    if (PQntuples(before) != 1 || PQntuples(after) != 1 || PQntuples(rows[CATALOGUE_CITY]) != 1)
        return err_set(e, ERR_BUSY, "no catalogue is loaded");
    if (db_int(before, 0, 0) != db_int(after, 0, 0))
        return err_set(e, ERR_BUSY, "the catalogue changed while it was read");
    *version = db_int(before, 0, 0);
    return 0;
}

int catalogue_read(struct catalogue_snapshot **out, PGresult *const rows[], struct err *e)
{
    AUTO(catalogue_snapshot_close) struct catalogue_snapshot *s = mem_new(1, sizeof(*s));

    s->holders = 1;
    s->arena = arena_new(ARENA_LIMIT_BYTES);
    if (check_version(rows, &s->view.version, e) < 0)
        return -1;
    for (size_t i = 0; i < COUNT(readers); i++) {
        if (readers[i](s, rows, e) < 0)
            return -1;
        if (arena_failed(s->arena))
            return too_large(e);
    }
    *out = s;
    s = NULL;
    return 0;
}

static void free_snapshot(struct catalogue_snapshot *s)
{
    for (size_t i = 0; i < s->view.calendar_count; i++)
        worktime_close(&s->view.calendars[i].worktime);
    arena_free(&s->arena);
    free(s);
}

void catalogue_snapshot_close(struct catalogue_snapshot **s)
{
    if (*s != NULL && --(*s)->holders == 0)
        free_snapshot(*s);
    *s = NULL;
}

static struct catalogue_snapshot *snapshot_of(const struct catalogue *c)
{
    return (struct catalogue_snapshot *)(uintptr_t)c;
}

const struct catalogue *catalogue_keep(const struct catalogue *c)
{
    snapshot_of(c)->holders++;
    return c;
}

void catalogue_drop(const struct catalogue **c)
{
    struct catalogue_snapshot *s = *c != NULL ? snapshot_of(*c) : NULL;

    catalogue_snapshot_close(&s);
    *c = NULL;
}

const struct catalogue *catalogue_view(const struct catalogue_snapshot *s)
{
    return &s->view;
}
