/* SPDX-License-Identifier: Apache-2.0 */
#include "page.h"

#include "accept.h"
#include "gzip.h"
#include "log.h"
#include "problem.h"
#include "results.h"
#include "template.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    /* What was said may be there twice, each byte an entity of six. */
    PAGE_BYTES = 1024 * 1024 + 12 * INTAKE_FORM_BYTES,
    PACK_BYTES = 1024,
    SELF_BYTES = 2048
};

enum language page_language(const struct http_request *request)
{
    const char *asked = http_query(request, "lang");
    enum language language = language_accepted(http_header(request, "Accept-Language"));

    if (asked != NULL)
        (void)language_read(asked, &language);
    return language;
}

bool page_is_wanted(const struct http_request *request)
{
    const char *accept = http_header(request, "Accept");

    return accept != NULL && accept_of(accept, "text/html").is_named &&
           accept_of(accept, "text/html").quality > 0;
}

const char *page_text(const struct intake *intake, enum language language, const char *key)
{
    const char *text = page_set_text(intake->pages, language, key);

    assert(text != NULL);
    return text;
}

json_t *page_text_filled(const struct intake *intake, enum language language, const char *key,
                         const json_t *data)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(PAGE_BYTES);
    struct err e;

    int rc = template_render(page_text(intake, language, key), data, TEMPLATE_PLAIN, &out, &e);
    assert(rc == 0);
    return json_stringn(out.data, out.len);
}

json_t *page_group(json_t *groups, const char *name)
{
    size_t i;
    json_t *group;

    json_array_foreach(groups, i, group)
    {
        if (strcmp(json_string_value(json_object_get(group, "group")), name) == 0)
            return json_object_get(group, "services");
    }
    json_array_append_new(groups, json_pack("{s:s, s:[]}", "group", name, "services"));
    return json_object_get(json_array_get(groups, json_array_size(groups) - 1), "services");
}

static enum language other_language(enum language language)
{
    return language == LANGUAGE_VI ? LANGUAGE_EN : LANGUAGE_VI;
}

/* What the layout shows. */
static void add_layout(const struct intake *intake, const struct page *page, json_t *data)
{
    const struct catalogue *c = catalogue_now(intake->watch);
    const char *other = language_codes[other_language(page->language)];
    AUTO(strbuf_free) struct strbuf self = STRBUF(SELF_BYTES);

    json_object_set_new(data, "lang", json_string(language_codes[page->language]));
    json_object_set_new(data, "other_lang", json_string(other));
    json_object_set_new(data, "page_title", json_string(page->title));
    if (c != NULL)
        json_object_set_new(data, "city", json_string(IN_LANGUAGE(page->language, c, city)));
    if (intake->settings.tile_url[0] != '\0') {
        json_object_set_new(data, "tiles", json_string(intake->settings.tile_url));
        json_object_set_new(data, "tile_credit", json_string(intake->settings.tile_credit));
    }
    if (page->self == NULL)
        return;
    strbuf_addf(&self, "%s%s", page->self, other);
    json_object_set_new(data, "other_href", json_string(strbuf_text(&self)));
}

static void send(const struct intake *intake, struct http_request *request, const struct page *page,
                 const struct strbuf *html)
{
    AUTO(strbuf_free) struct strbuf packed = STRBUF(PAGE_BYTES);
    bool pack = html->len >= PACK_BYTES && gzip_accepted(http_header(request, "Accept-Encoding")) &&
                gzip_pack(html->data, html->len, &packed);
    const char *retry_after = problem_retry_after(page->status);
    const struct http_header headers[] = {
        {"Content-Security-Policy", intake->policy.data},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Permissions-Policy", "geolocation=(self), camera=(), microphone=()"},
        {"Content-Language", language_codes[page->language]},
        {"Cache-Control", page->is_private ? "no-store" : "private, no-cache"},
        {"Vary", "Accept, Accept-Encoding, Accept-Language"},
        {retry_after != NULL ? "Retry-After" : "X-Robots-Tag", retry_after != NULL ? retry_after
                                                               : page->is_private  ? "noindex"
                                                                                   : "all"},
        {pack ? "Content-Encoding" : NULL, "gzip"},
        {0},
    };

    results_count(page->status);
    http_reply(request, &(struct http_answer){.status = page->status,
                                              .type = "text/html; charset=utf-8",
                                              .body = pack ? packed.data : html->data,
                                              .len = pack ? packed.len : html->len,
                                              .headers = headers});
}

void page_reply(struct intake *intake, struct http_request *request, const struct page *page,
                json_t *data)
{
    AUTO(strbuf_free) struct strbuf html = STRBUF(PAGE_BYTES);
    const char *template = page_set_template(intake->pages, page->language, page->name);
    struct err e;

    add_layout(intake, page, data);
    int rc = template_render(template, data, TEMPLATE_XML, &html, &e);
    json_decref(data);
    if (rc < 0) {
        log_event(LOG_ERROR, "page failed", "page", page->name, "why", e.text, NULL);
        problem_reply(request, PROBLEM_INTERNAL, page->language, NULL, NULL);
        return;
    }
    send(intake, request, page, &html);
}

/* Whether a link to path leads back here, and nowhere else ("//elsewhere.example"). */
static bool can_be_linked(const struct http_request *request)
{
    const char *path = http_path(request);

    return strcmp(http_method(request), "GET") == 0 && path[0] == '/' && path[1] != '/' &&
           path[1] != '\\';
}

bool page_has_error(const struct intake *intake, unsigned status)
{
    char text[32];

    (void)snprintf(text, sizeof(text), "error.%u.text", status);
    return page_set_text(intake->pages, LANGUAGE_VI, text) != NULL;
}

void page_reply_error(struct intake *intake, struct http_request *request, unsigned status,
                      enum language language, const char *detail)
{
    AUTO(strbuf_free) struct strbuf self = STRBUF(SELF_BYTES);
    char title[32], text[32];
    json_t *data = json_object();

    (void)snprintf(title, sizeof(title), "error.%u.title", status);
    (void)snprintf(text, sizeof(text), "error.%u.text", status);
    json_object_set_new(data, "text", json_string(page_text(intake, language, text)));
    if (detail != NULL)
        json_object_set_new(data, "detail", json_string(detail));
    strbuf_addf(&self, "%s?lang=", can_be_linked(request) ? http_path(request) : "/");
    page_reply(intake, request,
               &(struct page){.name = "error.html",
                              .status = status,
                              .language = language,
                              .title = page_text(intake, language, title),
                              .self = strbuf_text(&self),
                              .is_private = true},
               data);
}

void page_reply_err(struct intake *intake, struct http_request *request, enum language language,
                    const struct err *e)
{
    static const unsigned by_kind[] = {
        [ERR_NONE] = 500, [ERR_INPUT] = 400,  [ERR_CONFLICT] = 409,
        [ERR_BUSY] = 503, [ERR_SYSTEM] = 500,
    };

    if (e->kind == ERR_SYSTEM)
        log_event(LOG_ERROR, "request failed", "why", e->text, NULL);
    page_reply_error(intake, request, by_kind[e->kind], language,
                     e->kind == ERR_INPUT ? e->text : NULL);
}

bool page_admits(struct intake *intake, struct http_request *request)
{
    if (gate_admits_address(intake->gate, request))
        return true;
    page_reply_error(intake, request, 429, page_language(request), NULL);
    return false;
}

void page_redirect(struct http_request *request, const char *location)
{
    const struct http_header headers[] = {
        {"Location", location}, {"Cache-Control", "no-store"}, {0}};

    results_count(303);
    http_reply(request, &(struct http_answer){.status = 303, .headers = headers});
}
