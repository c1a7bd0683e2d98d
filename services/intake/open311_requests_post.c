/* SPDX-License-Identifier: Apache-2.0 */
/* open311_requests_post - POST /open311/v2/requests: a case from an Open311 client. */
#include "open311.h"

#include <stdio.h>
#include <string.h>

static void answer(struct intake *intake, const struct outbox_item *item,
                   const struct case_receipt *receipt, bool json)
{
    AUTO(strbuf_free) struct strbuf notice = STRBUF(INTAKE_ANSWER_BYTES);
    struct tree tree;

    receipt_text(intake, receipt, item->language, &notice);
    strbuf_add(&notice, " ", 1);
    receipt_url(intake, receipt, &notice);
    tree_init(&tree, json, &intake->answer);
    tree_list(&tree, "service_requests");
    tree_record(&tree, "request");
    tree_text(&tree, "service_request_id", receipt->reference);
    tree_text(&tree, "service_notice", notice.data);
    tree_text(&tree, "account_id", NULL);
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

/* Answers the request unless the submission may go on. */
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
    if (submission_check(s, catalogue, &intake->faults) < 0) {
        open311_faults(request, json, &intake->faults);
        return false;
    }
    if (s->service->closed_notice_vi != NULL) {
        open311_error(request, json, 400,
                      IN_LANGUAGE(s->answer_language, s->service, closed_notice));
        return false;
    }
    return true;
}

void open311_requests_post(void *ctx, struct http_request *request)
{
    static const struct door door = {"open311", on_accepted, on_refused};
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
