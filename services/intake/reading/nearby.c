/* SPDX-License-Identifier: Apache-2.0 */
#include "nearby.h"

#include "clock.h"
#include "place.h"
#include "sql_intake.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WALK_ROWS = 8000, DAYS = 90 };

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
    struct nearby_case *to = &n->cases[n->count++];

    to->c = *c;
    to->c.reference = keep(list, c->reference);
    to->c.service = keep(list, c->service);
    to->c.unit = keep(list, c->unit);
    to->c.state = keep(list, c->state);
    to->c.area = keep(list, c->area);
    to->c.description = keep(list, c->description);
    to->c.answer = keep(list, c->answer);
    to->distance_m = list->filter.has_circle
                         ? place_distance_m(list->filter.lat, list->filter.lon, c->lat, c->lon)
                         : (double)NAN;
    to->likeness = 0;
}

/* The likest first, and of equals the nearest. */
static int compare(const void *a, const void *b)
{
    const struct nearby_case *left = a, *right = b;

    if (left->likeness > right->likeness || left->likeness < right->likeness)
        return left->likeness > right->likeness ? -1 : 1;
    return (left->distance_m > right->distance_m) - (left->distance_m < right->distance_m);
}

static void answer(struct nearby *n)
{
    qsort(n->cases, n->count, sizeof(n->cases[0]), compare);
    n->found(n, NULL);
    likeness_free(&n->text);
}

static void fail(struct list *list, const struct err *e)
{
    struct nearby *n = list->door_data;

    n->found(n, e);
    likeness_free(&n->text);
}

static void compare_texts(struct nearby *n, const PGresult *rows)
{
    for (int row = 0; row < PQntuples(rows); row++) {
        struct uuid id = db_uuid(rows, row, 0);
        const char *text = db_text(rows, row, n->with_address ? 2 : 1);
        for (size_t i = 0; i < n->count && text != NULL; i++)
            if (uuid_equal(&n->cases[i].c.id, &id))
                n->cases[i].likeness = likeness_of(n->text, text, strlen(text));
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
        db_item_uuid(&args, &n->cases[i].c.id);
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

struct nearby *nearby_new(struct intake *intake, struct http_request *request, nearby_fn *found)
{
    static const struct list_door door = {begin, row, end, fail, WALK_ROWS, 0};
    struct list *list = list_new(intake, request, &door);
    struct nearby *n = arena_alloc(list->arena, 1, sizeof(*n));

    if (n == NULL)
        abort(); /* the arena is new */
    n->list = list;
    n->found = found;
    list->door_data = n;
    listing_filter_init(&list->filter, NEARBY_CANDIDATES);
    list->filter.status = LISTING_OPEN;
    list->filter.from = list->now - DAYS * INT64_C(86400) * CLOCK_US_PER_S;
    return n;
}

void nearby_text(struct nearby *n, const char *text)
{
    n->text = likeness_new(text, strlen(text));
}

void nearby_start(struct nearby *n)
{
    list_start(n->list);
}

void nearby_close(struct nearby *n)
{
    struct list *list = n->list;

    likeness_free(&n->text);
    list_close(&list);
}
