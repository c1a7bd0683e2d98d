/* SPDX-License-Identifier: Apache-2.0 */
/* page_static - GET /static/{name}: the pages' style, scripts and pictures, kept for ever by
 * browsers since their names change with their bytes. */
#include "gzip.h"
#include "page.h"
#include "results.h"

#include <string.h>

static const struct {
    const char *ending, *type;
} types[] = {
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".webmanifest", "application/manifest+json"},
};

static const char *type_of(const char *name)
{
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; dot != NULL && i < COUNT(types); i++)
        if (strcmp(types[i].ending, dot) == 0)
            return types[i].type;
    return "application/octet-stream";
}

static void send(struct http_request *request, const struct http_answer *answer, bool packed,
                 const char *cache)
{
    const struct http_header headers[] = {
        {"Cache-Control", cache},
        {"X-Content-Type-Options", "nosniff"},
        {"Vary", "Accept-Encoding"},
        {packed ? "Content-Encoding" : NULL, "gzip"},
        {0},
    };
    struct http_answer whole = *answer;

    whole.headers = headers;
    results_count(answer->status);
    http_reply(request, &whole);
}

void page_static_get(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    const struct embedded_file *file = page_set_static(intake->pages, http_part(request, "name"));

    if (file == NULL) {
        page_reply_error(intake, request, 404, page_language(request), NULL);
        return;
    }
    bool packed = file->gzip != NULL && gzip_accepted(http_header(request, "Accept-Encoding"));
    send(request,
         &(struct http_answer){.status = 200,
                               .type = type_of(file->name),
                               .body = packed ? file->gzip : file->data,
                               .len = packed ? file->gzip_len : file->len},
         packed, "public, max-age=31536000, immutable");
}
