/* SPDX-License-Identifier: Apache-2.0 */
#include "lists.h"

#include "clock.h"
#include "mem.h"
#include "open311_type.h"

#include <stdlib.h>

enum {
    ARENA_BYTES = 4 * 1024 * 1024,
    ANSWER_BYTES = 32 * 1024 * 1024,
    STEP_ROWS = 500, /* after a first step of what the page needs */
};

struct list *list_new(struct intake *intake, struct http_request *request,
                      const struct list_door *door)
{
    struct list *list = mem_new(1, sizeof(*list));

    list->intake = intake;
    list->request = request;
    list->door = door;
    list->language = language_accepted(http_header(request, "Accept-Language"));
    list->json = true;
    list->now = clock_now_us();
    list->catalogue = catalogue_now(intake->watch);
    if (list->catalogue != NULL)
        list->catalogue = catalogue_keep(list->catalogue);
    list->arena = arena_new(ARENA_BYTES);
    list->out = STRBUF(ANSWER_BYTES);
    intake->faults.count = 0;
    return list;
}

void list_close(struct list **list)
{
    struct list *l = *list;

    if (l == NULL)
        return;
    catalogue_drop(&l->catalogue);
    arena_free(&l->arena);
    strbuf_free(&l->out);
    free(l);
    *list = NULL;
}

struct query list_query(const struct list *list)
{
    return (struct query){query_of_request, list->request, &list->intake->faults, list->arena};
}

static void step(struct list *list);

/* Whether the page is full, or the walk has been long enough. */
static bool is_enough(const struct list *list)
{
    return list->shown == list->filter.limit || list->walked >= list->door->walk_max;
}

static void take_row(struct list *list, const PGresult *rows, int row)
{
    struct listing_case c;

    listing_case_read(rows, row, &c);
    list->walked++;
    list->last = (struct listing_cursor){c.updated_at, c.id};
    if (!listing_fits(&list->filter, &c))
        return;
    if (list->skipped < list->filter.skip) {
        list->skipped++;
        return;
    }
    list->door->row(list, &c);
    list->shown++;
}

static size_t rows_wanted(const struct list *list)
{
    const struct listing_filter *f = &list->filter;
    size_t missing = f->limit - list->shown + f->skip - list->skipped + 1;

    if (list->walked > 0 && missing < STEP_ROWS)
        return STEP_ROWS;
    return missing < LISTING_PAGE_MAX + 1 ? missing : LISTING_PAGE_MAX + 1;
}

static void on_rows(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct list *list = ctx;

    if (e != NULL) {
        list->door->failed(list, e);
        list_close(&list);
        return;
    }
    size_t wanted = rows_wanted(list);
    int count = PQntuples(rows[0]), row = 0;
    while (row < count && !is_enough(list))
        take_row(list, rows[0], row++);
    bool is_over = row == count && (size_t)count < wanted;
    if (!is_over && !is_enough(list)) {
        step(list);
        return;
    }
    list->has_more = !is_over;
    if (list->door->end(list))
        list_close(&list);
}

static void step(struct list *list)
{
    AUTO(db_args_free) struct db_args args = {0};
    const struct listing_filter *f = &list->filter;
    const struct listing_cursor *at = NULL;
    struct err e;

    if (list->walked > 0)
        at = &list->last;
    else if (f->has_cursor)
        at = &f->cursor;
    const struct db_step steps[] = {{listing_step(f, at, rows_wanted(list), &args), &args}};
    if (readers_send(list->intake->readers, steps, 1, on_rows, list, &e) == 0)
        return;
    list->door->failed(list, &e);
    list_close(&list);
}

/* Services whose cases nobody is told the id of. */
static void hide(const struct catalogue *c, struct listing_codes *out)
{
    for (size_t i = 0; c != NULL && i < c->service_count; i++)
        if (open311_type(&c->services[i]) == OPEN311_BLACKBOX && out->count < LISTING_CODES_MAX)
            out->items[out->count++] = c->services[i].code;
}

void list_start(struct list *list)
{
    hide(list->catalogue, &list->filter.hidden);
    tree_init(&list->tree, list->json, &list->out);
    list->door->begin(list);
    step(list);
}
