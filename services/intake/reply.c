/* SPDX-License-Identifier: Apache-2.0 */
#include "reply.h"

#include "problem.h"
#include "results.h"

void reply_tree(struct http_request *request, unsigned status, const struct tree *tree)
{
    const struct http_header headers[] = {
        {"Cache-Control", "no-store"},
        {status == 503 ? "Retry-After" : NULL, RETRY_AFTER_S},
        {0},
    };

    results_count(status);
    http_reply(request, &(struct http_answer){.status = status,
                                              .type = tree->json ? "application/json; charset=utf-8"
                                                                 : "text/xml; charset=utf-8",
                                              .body = tree->out->data,
                                              .len = tree->out->len,
                                              .headers = headers});
}
