/* SPDX-License-Identifier: Apache-2.0 */
/* bench_route - how long a case takes through the router with the catalogue of
 * Ho Chi Minh City: from the bytes of its head to the bytes of its route, and
 * the parts of that. */
/* links: router ctl */
#include "area.h"
#include "chance.h"
#include "clock.h"
#include "draft.h"
#include "mem.h"
#include "route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 200000, CASES = 4096, HEAD_LIMIT = 1000 };

/* The built-up part of the city, in degrees. */
static const double south = 10.65, north = 10.95, west = 106.55, east = 106.85;

struct bench {
    struct draft *draft;
    struct catalogue catalogue;
    struct route_table *table;
    struct area_map *areas;
    struct strbuf heads[CASES];
    struct case_head read[CASES];
    json_t *documents[CASES];
};

static void bench_close(struct bench *b)
{
    for (size_t i = 0; i < CASES; i++) {
        json_release(&b->documents[i]);
        strbuf_free(&b->heads[i]);
    }
    area_map_close(&b->areas);
    route_table_free(&b->table);
    for (size_t i = 0; i < b->catalogue.unit_count; i++)
        free((void *)(uintptr_t)b->catalogue.units[i].successors);
    for (size_t i = 0; i < b->catalogue.route_count; i++)
        free((void *)(uintptr_t)b->catalogue.routes[i].coordinators);
    free(b->catalogue.units);
    free(b->catalogue.services);
    free(b->catalogue.areas);
    free(b->catalogue.routes);
    draft_close(&b->draft);
}

/* ---- the catalogue, from its files ---- */

/* Days since 1970 of 20260831. */
static int32_t day_of(int64_t date, int32_t absent)
{
    struct tm tm = {.tm_year = (int)(date / 10000) - 1900,
                    .tm_mon = (int)(date / 100 % 100) - 1,
                    .tm_mday = (int)(date % 100)};

    return date == CELL_ABSENT ? absent : (int32_t)(timegm(&tm) / 86400);
}

static const char *const *list_of(const struct list *list)
{
    const char **copy = mem_new(list->count + 1, sizeof(*copy));

    for (size_t i = 0; i < list->count; i++)
        copy[i] = list->items[i];
    return copy;
}

static int compare_codes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void *rows_for(const struct rowset *t, size_t size, size_t *count)
{
    *count = t->count;
    return mem_new(t->count + 1, size);
}

static void add_units(struct bench *b)
{
    const struct rowset *t = &b->draft->parts[DRAFT_UNITS];
    struct catalogue *c = &b->catalogue;

    c->units = rows_for(t, sizeof(*c->units), &c->unit_count);
    for (size_t i = 0; i < t->count; i++) {
        const struct draft_unit *unit = rowset_row(t, i);
        c->units[i] = (struct catalogue_unit){.code = unit->code,
                                              .parent = unit->parent,
                                              .valid_from = day_of(unit->valid_from, INT32_MIN),
                                              .valid_until = day_of(unit->valid_until, INT32_MAX),
                                              .successors = list_of(&unit->successors)};
    }
    qsort(c->units, c->unit_count, sizeof(*c->units), compare_codes);
    const struct draft_city *city = rowset_row(&b->draft->parts[DRAFT_CITY], 0);
    c->desk = catalogue_unit(c, city->desk);
}

static void add_services(struct bench *b)
{
    const struct rowset *t = &b->draft->parts[DRAFT_SERVICES];
    struct catalogue *c = &b->catalogue;

    c->services = rows_for(t, sizeof(*c->services), &c->service_count);
    for (size_t i = 0; i < t->count; i++) {
        const struct draft_service *service = rowset_row(t, i);
        c->services[i].code = service->code;
        c->services[i].priority = (int)service->priority;
    }
    qsort(c->services, c->service_count, sizeof(*c->services), compare_codes);
}

static void add_areas(struct bench *b)
{
    const struct rowset *t = &b->draft->parts[DRAFT_AREAS];
    struct catalogue *c = &b->catalogue;

    c->areas = rows_for(t, sizeof(*c->areas), &c->area_count);
    for (size_t i = 0; i < t->count; i++) {
        const struct draft_area *area = rowset_row(t, i);
        c->areas[i] = (struct catalogue_area){area->code, area->unit, area->shape};
    }
}

static void add_routes(struct bench *b)
{
    const struct rowset *t = &b->draft->parts[DRAFT_ROUTES];
    struct catalogue *c = &b->catalogue;

    c->routes = rows_for(t, sizeof(*c->routes), &c->route_count);
    for (size_t i = 0; i < t->count; i++) {
        const struct draft_route *route = rowset_row(t, i);
        c->routes[i] = (struct catalogue_route){route->service,
                                                route->area,
                                                route->lead,
                                                list_of(&route->coordinators),
                                                day_of(route->valid_from, INT32_MIN),
                                                day_of(route->valid_until, INT32_MAX)};
    }
}

/* ---- the cases ---- */

static double between(struct chance *chance, double from, double to)
{
    return from + (to - from) * (double)chance_between(chance, 0, 1000000) / 1e6;
}

static int make_cases(struct bench *b, struct err *e)
{
    const struct catalogue *c = &b->catalogue;
    struct chance chance = {1};

    for (size_t i = 0; i < CASES; i++) {
        size_t service = (size_t)chance_between(&chance, 0, (int64_t)c->service_count - 1);
        struct case_head head = {.id = uuid_new(),
                                 .received_at = clock_now_us(),
                                 .service = c->services[service].code,
                                 .channel = "api",
                                 .language = "vi",
                                 .lat = between(&chance, south, north),
                                 .lon = between(&chance, west, east)};
        b->heads[i] = STRBUF(HEAD_LIMIT);
        json_write(case_head_fields, &head, &b->heads[i]);
        if (json_parse(b->heads[i].data, b->heads[i].len, &b->documents[i], e) < 0 ||
            json_read(case_head_fields, b->documents[i], false, &b->read[i], e) < 0)
            return -1;
    }
    return 0;
}

/* ---- measuring ---- */

/* One case; -1 on failure. */
typedef int part_fn(struct bench *b, size_t i, struct err *e);

static int find_area(struct bench *b, size_t i, struct err *e)
{
    (void)e;
    (void)area_map_find(b->areas, b->read[i].lat, b->read[i].lon);
    return 0;
}

static int decide(struct bench *b, size_t i, struct err *e)
{
    struct case_route route = {0};
    int result = route_decide(b->table, &b->read[i],
                              &b->catalogue.areas[i % b->catalogue.area_count], &route, e);

    json_release(&route.coordinators);
    return result;
}

static int whole_case(struct bench *b, size_t i, struct err *e)
{
    AUTO(json_release) json_t *document = NULL;
    AUTO(strbuf_free) struct strbuf out = STRBUF(HEAD_LIMIT);
    struct case_head head = {0};
    struct case_route route = {0};

    if (json_parse(b->heads[i].data, b->heads[i].len, &document, e) < 0 ||
        json_read(case_head_fields, document, false, &head, e) < 0 ||
        route_decide(b->table, &head, area_map_find(b->areas, head.lat, head.lon), &route, e) < 0)
        return -1;
    json_write(case_route_fields, &route, &out);
    json_release(&route.coordinators);
    return strbuf_text(&out) != NULL ? 0 : err_set(e, ERR_SYSTEM, "the route is too long");
}

/* Microseconds a case; *e on failure. */
static double measure(struct bench *b, part_fn *part, struct err *e)
{
    int64_t began_us = clock_mono_us();

    for (size_t i = 0; i < ROUNDS; i++)
        if (part(b, i % CASES, e) < 0)
            return -1;
    return (double)(clock_mono_us() - began_us) / ROUNDS;
}

static int run(struct bench *b, struct err *e)
{
    draft_open(&b->draft, SOURCE_DIR "/deploy/catalogue/hcmc");
    add_units(b);
    add_services(b);
    add_areas(b);
    add_routes(b);
    if (b->catalogue.desk == NULL || make_cases(b, e) < 0)
        return err_set(e, ERR_SYSTEM, "the catalogue cannot be used");
    int64_t began_us = clock_mono_us();
    b->table = route_table_new(&b->catalogue);
    if (area_map_open(&b->areas, &b->catalogue, e) < 0)
        return -1;
    int64_t open_us = clock_mono_us() - began_us;
    double whole = measure(b, whole_case, e), area = measure(b, find_area, e),
           route = measure(b, decide, e);
    if (whole < 0 || area < 0 || route < 0)
        return -1;
    printf(
        "{\"bench\":\"route\",\"case_us\":%.2f,\"area_us\":%.2f,\"decide_us\":%.2f,"
        "\"open_us\":%lld}\n",
        whole, area, route, (long long)open_us);
    return 0;
}

int main(void)
{
    AUTO(bench_close) struct bench b = {0};
    struct err e = {0};

    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    if (run(&b, &e) == 0)
        return 0;
    fprintf(stderr, "bench_route: %s\n", e.text);
    return 1;
}
