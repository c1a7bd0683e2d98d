/* SPDX-License-Identifier: Apache-2.0 */
/* http_ask - a request of a test: it is answered, on a slow machine too, or the test fails. */
#ifndef HTTP_ASK_H
#define HTTP_ASK_H

#include "http_client.h"

#include "unit.h"

enum { HTTP_ASK_LIMIT_MS = 60000 }; /* ends what hangs, judges no speed */

static inline void http_ask(const struct client_request *request, struct client_answer *out)
{
    struct client_request patient = *request;
    struct err e;

    patient.limit_ms = HTTP_ASK_LIMIT_MS;
    if (client_send(&patient, out, &e) < 0)
        fail_msg("%s %s: %s", request->method, request->path, e.text);
}

#endif
