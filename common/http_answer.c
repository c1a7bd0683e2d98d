/* SPDX-License-Identifier: Apache-2.0 */
/* http_answer - what a handler answers: the response, its headers, and the refusals of our own. */
#include "http_internal.h"

#include <assert.h>
#include <string.h>

enum { TEXT_LIMIT_BYTES = 1024 };

/* libmicrohttpd refuses names and values with line ends in them: such a header
 * is left out, which is what a forged one deserves. */
static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    (void)MHD_add_response_header(response, name, value);
}

static struct MHD_Response *with_headers(const struct http_request *request,
                                         const struct http_answer *answer,
                                         struct MHD_Response *response)
{
    assert(response != NULL); /* only for want of memory */
    if (answer->type != NULL)
        add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->type);
    if (request->http->draining || request->is_last)
        add_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    for (size_t i = 0; i < request->set_count; i++)
        add_header(response, request->set[i].name, request->set[i].value);
    for (const struct http_header *h = answer->headers; h != NULL && h->name != NULL; h++)
        add_header(response, h->name, h->value);
    return response;
}

static struct MHD_Response *new_response(const struct http_request *request,
                                         const struct http_answer *answer)
{
    union {
        const void *in;
        void *out; /* the library copies, but its signature does not say so */
    } body = {.in = answer->len > 0 ? answer->body : ""};

    return with_headers(
        request, answer,
        MHD_create_response_from_buffer(answer->len, body.out, MHD_RESPMEM_MUST_COPY));
}

void http_set_header(struct http_request *request, const char *name, const char *value)
{
    size_t len = strlen(value), i = 0;

    while (i < request->set_count && strcmp(request->set[i].name, name) != 0)
        i++;
    assert(i < HTTP_SET_HEADERS && len < HTTP_SET_VALUE);
    request->set[i].name = name;
    memcpy(request->set[i].value, value, len + 1);
    if (i == request->set_count)
        request->set_count++;
}

static void finish(struct http_request *request, unsigned status, struct MHD_Response *response)
{
    struct http *http = request->http;

    assert(request->state == REQUEST_HANDED);
    request->state = REQUEST_ANSWERED;
    request->status = status;
    request->response = response;
    http->pending--;
    if (!request->is_waiting)
        return;
    if (request->suspended)
        MHD_resume_connection(request->connection);
    request->is_waiting = request->suspended = false;
    if (!http->resumed)
        loop_timer_set_us(http->timer, 0); /* for a reply after this turn's end callback */
    http->resumed = true;
}

void http_reply(struct http_request *request, const struct http_answer *answer)
{
    finish(request, answer->status, new_response(request, answer));
}

void http_reply_file(struct http_request *request, const struct http_answer *answer, int fd,
                     uint64_t offset, uint64_t len)
{
    finish(request, answer->status,
           with_headers(request, answer, MHD_create_response_from_fd_at_offset64(len, fd, offset)));
}

static void add_method(struct strbuf *out, const char *method)
{
    if (out->len == 0)
        strbuf_addf(out, "%s", method);
    else if (strstr(out->data, method) == NULL) /* no method is part of another's name */
        strbuf_addf(out, ", %s", method);
}

/* "GET, HEAD, POST": the methods of the rows with the request's path. */
void http_request_allow(struct http_request *request)
{
    AUTO(strbuf_free) struct strbuf methods = STRBUF(HTTP_SET_VALUE - 1);
    struct http_path match;

    for (const struct http_route *r = request->http->routes; r->method != NULL; r++) {
        if (!http_path_match(r->path, request->path, &match))
            continue;
        add_method(&methods, r->method);
        if (strcmp(r->method, "GET") == 0)
            add_method(&methods, "HEAD");
    }
    http_set_header(request, MHD_HTTP_HEADER_ALLOW, strbuf_text(&methods));
}

void http_refuse(struct http_request *request, unsigned status)
{
    AUTO(strbuf_free) struct strbuf body = STRBUF(TEXT_LIMIT_BYTES);
    struct http_header headers[2] = {{0}};

    strbuf_addf(&body, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u}",
                MHD_get_reason_phrase_for(status), status);
    if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
        headers[0] = (struct http_header){MHD_HTTP_HEADER_RETRY_AFTER, "1"};
    http_reply(request, &(struct http_answer){.status = status,
                                              .type = "application/problem+json",
                                              .body = body.data,
                                              .len = body.len,
                                              .headers = headers});
}
