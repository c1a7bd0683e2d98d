/* SPDX-License-Identifier: Apache-2.0 */
#include "listing_args.h"

#include "clock.h"
#include "strbuf.h"

#include <string.h>

enum { SLACK_US = 60 * CLOCK_US_PER_S }; /* an id may be that much older or newer than its case */

/* The first id that a UUIDv7 of that moment can be. */
static struct uuid id_at(int64_t us)
{
    struct uuid id = {{0}};
    uint64_t ms = us > 0 ? (uint64_t)(us / CLOCK_US_PER_MS) : 0;

    for (int i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
    return id;
}

struct uuid listing_id_behind(int64_t us)
{
    return id_at(us + SLACK_US);
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
        return listing_id_behind(f->to);
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
void listing_args_codes(struct db_args *args, const struct listing_codes *codes)
{
    db_array_begin(args, DB_ARRAY_TEXT);
    for (size_t i = 0; i < codes->count; i++)
        if (!is_repeated(codes, i))
            db_item_text(args, codes->items[i]);
    db_array_end(args);
}

void listing_args_cells(struct db_args *args, const struct listing_filter *f)
{
    int32_t cells[LISTING_CELLS_MAX];
    size_t count = listing_cells(&f->box, cells);

    db_array_begin(args, DB_ARRAY_INT32);
    for (size_t i = 0; i < count; i++)
        db_item_int32(args, cells[i]);
    db_array_end(args);
}

void listing_args_ranges(struct db_args *args, const struct listing_filter *f)
{
    struct listing_range ranges[LISTING_RANGES_MAX];
    size_t count = listing_ranges(&f->box, ranges);

    db_array_begin(args, DB_ARRAY_INT32);
    for (size_t i = 0; i < count; i++)
        db_item_int32(args, ranges[i].first);
    db_array_end(args);
    db_array_begin(args, DB_ARRAY_INT32);
    for (size_t i = 0; i < count; i++)
        db_item_int32(args, ranges[i].last);
    db_array_end(args);
    db_arg_bool(args, f->status == LISTING_OPEN);
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

void listing_args_words(struct db_args *args, const char *folded)
{
    db_array_begin(args, DB_ARRAY_TEXT);
    for (size_t len; *folded != '\0'; folded += len + (folded[len] == ' ' ? 1 : 0)) {
        len = strcspn(folded, " ");
        add_pattern(args, folded, len);
    }
    db_array_end(args);
}

/* The moment itself still counts, whatever the id. */
struct listing_cursor listing_args_first_update(const struct listing_filter *f,
                                                const struct listing_cursor *at)
{
    struct listing_cursor begin = {f->updated_to, {{0}}};

    if (at != NULL)
        return *at;
    memset(begin.id.bytes, 0xFF, sizeof(begin.id.bytes));
    return begin;
}

void listing_args_updates(struct db_args *args, const struct listing_filter *f,
                          const struct listing_cursor *begin)
{
    db_arg_time(args, f->updated_from == INT64_MIN ? 0 : f->updated_from);
    db_arg_time(args, begin->updated_at);
}

void listing_args_ids(struct db_args *args, const struct listing_filter *f,
                      const struct listing_cursor *at)
{
    struct uuid after = oldest_id(f), before = newest_id(f, at);

    db_arg_uuid(args, &after);
    db_arg_uuid(args, &before);
}

/* References stand alone: nothing else narrows them. */
void listing_args_references(struct db_args *args, const struct listing_filter *f,
                             const struct listing_step *step)
{
    static const struct uuid nil;
    struct uuid before = newest_id(f, step->at);

    db_arg_uuid(args, &nil);
    db_arg_uuid(args, &before);
    db_arg_int64(args, (int64_t)step->wanted);
    listing_args_codes(args, &f->references);
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
        listing_args_codes(args, codes);
    else
        db_arg_null(args);
}

/* The next service from that one on whose cases nobody is told the id of; NULL: there is none. */
static const struct catalogue_service *next_hidden(const struct listing_filter *f, size_t *next)
{
    while (f->catalogue != NULL && *next < f->catalogue->service_count) {
        const struct catalogue_service *service = &f->catalogue->services[(*next)++];
        if (!listing_is_shown(f, service->code))
            return service;
    }
    return NULL;
}

static void add_hidden(struct db_args *args, const struct listing_filter *f)
{
    size_t next = 0;
    const struct catalogue_service *service = next_hidden(f, &next);

    if (service == NULL) {
        db_arg_null(args);
        return;
    }
    db_array_begin(args, DB_ARRAY_TEXT);
    for (; service != NULL; service = next_hidden(f, &next))
        db_item_text(args, service->code);
    db_array_end(args);
}

/* The arguments of case_fits(). */
void listing_args_filter(struct db_args *args, const struct listing_filter *f)
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
    add_hidden(args, f);
    add_moment(args, f->from);
    add_moment(args, f->to);
}
