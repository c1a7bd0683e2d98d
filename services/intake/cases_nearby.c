/* SPDX-License-Identifier: Apache-2.0 */
/* cases_nearby - GET /api/v1/cases/nearby: open cases of a place that may be the same.
 *
 * The place and the service narrow by index; only what is left is compared by its words, which
 * stay here: the answer shows the order alone. */
#include "api.h"
#include "likeness.h"
#include "lists.h"
#include "sql_intake.h"

#include "clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CANDIDATES = 100, WALK_ROWS = 2000, SHOWN = 3, SHOWN_MAX = 10, RADIUS_M = 250, DAYS = 90 };
enum { TEXT_MAX = 4000 };

struct candidate {
    struct listing_case c;
    double distance_m, likeness;
};

struct nearby {
    struct list *list;
    size_t shown_max;
    struct likeness *text; /* NULL: none was given */
    size_t count;
    struct candidate items[CANDIDATES];
};

static void begin(struct list *list)
{
    (void)list;
}

static const char *keep(struct list *list, const char *text)
{
    return text != NULL ? arena_text(list->arena, text, strlen(text)) : NULL;
}

static void row(struct list *list, const struct listing_case *c)
{
    struct nearby *n = list->door_data;
    struct candidate *to = &n->items[n->count++];

    to->c = *c;
    to->c.reference = keep(list, c->reference);
    to->c.service = keep(list, c->service);
    to->c.unit = keep(list, c->unit);
    to->c.state = keep(list, c->state);
    to->c.area = keep(list, c->area);
    to->c.description = keep(list, c->description);
    to->c.answer = keep(list, c->answer);
    to->distance_m = listing_distance_m(list->filter.lat, list->filter.lon, c->lat, c->lon);
    to->likeness = 0;
}

/* The likest first, and of equals the nearest. */
static int compare(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;

    if (left->likeness > right->likeness || left->likeness < right->likeness)
        return left->likeness > right->likeness ? -1 : 1;
    return (left->distance_m > right->distance_m) - (left->distance_m < right->distance_m);
}

static void answer(struct nearby *n)
{
    struct list *list = n->list;

    qsort(n->items, n->count, sizeof(n->items[0]), compare);
    tree_list(&list->tree, "cases");
    for (size_t i = 0; i < n->count && i < n->shown_max; i++) {
        tree_record(&list->tree, "case");
        api_case_write(&list->tree, list->intake, &n->items[i].c, list->language, list->now);
        tree_int(&list->tree, "distance_m", (int64_t)lround(n->items[i].distance_m));
        tree_end(&list->tree);
    }
    tree_end(&list->tree);
    reply_public(list->request, &list->tree, NULL);
    likeness_free(&n->text);
}

static void fail(struct list *list, const struct err *e)
{
    struct nearby *n = list->door_data;

    problem_reply_err(list->request, list->language, e);
    likeness_free(&n->text);
}

static void compare_texts(struct nearby *n, const PGresult *rows)
{
    for (int row = 0; row < PQntuples(rows); row++) {
        struct uuid id = db_uuid(rows, row, 0);
        const char *text = db_text(rows, row, 1);
        for (size_t i = 0; i < n->count && text != NULL; i++)
            if (uuid_equal(&n->items[i].c.id, &id))
                n->items[i].likeness = likeness_of(n->text, text, strlen(text));
    }
}

static void on_texts(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct nearby *n = ctx;
    struct list *list = n->list;

    if (e != NULL) {
        fail(list, e);
    } else {
        compare_texts(n, rows[0]);
        answer(n);
    }
    list_close(&list);
}

static int ask_texts(struct nearby *n, struct err *e)
{
    AUTO(db_args_free) struct db_args args = {0};
    const struct db_step step = {&sql_read_descriptions, &args};

    db_array_begin(&args, DB_ARRAY_UUID);
    for (size_t i = 0; i < n->count; i++)
        db_item_uuid(&args, &n->items[i].c.id);
    db_array_end(&args);
    return readers_send(n->list->intake->readers, &step, 1, on_texts, n, e);
}

static bool end(struct list *list)
{
    struct nearby *n = list->door_data;
    struct err e;

    if (n->text == NULL || n->count == 0) {
        answer(n);
        return true;
    }
    if (ask_texts(n, &e) == 0)
        return false;
    fail(list, &e);
    return true;
}

static void read_parameters(const struct query *q, struct list *list, struct nearby *n)
{
    struct listing_filter *f = &list->filter;
    const char *text = query_text(q, "text");
    int64_t shown = SHOWN;

    listing_filter_init(f, CANDIDATES);
    query_circle(q, "lon", RADIUS_M, f);
    if (!f->has_circle && q->faults->count == 0)
        faults_add(q->faults, "", "lat", RULE_MISSING);
    (void)query_codes(q, "service", &f->services);
    (void)query_int(q, "limit", 1, SHOWN_MAX, &shown);
    f->status = LISTING_OPEN;
    f->from = list->now - DAYS * INT64_C(86400) * CLOCK_US_PER_S;
    n->shown_max = (size_t)shown;
    if (text != NULL && text_length(text, strlen(text)) > TEXT_MAX)
        faults_add_length(q->faults, "", "text", TEXT_MAX);
    else if (text != NULL)
        n->text = likeness_new(text, strlen(text));
}

void cases_nearby(void *ctx, struct http_request *request)
{
    static const struct list_door door = {begin, row, end, fail, WALK_ROWS};
    struct intake *intake = ctx;

    if (!api_begin(intake, request))
        return;
    struct list *list = list_new(intake, request, &door);
    struct nearby *n = arena_alloc(list->arena, 1, sizeof(*n));
    const struct query q = list_query(list);
    if (n == NULL)
        abort(); /* the arena is new */
    n->list = list;
    list->door_data = n;
    read_parameters(&q, list, n);
    if (intake->faults.count == 0) {
        list_start(list);
        return;
    }
    problem_reply(request, PROBLEM_INVALID, list->language, NULL, &intake->faults);
    likeness_free(&n->text);
    list_close(&list);
}
