/* SPDX-License-Identifier: Apache-2.0 */
/* open311_updates - GET /open311/v2/servicerequestupdates: the public steps of all cases.
 *
 * An extension of GeoReport v2 that FixMyStreet and others read: from start_date to end_date, or
 * the last day; after the update that the parameter after names; page_size of them. */
#include "clock.h"
#include "mem.h"
#include "open311_case.h"
#include "open311_type.h"
#include "query.h"
#include "sql_intake.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEQ, TYPE, AT, REFERENCE, SERVICE, ANSWER }; /* columns of sql/list_updates.sql */
enum { DAY_S = 86400, SPAN_DAYS = 31, PAGE = 1000, ID_BYTES = 24 };

struct asking {
    struct intake *intake;
    struct http_request *request;
    bool json;
    int64_t from, to, after, size;
};

static void read_parameters(const struct query *q, struct asking *a)
{
    const int64_t day_us = DAY_S * (int64_t)CLOCK_US_PER_S;
    int64_t now = clock_now_us();

    a->to = now;
    a->size = PAGE;
    bool has_end = query_moment(q, "end_date", true, &a->to);
    a->from = a->to - day_us;
    if (query_moment(q, "start_date", false, &a->from) && !has_end)
        a->to = a->from + SPAN_DAYS * day_us;
    if (a->to - a->from > SPAN_DAYS * day_us)
        faults_add_span(q->faults, "end_date", SPAN_DAYS);
    (void)query_int(q, "after", 0, INT64_MAX, &a->after);
    (void)query_int(q, "page_size", 1, PAGE, &a->size);
}

static void add_update(struct tree *tree, const PGresult *rows, int row, enum language language)
{
    const struct open311_step *step = open311_step(db_text(rows, row, TYPE));
    char id[ID_BYTES];

    if (step == NULL)
        return;
    (void)snprintf(id, sizeof(id), "%" PRId64, db_int(rows, row, SEQ));
    tree_record(tree, "request_update");
    tree_text(tree, "update_id", id);
    tree_text(tree, "service_request_id", db_text(rows, row, REFERENCE));
    tree_text(tree, "status", step->status);
    tree_time(tree, "updated_datetime", db_time(rows, row, AT));
    tree_text(tree, "description",
              open311_words(step, db_text(rows, row, ANSWER), language == LANGUAGE_EN));
    tree_text(tree, "media_url", NULL);
    tree_end(tree);
}

static bool is_shown(const struct intake *intake, const char *service)
{
    const struct catalogue *c = catalogue_now(intake->watch);

    return c == NULL || open311_type(catalogue_service(c, service)) != OPEN311_BLACKBOX;
}

static void on_rows(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct asking *a = ctx;
    enum language language = language_accepted(http_header(a->request, "Accept-Language"));
    struct tree tree;

    if (e != NULL) {
        open311_error_of(a->request, a->json, e);
        free(a);
        return;
    }
    open311_tree(&tree, a->json, &a->intake->answer);
    tree_list(&tree, "service_request_updates");
    for (int i = 0; i < PQntuples(rows[0]); i++)
        if (is_shown(a->intake, db_text(rows[0], i, SERVICE)))
            add_update(&tree, rows[0], i, language);
    tree_end(&tree);
    reply_public(a->request, &tree, NULL);
    free(a);
}

static int ask(struct asking *a, struct err *e)
{
    AUTO(db_args_free) struct db_args args = {0};
    const struct db_step step = {&sql_list_updates, &args};

    db_arg_time(&args, a->from);
    db_arg_time(&args, a->to);
    open311_add_steps(&args);
    db_arg_int64(&args, a->after);
    db_arg_int64(&args, a->size);
    return readers_send(a->intake->readers, &step, 1, on_rows, a, e);
}

void open311_updates_list(void *ctx, struct http_request *request)
{
    struct asking asking = {.intake = ctx, .request = request};
    struct intake *intake = ctx;
    const struct query q = {query_of_request, request, &intake->faults, NULL};
    struct err e;

    if (!open311_begin(intake, request, &asking.json))
        return;
    intake->faults.count = 0;
    read_parameters(&q, &asking);
    if (intake->faults.count > 0) {
        open311_faults(request, asking.json, &intake->faults);
        return;
    }
    struct asking *a = mem_new(1, sizeof(*a));
    *a = asking;
    if (ask(a, &e) == 0)
        return;
    free(a);
    open311_error_of(request, asking.json, &e);
}
