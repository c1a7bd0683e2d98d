/* SPDX-License-Identifier: Apache-2.0 */
/* open311_requests_list - GET /open311/v2/requests and, without a tracking link's secret,
 * GET /open311/v2/requests/{id}: what everybody may know. */
#include "link.h"
#include "lists.h"
#include "notes.h"
#include "open311_case.h"
#include "open311_filter.h"
#include "trail.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { WALK_ROWS = 20000, FOUND_ROWS = 20, LINK_BYTES = 4096 };

static void begin(struct list *list)
{
    list->tree.sparse = true;
    tree_list(&list->tree, "service_requests");
}

/* Steps come only when the page is known: until then its cases are kept. */
struct extended {
    struct list *list;
    size_t count;
    struct uuid ids[OPEN311_EXTENDED_PAGE];
    struct listing_case cases[OPEN311_EXTENDED_PAGE];
};

static const char *keep(struct list *list, const char *text)
{
    return text != NULL ? arena_text(list->arena, text, strlen(text)) : NULL;
}

static void keep_case(struct list *list, const struct listing_case *c)
{
    struct extended *x = list->door_data;
    struct listing_case *to = &x->cases[x->count];

    *to = *c;
    to->reference = keep(list, c->reference);
    to->service = keep(list, c->service);
    to->unit = keep(list, c->unit);
    to->state = keep(list, c->state);
    to->area = keep(list, c->area);
    to->description = keep(list, c->description);
    to->answer = keep(list, c->answer);
    x->ids[x->count++] = c->id;
}

static void write_row(struct list *list, const struct listing_case *c)
{
    tree_record(&list->tree, "request");
    open311_case_write(&list->tree, list->intake, c, list->language);
    tree_end(&list->tree);
}

static void row(struct list *list, const struct listing_case *c)
{
    if (list->extensions)
        keep_case(list, c);
    else
        write_row(list, c);
}

static void answer(struct list *list)
{
    AUTO(strbuf_free) struct strbuf link = STRBUF(LINK_BYTES);

    tree_end(&list->tree);
    if (list->has_more)
        link_next(list->intake, list->request, &list->last, &link);
    reply_public(list->request, &list->tree, link.len > 0 ? strbuf_text(&link) : NULL);
}

static void write_extended(struct extended *x, const PGresult *rows)
{
    struct tree *tree = &x->list->tree;

    for (size_t i = 0; i < x->count; i++) {
        tree_record(tree, "request");
        open311_case_write(tree, x->list->intake, &x->cases[i], x->list->language);
        tree_record(tree, "extended_attributes");
        tree_text(tree, "state", open311_state(x->cases[i].state));
        tree_text(tree, "unit", x->cases[i].unit);
        tree_text(tree, "area", x->cases[i].area);
        tree_end(tree);
        notes_write(tree, rows, &x->ids[i], x->list->language);
        tree_end(tree);
    }
}

static void fail(struct list *list, const struct err *e)
{
    open311_error_of(list->request, list->json, e);
}

static void on_notes(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct extended *x = ctx;
    struct list *list = x->list;

    if (e != NULL) {
        fail(list, e);
    } else {
        write_extended(x, rows[0]);
        answer(list);
    }
    list_close(&list);
}

/* A request that was asked for by its id is there, or the answer is 404. */
static bool is_missing(const struct list *list)
{
    return list->shown == 0 && http_part(list->request, "id") != NULL;
}

static bool end(struct list *list)
{
    struct extended *x = list->door_data;
    struct err e;

    if (list->has_more)
        trail_note(list->intake->trail, list->key, list->page + 1, list->now, &list->last);
    if (is_missing(list)) {
        open311_error(list->request, list->json, 404, "service_request_id: no such request");
        return true;
    }
    if (!list->extensions || x->count == 0) {
        answer(list);
        return true;
    }
    if (notes_ask(list->intake, x->ids, x->count, on_notes, x, &e) == 0)
        return false;
    fail(list, &e);
    return true;
}

/* With what the specification itself has to choose by, pages are whole: its clients know no links,
 * and indexes find all of it. With more, a page goes on as long as about one in twenty
 * fits. */
static const struct list_door whole = {begin, row, end, fail, WALK_ROWS, 0};
static const struct list_door door = {begin, row, end, fail, LISTING_LOOK_ROWS, FOUND_ROWS};

static bool is_of_specification(const struct listing_filter *f)
{
    return f->text == NULL && !f->has_box && !f->has_circle && f->units.count == 0 &&
           f->areas.count == 0 && f->states.count == 0 && f->updated_from == INT64_MIN &&
           f->updated_to == INT64_MAX;
}

static void read_extensions(const struct query *q, struct list *list)
{
    struct extended *x;

    list->extensions = query_is_true(q, "extensions");
    if (!list->extensions)
        return;
    assert(list->filter.limit <= OPEN311_EXTENDED_PAGE);
    x = arena_alloc(list->arena, 1, sizeof(*x));
    if (x == NULL)
        abort(); /* the arena is new */
    x->list = list;
    list->door_data = x;
}

/* Begins where the page is known to begin, instead of walking there. */
static void jump(struct list *list)
{
    struct listing_filter *f = &list->filter;

    list->key = trail_key(f);
    if (f->has_cursor || list->page == 1 ||
        !trail_find(list->intake->trail, list->key, list->page, list->now, &f->cursor))
        return;
    f->has_cursor = true;
    f->skip = 0;
}

static void start(struct list *list)
{
    const struct query q = list_query(list);

    read_extensions(&q, list);
    if (list->intake->faults.count == 0) {
        list_start(list);
        return;
    }
    open311_faults(list->request, list->json, &list->intake->faults);
    list_close(&list);
}

void open311_requests_list(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    bool json = false;

    if (!open311_begin(intake, request, &json))
        return;
    struct list *list = list_new(intake, request, &door);
    const struct query q = list_query(list);
    list->json = json;
    open311_filter_read(&q, list->now, &list->filter, &list->page);
    if (is_of_specification(&list->filter))
        list->door = &whole;
    jump(list);
    start(list);
}

void open311_request_list_one(struct intake *intake, struct http_request *request, bool json)
{
    struct list *list = list_new(intake, request, &door);
    char canonical[REFERENCE_SIZE];
    struct err e;

    if (reference_read(http_part(request, "id"), canonical, &e) < 0) {
        open311_error(request, json, 404, "service_request_id: no such request");
        list_close(&list);
        return;
    }
    list->json = json;
    list->page = 1;
    listing_filter_init(&list->filter, 1);
    list->filter.references.items[0] = keep(list, canonical);
    list->filter.references.count = 1;
    start(list);
}
