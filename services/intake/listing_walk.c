/* SPDX-License-Identifier: Apache-2.0 */
/* listing_walk - which index a list walks, and the statement of each step. */
#include "clock.h"
#include "listing.h"
#include "sql_intake.h"

#include <string.h>

enum {
    SERVICES_MAX = 16, /* more are so many of all that walking over the others costs less */
    SLACK_US = 60 * CLOCK_US_PER_S, /* an id may be that much older or newer than its case */
    LOOK_ROWS = 2000,               /* of an index that gives them in order */
    OPEN_ROWS = 500, /* of an index that gives them by service, after a first look at a page */
};

/* By how much an index narrows: squares and areas are many, services fewer. */
enum listing_path listing_path(const struct listing_filter *f)
{
    int32_t ignored[LISTING_CELLS_MAX];
    bool few_services = f->services.count > 0 && f->services.count <= SERVICES_MAX;
    bool has_place = f->has_box || f->has_circle;

    if (f->references.count > 0)
        return LISTING_BY_REFERENCE;
    if (f->updated_from != INT64_MIN || f->updated_to != INT64_MAX)
        return LISTING_BY_UPDATE;
    if (has_place && listing_cells(&f->box, ignored) > 0)
        return LISTING_BY_CELL;
    if (few_services && f->status == LISTING_OPEN)
        return LISTING_BY_OPEN_SERVICE;
    if (f->areas.count > 0 && f->areas.count <= SERVICES_MAX)
        return LISTING_BY_AREA;
    if (few_services)
        return LISTING_BY_SERVICE;
    if (f->units.count > 0 && f->units.count <= SERVICES_MAX)
        return LISTING_BY_UNIT;
    return f->status == LISTING_OPEN ? LISTING_BY_OPEN : LISTING_BY_ID;
}

/* The first id that a UUIDv7 of that moment can be. */
static struct uuid id_at(int64_t us)
{
    struct uuid id = {{0}};
    uint64_t ms = us > 0 ? (uint64_t)(us / CLOCK_US_PER_MS) : 0;

    for (int i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
    return id;
}

static struct uuid oldest_id(const struct listing_filter *f)
{
    return id_at(f->from == INT64_MIN ? 0 : f->from - SLACK_US);
}

/* Where a walk begins: after the cursor, else after the newest that can fit. */
static struct uuid newest_id(const struct listing_filter *f, const struct listing_cursor *at)
{
    struct uuid last;

    if (at != NULL)
        return at->id;
    if (f->to < INT64_MAX - SLACK_US)
        return id_at(f->to + SLACK_US);
    memset(last.bytes, 0xFF, sizeof(last.bytes));
    return last;
}

static void add_codes(struct db_args *args, const struct listing_codes *codes)
{
    db_array_begin(args, DB_ARRAY_TEXT);
    for (size_t i = 0; i < codes->count; i++)
        db_item_text(args, codes->items[i]);
    db_array_end(args);
}

static void add_cells(struct db_args *args, const struct listing_filter *f)
{
    int32_t cells[LISTING_CELLS_MAX];
    size_t count = listing_cells(&f->box, cells);

    db_array_begin(args, DB_ARRAY_INT32);
    for (size_t i = 0; i < count; i++)
        db_item_int32(args, cells[i]);
    db_array_end(args);
}

/* The moment itself still counts, whatever the id. */
static struct listing_cursor first_update(const struct listing_filter *f,
                                          const struct listing_cursor *at)
{
    struct listing_cursor begin = {f->updated_to, {{0}}};

    if (at != NULL)
        return *at;
    memset(begin.id.bytes, 0xFF, sizeof(begin.id.bytes));
    return begin;
}

static void add_updates(struct db_args *args, const struct listing_filter *f,
                        const struct listing_cursor *begin)
{
    db_arg_time(args, f->updated_from == INT64_MIN ? 0 : f->updated_from);
    db_arg_time(args, begin->updated_at);
}

static const struct path {
    const struct sql *sql;
    size_t codes; /* offset in struct listing_filter of those that lead the walk; 0: none */
} paths[LISTING_PATHS] = {
    [LISTING_BY_REFERENCE] = {&sql_list_by_reference, offsetof(struct listing_filter, references)},
    [LISTING_BY_UPDATE] = {&sql_list_by_update, 0},
    [LISTING_BY_CELL] = {&sql_list_by_cell, 0},
    [LISTING_BY_OPEN_SERVICE] = {&sql_list_open_by_service,
                                 offsetof(struct listing_filter, services)},
    [LISTING_BY_SERVICE] = {&sql_list_by_service, offsetof(struct listing_filter, services)},
    [LISTING_BY_AREA] = {&sql_list_by_area, offsetof(struct listing_filter, areas)},
    [LISTING_BY_UNIT] = {&sql_list_by_unit, offsetof(struct listing_filter, units)},
    [LISTING_BY_OPEN] = {&sql_list_open, 0},
    [LISTING_BY_ID] = {&sql_list_by_id, 0},
};

static const struct listing_codes *codes_of(const struct listing_filter *f, enum listing_path by)
{
    return (const struct listing_codes *)(const void *)((const char *)f + paths[by].codes);
}

static void add_ids(struct db_args *args, const struct listing_filter *f,
                    const struct listing_cursor *at)
{
    struct uuid after = oldest_id(f), before = newest_id(f, at);

    db_arg_uuid(args, &after);
    db_arg_uuid(args, &before);
}

/* References stand alone: nothing else narrows them. */
static void add_references(struct db_args *args, const struct listing_filter *f,
                           const struct listing_step *step)
{
    static const struct uuid nil;
    struct uuid before = newest_id(f, step->at);

    db_arg_uuid(args, &nil);
    db_arg_uuid(args, &before);
    db_arg_int64(args, (int64_t)step->wanted);
    add_codes(args, &f->references);
}

/* The arguments of case_fits(). */
static void add_filter(struct db_args *args, const struct listing_filter *f)
{
    const struct listing_codes *const codes[] = {&f->services, &f->units, &f->areas, &f->states};
    const double box[] = {f->box.min_lat, f->box.max_lat, f->box.min_lon, f->box.max_lon};

    for (size_t i = 0; i < COUNT(codes); i++) {
        if (codes[i]->count > 0)
            add_codes(args, codes[i]);
        else
            db_arg_null(args);
    }
    if (f->status != LISTING_ANY)
        db_arg_bool(args, f->status == LISTING_OPEN);
    else
        db_arg_null(args);
    if (!f->has_box && !f->has_circle) {
        db_arg_null(args);
        return;
    }
    db_array_begin(args, DB_ARRAY_FLOAT);
    for (size_t i = 0; i < COUNT(box); i++)
        db_item_float(args, box[i]);
    db_array_end(args);
}

static size_t rows_to_look_at(enum listing_path by, const struct listing_step *step)
{
    if (by == LISTING_BY_REFERENCE)
        return step->wanted;
    if (by != LISTING_BY_OPEN && by != LISTING_BY_OPEN_SERVICE)
        return step->wanted < LOOK_ROWS ? LOOK_ROWS : step->wanted;
    return step->is_first || step->wanted > OPEN_ROWS ? step->wanted : OPEN_ROWS;
}

const struct sql *listing_step(const struct listing_filter *f, struct listing_step *step,
                               struct db_args *args)
{
    enum listing_path by = listing_path(f);
    struct listing_cursor begin;

    step->looked = rows_to_look_at(by, step);
    if (by == LISTING_BY_REFERENCE) {
        add_references(args, f, step);
        return paths[by].sql;
    }
    begin = first_update(f, step->at);
    if (by == LISTING_BY_UPDATE)
        add_updates(args, f, &begin);
    else
        add_ids(args, f, step->at);
    db_arg_int64(args, (int64_t)step->looked);
    db_arg_int64(args, (int64_t)step->wanted);
    add_filter(args, f);
    if (by == LISTING_BY_UPDATE)
        db_arg_uuid(args, &begin.id);
    else if (by == LISTING_BY_CELL)
        add_cells(args, f);
    else if (paths[by].codes != 0)
        add_codes(args, codes_of(f, by));
    return paths[by].sql;
}
