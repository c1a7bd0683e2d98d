/* SPDX-License-Identifier: Apache-2.0 */
/* page_report - GET and POST /report/{service}: the pages of a report, one after the other. What
 * was said goes from page to page in the form; see report.h. */
#include "page_report.h"

#include "files.h"
#include "page_files.h"
#include "page_similar.h"
#include "report_fields.h"
#include "report_problems.h"
#include "uploads.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 2048, POINT_SIZE = 32 };

static const struct {
    const char *template, *title;
} steps[REPORT_STEPS] = {
    [REPORT_WHERE] = {"where.html", "where.title"},
    [REPORT_DETAILS] = {"details.html", "details.title"},
    [REPORT_CONTACT] = {"contact.html", "contact.title"},
    [REPORT_CHECK] = {"check.html", "check.title"},
};

static void add_files(const struct intake *intake, const struct report *r,
                      const struct page_report_showing *showing, json_t *data)
{
    page_files_add_named(intake, json_object_get(r->values, report_files), showing->language, data);
}

static void add_fields(const struct intake *intake, const struct report *r,
                       const struct page_report_showing *showing, const json_t *errors,
                       json_t *data)
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
        json_object_set_new(
            data, "asks_photo_place",
            json_boolean(report_text(r, "lat")[0] == '\0' && report_step_first(r) == REPORT_WHERE));
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
                           const struct page_report_showing *showing)
{
    int skipped = report_step_first(r) == REPORT_WHERE ? 0 : 1;
    AUTO(json_release)
    json_t *holes = json_pack("{s:i, s:i}", "n", (int)showing->step + 1 - skipped, "of",
                              REPORT_STEPS - skipped);

    return page_text_filled(intake, showing->language, "report.step", holes);
}

static const char *title_of(const struct report *r, const struct page_report_showing *showing)
{
    if (showing->similar != NULL)
        return "similar.title";
    if (r->join[0] != '\0' && showing->step == REPORT_CONTACT)
        return "join.title";
    return steps[showing->step].title;
}

void page_report_show(struct intake *intake, struct http_request *request, const struct report *r,
                      const struct page_report_showing *showing)
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
    json_object_set_new(data, "join", r->join[0] != '\0' ? json_string(r->join) : json_null());
    json_object_set_new(data, "service_code", json_string(r->service->code));
    json_object_set_new(data, "progress", progress_of(intake, r, showing));
    json_object_set_new(data, "carried",
                        report_fields_carried(r, showing->step, showing->similar != NULL));
    json_object_set_new(data, "similar",
                        showing->similar != NULL ? showing->similar : json_array());
    if (showing->trouble != NULL)
        json_object_set_new(data, "trouble",
                            json_string(page_text(intake, language, showing->trouble)));
    page_reply(intake, request,
               &(struct page){.name = showing->similar != NULL ? "similar.html"
                                                               : steps[showing->step].template,
                              .status = showing->status,
                              .language = language,
                              .title = page_text(intake, language, title_of(r, showing))},
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

/* The service that the path names; NULL: there is none, or no catalogue. */
static const struct catalogue_service *service_of(const struct intake *intake,
                                                  const struct http_request *request)
{
    const struct catalogue *c = catalogue_now(intake->watch);

    return c != NULL ? catalogue_service(c, http_part(request, "service")) : NULL;
}

bool page_report_takes(struct intake *intake, struct http_request *request,
                       const struct catalogue_service *service, enum language language)
{
    if (service != NULL && !service->retired && service->closed_notice_vi == NULL)
        return true;
    if (catalogue_now(intake->watch) == NULL)
        page_reply_error(intake, request, 503, language, NULL);
    else if (service == NULL || service->retired)
        page_reply_error(intake, request, 404, language, NULL);
    else
        show_closed(intake, request, service, language);
    return false;
}

/* ---- reading ---- */

/* From here on the photos of this page are carried by their ids. What is wrong with one is said by
 * files_take. */
/* Where a photo of this page was taken, if that was wanted and no place was marked. */
static void note_place(const struct uploads_result *uploaded, struct report *r)
{
    char lat[POINT_SIZE], lon[POINT_SIZE];

    if (isnan(uploaded->lat) || isnan(uploaded->lon) || report_text(r, "lat")[0] != '\0')
        return;
    int lat_len = snprintf(lat, sizeof(lat), "%.6f", uploaded->lat);
    int lon_len = snprintf(lon, sizeof(lon), "%.6f", uploaded->lon);
    json_object_del(r->values, "lat");
    json_object_del(r->values, "long");
    report_read_field(r, "lat", lat, (size_t)lat_len);
    report_read_field(r, "long", lon, (size_t)lon_len);
}

static int note_files(struct intake *intake, struct http_request *request, struct report *r,
                      struct err *e)
{
    AUTO(json_release) json_t *ids = json_array();
    struct faults ignored = {0};
    const json_t *id;
    struct uploads_result uploaded;
    size_t i;

    if (page_files_note(intake, request, ids, &ignored, e) < 0 ||
        uploads_result(request, &uploaded, &ignored, e) < 0)
        return -1;
    note_place(&uploaded, r);
    json_array_foreach(ids, i, id)
        report_read_field(r, report_files, json_string_value(id), json_string_length(id));
    return 0;
}

bool page_report_read_again(struct intake *intake, struct http_request *request, struct report *r)
{
    const struct catalogue_service *service = service_of(intake, request);
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

/* ---- going from page to page ---- */

void page_report_similar(struct intake *intake, struct http_request *request,
                         enum language language, json_t *cases)
{
    const struct page_report_showing showing = {
        .step = REPORT_CONTACT, .language = language, .status = 200, .similar = cases};
    struct report r;

    if (!page_report_read_again(intake, request, &r)) {
        json_decref(cases);
        page_reply_error(intake, request, 503, language, NULL);
        return;
    }
    page_report_show(intake, request, &r, &showing);
    report_free(&r);
}

/* On, unless something is wrong on this page. */
static void go_on(struct intake *intake, struct http_request *request, struct report *r,
                  enum language language)
{
    AUTO(submission_free) struct submission s;
    struct page_report_showing showing = {.language = language, .status = 200};

    submission_init(&s);
    s.answer_language = language;
    if (!page_report_judge(intake, request, r, &s))
        return;
    enum report_step next = report_step_after(r, r->step);
    enum report_step first = next == REPORT_CHECK ? REPORT_WHERE : r->step;
    enum report_step last = next == REPORT_CHECK ? REPORT_CONTACT : r->step;
    showing.step = next;
    showing.with_problems = page_report_find_faulty(&intake->faults, first, last, &showing.step);
    if (showing.with_problems)
        showing.status = 400;
    else if (r->step == REPORT_DETAILS && next == REPORT_CONTACT &&
             page_similar_find(intake, request, r, language))
        return;
    page_report_show(intake, request, r, &showing);
}

static void go_back(struct intake *intake, struct http_request *request, const struct report *r,
                    enum language language)
{
    AUTO(strbuf_free) struct strbuf what = STRBUF(PATH_BYTES);
    struct page_report_showing showing = {.language = language, .status = 200};

    if (report_step_before(r, r->step, &showing.step)) {
        page_report_show(intake, request, r, &showing);
        return;
    }
    strbuf_addf(&what, "/report?lang=%s", language_codes[language]);
    page_redirect(request, what.data);
}

/* A case that is joined needs nothing but the contact. */
static bool is_sent(const struct report *r)
{
    return strcmp(r->go, "send") == 0 || (r->join[0] != '\0' && strcmp(r->go, "next") == 0);
}

static void go(struct intake *intake, struct http_request *request, struct report *r)
{
    static const char edit[] = "edit.";
    enum language language = page_language(request);
    struct page_report_showing showing = {.step = r->step, .status = 200};

    if (r->lang != NULL)
        (void)language_read(r->lang, &language);
    showing.language = language;
    if (is_sent(r)) {
        page_report_send(intake, request, r, language);
        return;
    }
    if (r->go[0] != '\0')
        r->join[0] = '\0'; /* it is a report of its own after all */
    if (strncmp(r->go, edit, sizeof(edit) - 1) == 0)
        (void)report_step_read(r->go + sizeof(edit) - 1, &showing.step);
    if (strcmp(r->go, "next") == 0)
        go_on(intake, request, r, language);
    else if (strcmp(r->go, "back") == 0)
        go_back(intake, request, r, language);
    else if (r->similar && r->go[0] == '\0' && r->join[0] == '\0' &&
             page_similar_find(intake, request, r, language))
        return; /* the same page in another language */
    else
        page_report_show(intake, request, r, &showing);
}

/* What was sent before its service was closed has its answer all the same. */
static void take(struct intake *intake, struct http_request *request, struct report *r)
{
    enum language language = page_language(request);
    bool is_closed = r->service->retired || r->service->closed_notice_vi != NULL;
    struct err e;

    if (note_files(intake, request, r, &e) < 0)
        page_reply_err(intake, request, language, &e);
    else if (is_closed && is_sent(r)) {
        intake->faults.count = 0; /* it is the service, whatever else */
        page_report_refuse(intake, request, r, language);
    } else if (page_report_takes(intake, request, r->service, language))
        go(intake, request, r);
}

void page_report_get(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    const struct catalogue_service *service = service_of(intake, request);
    struct report r;

    if (!page_report_takes(intake, request, service, page_language(request)))
        return;
    report_init(&r, service);
    page_report_show(intake, request, &r,
                     &(struct page_report_showing){
                         .step = r.step, .language = page_language(request), .status = 200});
    report_free(&r);
}

void page_report_post(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    const struct catalogue_service *service = service_of(intake, request);
    struct report r;
    struct err e;

    if (service == NULL) {
        (void)page_report_takes(intake, request, NULL, page_language(request));
        return;
    }
    report_init(&r, service);
    if (http_form(request, report_read_field, &r, &e) < 0 || r.unclean)
        page_reply_error(intake, request, 400, page_language(request), NULL);
    else if (uploads_has_files(request) && !uploads_resumed(request) &&
             !gate_admits_address(intake->gate, request)) /* files cost more than words */
        page_reply_error(intake, request, 429, page_language(request), NULL);
    else if (files_settled(intake, request, page_report_post))
        take(intake, request, &r);
    report_free(&r);
}
