/* SPDX-License-Identifier: Apache-2.0 */
/* listing_walk - which index a list walks, and the statement of each step. */
#include "clock.h"
#include "listing.h"
#include "sql_intake.h"
#include "state_kinds.h"
#include "strbuf.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    KEYS_MAX = 16, /* more are so many of all that walking over the others costs less */
    SLACK_US = 60 * CLOCK_US_PER_S, /* an id may be that much older or newer than its case */
    LOOK_ROWS = 2000,               /* that one step looks at */
    TEXT_ROWS = 1001,               /* likewise, reading texts */
    OPEN_KEYS = 32,                 /* services that a city has, about */
    NARROW_LOOK_ROWS = 1001, /* likewise, of what is listed beside cases; a whole page at least */
    NARROW_CHEAPER = 8,      /* a row of these costs so much less than one of cases */
    NARROW_SPREAD = 4,       /* so much more is listed of several keys than looked at */
    OPEN_NEWEST = 4,         /* of so many of the newest cases one is open, at least */
    GROWTH = 8,              /* of a step after one that found nothing */
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

static bool is_repeated(const struct listing_codes *codes, size_t which)
{
    for (size_t i = 0; i < which; i++)
        if (strcmp(codes->items[i], codes->items[which]) == 0)
            return true;
    return false;
}

/* Each but once: a walk gives the cases of each key. */
static void add_codes(struct db_args *args, const struct listing_codes *codes)
{
    db_array_begin(args, DB_ARRAY_TEXT);
    for (size_t i = 0; i < codes->count; i++)
        if (!is_repeated(codes, i))
            db_item_text(args, codes->items[i]);
    db_array_end(args);
}

static void add_cells(struct db_args *args, const struct listing_filter *f)
{
    int32_t cells[LISTING_CELLS_MAX];
    size_t count = listing_cells(&f->box, cells);
    char text[sizeof("-2147483648")];

    db_array_begin(args, DB_ARRAY_TEXT);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(text, sizeof(text), "%" PRId32, cells[i]);
        db_item_text(args, text);
    }
    db_array_end(args);
}

/* "ga%" as "%ga\\%%", for LIKE. */
static void add_pattern(struct db_args *args, const char *word, size_t len)
{
    AUTO(strbuf_free) struct strbuf pattern = STRBUF(2 * len + sizeof("%%"));

    strbuf_add(&pattern, "%", 1);
    for (size_t i = 0; i < len; i++) {
        if (strchr("%_\\", word[i]) != NULL)
            strbuf_add(&pattern, "\\", 1);
        strbuf_add(&pattern, word + i, 1);
    }
    strbuf_add(&pattern, "%", 1);
    db_item_text(args, strbuf_text(&pattern));
}

static void add_words(struct db_args *args, const char *folded)
{
    db_array_begin(args, DB_ARRAY_TEXT);
    for (size_t len; *folded != '\0'; folded += len + (folded[len] == ' ' ? 1 : 0)) {
        len = strcspn(folded, " ");
        add_pattern(args, folded, len);
    }
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
    const char *index; /* which of those that the statement can walk; NULL: it walks but one */
    bool has_cells;    /* its keys are squares */
    bool is_narrow;    /* walks what is kept beside cases, and looks up what it lists */
    size_t codes;      /* offset in struct listing_filter of those that are its keys; 0: none */
} paths[LISTING_PATHS] = {
    [LISTING_BY_REFERENCE] = {&sql_list_by_reference, NULL, false, false, 0},
    [LISTING_BY_UPDATE] = {&sql_list_by_update, NULL, false, false, 0},
    [LISTING_BY_OPEN_CELL] = {&sql_list_narrow, "cell", true, true, 0},
    [LISTING_BY_CELL] = {&sql_list_by_key, "cell", true, false, 0},
    [LISTING_BY_SERVICE] = {&sql_list_by_key, "service", false, false,
                            offsetof(struct listing_filter, services)},
    [LISTING_BY_AREA] = {&sql_list_by_key, "area", false, false,
                         offsetof(struct listing_filter, areas)},
    [LISTING_BY_UNIT] = {&sql_list_by_key, "unit", false, false,
                         offsetof(struct listing_filter, units)},
    [LISTING_BY_OPEN] = {&sql_list_narrow, "service", false, true,
                         offsetof(struct listing_filter, services)},
    [LISTING_BY_STATE] = {&sql_list_narrow, "state", false, true,
                          offsetof(struct listing_filter, states)},
    [LISTING_BY_TEXT] = {&sql_list_by_text, NULL, false, false, 0},
    [LISTING_BY_ID] = {&sql_list_by_id, NULL, false, false, 0},
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

static void add_moment(struct db_args *args, int64_t moment)
{
    if (moment == INT64_MIN || moment == INT64_MAX)
        db_arg_null(args);
    else
        db_arg_time(args, moment);
}

static void add_box(struct db_args *args, const struct listing_filter *f)
{
    const double box[] = {f->box.min_lat, f->box.max_lat, f->box.min_lon, f->box.max_lon};

    if (!f->has_box && !f->has_circle) {
        db_arg_null(args);
        return;
    }
    db_array_begin(args, DB_ARRAY_FLOAT);
    for (size_t i = 0; i < COUNT(box); i++)
        db_item_float(args, box[i]);
    db_array_end(args);
}

static void add_some(struct db_args *args, const struct listing_codes *codes)
{
    if (codes->count > 0)
        add_codes(args, codes);
    else
        db_arg_null(args);
}

/* The arguments of case_fits(). */
static void add_filter(struct db_args *args, const struct listing_filter *f)
{
    add_some(args, &f->services);
    add_some(args, &f->units);
    add_some(args, &f->areas);
    add_some(args, &f->states);
    if (f->status != LISTING_ANY)
        db_arg_bool(args, f->status == LISTING_OPEN);
    else
        db_arg_null(args);
    add_box(args, f);
    add_some(args, &f->hidden);
    add_moment(args, f->from);
    add_moment(args, f->to);
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

static size_t rows_of_each(const struct listing_filter *f, enum listing_path by,
                           const struct listing_step *step, size_t keys)
{
    size_t most = LOOK_ROWS / keys;

    if (paths[by].is_narrow) /* what one key has less, another may have more */
        most = keys < NARROW_SPREAD ? NARROW_LOOK_ROWS : NARROW_SPREAD * NARROW_LOOK_ROWS / keys;
    if (by == LISTING_BY_REFERENCE)
        return 1;
    if (by == LISTING_BY_TEXT)
        return TEXT_ROWS;
    if (keys == 1 && !paths[by].is_narrow)
        return LOOK_ROWS; /* it stops by itself */
    double each = rows_needed_of_each(f, by, step, keys);
    return each < (double)most ? (size_t)each : most;
}

static void add_keys(struct db_args *args, const struct listing_filter *f, enum listing_path by)
{
    if (paths[by].has_cells)
        add_cells(args, f);
    else if (is_of_all(f, by))
        db_arg_null(args);
    else
        add_codes(args, codes_of(f, by));
    db_arg_text(args, paths[by].index, strlen(paths[by].index));
}

/* What came in just now is open, nearly all of it, and nothing narrower is asked for: found without
 * looking at every service. */
static bool is_newest_open(const struct listing_filter *f, const struct listing_step *step)
{
    return listing_path(f) == LISTING_BY_OPEN && step->at == NULL && f->to == INT64_MAX &&
           f->services.count == 0 && f->units.count == 0 && f->areas.count == 0 && !f->has_box &&
           !f->has_circle;
}

const struct sql *listing_step(const struct listing_filter *f, struct listing_step *step,
                               struct db_args *args)
{
    bool newest = is_newest_open(f, step);
    enum listing_path by = newest ? LISTING_BY_ID : listing_path(f);
    size_t keys = keys_of(f, by);
    struct listing_cursor begin;

    step->each = newest ? OPEN_NEWEST * step->wanted : rows_of_each(f, by, step, keys);
    step->looked = keys * step->each;
    if (paths[by].is_narrow && step->looked > NARROW_LOOK_ROWS)
        step->looked = NARROW_LOOK_ROWS;
    if (by == LISTING_BY_REFERENCE) {
        add_references(args, f, step);
        return paths[by].sql;
    }
    begin = first_update(f, step->at);
    if (by == LISTING_BY_UPDATE)
        add_updates(args, f, &begin);
    else
        add_ids(args, f, step->at);
    db_arg_int64(args, (int64_t)step->each);
    db_arg_int64(args, (int64_t)step->wanted);
    db_arg_int64(args, (int64_t)step->skip);
    add_filter(args, f);
    if (by == LISTING_BY_UPDATE)
        db_arg_uuid(args, &begin.id);
    else if (by == LISTING_BY_TEXT)
        add_words(args, f->text);
    else if (paths[by].index != NULL)
        add_keys(args, f, by);
    if (paths[by].is_narrow)
        db_arg_int64(args, NARROW_LOOK_ROWS);
    if (newest)
        step->each = 0; /* of no service */
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
