/* SPDX-License-Identifier: Apache-2.0 */
/* preflight - OPTIONS: whether a web page of another origin may send what it is about to (CORS). */
#include "intake.h"

#include <string.h>

void preflight(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    const char *origin = http_header(request, "Origin");
    const char *method = http_header(request, "Access-Control-Request-Method");
    bool reads = method != NULL && (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0);
    bool admitted = origin != NULL && strlen(origin) < HTTP_SET_VALUE &&
                    (reads || gate_knows_origin(intake->gate, origin));
    const struct http_header headers[] = {
        {"Access-Control-Allow-Origin", origin},
        {"Access-Control-Allow-Methods", "GET, HEAD, POST, DELETE"},
        {"Access-Control-Allow-Headers",
         "Accept-Language, Authorization, Content-Type, Idempotency-Key, If-None-Match"},
        {"Access-Control-Max-Age", "600"},
        {"Vary", "Origin"},
        {0},
    };

    http_reply(request,
               &(struct http_answer){.status = 204, .headers = admitted ? headers : &headers[4]});
}
