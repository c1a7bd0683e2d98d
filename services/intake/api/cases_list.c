/* SPDX-License-Identifier: Apache-2.0 */
/* cases_list - GET /api/v1/cases: the public part of many cases, page by page. */
#include "api.h"
#include "bookmark.h"
#include "cases_filter.h"
#include "known.h"
#include "link.h"
#include "lists.h"
#include "sql_intake.h"

#include <string.h>

enum { LINK_BYTES = 4096 };

static void begin(struct list *list)
{
    tree_record(&list->tree, "page");
    tree_list(&list->tree, "cases");
}

static void row(struct list *list, const struct listing_case *c)
{
    tree_record(&list->tree, "case");
    api_case_write(&list->tree, list->intake, c, list->language, list->now);
    tree_end(&list->tree);
}

static bool end(struct list *list)
{
    AUTO(strbuf_free) struct strbuf link = STRBUF(LINK_BYTES);
    char cursor[BOOKMARK_SIZE];

    bookmark_write(list->intake->ring, &list->last, cursor);
    tree_end(&list->tree);
    tree_text(&list->tree, "next", list->has_more ? cursor : NULL);
    tree_end(&list->tree);
    if (list->has_more)
        link_next(list->intake, list->request, &list->last, &link);
    reply_public(list->request, &list->tree, link.len > 0 ? strbuf_text(&link) : NULL);
    return true;
}

static void failed(struct list *list, const struct err *e)
{
    problem_reply_err(list->request, list->language, e);
}

/* With what is wrong, if anything is. */
static void start(struct list *list)
{
    if (list->intake->faults.count == 0) {
        list_start(list);
        return;
    }
    problem_reply(list->request, PROBLEM_INVALID, list->language, NULL, &list->intake->faults);
    list_close(&list);
}

/* ---- areas that the catalogue does not have ---- */

static bool has_row(const PGresult *rows, const char *area)
{
    for (int row = 0; row < PQntuples(rows); row++)
        if (strcmp(db_text(rows, row, 0), area) == 0)
            return true;
    return false;
}

static void on_areas(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct listing_codes unknown;
    struct list *list = ctx;
    struct faults *faults = &list->intake->faults;

    if (e != NULL) {
        failed(list, e);
        list_close(&list);
        return;
    }
    faults->count = 0;
    known_not_areas(&list->filter.areas, list->catalogue, &unknown);
    for (size_t i = 0; i < unknown.count; i++)
        if (!has_row(rows[0], unknown.items[i]))
            faults_add_value(faults, "area", RULE_AREA, unknown.items[i]);
    start(list);
}

static void ask_areas(struct list *list, const struct listing_codes *areas)
{
    AUTO(db_args_free) struct db_args args = {0};
    const struct db_step step = {&sql_find_areas, &args};
    struct err e;

    db_array_begin(&args, DB_ARRAY_TEXT);
    for (size_t i = 0; i < areas->count; i++)
        db_item_text(&args, areas->items[i]);
    db_array_end(&args);
    if (readers_send(list->intake->readers, &step, 1, on_areas, list, &e) == 0)
        return;
    failed(list, &e);
    list_close(&list);
}

/* ---- asking ---- */

void cases_list(void *ctx, struct http_request *request)
{
    static const struct list_door door = {begin, row, end, failed, LISTING_LOOK_ROWS, 0};
    struct listing_codes unknown;
    struct intake *intake = ctx;

    if (!api_begin(intake, request))
        return;
    struct list *list = list_new(intake, request, &door);
    const struct query q = list_query(list);
    api_parameters(request, cases_filter_names, &intake->faults);
    cases_filter_read(&q, list->catalogue, &list->filter);
    known_not_areas(&list->filter.areas, list->catalogue, &unknown);
    if (intake->faults.count == 0 && unknown.count > 0)
        ask_areas(list, &unknown);
    else
        start(list);
}
