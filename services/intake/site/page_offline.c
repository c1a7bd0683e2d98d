/* SPDX-License-Identifier: Apache-2.0 */
/* page_offline - what browsers keep for when there is no line: GET /sw.js, which answers then;
 * GET /offline, a report on one page; and GET /map/wards.json, the map's shapes. */
#include "gzip.h"
#include "mem.h"
#include "page.h"
#include "page_files.h"
#include "page_map.h"
#include "report_fields.h"
#include "results.h"
#include "template.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAP_BYTES = 8 * 1024 * 1024, ETAG_SIZE = 32, ASKS_BYTES = 4096 };

/* Packed once for each version of the catalogue. */
struct page_shapes {
    int64_t version;
    struct strbuf plain, packed;
};

static void send(struct http_request *request, unsigned status, const char *type,
                 const struct strbuf *body, const struct http_header *headers)
{
    results_count(status);
    http_reply(request, &(struct http_answer){.status = status,
                                              .type = type,
                                              .body = body->data,
                                              .len = body->len,
                                              .headers = headers});
}

/* A template, since it names the static files and the catalogue that its pages are of; the same for
 * both languages. */
void page_worker_get(void *ctx, struct http_request *request)
{
    static const struct http_header headers[] = {
        {"Cache-Control", "no-cache"}, {"X-Content-Type-Options", "nosniff"}, {0}};
    struct intake *intake = ctx;
    const struct catalogue *c = catalogue_now(intake->watch);
    const char *script = page_set_template(intake->pages, LANGUAGE_VI, "sw.js");
    AUTO(strbuf_free) struct strbuf text = STRBUF(INTAKE_ANSWER_BYTES);
    struct err e;

    if (c == NULL) { /* there are no pages to keep */
        page_reply_error(intake, request, 503, page_language(request), NULL);
        return;
    }
    AUTO(json_release) json_t *data = json_pack("{s:I}", "catalogue", (json_int_t)c->version);
    int rc = template_render(script, data, TEMPLATE_PLAIN, &text, &e);
    assert(rc == 0);
    send(request, 200, "text/javascript; charset=utf-8", &text, headers);
}

/* ---- a report on one page ---- */

/* The questions that must be answered, by their fields' names. */
static json_t *asks_of(const struct catalogue_service *service)
{
    AUTO(strbuf_free) struct strbuf names = STRBUF(ASKS_BYTES);

    for (size_t i = 0; i < service->attribute_count; i++)
        if (service->attributes[i].required && service->attributes[i].variable)
            strbuf_addf(&names, "%sattribute[%s]", names.len > 0 ? " " : "",
                        service->attributes[i].code);
    const char *text = names.len > 0 ? strbuf_text(&names) : NULL;
    return json_string(text != NULL ? text : "");
}

static json_t *row_of(const struct catalogue_service *service, enum language language)
{
    return json_pack("{s:s, s:s, s:o, s:b, s:b}", "code", service->code, "service_name",
                     IN_LANGUAGE(language, service, name), "asks", asks_of(service), "named",
                     !service->anonymous_allowed, "placed", service->place_required);
}

/* Services in their groups. */
static json_t *services_of(const struct catalogue *c, enum language language)
{
    json_t *groups = json_array();

    for (size_t i = 0; i < c->service_count; i++) {
        const struct catalogue_service *service = &c->services[i];
        if (!service->retired && service->closed_notice_vi == NULL)
            json_array_append_new(page_group(groups, IN_LANGUAGE(language, service, group)),
                                  row_of(service, language));
    }
    return groups;
}

void page_offline_get(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    enum language language = page_language(request);
    const struct catalogue *c = catalogue_now(intake->watch);

    if (c == NULL) {
        page_reply_error(intake, request, 503, language, NULL);
        return;
    }
    json_t *data = json_pack("{s:o, s:o}", "groups", services_of(c, language), "wards",
                             report_fields_units(c, true, "", language));
    page_files_add_limit(intake, language, data);
    page_reply(intake, request,
               &(struct page){.name = "offline.html",
                              .status = 200,
                              .language = language,
                              .title = page_text(intake, language, "offline.title"),
                              .self = "/offline?lang="},
               data);
}

/* ---- the map's shapes ---- */

static struct page_shapes *shapes_of(struct intake *intake, const struct catalogue *c)
{
    if (intake->shapes == NULL) {
        intake->shapes = mem_new(1, sizeof(*intake->shapes));
        intake->shapes->plain = STRBUF(MAP_BYTES);
        intake->shapes->packed = STRBUF(MAP_BYTES);
    }
    struct page_shapes *shapes = intake->shapes;
    if (shapes->plain.len > 0 && shapes->version == c->version)
        return shapes;
    shapes->version = c->version;
    strbuf_clear(&shapes->plain);
    strbuf_clear(&shapes->packed);
    page_map_write(c, &shapes->plain);
    (void)gzip_pack(shapes->plain.data, shapes->plain.len, &shapes->packed);
    return shapes;
}

void page_shapes_free(struct page_shapes **shapes)
{
    if (*shapes == NULL)
        return;
    strbuf_free(&(*shapes)->plain);
    strbuf_free(&(*shapes)->packed);
    free(*shapes);
    *shapes = NULL;
}

void page_shapes_get(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    const struct catalogue *c = catalogue_now(intake->watch);
    const char *known = http_header(request, "If-None-Match");
    char etag[ETAG_SIZE];

    if (c == NULL) {
        page_reply_error(intake, request, 503, page_language(request), NULL);
        return;
    }
    const struct page_shapes *shapes = shapes_of(intake, c);
    bool pack = shapes->packed.len > 0 && gzip_accepted(http_header(request, "Accept-Encoding"));
    (void)snprintf(etag, sizeof(etag), "\"%" PRId64 "%s\"", c->version, pack ? "-gzip" : "");
    const struct http_header headers[] = {
        {"Cache-Control", "public, max-age=3600"},
        {"ETag", etag},
        {"Vary", "Accept-Encoding"},
        {"X-Content-Type-Options", "nosniff"},
        {pack ? "Content-Encoding" : NULL, "gzip"},
        {0},
    };
    if (known != NULL && strcmp(known, etag) == 0)
        send(request, 304, NULL, &STRBUF(0), headers);
    else
        send(request, 200, "application/json; charset=utf-8",
             pack ? &shapes->packed : &shapes->plain, headers);
}
