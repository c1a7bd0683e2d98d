/* SPDX-License-Identifier: Apache-2.0 */
/* page_start - GET /: what this is for, what it is not for, and where to begin; and the page
 * for paths that lead nowhere. */
#include "page.h"

void page_start_get(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    enum language language = page_language(request);

    page_reply(intake, request,
               &(struct page){.name = "start.html",
                              .status = 200,
                              .language = language,
                              .title = page_text(intake, language, "start.title"),
                              .self = "/?lang="},
               json_object());
}

void page_not_found(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;

    if (page_is_wanted(request))
        page_reply_error(intake, request, 404, page_language(request), NULL);
    else
        http_refuse(request, 404);
}
