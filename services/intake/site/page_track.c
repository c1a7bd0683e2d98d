/* SPDX-License-Identifier: Apache-2.0 */
/* page_track - GET /track: the form that finds a case by its reference; GET /t/{reference}: what
 * a tracking link leads to, as a page for people and as the API's JSON for programs. */
#include "clock.h"
#include "link.h"
#include "page_case.h"
#include "page_say.h"

#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 512, FORM_BYTES = 2048 };

static const int64_t SENT_US = INT64_C(3600) * CLOCK_US_PER_S;

static const char link_path[] = "/t/";

/* Where the form, with what was typed, or the link that is wrong is to be had in another language.
 */
static void add_form_self(const struct http_request *request, const char *reference,
                          struct strbuf *out)
{
    bool is_link = http_part(request, "reference") != NULL;
    const char *typed = is_link ? link_secret(request) : reference;

    strbuf_addf(out, "%s?", is_link ? http_path(request) : "/track");
    if (typed != NULL) {
        strbuf_addf(out, "%s=", is_link ? "k" : "reference");
        strbuf_add_url(out, typed);
        strbuf_add(out, "&", 1);
    }
    strbuf_addf(out, "lang=");
}

/* The form again, with what was typed and what is wrong with it (a text's key, or NULL). */
static void show_form(struct intake *intake, struct http_request *request, const char *reference,
                      const char *wrong)
{
    AUTO(strbuf_free) struct strbuf self = STRBUF(FORM_BYTES);
    enum language language = page_language(request);
    json_t *data = json_object();

    add_form_self(request, reference, &self);
    json_object_set_new(data, "reference", json_string(reference != NULL ? reference : ""));
    if (wrong != NULL) {
        json_object_set_new(data, "wrong", json_string(page_text(intake, language, wrong)));
        json_object_set_new(data, "problems_title",
                            json_string(page_text(intake, language, "problems.title")));
    }
    page_reply(intake, request,
               &(struct page){.name = "track.html",
                              .status = wrong == NULL ? 200 : 404,
                              .language = language,
                              .title = page_text(intake, language, "track.title"),
                              .self = strbuf_text(&self) != NULL ? self.data : "/track?lang=",
                              .is_private = wrong != NULL},
               data);
}

/* The secret of a link, behind its path; "" when it has none. */
static void read_secret(const char *query, char out[CRYPTO_SECRET_SIZE])
{
    static const char letters[] =
        "-_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    out[0] = '\0';
    while (*query == '?' || *query == '&') {
        query++;
        const char *value = strncmp(query, "k=", 2) == 0 ? query + 2 : NULL;
        size_t len = value != NULL ? strspn(value, letters) : 0;
        if (len > 0 && len < CRYPTO_SECRET_SIZE)
            (void)snprintf(out, len + 1, "%s", value);
        query += strcspn(query, "&# ");
    }
}

/* What was typed: a reference, or the tracking link, alone or within the message that it came in.
 * Of a link nothing but reference and secret is taken, whatever site it leads to. */
static bool read_typed(const char *typed, char reference[REFERENCE_SIZE],
                       char secret[CRYPTO_SECRET_SIZE])
{
    const char *link = strstr(typed, link_path);
    char part[REFERENCE_SIZE * 2];
    struct err ignored;

    secret[0] = '\0';
    if (link == NULL)
        return reference_read(typed, reference, &ignored) == 0;
    link += sizeof(link_path) - 1;
    size_t len = strcspn(link, "/?&# ");
    (void)snprintf(part, sizeof(part), "%.*s", (int)len, link);
    if (len >= sizeof(part) || reference_read(part, reference, &ignored) < 0)
        return false;
    read_secret(link + len, secret);
    return true;
}

void page_track_get(void *ctx, struct http_request *request)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_BYTES);
    const char *typed = http_query(request, "reference");
    char reference[REFERENCE_SIZE], secret[CRYPTO_SECRET_SIZE];

    if (typed == NULL) {
        show_form(ctx, request, NULL, NULL);
    } else if (typed[strspn(typed, " ")] == '\0') {
        show_form(ctx, request, "", "track.empty");
    } else if (!read_typed(typed, reference, secret)) {
        show_form(ctx, request, typed, "track.unknown");
    } else {
        strbuf_addf(&path, "/t/%s?%s%s%slang=%s", reference, secret[0] != '\0' ? "k=" : "", secret,
                    secret[0] != '\0' ? "&" : "", language_codes[page_language(request)]);
        page_redirect(request, path.data);
    }
}

/* The page's own address, with the secret when it was given. */
static void add_self(const struct intake *intake, const struct case_view *view, struct strbuf *out)
{
    char secret[CRYPTO_SECRET_SIZE];

    strbuf_addf(out, "/t/%s?", view->reference);
    if (view->with_secret) {
        crypto_secret(intake->ring, &view->id, secret);
        strbuf_addf(out, "k=%s&", secret);
    }
}

/* Whether it has just been sent: the address says so for ever, the page does not. */
static bool is_new(const struct case_view *view)
{
    bool has_promise = view->waits || view->answered_at != INT64_MIN;

    return has_promise && clock_now_us() - view->received_at < SENT_US;
}

static void show_case(struct intake *intake, struct http_request *request,
                      const struct case_view *view)
{
    enum language language = page_language(request);
    AUTO(strbuf_free) struct strbuf self = STRBUF(PATH_BYTES);
    bool sent = view->with_secret && http_query(request, "sent") != NULL;

    add_self(intake, view, &self);
    if (sent && !is_new(view)) {
        strbuf_addf(&self, "lang=%s", language_codes[language]);
        page_redirect(request, self.data);
        return;
    }
    json_t *data = page_case_data(intake, view, language);
    if (view->with_secret) {
        AUTO(strbuf_free) struct strbuf link = STRBUF(INTAKE_BODY_BYTES);
        strbuf_addf(&link, "%s%.*s", intake->settings.public_url, (int)self.len - 1, self.data);
        json_object_set_new(data, "link", json_string(link.data));
    }
    if (sent)
        strbuf_addf(&self, "sent=1&");
    json_object_set_new(data, "sent", json_boolean(sent));
    const char *done = view->with_secret ? page_say_done(intake, request, language) : NULL;
    json_object_set_new(data, "done", done != NULL ? json_string(done) : json_null());
    strbuf_addf(&self, "lang=");
    page_reply(
        intake, request,
        &(struct page){.name = "case.html",
                       .status = 200,
                       .language = language,
                       .title = page_text(intake, language, sent ? "case.sent" : "case.title"),
                       .self = self.data,
                       .is_private = true},
        data);
}

static void on_view(struct intake *intake, struct http_request *request,
                    const struct case_view *view, const struct err *e)
{
    if (view != NULL)
        show_case(intake, request, view);
    else if (e->kind == ERR_INPUT)
        show_form(intake, request, http_part(request, "reference"),
                  link_secret(request) != NULL ? "track.unknown_link" : "track.unknown");
    else
        page_reply_err(intake, request, page_language(request), e);
}

void page_case_get(void *ctx, struct http_request *request)
{
    if (!page_is_wanted(request))
        cases_get(ctx, request);
    else if (page_admits(ctx, request))
        case_read(ctx, request, http_part(request, "reference"), on_view);
}
