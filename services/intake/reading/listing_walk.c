/* SPDX-License-Identifier: Apache-2.0 */
/* listing_walk - which index a list walks, and the statement of each step. */
#include "listing.h"
#include "listing_args.h"
#include "sql_intake.h"
#include "state_kinds.h"

#include <math.h>

enum {
    KEYS_MAX = 16,          /* more are so many of all that walking over the others costs less */
    TEXT_ROWS = 1001,       /* that one step looks at, reading texts; LISTING_LOOK_ROWS for cases */
    RANGE_ROWS = 301,       /* likewise, of a large place by its squares, far apart */
    RANGE_FEW = 1000,       /* unless of so many rows one fits, at least */
    OPEN_KEYS = 32,         /* services that a city has, about */
    NARROW_LOOK_ROWS = 301, /* likewise, of what is listed beside cases; what is wanted at least */
    NARROW_CHEAPER = 8,     /* a row of these costs so much less than one of cases */
    NARROW_SPREAD = 2,      /* so much more is listed of several keys than looked at */
    OPEN_NEWEST = 4,        /* of so many of the newest cases one is open, at least */
    GROWTH = 8,             /* of a step after one that found nothing */
};

static bool are_rare(const struct listing_codes *states)
{
    for (size_t i = 0; i < states->count; i++) {
        const struct state_kind *kind = state_kind(states->items[i]);
        if (kind == NULL || !kind->is_rare)
            return false;
    }
    return states->count > 0 && states->count <= KEYS_MAX;
}

/* By how much an index narrows: squares and areas are many, services fewer. Of the rare states
 * those of open cases pass, and the others remain. */
enum listing_path listing_path(const struct listing_filter *f)
{
    int32_t ignored[LISTING_CELLS_MAX];
    bool few_services = f->services.count > 0 && f->services.count <= KEYS_MAX;
    bool has_place = f->has_box || f->has_circle;

    if (f->references.count > 0)
        return LISTING_BY_REFERENCE;
    if (f->updated_from != INT64_MIN || f->updated_to != INT64_MAX)
        return LISTING_BY_UPDATE;
    if (are_rare(&f->states) && f->status == LISTING_OPEN)
        return LISTING_BY_STATE;
    if (has_place && listing_cells(&f->box, ignored) > 0)
        return f->status == LISTING_OPEN ? LISTING_BY_OPEN_CELL : LISTING_BY_CELL;
    if (f->text != NULL)
        return LISTING_BY_TEXT;
    if (few_services && f->status == LISTING_OPEN)
        return LISTING_BY_OPEN;
    if (f->areas.count > 0 && f->areas.count <= KEYS_MAX)
        return LISTING_BY_AREA;
    if (are_rare(&f->states))
        return LISTING_BY_STATE;
    if (few_services)
        return LISTING_BY_SERVICE;
    if (f->units.count > 0 && f->units.count <= KEYS_MAX)
        return LISTING_BY_UNIT;
    return f->status == LISTING_OPEN ? LISTING_BY_OPEN : LISTING_BY_ID;
}

static const struct path {
    const struct sql *sql;
    bool has_cells; /* its keys are squares */
    bool is_narrow; /* walks what is kept beside cases, and looks up what it lists */
    size_t weight;  /* what a row costs; 1: lies beside the one before */
    size_t codes;   /* offset in struct listing_filter of those that are its keys; 0: none */
} paths[LISTING_PATHS] = {
    [LISTING_BY_REFERENCE] = {&sql_list_by_reference, false, false, 1, 0},
    [LISTING_BY_UPDATE] = {&sql_list_by_update, false, false, 6, 0},
    [LISTING_BY_OPEN_CELL] = {&sql_list_by_open_cell, true, true, 4, 0},
    [LISTING_BY_CELL] = {&sql_list_by_cell, true, false, 1, 0},
    [LISTING_BY_SERVICE] = {&sql_list_by_service, false, false, 2,
                            offsetof(struct listing_filter, services)},
    [LISTING_BY_AREA] = {&sql_list_by_area, false, false, 2,
                         offsetof(struct listing_filter, areas)},
    [LISTING_BY_UNIT] = {&sql_list_by_unit, false, false, 2,
                         offsetof(struct listing_filter, units)},
    [LISTING_BY_OPEN] = {&sql_list_by_open, false, true, 4,
                         offsetof(struct listing_filter, services)},
    [LISTING_BY_STATE] = {&sql_list_by_state, false, true, 4,
                          offsetof(struct listing_filter, states)},
    [LISTING_BY_TEXT] = {&sql_list_by_text, false, false, 2, 0},
    [LISTING_BY_ID] = {&sql_list_by_id, false, false, 1, 0},
    [LISTING_BY_RANGE] = {&sql_list_by_range, false, false, 1, 0},
};

static const struct listing_codes *codes_of(const struct listing_filter *f, enum listing_path by)
{
    return (const struct listing_codes *)(const void *)((const char *)f + paths[by].codes);
}

/* ---- how far a step looks ---- */

/* All services are the keys: none are chosen, or too many. */
static bool is_of_all(const struct listing_filter *f, enum listing_path by)
{
    return by == LISTING_BY_OPEN && (f->services.count == 0 || f->services.count > KEYS_MAX);
}

static size_t keys_of(const struct listing_filter *f, enum listing_path by)
{
    int32_t ignored[LISTING_CELLS_MAX];

    if (paths[by].has_cells)
        return listing_cells(&f->box, ignored);
    if (is_of_all(f, by))
        return OPEN_KEYS;
    return paths[by].codes != 0 ? codes_of(f, by)->count : 1;
}

/* How many of the rows looked at will be given, as far as the place alone tells. */
static double share_given(const struct listing_filter *f, enum listing_path by, size_t keys)
{
    if (!paths[by].has_cells)
        return 1;
    return (f->box.max_lat - f->box.min_lat) * (f->box.max_lon - f->box.min_lon) *
           LISTING_CELLS_PER_DEGREE * LISTING_CELLS_PER_DEGREE / (double)keys;
}

/* Of several keys: they are put in order together, and what is behind the last of the busiest one
 * is looked at in vain. So it looks at about as many of each as will be needed. */
static double rows_needed_of_each(const struct listing_filter *f, enum listing_path by,
                                  const struct listing_step *step, size_t keys)
{
    double each,
        shared = paths[by].is_narrow ? fmax((double)keys / NARROW_CHEAPER, 1) : (double)keys;

    if (step->each == 0)
        each = (double)step->wanted / share_given(f, by, keys) / shared;
    else if (step->found == 0)
        each = (double)step->each * GROWTH;
    else
        each = (double)step->each * (double)step->wanted / (double)step->found;
    return each + 2 * sqrt(each) + 1; /* keys differ by chance */
}

/* More squares than a walk has keys, and its path goes by what is newest. */
static bool is_of_large_place(const struct listing_filter *f, enum listing_path by)
{
    int32_t ignored[LISTING_CELLS_MAX];

    return (f->has_box || f->has_circle) && by != LISTING_BY_UPDATE && by != LISTING_BY_TEXT &&
           by != LISTING_BY_REFERENCE && listing_cells(&f->box, ignored) == 0;
}

/* Of a place far from where most of it happens little is found by walking what is newest: whether
 * there is more than a few at all is looked up, once. */
bool listing_is_ranged_next(const struct listing_filter *f, const struct listing_step *step)
{
    return !step->is_ranged && step->looked > 0 && step->found * RANGE_FEW < step->looked &&
           is_of_large_place(f, listing_path(f));
}

/* Looked up of what is listed beside cases. */
static size_t narrow_rows(const struct listing_step *step)
{
    return step->wanted > NARROW_LOOK_ROWS ? step->wanted : NARROW_LOOK_ROWS;
}

static size_t rows_of_each(const struct listing_filter *f, enum listing_path by,
                           const struct listing_step *step, size_t keys)
{
    size_t most = (LISTING_LOOK_ROWS / paths[by].weight + 1) / keys;

    if (paths[by].is_narrow) /* what one key has less, another may have more */
        most = keys < NARROW_SPREAD ? narrow_rows(step) : NARROW_SPREAD * narrow_rows(step) / keys;
    if (by == LISTING_BY_REFERENCE)
        return 1;
    if (by == LISTING_BY_TEXT)
        return TEXT_ROWS;
    if (by == LISTING_BY_RANGE)
        return RANGE_ROWS;
    if (keys == 1 && !paths[by].is_narrow)
        return most; /* it stops by itself */
    double each = rows_needed_of_each(f, by, step, keys);
    return each < (double)most ? (size_t)each : most;
}

static void add_keys(struct db_args *args, const struct listing_filter *f, enum listing_path by)
{
    if (paths[by].has_cells)
        listing_args_cells(args, f);
    else if (is_of_all(f, by))
        db_arg_null(args);
    else
        listing_args_codes(args, codes_of(f, by));
}

/* What came in just now is open, nearly all of it, and nothing narrower is asked for: found without
 * looking at every service. */
static bool is_newest_open(const struct listing_filter *f, const struct listing_step *step)
{
    return listing_path(f) == LISTING_BY_OPEN && step->at == NULL && f->to == INT64_MAX &&
           f->services.count == 0 && f->units.count == 0 && f->areas.count == 0;
}

static size_t looked_of(enum listing_path by, const struct listing_step *step, size_t rows)
{
    if (paths[by].is_narrow && rows > narrow_rows(step))
        rows = narrow_rows(step);
    return paths[by].weight * rows;
}

const struct sql *listing_step(const struct listing_filter *f, struct listing_step *step,
                               struct db_args *args)
{
    bool newest = is_newest_open(f, step);
    bool ranged = listing_is_ranged_next(f, step);
    enum listing_path by = newest ? LISTING_BY_ID : ranged ? LISTING_BY_RANGE : listing_path(f);
    size_t keys = keys_of(f, by);
    struct listing_cursor begin;

    step->each = newest ? OPEN_NEWEST * step->wanted : rows_of_each(f, by, step, keys);
    step->looked = looked_of(by, step, keys * step->each);
    if (by == LISTING_BY_REFERENCE) {
        listing_args_references(args, f, step);
        return paths[by].sql;
    }
    begin = listing_args_first_update(f, step->at);
    if (by == LISTING_BY_UPDATE)
        listing_args_updates(args, f, &begin);
    else
        listing_args_ids(args, f, step->at);
    db_arg_int64(args, (int64_t)step->each);
    db_arg_int64(args, (int64_t)step->wanted);
    db_arg_int64(args, (int64_t)step->skip);
    listing_args_filter(args, f);
    if (by == LISTING_BY_UPDATE)
        db_arg_uuid(args, &begin.id);
    else if (by == LISTING_BY_TEXT)
        listing_args_words(args, f->text);
    else if (ranged)
        listing_args_ranges(args, f);
    else if (paths[by].has_cells || paths[by].codes != 0)
        add_keys(args, f, by);
    if (paths[by].is_narrow)
        db_arg_int64(args, (int64_t)narrow_rows(step));
    step->is_ranged = step->is_ranged || ranged;
    if (newest || ranged)
        step->each = 0; /* of no key */
    return paths[by].sql;
}

/* A circle is judged here, of what its box holds. */
size_t listing_rows_for(const struct listing_filter *f, size_t fitting)
{
    double rows = (double)fitting / M_PI_4;

    return f->has_circle ? (size_t)(rows + sqrt(rows)) + 1 : fitting;
}

bool listing_fits_in_database(const struct listing_filter *f)
{
    return (f->text == NULL || listing_path(f) == LISTING_BY_TEXT) && !f->has_circle &&
           f->references.count == 0;
}
