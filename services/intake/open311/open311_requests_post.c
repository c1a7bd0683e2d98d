/* SPDX-License-Identifier: Apache-2.0 */
/* open311_requests_post - POST /open311/v2/requests: a case from an Open311 client. */
#include "earlier.h"
#include "files.h"
#include "log.h"
#include "open311.h"
#include "open311_type.h"
#include "uploads.h"

#include <stdlib.h>
#include <string.h>

/* What the answer needs of the form; yours to free. */
struct echo {
    char *service_code, *account_id;
};

static void echo_free(struct echo *echo)
{
    free(echo->service_code);
    free(echo->account_id);
}

static void take_echo(void *ctx, const char *name, const char *value, size_t len)
{
    struct echo *echo = ctx;
    char **to = NULL;

    if (strcmp(name, "service_code") == 0)
        to = &echo->service_code;
    else if (strcmp(name, "account_id") == 0)
        to = &echo->account_id;
    if (to != NULL && *to == NULL && len > 0)
        *to = text_nfc(value, len);
}

static void read_echo(const struct http_request *request, struct echo *echo)
{
    struct err ignored;

    /* It was read before, so it can be read. */
    if (http_form(request, take_echo, echo, &ignored) < 0)
        log_event(LOG_ERROR, "a form could not be read again", NULL);
}

static enum open311_type type_of(const struct intake *intake, const struct echo *echo)
{
    const struct catalogue *c = catalogue_now(intake->watch);

    return open311_type(
        c != NULL && echo->service_code != NULL ? catalogue_service(c, echo->service_code) : NULL);
}

/* The promise; without its id where the type gives none away. */
static void add_notice(struct tree *tree, const struct intake *intake,
                       const struct outbox_item *item, const struct case_receipt *receipt,
                       enum open311_type type)
{
    static const char *const nameless[LANGUAGES] = {"phản ánh này", "this report"};
    AUTO(strbuf_free) struct strbuf notice = STRBUF(INTAKE_ANSWER_BYTES);
    struct case_receipt shown = *receipt;

    if (type != OPEN311_REALTIME)
        shown.reference = nameless[item->language];
    receipt_text(intake, &shown, item->language, &notice);
    if (type == OPEN311_REALTIME) {
        strbuf_add(&notice, " ", 1);
        receipt_url(intake, receipt, &notice);
    }
    tree_text(tree, "service_notice", strbuf_text(&notice));
}

/* What the service's type gives back: the id, a token for it, or neither. */
static void add_id(struct tree *tree, const struct case_receipt *receipt, enum open311_type type)
{
    char token[UUID_TEXT_SIZE];

    if (type == OPEN311_REALTIME)
        tree_text(tree, "service_request_id", receipt->reference);
    else if (type == OPEN311_BATCH)
        tree_text(tree, "token", uuid_text(&receipt->id, token));
}

static void answer(struct intake *intake, const struct outbox_item *item,
                   const struct case_receipt *receipt, bool json)
{
    AUTO(echo_free) struct echo echo = {0};
    struct tree tree;

    read_echo(item->request, &echo);
    enum open311_type type = type_of(intake, &echo);
    open311_tree(&tree, json, &intake->answer);
    tree_list(&tree, "service_requests");
    tree_record(&tree, "request");
    add_id(&tree, receipt, type);
    add_notice(&tree, intake, item, receipt, type);
    tree_text(&tree, "account_id", echo.account_id);
    tree_end(&tree);
    tree_end(&tree);
    reply_tree(item->request, 201, &tree);
}

static void on_accepted(void *ctx, const struct outbox_item *item,
                        const struct case_receipt *receipt)
{
    bool json;

    if (open311_format(item->request, &json))
        answer(ctx, item, receipt, json);
}

static void on_refused(void *ctx, const struct outbox_item *item, const struct err *e)
{
    bool json;

    (void)ctx;
    if (open311_format(item->request, &json))
        open311_error_of(item->request, json, e);
}

static const struct door door = {"open311", on_accepted, on_refused};

static void refuse(struct intake *intake, struct http_request *request, enum language language,
                   const struct earlier_refusal *refusal)
{
    bool json;

    (void)intake;
    (void)language;
    if (!open311_format(request, &json))
        return;
    if (refusal->notice != NULL)
        open311_error(request, json, 400, refusal->notice);
    else if (refusal->too_many)
        open311_error(request, json, 429, "phone: too many requests of this contact");
    else
        open311_faults(request, json, refusal->faults);
}

/* A key stands in the form, or where the JSON API has it. */
static const char *via_of(const struct intake *intake, struct http_request *request,
                          const char *api_key)
{
    struct gate_holder holder;

    if (api_key == NULL)
        api_key = http_query(request, "api_key");
    gate_holder(intake->gate, request, api_key, &holder);
    return holder.name;
}

/* Answers the request, perhaps later, unless the submission may go on. */
static bool is_good(struct intake *intake, struct http_request *request, bool json,
                    struct submission *s, const struct catalogue *catalogue)
{
    struct submission_form form = {.submission = s, .faults = &intake->faults};
    struct err e;

    if (http_form(request, submission_read_field, &form, &e) < 0) {
        open311_error(request, json, 400, e.text);
        return false;
    }
    submission_end_form(&form);
    if (!uploads_resumed(request) &&
        !open311_admit(intake, request, json, form.jurisdiction_id, form.api_key))
        return false;
    if (!files_settled(intake, request, open311_requests_post))
        return false;
    s->via = via_of(intake, request, form.api_key);
    if (files_take(intake, request, s, &e) < 0) {
        open311_error_of(request, json, &e);
        return false;
    }
    (void)!submission_check(s, catalogue, intake->city, &intake->faults);
    return earlier_admits(intake, &door, request, s, refuse);
}

void open311_requests_post(void *ctx, struct http_request *request)
{
    AUTO(submission_free) struct submission s;
    struct intake *intake = ctx;
    const struct catalogue *catalogue;
    struct err e;
    bool json;

    submission_init(&s);
    s.answer_language = language_accepted(http_header(request, "Accept-Language"));
    if (!open311_format(request, &json))
        return;
    int failed = submit_begin(intake, &catalogue, &e);
    if (failed == 0 && is_good(intake, request, json, &s, catalogue))
        failed = submit(intake, &door, request, &s, &e);
    if (failed < 0)
        open311_error_of(request, json, &e);
}
