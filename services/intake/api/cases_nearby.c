/* SPDX-License-Identifier: Apache-2.0 */
/* cases_nearby - GET /api/v1/cases/nearby: open cases of a place that may be the same. */
#include "api.h"
#include "known.h"
#include "nearby.h"

#include "text.h"

#include <math.h>
#include <string.h>

enum { SHOWN_MAX = 10 };

/* How many are asked for; it was checked before the search began. */
static size_t shown_max(const struct nearby *n)
{
    const struct query q = list_query(n->list);
    int64_t shown = NEARBY_SHOWN;

    (void)query_int(&q, "limit", 1, SHOWN_MAX, &shown);
    return (size_t)shown;
}

static void found(struct nearby *n, const struct err *e)
{
    struct list *list = n->list;

    if (e != NULL) {
        problem_reply_err(list->request, list->language, e);
        return;
    }
    tree_list(&list->tree, "cases");
    for (size_t i = 0; i < n->count && i < shown_max(n); i++) {
        tree_record(&list->tree, "case");
        api_case_write(&list->tree, list->intake, &n->cases[i].c, list->language, list->now);
        tree_int(&list->tree, "distance_m", (int64_t)lround(n->cases[i].distance_m));
        tree_end(&list->tree);
    }
    tree_end(&list->tree);
    reply_public(list->request, &list->tree, NULL);
}

static void read_parameters(struct nearby *n)
{
    static const char *const names[] = {"lat", "lon", "radius", "service", "text", "limit", NULL};
    const struct query q = list_query(n->list);
    struct listing_filter *f = &n->list->filter;
    const char *text = query_text(&q, "text");

    api_parameters(n->list->request, names, q.faults);
    query_circle(&q, "lon", NEARBY_RADIUS_M, f);
    if (!f->has_circle && q.faults->count == 0)
        faults_add(q.faults, "", "lat", RULE_MISSING);
    known_services(&q, "service", n->list->catalogue, &f->services);
    (void)shown_max(n);
    if (text != NULL && text_length(text, strlen(text)) > NEARBY_TEXT)
        faults_add_length(q.faults, "", "text", NEARBY_TEXT);
    else if (text != NULL)
        nearby_text(n, text);
}

void cases_nearby(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;

    if (!api_begin(intake, request))
        return;
    struct nearby *n = nearby_new(intake, request, found);
    read_parameters(n);
    if (intake->faults.count == 0) {
        nearby_start(n);
        return;
    }
    problem_reply(request, PROBLEM_INVALID, n->list->language, NULL, &intake->faults);
    nearby_close(n);
}
