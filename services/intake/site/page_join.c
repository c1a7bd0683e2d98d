/* SPDX-License-Identifier: Apache-2.0 */
#include "page_join.h"

#include "earlier.h"
#include "files.h"
#include "join.h"
#include "log.h"
#include "page_report.h"

#include <stdlib.h>
#include <string.h>

/* Somebody's form while it is judged. */
struct wish {
    struct intake *intake;
    struct http_request *request;
    enum language language;
    struct report r;
};

/* The contact's page again; trouble: key of a text. */
static void show(struct wish *w, unsigned status, const char *trouble, enum report_step step)
{
    page_report_show(w->intake, w->request, &w->r,
                     &(struct page_report_showing){.step = step,
                                                   .language = w->language,
                                                   .status = status,
                                                   .with_problems = trouble == NULL,
                                                   .trouble = trouble});
}

/* False, and the request is answered, when the form cannot be read any more. */
static bool read_wish(struct intake *intake, struct http_request *request, enum language language,
                      struct wish *out)
{
    *out = (struct wish){.intake = intake, .request = request, .language = language};
    if (page_report_read_again(intake, request, &out->r))
        return true;
    page_reply_error(intake, request, 503, language, NULL);
    return false;
}

/* The other case is over: a report of one's own is the way. */
static void refuse_over(struct intake *intake, struct http_request *request, enum language language,
                        const struct earlier_refusal *refusal)
{
    struct wish w;

    (void)refusal;
    if (!read_wish(intake, request, language, &w))
        return;
    w.r.join[0] = '\0';
    show(&w, 409, "join.over", REPORT_CONTACT);
    report_free(&w.r);
}

/* Something that was asked for is wrong. */
static void refuse_faulty(struct intake *intake, struct http_request *request,
                          enum language language, const struct earlier_refusal *refusal)
{
    enum report_step step = REPORT_CONTACT;
    struct wish w;

    if (!read_wish(intake, request, language, &w))
        return;
    intake->faults = *refusal->faults;
    if (!page_report_find_faulty(&intake->faults, REPORT_DETAILS, REPORT_CONTACT, &step))
        show(&w, 400, "join.over", step);
    else
        show(&w, 400, NULL, step);
    report_free(&w.r);
}

/* What was said before is answered as it was then; else refuse tells why not. */
static void refuse(struct wish *w, const struct submit_key *under, earlier_refuse_fn *fn)
{
    const struct earlier_said said = {w->request, w->language, under, NULL};
    const struct earlier_refusal refusal = {.faults = &w->intake->faults};

    earlier_or_refuse(w->intake, &page_report_door, &said, &refusal, fn);
}

/* The form as a case of the target's service and area; false when the request is answered. */
static bool read_own(struct wish *w, const struct join_target *target, struct submission *s)
{
    const struct catalogue *c = catalogue_now(w->intake->watch);
    struct err e;

    submission_init(s);
    s->answer_language = w->language;
    w->intake->faults.count = 0;
    report_submission(&w->r, c, s, &w->intake->faults);
    s->answer_count = 0;
    if (files_take(w->intake, w->request, s, &e) < 0) {
        page_reply_err(w->intake, w->request, w->language, &e);
        return false;
    }
    join_take_place(s, c, target);
    (void)!submission_check(s, c, w->intake->city, &w->intake->faults);
    return true;
}

static void send(struct wish *w, const struct join_target *target, const struct submit_key *under)
{
    AUTO(submission_free) struct submission s;
    struct err e;

    if (!read_own(w, target, &s))
        return;
    if (w->intake->faults.count > 0)
        refuse(w, under, refuse_faulty);
    else if (s.service->closed_notice_vi != NULL)
        refuse(w, under, refuse_over);
    else if (page_report_admits(w->intake, w->request, &w->r, &s) &&
             join_submit(w->intake, &page_report_door, w->request, &s, under, target, &e) < 0)
        page_reply_err(w->intake, w->request, w->language, &e);
}

static void judge(struct wish *w, const struct join_target *target, const struct err *e)
{
    struct encode_request said;
    struct submit_key under;
    char *text = page_report_key(&w->r, &said, &under);

    w->intake->faults.count = 0;
    if (target != NULL && target->is_open)
        send(w, target, &under);
    else if (target != NULL || e->kind == ERR_INPUT)
        refuse(w, &under, refuse_over);
    else
        page_report_door.refused(
            w->intake, &(struct outbox_item){.request = w->request, .language = w->language}, e);
    free(text);
}

static void on_target(struct intake *intake, struct http_request *request,
                      const struct join_target *target, const struct err *e)
{
    struct wish w;

    if (!read_wish(intake, request, page_language(request), &w))
        return;
    judge(&w, target, e);
    report_free(&w.r);
}

void page_join(struct intake *intake, struct http_request *request, const char *reference)
{
    join_find(intake, request, reference, on_target);
}
