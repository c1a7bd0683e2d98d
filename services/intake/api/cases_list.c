/* SPDX-License-Identifier: Apache-2.0 */
/* cases_list - GET /api/v1/cases: the public part of many cases, page by page. */
#include "api.h"
#include "cases_filter.h"
#include "link.h"
#include "lists.h"

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
    char cursor[LISTING_CURSOR_SIZE];

    listing_cursor_write(&list->last, cursor);
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

void cases_list(void *ctx, struct http_request *request)
{
    static const struct list_door door = {begin, row, end, failed, LISTING_LOOK_ROWS, 0};
    struct intake *intake = ctx;

    if (!api_begin(intake, request))
        return;
    struct list *list = list_new(intake, request, &door);
    const struct query q = list_query(list);
    cases_filter_read(&q, &list->filter);
    if (intake->faults.count == 0) {
        list_start(list);
        return;
    }
    problem_reply(request, PROBLEM_INVALID, list->language, NULL, &intake->faults);
    list_close(&list);
}
