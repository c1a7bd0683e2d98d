/* SPDX-License-Identifier: Apache-2.0 */
/* open311_updates - GET /open311/v2/servicerequestupdates: the public steps of all cases.
 *
 * An extension of GeoReport v2 that FixMyStreet and others read: from start_date to end_date, or
 * the last day; after the update that the parameter after names; page_size of them. Some steps are
 * not public, so that the database is asked again until a page is full: a short one is the last. */
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

enum { SEQ, IS_SHOWN, TYPE, AT, REFERENCE, SERVICE, ANSWER, PHOTO }; /* of sql/list_updates.sql */
enum { DAY_S = 86400, SPAN_DAYS = 31, PAGE = 1000, ID_BYTES = 24, URL_BYTES = 4096 };
enum { ANSWER_BYTES = 16 * 1024 * 1024 };
enum { LOOK_LEAST = 100, LOOK_MOST = 8 * PAGE };

struct asking {
    struct intake *intake;
    struct http_request *request;
    bool json;
    enum language language;
    int64_t from, to, after, size;
    int64_t look, shown; /* steps that the database is asked for; updates so far */
    struct strbuf out;
    struct tree tree; /* into out */
};

static void asking_close(struct asking **asking)
{
    if (*asking != NULL)
        strbuf_free(&(*asking)->out);
    free(*asking);
    *asking = NULL;
}

static void read_parameters(const struct query *q, struct asking *a)
{
    const int64_t day_us = DAY_S * (int64_t)CLOCK_US_PER_S;
    int64_t now = clock_now_us();

    a->to = now;
    a->size = PAGE;
    bool has_end = query_moment(q, "end_date", true, &a->to);
    a->from = a->to - day_us;
    bool has_start = query_moment(q, "start_date", false, &a->from);
    if (has_start && !has_end)
        a->to = a->from + SPAN_DAYS * day_us;
    if (has_start && has_end && !query_spans(q, "start_date", "end_date", SPAN_DAYS))
        faults_add_span(q->faults, "end_date", SPAN_DAYS);
    (void)query_int(q, "after", 0, INT64_MAX, &a->after);
    (void)query_int(q, "page_size", 1, PAGE, &a->size);
}

static bool is_told_of(const struct intake *intake, const char *service)
{
    const struct catalogue *c = catalogue_now(intake->watch);

    return c == NULL || open311_type(catalogue_service(c, service)) != OPEN311_BLACKBOX;
}

/* With the step that told of it, as its words are. */
static void add_photo(struct tree *tree, const struct intake *intake, const char *type,
                      const char *photo)
{
    AUTO(strbuf_free) struct strbuf url = STRBUF(URL_BYTES);
    bool is_told = photo != NULL && strcmp(type, "published") == 0;

    if (is_told)
        attachment_link(intake->settings.public_url, NULL, photo, false, &url);
    tree_text(tree, "media_url", is_told ? strbuf_text(&url) : NULL);
}

static void add_update(struct asking *a, const PGresult *rows, int row)
{
    const struct open311_step *step = open311_step(db_text(rows, row, TYPE));
    struct tree *tree = &a->tree;
    char id[ID_BYTES];

    if (step == NULL || db_int(rows, row, IS_SHOWN) == 0 ||
        !is_told_of(a->intake, db_text(rows, row, SERVICE)))
        return;
    (void)snprintf(id, sizeof(id), "%" PRId64, db_int(rows, row, SEQ));
    tree_record(tree, "request_update");
    tree_text(tree, "update_id", id);
    tree_text(tree, "service_request_id", db_text(rows, row, REFERENCE));
    tree_text(tree, "status", step->status);
    tree_time(tree, "updated_datetime", db_time(rows, row, AT));
    tree_text(tree, "description",
              open311_words(step, db_text(rows, row, ANSWER), a->language == LANGUAGE_EN));
    add_photo(tree, a->intake, step->type, db_text(rows, row, PHOTO));
    tree_end(tree);
    a->shown++;
}

static void on_rows(void *ctx, PGresult *const rows[], const struct err *e);

static int ask(struct asking *a, struct err *e)
{
    AUTO(db_args_free) struct db_args args = {0};
    const struct db_step step = {&sql_list_updates, &args};

    db_arg_time(&args, a->from);
    db_arg_time(&args, a->to);
    open311_add_steps(&args);
    db_arg_int64(&args, a->after);
    db_arg_int64(&args, a->look);
    return readers_send(a->intake->readers, &step, 1, on_rows, a, e);
}

/* Whether there may be more. */
static bool take_rows(struct asking *a, const PGresult *rows)
{
    for (int i = 0; i < PQntuples(rows) && a->shown < a->size; i++) {
        add_update(a, rows, i);
        a->after = db_int(rows, i, SEQ);
    }
    return PQntuples(rows) >= a->look;
}

static void on_rows(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct asking *a = ctx;
    struct err failed;

    if (e == NULL && take_rows(a, rows[0]) && a->shown < a->size) {
        a->look = a->look * 2 < LOOK_MOST ? a->look * 2 : LOOK_MOST;
        if (ask(a, &failed) == 0)
            return;
        e = &failed;
    }
    if (e != NULL) {
        open311_error_of(a->request, a->json, e);
    } else {
        tree_end(&a->tree);
        reply_public(a->request, &a->tree, NULL);
    }
    asking_close(&a);
}

static void begin(struct asking *a)
{
    int64_t some = a->size + a->size / 4; /* a few are not shown */

    a->look = some < LOOK_LEAST ? LOOK_LEAST : some;
    a->language = language_accepted(http_header(a->request, "Accept-Language"));
    a->out = STRBUF(ANSWER_BYTES);
    open311_tree(&a->tree, a->json, &a->out);
    tree_list(&a->tree, "service_request_updates");
}

void open311_updates_list(void *ctx, struct http_request *request)
{
    struct asking asking = {.intake = ctx, .request = request};
    struct intake *intake = ctx;
    const struct query q = {query_of_request, request, &intake->faults, NULL, NULL};
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
    begin(a);
    if (ask(a, &e) == 0)
        return;
    asking_close(&a);
    open311_error_of(request, asking.json, &e);
}
