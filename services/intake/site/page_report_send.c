/* SPDX-License-Identifier: Apache-2.0 */
/* page_report_send - a report whose last page was sent. */
#include "earlier.h"
#include "files.h"
#include "log.h"
#include "page_join.h"
#include "page_report.h"
#include "report_problems.h"

#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 2048 };

/* ---- what became of it ---- */

static void on_accepted(void *ctx, const struct outbox_item *item,
                        const struct case_receipt *receipt)
{
    const struct intake *intake = ctx;
    AUTO(strbuf_free) struct strbuf location = STRBUF(PATH_BYTES);
    char secret[CRYPTO_SECRET_SIZE];

    crypto_secret(intake->ring, &receipt->id, secret);
    strbuf_addf(&location, "/t/%s?k=%s&sent=1&lang=%s", receipt->reference, secret,
                language_codes[item->language]);
    page_redirect(item->request, location.data);
}

/* Who could not be served has the form again, to send it once more under the same key. */
static void show_again(struct intake *intake, struct http_request *request, const struct report *r,
                       enum language language, unsigned status)
{
    page_report_show(
        intake, request, r,
        &(struct page_report_showing){.step = r->join[0] != '\0' ? REPORT_CONTACT : REPORT_CHECK,
                                      .language = language,
                                      .status = status,
                                      .trouble = "check.busy"});
}

static void on_refused(void *ctx, const struct outbox_item *item, const struct err *e)
{
    struct intake *intake = ctx;
    struct report r;

    if ((e->kind != ERR_BUSY && e->kind != ERR_SYSTEM) ||
        !page_report_read_again(intake, item->request, &r)) {
        page_reply_err(intake, item->request, item->language, e);
        return;
    }
    if (e->kind == ERR_SYSTEM)
        log_event(LOG_ERROR, "request failed", "why", e->text, NULL);
    show_again(intake, item->request, &r, item->language, 503);
    report_free(&r);
}

const struct door page_report_door = {"web", on_accepted, on_refused};

/* ---- judging ---- */

bool page_report_judge(struct intake *intake, struct http_request *request, const struct report *r,
                       struct submission *s)
{
    const struct catalogue *c = catalogue_now(intake->watch);
    struct err e;

    intake->faults.count = 0;
    report_submission(r, c, s, &intake->faults);
    if (files_take(intake, request, s, &e) < 0) {
        page_reply_err(intake, request, s->answer_language, &e);
        return false;
    }
    (void)!submission_check(s, c, intake->city, &intake->faults);
    return true;
}

bool page_report_find_faulty(const struct faults *faults, enum report_step first,
                             enum report_step last, enum report_step *out)
{
    bool found = false;

    for (size_t i = 0; i < faults->count; i++) {
        enum report_step at;
        if (!report_problem_step(&faults->rows[i], &at) || at < first || at > last)
            continue;
        if (!found || at < *out)
            *out = at;
        found = true;
    }
    return found;
}

/* ---- refusing ---- */

char *page_report_key(const struct report *r, struct encode_request *said, struct submit_key *out)
{
    char *text = report_said(r);

    *said = (struct encode_request){
        .method = "POST", .path = r->service->code, .body = text, .len = strlen(text)};
    *out = (struct submit_key){r->key, said, NULL};
    return text;
}

/* The page with the first thing that is wrong. */
static void refuse(struct intake *intake, struct http_request *request, enum language language,
                   const struct earlier_refusal *refusal)
{
    struct page_report_showing showing = {
        .step = REPORT_CHECK, .language = language, .status = 400};
    struct report r;

    if (!page_report_read_again(intake, request, &r)) {
        page_reply_error(intake, request, 503, language, NULL);
        return;
    }
    if (page_report_takes(intake, request, r.service, language)) {
        intake->faults = *refusal->faults;
        showing.with_problems =
            page_report_find_faulty(&intake->faults, REPORT_WHERE, REPORT_CONTACT, &showing.step);
        page_report_show(intake, request, &r, &showing);
    }
    report_free(&r);
}

void page_report_refuse(struct intake *intake, struct http_request *request, struct report *r,
                        enum language language)
{
    const struct earlier_refusal refusal = {.faults = &intake->faults};
    struct encode_request said;
    struct submit_key under;
    char *text = page_report_key(r, &said, &under);

    earlier_or_refuse(intake, &page_report_door,
                      &(struct earlier_said){request, language, &under, NULL}, &refusal, refuse);
    free(text);
}

/* ---- sending ---- */

bool page_report_admits(struct intake *intake, struct http_request *request, const struct report *r,
                        const struct submission *s)
{
    bool is_full = outbox_is_full(intake->outbox);

    if (!is_full && gate_admits_address(intake->gate, request) && submit_admits(intake, request, s))
        return true;
    show_again(intake, request, r, s->answer_language, is_full ? 503 : 429);
    return false;
}

void page_report_send(struct intake *intake, struct http_request *request, struct report *r,
                      enum language language)
{
    AUTO(submission_free) struct submission s;
    struct encode_request said;
    struct submit_key under;
    struct err e;

    if (r->join[0] != '\0') {
        page_join(intake, request, r->join);
        return;
    }
    submission_init(&s);
    s.answer_language = language;
    if (!page_report_judge(intake, request, r, &s))
        return;
    if (intake->faults.count > 0) {
        page_report_refuse(intake, request, r, language);
        return;
    }
    if (!page_report_admits(intake, request, r, &s))
        return;
    char *text = page_report_key(r, &said, &under);
    if (submit_under(intake, &page_report_door, request, &s, &under, &e) < 0)
        page_reply_err(intake, request, language, &e);
    free(text);
}
