/* SPDX-License-Identifier: Apache-2.0 */
/* page_start - GET /: what this is for, what it is not for, and where to begin; and the pages
 * for what reaches no other page. */
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

void page_refuse(struct intake *intake, struct http_request *request, unsigned status)
{
    if (page_is_wanted(request) && page_has_error(intake, status))
        page_reply_error(intake, request, status, page_language(request), NULL);
    else
        http_refuse(request, status);
}
