/* SPDX-License-Identifier: Apache-2.0 */
#include "lists.h"

#include "clock.h"
#include "listing_plain.h"
#include "mem.h"

#include <stdlib.h>

enum {
    ARENA_BYTES = 4 * 1024 * 1024,
    ANSWER_BYTES = 32 * 1024 * 1024,
    PASSING_ROWS = 20000,               /* looked at besides, to pass over the pages before */
    WORTH_ROWS = LISTING_LOOK_ROWS / 2, /* fewer left to look at are not worth another step */
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
    return (struct query){query_of_request, list->request, &list->intake->faults, list->arena,
                          list->intake->ring};
}

static void step(struct list *list);

static bool is_full(const struct list *list)
{
    return list->shown == list->filter.limit;
}

static void take_case(struct list *list, const struct listing_case *c)
{
    list->walked++;
    if (!listing_fits(&list->filter, c))
        return;
    if (list->skipped < list->filter.skip) {
        list->skipped++;
        return;
    }
    list->door->row(list, c);
    list->shown++;
}

static size_t rows_wanted(const struct list *list)
{
    const struct listing_filter *f = &list->filter;
    size_t missing = f->limit - list->shown + f->skip - list->skipped + 1;
    size_t rows = listing_rows_for(f, missing);

    return rows < LISTING_PAGE_MAX + 1 ? rows : LISTING_PAGE_MAX + 1;
}

/* By the database; but the last row that a step can give is given: the next may go on there. */
static size_t rows_skipped(const struct list *list)
{
    size_t missing = list->filter.skip - list->skipped, most = list->step.wanted - 1;

    if (!listing_fits_in_database(&list->filter))
        return 0;
    return missing < most ? missing : most;
}

/* Those that the database passed over before the row that is the nth. */
static void pass_over(struct list *list, size_t *before, size_t nth)
{
    list->skipped += nth - 1 - *before;
    list->walked += nth - 1 - *before;
    *before = nth;
}

/* Up to where the looking ended, or the page is full. Whether there may be more behind it. */
static bool take_rows(struct list *list, const PGresult *rows)
{
    size_t before = 0;

    for (int row = 0; row < PQntuples(rows); row++) {
        struct listing_place place = listing_place(rows, row);
        struct listing_case c;
        if (is_full(list))
            return true;
        pass_over(list, &before, place.nth);
        listing_case_read(rows, row, &c);
        list->last = (struct listing_cursor){c.updated_at, c.id};
        if (place.is_end) {
            if (list->step.looked >= place.nth)
                list->walked += list->step.looked - (place.nth - 1);
            return true;
        }
        take_case(list, &c);
    }
    return before >= list->step.wanted;
}

/* Who asks for a page by its number has no link to go on by from a short one before it. */
static size_t walk_max(const struct list *list)
{
    size_t skip = list->filter.skip, found = list->shown + list->skipped;

    return list->door->walk_max + list->door->walk_found * found +
           (skip > 0 ? skip + PASSING_ROWS : 0);
}

static void on_rows(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct list *list = ctx;

    if (e != NULL) {
        list->door->failed(list, e);
        list_close(&list);
        return;
    }
    size_t found = list->shown + list->skipped;
    list->has_more = take_rows(list, rows[0]);
    list->step.found = list->shown + list->skipped - found;
    bool go_on = list->walked + WORTH_ROWS <= walk_max(list) ||
                 listing_is_ranged_next(&list->filter, &list->step);
    if (list->has_more && !is_full(list) && go_on) {
        step(list);
        return;
    }
    if (list->door->end(list))
        list_close(&list);
}

static void step(struct list *list)
{
    AUTO(db_args_free) struct db_args args = {0};
    const struct listing_filter *f = &list->filter;
    struct err e;

    list->step.wanted = rows_wanted(list);
    list->step.skip = rows_skipped(list);
    if (list->walked > 0)
        list->step.at = &list->last;
    else if (f->has_cursor)
        list->step.at = &f->cursor;
    const struct sql *sql = listing_step(f, &list->step, &args);
    const struct db_step steps[] = {{sql, &args}};
    if (readers_send(list->intake->readers, steps, 1, on_rows, list, &e) == 0)
        return;
    list->door->failed(list, &e);
    list_close(&list);
}

void list_start(struct list *list)
{
    struct err e;

    if (list->catalogue == NULL) { /* nobody knows yet what to hide */
        (void)err_set(&e, ERR_BUSY, "there is no catalogue yet");
        list->door->failed(list, &e);
        list_close(&list);
        return;
    }
    list->filter.catalogue = list->catalogue;
    tree_init(&list->tree, list->json, &list->out);
    listing_make_plain(&list->filter);
    list->door->begin(list);
    if (!list->filter.is_empty)
        step(list);
    else if (list->door->end(list))
        list_close(&list);
}
