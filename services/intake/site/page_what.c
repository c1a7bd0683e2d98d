/* SPDX-License-Identifier: Apache-2.0 */
/* page_what - GET /report: what it is about; services by group, or those that fit
 * what somebody has written. */
#include "mem.h"
#include "page.h"
#include "suggest.h"
#include "template.h"
#include "text.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SELF_BYTES = 4096,
    HREF_BYTES = 256,
    TERMS_BYTES = 16 * 1024,
    PICTURE_SIZE = 64,
    QUERY_MAX = 800 /* bytes of 200 characters */
};

/* Made for each version of the catalogue. */
struct page_suggest {
    int64_t version;
    struct suggest *suggest;
};

static const struct suggest *suggest_now(struct intake *intake, const struct catalogue *c)
{
    if (intake->suggest == NULL)
        intake->suggest = mem_new(1, sizeof(*intake->suggest));
    struct page_suggest *kept = intake->suggest;
    if (kept->suggest == NULL || kept->version != c->version) {
        suggest_free(&kept->suggest);
        kept->suggest = suggest_new(c);
        kept->version = c->version;
    }
    return kept->suggest;
}

void page_suggest_free(struct page_suggest **kept)
{
    if (*kept == NULL)
        return;
    suggest_free(&(*kept)->suggest);
    free(*kept);
    *kept = NULL;
}

/* What the rows are made of. */
struct showing {
    const struct intake *intake;
    const struct catalogue *c;
    const struct suggest *suggest;
    enum language language;
};

/* "Food safety" has the picture "food-safety", if somebody has drawn it. */
static void picture_of(const struct showing *s, const char *group, char out[PICTURE_SIZE])
{
    size_t len = 0;

    for (; *group != '\0' && len < PICTURE_SIZE - 1; group++)
        out[len++] = isalnum((unsigned char)*group) ? (char)tolower((unsigned char)*group) : '-';
    out[len] = '\0';
    if (!page_set_draws(s->intake->pages, out))
        (void)snprintf(out, PICTURE_SIZE, "other");
}

static json_t *row_of(const struct showing *s, size_t service)
{
    const struct catalogue_service *of = &s->c->services[service];
    AUTO(strbuf_free) struct strbuf terms = STRBUF(TERMS_BYTES);
    AUTO(strbuf_free) struct strbuf href = STRBUF(HREF_BYTES);
    char picture[PICTURE_SIZE];

    suggest_write(s->suggest, service, &terms);
    strbuf_addf(&href, "/report/%s?lang=%s", of->code, language_codes[s->language]);
    picture_of(s, of->group_en, picture);
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", IN_LANGUAGE(s->language, of, name),
                     "description", IN_LANGUAGE(s->language, of, description), "terms",
                     terms.len > 0 && strbuf_text(&terms) != NULL ? terms.data : "", "picture",
                     picture, "href", href.data);
}

static json_t *all_by_group(const struct showing *s)
{
    json_t *groups = json_array();

    for (size_t i = 0; i < s->c->service_count; i++) {
        const struct catalogue_service *service = &s->c->services[i];
        if (!service->retired)
            json_array_append_new(page_group(groups, IN_LANGUAGE(s->language, service, group)),
                                  row_of(s, i));
    }
    return groups;
}

/* The services that fit, the best first. */
static json_t *those_that_fit(const struct showing *s, const char *query)
{
    size_t fitting[SUGGEST_MAX];
    size_t count = suggest_find(s->suggest, query, fitting);
    json_t *rows = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(rows, row_of(s, fitting[i]));
    return rows;
}

/* What was searched for; "": nothing, or what no page repeats. */
static const char *query_of(const struct http_request *request)
{
    const char *query = http_query(request, "q");
    bool is_good =
        query != NULL && strlen(query) <= QUERY_MAX && text_is_clean(query, strlen(query));

    return is_good ? query : "";
}

/* The page's own address with what was searched for. */
static void add_self(const char *query, struct strbuf *out)
{
    AUTO(json_release) json_t *data = json_pack("{s:s}", "q", query);
    struct err e;

    int rc = template_render("/report?{{#q}}q={{q}}&{{/q}}lang=", data, TEMPLATE_URL, out, &e);
    assert(rc == 0);
}

void page_what_get(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    enum language language = page_language(request);
    const struct catalogue *c = catalogue_now(intake->watch);
    AUTO(strbuf_free) struct strbuf self = STRBUF(SELF_BYTES);
    const char *query = query_of(request);

    if (c == NULL) {
        page_reply_error(intake, request, 503, language, NULL);
        return;
    }
    const struct showing showing = {intake, c, suggest_now(intake, c), language};
    json_t *found = those_that_fit(&showing, query);
    bool has_found = json_array_size(found) > 0;
    json_t *groups = has_found ? json_array() : all_by_group(&showing);
    add_self(query, &self);
    page_reply(intake, request,
               &(struct page){.name = "what.html",
                              .status = 200,
                              .language = language,
                              .title = page_text(intake, language, "what.title"),
                              .self = self.data},
               json_pack("{s:o, s:o, s:s, s:b, s:b}", "groups", groups, "found", found, "query",
                         query, "nothing", !has_found && strspn(query, " ") < strlen(query),
                         "searched", has_found));
}
