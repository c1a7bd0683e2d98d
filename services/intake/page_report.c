/* SPDX-License-Identifier: Apache-2.0 */
/* page_report - GET and POST /report/{service}: the pages of a report, one after the other, and
 * its sending. What was said goes from page to page in the form; see report.h. */
#include "clock.h"
#include "files.h"
#include "log.h"
#include "page.h"
#include "page_files.h"
#include "page_similar.h"
#include "report_fields.h"
#include "report_problems.h"
#include "uploads.h"

#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 2048 };

/* How a page of the form is shown. */
struct showing {
    enum report_step step;
    enum language language;
    unsigned status;
    bool with_problems;
    const char *trouble; /* key of a text why it could not be sent; NULL: none */
    json_t *similar;     /* what others have reported, to be shown first; NULL: nothing */
};

static const struct {
    const char *template, *title;
} steps[REPORT_STEPS] = {
    [REPORT_WHERE] = {"where.html", "where.title"},
    [REPORT_DETAILS] = {"details.html", "details.title"},
    [REPORT_CONTACT] = {"contact.html", "contact.title"},
    [REPORT_CHECK] = {"check.html", "check.title"},
};

static void add_files(const struct intake *intake, const struct report *r,
                      const struct showing *showing, json_t *data)
{
    page_files_add_named(intake, json_object_get(r->values, report_files), showing->language, data);
}

static void add_fields(const struct intake *intake, const struct report *r,
                       const struct showing *showing, const json_t *errors, json_t *data)
{
    const struct catalogue *c = catalogue_now(intake->watch);

    switch (showing->step) {
    case REPORT_WHERE:
        report_fields_where(r, c, showing->language, data);
        break;
    case REPORT_DETAILS:
        report_fields_details(r, c, showing->language, errors, data);
        page_files_add_limit(intake, showing->language, data);
        add_files(intake, r, showing, data);
        break;
    case REPORT_CONTACT:
        report_fields_contact(r, data);
        break;
    case REPORT_CHECK:
    case REPORT_STEPS:
        report_fields_check(intake, r, c, showing->language, data);
        add_files(intake, r, showing, data);
        break;
    }
}

/* "Bước 2/4" */
static json_t *progress_of(const struct intake *intake, const struct report *r,
                           const struct showing *showing)
{
    int skipped = report_step_first(r) == REPORT_WHERE ? 0 : 1;
    AUTO(json_release)
    json_t *holes = json_pack("{s:i, s:i}", "n", (int)showing->step + 1 - skipped, "of",
                              REPORT_STEPS - skipped);

    return page_text_filled(intake, showing->language, "report.step", holes);
}

static void show(struct intake *intake, struct http_request *request, const struct report *r,
                 const struct showing *showing)
{
    AUTO(strbuf_free) struct strbuf action = STRBUF(PATH_BYTES);
    AUTO(json_release) json_t *errors = NULL;
    enum language language = showing->language;
    json_t *data = json_object();

    if (showing->with_problems)
        (void)report_problems(intake, r, &intake->faults, showing->step, language, data, &errors);
    add_fields(intake, r, showing, errors, data);
    strbuf_addf(&action, "/report/%s?lang=%s", r->service->code, language_codes[language]);
    json_object_set_new(data, "action", json_string(action.data));
    json_object_set_new(data, "service", json_string(IN_LANGUAGE(language, r->service, name)));
    json_object_set_new(data, "service_code", json_string(r->service->code));
    json_object_set_new(data, "progress", progress_of(intake, r, showing));
    json_object_set_new(data, "carried",
                        report_fields_carried(r, showing->step, showing->similar != NULL));
    json_object_set_new(data, "similar",
                        showing->similar != NULL ? showing->similar : json_array());
    if (showing->trouble != NULL)
        json_object_set_new(data, "trouble",
                            json_string(page_text(intake, language, showing->trouble)));
    page_reply(
        intake, request,
        &(struct page){
            .name = showing->similar != NULL ? "similar.html" : steps[showing->step].template,
            .status = showing->status,
            .language = language,
            .title =
                page_text(intake, language,
                          showing->similar != NULL ? "similar.title" : steps[showing->step].title)},
        data);
}

/* ---- finding the service ---- */

static void show_closed(struct intake *intake, struct http_request *request,
                        const struct catalogue_service *service, enum language language)
{
    AUTO(strbuf_free) struct strbuf self = STRBUF(PATH_BYTES);

    strbuf_addf(&self, "/report/%s?lang=", service->code);
    page_reply(intake, request,
               &(struct page){.name = "closed.html",
                              .status = 200,
                              .language = language,
                              .title = IN_LANGUAGE(language, service, name),
                              .self = self.data},
               json_pack("{s:s}", "notice", IN_LANGUAGE(language, service, closed_notice)));
}

/* The service that the path names, if reports of it are taken; else the request is answered. */
static const struct catalogue_service *find_service(struct intake *intake,
                                                    struct http_request *request)
{
    enum language language = page_language(request);
    const struct catalogue *c = catalogue_now(intake->watch);
    const struct catalogue_service *service =
        c != NULL ? catalogue_service(c, http_part(request, "service")) : NULL;

    if (service != NULL && !service->retired && service->closed_notice_vi == NULL)
        return service;
    if (c == NULL)
        page_reply_error(intake, request, 503, language, NULL);
    else if (service == NULL || service->retired)
        page_reply_error(intake, request, 404, language, NULL);
    else
        show_closed(intake, request, service, language);
    return NULL;
}

/* ---- sending ---- */

/* From here on the photos of this page are carried by their ids. What is wrong with one is said by
 * files_take. */
static int note_files(struct intake *intake, struct http_request *request, struct report *r,
                      struct err *e)
{
    AUTO(json_release) json_t *ids = json_array();
    struct faults ignored = {0};
    const json_t *id;
    size_t i;

    if (page_files_note(intake, request, ids, &ignored, e) < 0)
        return -1;
    json_array_foreach(ids, i, id)
        report_read_field(r, report_files, json_string_value(id), json_string_length(id));
    return 0;
}

/* The form of a request that is still to be answered; false, with r freed, when it cannot be
 * read any more. */
static bool read_again(struct intake *intake, struct http_request *request, struct report *r)
{
    const struct catalogue *c = catalogue_now(intake->watch);
    const struct catalogue_service *service =
        c != NULL ? catalogue_service(c, http_part(request, "service")) : NULL;
    struct err ignored;

    if (service == NULL)
        return false;
    report_init(r, service);
    if (http_form(request, report_read_field, r, &ignored) == 0 &&
        note_files(intake, request, r, &ignored) == 0)
        return true;
    report_free(r);
    return false;
}

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
static void on_refused(void *ctx, const struct outbox_item *item, const struct err *e)
{
    struct intake *intake = ctx;
    struct report r;

    if ((e->kind != ERR_BUSY && e->kind != ERR_SYSTEM) || !read_again(intake, item->request, &r)) {
        page_reply_err(intake, item->request, item->language, e);
        return;
    }
    if (e->kind == ERR_SYSTEM)
        log_event(LOG_ERROR, "request failed", "why", e->text, NULL);
    show(intake, item->request, &r,
         &(struct showing){.step = REPORT_CHECK,
                           .language = item->language,
                           .status = 503,
                           .trouble = "check.busy"});
    report_free(&r);
}

/* Puts a report without faults on its way. */
static void send(struct intake *intake, struct http_request *request, const struct report *r,
                 const struct submission *s)
{
    static const struct door door = {"web", on_accepted, on_refused};
    char *said = report_said(r);
    const struct encode_request content = {
        .method = "POST", .path = r->service->code, .body = said, .len = strlen(said)};
    struct err e;

    if (!gate_admits_address(intake->gate, request) || !submit_admits(intake, request, s))
        show(intake, request, r,
             &(struct showing){.step = REPORT_CHECK,
                               .language = s->answer_language,
                               .status = 429,
                               .trouble = "check.busy"});
    else if (outbox_is_full(intake->outbox))
        show(intake, request, r,
             &(struct showing){.step = REPORT_CHECK,
                               .language = s->answer_language,
                               .status = 503,
                               .trouble = "check.busy"});
    else if (submit_under(intake, &door, request, s, &(struct submit_key){r->key, &content, NULL},
                          &e) < 0)
        page_reply_err(intake, request, s->answer_language, &e);
    free(said);
}

/* ---- going from page to page ---- */

/* The first page, from the given one to the last, with something wrong on it. */
static bool find_faulty(const struct faults *faults, enum report_step first, enum report_step last,
                        enum report_step *out)
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

void page_report_similar(struct intake *intake, struct http_request *request,
                         enum language language, json_t *cases)
{
    const struct showing showing = {
        .step = REPORT_CONTACT, .language = language, .status = 200, .similar = cases};
    struct report r;

    if (!read_again(intake, request, &r)) {
        json_decref(cases);
        page_reply_error(intake, request, 503, language, NULL);
        return;
    }
    show(intake, request, &r, &showing);
    report_free(&r);
}

/* "next" and "send": on, unless something is wrong on this page, or on any when it is sent. */
static void go_on(struct intake *intake, struct http_request *request, struct report *r,
                  enum language language)
{
    AUTO(submission_free) struct submission s;
    struct showing showing = {.language = language, .status = 200};
    bool is_sent = strcmp(r->go, "send") == 0;
    struct err e;

    submission_init(&s);
    s.answer_language = language;
    intake->faults.count = 0;
    report_submission(r, catalogue_now(intake->watch), &s, &intake->faults);
    if (files_take(intake, request, &s, &e) < 0) {
        page_reply_err(intake, request, language, &e);
        return;
    }
    bool good = submission_check(&s, catalogue_now(intake->watch), &intake->faults) == 0;
    if (is_sent && good) {
        send(intake, request, r, &s);
        return;
    }
    enum report_step next = is_sent ? REPORT_CHECK : report_step_after(r, r->step);
    enum report_step first = next == REPORT_CHECK ? REPORT_WHERE : r->step;
    enum report_step last = next == REPORT_CHECK ? REPORT_CONTACT : r->step;
    showing.step = next;
    showing.with_problems = find_faulty(&intake->faults, first, last, &showing.step);
    if (showing.with_problems)
        showing.status = 400;
    else if (r->step == REPORT_DETAILS && next == REPORT_CONTACT &&
             page_similar_find(intake, request, r, language))
        return;
    show(intake, request, r, &showing);
}

static void go_back(struct intake *intake, struct http_request *request, const struct report *r,
                    enum language language)
{
    AUTO(strbuf_free) struct strbuf what = STRBUF(PATH_BYTES);
    struct showing showing = {.language = language, .status = 200};

    if (report_step_before(r, r->step, &showing.step)) {
        show(intake, request, r, &showing);
        return;
    }
    strbuf_addf(&what, "/report?lang=%s", language_codes[language]);
    page_redirect(request, what.data);
}

static void go(struct intake *intake, struct http_request *request, struct report *r)
{
    static const char edit[] = "edit.";
    enum language language = page_language(request);
    struct showing showing = {.step = r->step, .status = 200};

    if (r->lang != NULL)
        (void)language_read(r->lang, &language);
    showing.language = language;
    if (strncmp(r->go, edit, sizeof(edit) - 1) == 0)
        (void)report_step_read(r->go + sizeof(edit) - 1, &showing.step);
    if (strcmp(r->go, "next") == 0 || strcmp(r->go, "send") == 0)
        go_on(intake, request, r, language);
    else if (strcmp(r->go, "back") == 0)
        go_back(intake, request, r, language);
    else
        show(intake, request, r, &showing);
}

static void take(struct intake *intake, struct http_request *request, struct report *r)
{
    struct err e;

    if (note_files(intake, request, r, &e) < 0)
        page_reply_err(intake, request, page_language(request), &e);
    else
        go(intake, request, r);
}

void page_report_get(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    const struct catalogue_service *service = find_service(intake, request);
    struct report r;

    if (service == NULL)
        return;
    report_init(&r, service);
    show(intake, request, &r,
         &(struct showing){.step = r.step, .language = page_language(request), .status = 200});
    report_free(&r);
}

void page_report_post(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    const struct catalogue_service *service = find_service(intake, request);
    struct report r;
    struct err e;

    if (service == NULL)
        return;
    report_init(&r, service);
    if (http_form(request, report_read_field, &r, &e) < 0 || r.unclean)
        page_reply_error(intake, request, 400, page_language(request), NULL);
    else if (http_kept(request) != NULL && !uploads_resumed(request) &&
             !gate_admits_address(intake->gate, request)) /* files cost more than words */
        page_reply_error(intake, request, 429, page_language(request), NULL);
    else if (files_settled(intake, request, page_report_post))
        take(intake, request, &r);
    report_free(&r);
}
