/* SPDX-License-Identifier: Apache-2.0 */
#include "burst.h"

#include "mem.h"
#include "place.h"
#include "table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A square of about 280 metres: a circle touches few of them. */
#define CELLS_PER_DEGREE 400.0
enum { KIND_SIZE = 400, MOST_COLUMNS = 64 };

/* Reports that can be of one incident: of a service and a unit. */
struct kind {
    char name[KIND_SIZE]; /* "service unit", the key */
    struct burst_rule rule;
    struct report *oldest, *newest; /* as they came */
    UT_hash_handle hh;
};

struct report {
    struct uuid id;
    struct kind *kind;
    double lat, lon;
    int64_t received_at;
    enum burst_standing standing;
    bool asked;   /* it is to be merged */
    bool counts;  /* came within the window */
    int64_t near; /* others that count and lie within reach */
    bool leads;
    int64_t heard_at;                         /* when the last report came that a leading one has */
    struct report *newer, *older;             /* of its kind */
    struct report *cell_next, *cell_previous; /* of its square */
    struct cell *cell;
    UT_hash_handle hh;
};

struct cell_key {
    const struct kind *kind;
    int64_t row, column;
};

struct cell {
    struct cell_key key;
    struct report *first;
    UT_hash_handle hh;
};

struct bursts {
    size_t most;
    burst_merge_fn *merge;
    void *ctx;
    struct kind *kinds;
    struct report *reports;
    struct cell *cells;
    size_t incidents;
    int64_t forgotten;
};

/* ---- squares ---- */

static struct cell *find_cell(const struct bursts *b, const struct cell_key *key)
{
    struct cell *cell;

    HASH_FIND(hh, b->cells, key, sizeof(*key), cell);
    return cell;
}

static void enter_cell(struct bursts *b, struct report *r)
{
    const struct cell_key key = {r->kind, (int64_t)floor(r->lat * CELLS_PER_DEGREE),
                                 (int64_t)floor(r->lon * CELLS_PER_DEGREE)};
    struct cell *cell = find_cell(b, &key);

    if (cell == NULL) {
        cell = mem_new(1, sizeof(*cell));
        cell->key = key;
        HASH_ADD(hh, b->cells, key, sizeof(cell->key), cell);
    }
    r->cell = cell;
    r->cell_next = cell->first;
    if (cell->first != NULL)
        cell->first->cell_previous = r;
    cell->first = r;
}

static void leave_cell(struct bursts *b, struct report *r)
{
    struct cell *cell = r->cell;

    if (r->cell_next != NULL)
        r->cell_next->cell_previous = r->cell_previous;
    if (r->cell_previous != NULL)
        r->cell_previous->cell_next = r->cell_next;
    else
        cell->first = r->cell_next;
    if (cell->first != NULL)
        return;
    HASH_DEL(b->cells, cell);
    free(cell);
}

/* Calls back for every report of the kind within reach of this one, which is not among them. */
typedef void near_fn(struct report *r, void *ctx);

static void each_in_cell(const struct cell *cell, const struct report *r, near_fn *fn, void *ctx)
{
    for (struct report *other = cell != NULL ? cell->first : NULL, *next; other != NULL;
         other = next) {
        next = other->cell_next;
        if (other != r &&
            place_distance_m(r->lat, r->lon, other->lat, other->lon) <= r->kind->rule.metres)
            fn(other, ctx);
    }
}

static void each_near(const struct bursts *b, const struct report *r, near_fn *fn, void *ctx)
{
    double high = r->kind->rule.metres / PLACE_METRES_PER_DEGREE;
    double shrink = cos(fmin(fabs(r->lat) + high, 89.0) * PLACE_RADIANS_PER_DEGREE);
    double wide = fmin(high / shrink, MOST_COLUMNS / CELLS_PER_DEGREE);
    struct cell_key key = {.kind = r->kind};
    int64_t south = (int64_t)floor((r->lat - high) * CELLS_PER_DEGREE);
    int64_t north = (int64_t)floor((r->lat + high) * CELLS_PER_DEGREE);
    int64_t west = (int64_t)floor((r->lon - wide) * CELLS_PER_DEGREE);
    int64_t east = (int64_t)floor((r->lon + wide) * CELLS_PER_DEGREE);

    for (key.row = south; key.row <= north; key.row++)
        for (key.column = west; key.column <= east; key.column++)
            each_in_cell(find_cell(b, &key), r, fn, ctx);
}

/* ---- counting ---- */

static void count_up(struct report *other, void *ctx)
{
    struct report *r = ctx;

    other->near += r->counts;
    r->near += other->counts;
}

static void count_down(struct report *other, void *ctx)
{
    (void)ctx;
    other->near--;
}

/* It is too old to count, though it may go on leading. */
static void stop_counting(const struct bursts *b, struct report *r)
{
    if (r->counts)
        each_near(b, r, count_down, NULL);
    r->counts = false;
}

static void set_leads(struct bursts *b, struct report *r, bool leads)
{
    if (leads && !r->leads)
        b->incidents++;
    else if (!leads && r->leads)
        b->incidents--;
    r->leads = leads;
}

static void drop(struct bursts *b, struct report *r)
{
    struct kind *kind = r->kind;

    stop_counting(b, r);
    set_leads(b, r, false);
    if (r->older != NULL)
        r->older->newer = r->newer;
    else
        kind->oldest = r->newer;
    if (r->newer != NULL)
        r->newer->older = r->older;
    else
        kind->newest = r->older;
    leave_cell(b, r);
    HASH_DEL(b->reports, r);
    free(r);
}

static bool is_alive(const struct report *r, int64_t now_us)
{
    return r->leads && now_us - r->heard_at <= r->kind->rule.window_us;
}

/* In the order in which they came; those that lead stay as long as more come. */
static void expire(struct bursts *b, struct kind *kind, int64_t now_us)
{
    for (struct report *r = kind->oldest, *next; r != NULL; r = next) {
        next = r->newer;
        if (now_us - r->received_at <= kind->rule.window_us)
            return;
        if (is_alive(r, now_us))
            stop_counting(b, r);
        else
            drop(b, r);
    }
}

/* ---- kinds ---- */

static struct report *find_report(const struct bursts *b, const struct uuid *id)
{
    struct report *r;

    HASH_FIND(hh, b->reports, id, sizeof(*id), r);
    return r;
}

static void count_other(struct report *other, void *ctx)
{
    struct report *r = ctx;

    r->near += other->counts;
}

/* With another reach everything is counted anew. */
static void take_rule(const struct bursts *b, struct kind *kind, const struct burst_rule *rule)
{
    bool is_same = kind->rule.metres >= rule->metres && kind->rule.metres <= rule->metres;

    kind->rule = *rule;
    for (struct report *r = is_same ? NULL : kind->oldest; r != NULL; r = r->newer) {
        r->near = 0;
        each_near(b, r, count_other, r);
    }
}

static struct kind *find_kind(struct bursts *b, const struct burst_report *report)
{
    char name[KIND_SIZE];
    struct kind *kind;

    (void)snprintf(name, sizeof(name), "%s %s", report->service, report->unit);
    HASH_FIND_STR(b->kinds, name, kind);
    if (kind == NULL) {
        kind = mem_new(1, sizeof(*kind));
        memcpy(kind->name, name, sizeof(name));
        kind->rule = report->rule;
        HASH_ADD_STR(b->kinds, name, kind);
    }
    take_rule(b, kind, &report->rule);
    return kind;
}

/* ---- incidents ---- */

/* What is found near a report. */
struct finding {
    const struct report *about;
    struct report *lead;  /* the nearest that takes it */
    struct report *first; /* the oldest that has enough around it to lead */
    double lead_m;
};

static bool comes_before(const struct report *a, const struct report *b)
{
    return a->received_at != b->received_at ? a->received_at < b->received_at
                                            : memcmp(&a->id, &b->id, sizeof(a->id)) < 0;
}

static void look_at(struct report *r, void *ctx)
{
    struct finding *f = ctx;
    double m = place_distance_m(r->lat, r->lon, f->about->lat, f->about->lon);

    if (r->standing == BURST_OVER || r->asked)
        return;
    if (is_alive(r, f->about->received_at) && (f->lead == NULL || m < f->lead_m)) {
        f->lead = r;
        f->lead_m = m;
    }
    if (r->near + r->counts >= r->kind->rule.reports &&
        (f->first == NULL || comes_before(r, f->first)))
        f->first = r;
}

struct merging {
    struct bursts *bursts;
    const struct report *lead;
};

static void merge_one(struct report *r, void *ctx)
{
    struct merging *m = ctx;

    if (r->standing != BURST_OPEN || r->asked || r->leads || r == m->lead)
        return;
    r->asked = true;
    m->bursts->merge(m->bursts->ctx, &r->id, &m->lead->id);
}

static void judge(struct bursts *b, struct report *r)
{
    struct finding f = {.about = r};

    each_near(b, r, look_at, &f);
    look_at(r, &f);
    struct report *lead = f.lead != NULL ? f.lead : f.first;
    if (lead == NULL)
        return;
    if (lead->heard_at < r->received_at)
        lead->heard_at = r->received_at;
    if (f.lead != NULL) {
        merge_one(r, &(struct merging){b, lead});
        return;
    }
    set_leads(b, lead, true);
    each_near(b, lead, merge_one, &(struct merging){b, lead});
}

/* ---- reports ---- */

static bool make_room(struct bursts *b, const struct kind *kind)
{
    if (HASH_COUNT(b->reports) < b->most)
        return true;
    b->forgotten++;
    if (kind->oldest == NULL)
        return false;
    drop(b, kind->oldest);
    return true;
}

static struct report *add(struct bursts *b, struct kind *kind, const struct burst_report *report)
{
    struct report *r = mem_new(1, sizeof(*r));

    r->id = report->id;
    r->kind = kind;
    r->lat = report->lat;
    r->lon = report->lon;
    r->received_at = r->heard_at = report->received_at;
    r->standing = report->standing;
    r->older = kind->newest;
    if (kind->newest != NULL)
        kind->newest->newer = r;
    else
        kind->oldest = r;
    kind->newest = r;
    HASH_ADD(hh, b->reports, id, sizeof(r->id), r);
    enter_cell(b, r);
    return r;
}

void bursts_add(struct bursts *b, const struct burst_report *report)
{
    if (find_report(b, &report->id) != NULL)
        return;
    struct kind *kind = find_kind(b, report);
    expire(b, kind, report->received_at);
    if (!make_room(b, kind))
        return;
    struct report *r = add(b, kind, report);
    r->counts = true;
    each_near(b, r, count_up, r);
    judge(b, r);
}

void bursts_set(struct bursts *b, const struct uuid *id, enum burst_standing standing)
{
    struct report *r = find_report(b, id);

    if (r == NULL)
        return;
    r->standing = standing;
    r->asked = false;
    if (standing == BURST_OVER)
        set_leads(b, r, false);
}

void bursts_refused(struct bursts *b, const struct uuid *id)
{
    struct report *r = find_report(b, id);

    if (r != NULL)
        r->asked = false;
}

void bursts_follow(struct bursts *b, const struct burst_report *lead, int64_t received_at,
                   int64_t merged)
{
    struct report *r = find_report(b, &lead->id);

    if (lead->standing == BURST_OVER || merged + 1 < lead->rule.reports)
        return;
    if (r == NULL) {
        struct kind *kind = find_kind(b, lead);
        if (!make_room(b, kind))
            return;
        r = add(b, kind, lead);
        each_near(b, r, count_up, r);
    }
    set_leads(b, r, true);
    if (r->heard_at < received_at)
        r->heard_at = received_at;
}

void bursts_pass(struct bursts *b, int64_t now_us)
{
    struct kind *kind, *next;

    HASH_ITER(hh, b->kinds, kind, next)
    {
        expire(b, kind, now_us);
        if (kind->oldest != NULL)
            continue;
        HASH_DEL(b->kinds, kind);
        free(kind);
    }
}

size_t bursts_reports(const struct bursts *b)
{
    return HASH_COUNT(b->reports);
}

size_t bursts_incidents(const struct bursts *b)
{
    return b->incidents;
}

int64_t bursts_forgotten(const struct bursts *b)
{
    return b->forgotten;
}

/* ---- opening and closing ---- */

struct bursts *bursts_new(size_t most, burst_merge_fn *merge, void *ctx)
{
    struct bursts *b = mem_new(1, sizeof(*b));

    b->most = most;
    b->merge = merge;
    b->ctx = ctx;
    return b;
}

void bursts_clear(struct bursts *b)
{
    bursts_pass(b, INT64_MAX);
}

void bursts_free(struct bursts **bursts)
{
    if (*bursts == NULL)
        return;
    bursts_clear(*bursts);
    free(*bursts);
    *bursts = NULL;
}
