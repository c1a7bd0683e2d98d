/* SPDX-License-Identifier: Apache-2.0 */
/* http_request - what a handler asks of a request. */
#include "http_internal.h"

#include "http_form.h"
#include "http_multipart.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

const char *http_method(const struct http_request *request)
{
    return request->method;
}

const char *http_path(const struct http_request *request)
{
    return request->path;
}

const char *http_part(const struct http_request *request, const char *name)
{
    return http_path_part(&request->match, name);
}

const char *http_query(const struct http_request *request, const char *name)
{
    const char *value = NULL;
    size_t len = 0;

    if (MHD_lookup_connection_value_n(request->connection, MHD_GET_ARGUMENT_KIND, name,
                                      strlen(name), &value, &len) != MHD_YES)
        return NULL;
    return value != NULL && strlen(value) == len ? value : NULL; /* no zero bytes */
}

struct each_query {
    http_query_fn *fn;
    void *ctx;
};

static enum MHD_Result on_query(void *cls, enum MHD_ValueKind kind, const char *name,
                                const char *value)
{
    const struct each_query *each = cls;

    (void)kind;
    each->fn(each->ctx, name, value != NULL ? value : "");
    return MHD_YES;
}

void http_each_query(const struct http_request *request, http_query_fn *fn, void *ctx)
{
    struct each_query each = {fn, ctx};

    (void)MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, on_query, &each);
}

const char *http_header(const struct http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

struct list {
    const char *name;
    struct strbuf *out;
};

static enum MHD_Result on_line(void *cls, enum MHD_ValueKind kind, const char *name,
                               const char *value)
{
    const struct list *list = cls;

    (void)kind;
    if (strcasecmp(name, list->name) == 0)
        strbuf_addf(list->out, "%s%s", list->out->len > 0 ? "," : "", value != NULL ? value : "");
    return MHD_YES;
}

void http_header_list(const struct http_request *request, const char *name, struct strbuf *out)
{
    struct list list = {name, out};

    (void)MHD_get_connection_values(request->connection, MHD_HEADER_KIND, on_line, &list);
}

const char *http_peer(const struct http_request *request)
{
    return request->peer;
}

const char *http_body(const struct http_request *request, size_t *len)
{
    *len = request->body.len;
    return strbuf_text(&request->body);
}

bool http_is_multipart(const struct http_request *request)
{
    const char *type = http_header(request, "Content-Type");
    char boundary[HTTP_BOUNDARY_SIZE];

    return type != NULL && http_multipart_boundary(type, boundary);
}

int http_form(const struct http_request *request, http_field_fn *fn, void *ctx, struct err *e)
{
    struct http_form form = {request->connection, request->body.data, request->body.len};

    return http_form_read(&form, fn, ctx, e);
}

void http_request_note_peer(struct http_request *request)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    int family = info->client_addr->sa_family;
    struct sockaddr_in v4 = {0};
    struct sockaddr_in6 v6 = {0};
    const void *bytes = &v4.sin_addr;

    if (family != AF_INET6) {
        memcpy(&v4, info->client_addr, sizeof(v4));
    } else {
        memcpy(&v6, info->client_addr, sizeof(v6));
        bytes = &v6.sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
            family = AF_INET;
            bytes = &v6.sin6_addr.s6_addr[12];
        }
    }
    inet_ntop(family, bytes, request->peer, sizeof(request->peer));
}
