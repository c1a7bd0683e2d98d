/* SPDX-License-Identifier: Apache-2.0 */
/* http_body - takes a request's body, piece by piece: whole, or its files apart as they come. */
#include "http_internal.h"

#include "http_multipart.h"
#include "text.h"

#include <strings.h>

static void on_text(void *ctx, const char *bytes, size_t len)
{
    struct http_request *request = ctx;

    strbuf_add(&request->body, bytes, len);
}

static void on_file(void *ctx, const char *field, const char *file_name)
{
    struct http_request *request = ctx;

    request->http->files->begin(request->http->ctx, request, field, file_name);
}

static void on_file_data(void *ctx, const char *bytes, size_t len)
{
    struct http_request *request = ctx;

    request->http->files->data(request->http->ctx, request, bytes, len);
}

static void on_file_end(void *ctx)
{
    struct http_request *request = ctx;

    request->http->files->end(request->http->ctx, request);
}

static struct http_upload_sink sink_of(struct http_request *request)
{
    return (struct http_upload_sink){on_text, on_file, on_file_data, on_file_end, request};
}

static bool takes_files(const struct http_request *request)
{
    const struct http_files *files = request->http->files;

    if (files == NULL || request->route == NULL || request->refusal != 0)
        return false;
    for (http_handler_fn *const *fn = files->handlers; *fn != NULL; fn++)
        if (*fn == request->route->handler)
            return true;
    return false;
}

/* Of what is not in files. */
static size_t text_limit(const struct http_request *request)
{
    const struct http *http = request->http;

    if (request->route != NULL && request->refusal == 0)
        for (const struct http_body_room *r = http->rooms; r != NULL && r->handler != NULL; r++)
            if (r->handler == request->route->handler)
                return r->max_bytes;
    return http->max_body_bytes;
}

void http_body_begin(struct http_request *request)
{
    const char *type = http_header(request, MHD_HTTP_HEADER_CONTENT_TYPE);
    char boundary[HTTP_BOUNDARY_SIZE];

    request->body.limit = text_limit(request);
    if (type != NULL && takes_files(request) && http_multipart_boundary(type, boundary))
        request->upload = http_upload_new(boundary);
}

void http_body_end(struct http_request *request)
{
    const struct http_upload_sink sink = sink_of(request);

    if (request->upload == NULL)
        return;
    http_upload_finish(request->upload, &sink);
    http_upload_free(&request->upload);
    if (!request->body.failed || request->refusal != 0)
        return;
    request->refusal = MHD_HTTP_CONTENT_TOO_LARGE;
    request->passed = request->body.limit; /* by what is not in files */
}

uint64_t http_body_limit(const struct http_request *request)
{
    const struct http *http = request->http;

    return request->upload != NULL ? http->files->limit(http->ctx) : request->body.limit;
}

void http_body_take(struct http_request *request, const char *data, size_t len)
{
    const struct http_upload_sink sink = sink_of(request);

    request->upload_bytes += request->upload != NULL ? len : 0;
    if (request->upload_bytes > http_body_limit(request)) {
        request->body.failed = true;
        request->passed = http_body_limit(request);
        return;
    }
    if (request->upload == NULL)
        strbuf_add(&request->body, data, len);
    else
        http_upload_feed(request->upload, data, len, &sink);
    request->passed = request->body.failed ? request->body.limit : 0;
}

uint64_t http_too_large(const struct http_request *request)
{
    return request->passed;
}

void http_keep(struct http_request *request, void *kept)
{
    request->kept = kept;
}

void *http_kept(const struct http_request *request)
{
    return request->kept;
}

/* What the header lines say of a body's end. */
struct framing {
    unsigned lengths, encodings;
    const char *encoding;
};

static enum MHD_Result note_framing(void *ctx, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    struct framing *framing = ctx;

    (void)kind;
    if (strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
        framing->lengths++;
    } else if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
        framing->encodings++;
        framing->encoding = value;
    }
    return MHD_YES;
}

/* What is announced beyond it is not read at all. */
static uint64_t readable(const struct http_request *request)
{
    bool has_room = request->upload == NULL && request->body.limit > request->http->max_body_bytes;

    return http_body_limit(request) * (has_room ? HTTP_DISCARD_FACTOR : 1);
}

static bool announces_too_much(const struct http_request *request)
{
    const char *text = http_header(request, MHD_HTTP_HEADER_CONTENT_LENGTH);
    int64_t len = 0;
    struct err ignored;

    if (text == NULL)
        return false;
    return text_int64(text, "Content-Length", 0, (int64_t)readable(request), &len, &ignored) < 0;
}

unsigned http_body_refusal(struct http_request *request)
{
    struct framing framing = {0};

    (void)MHD_get_connection_values(request->connection, MHD_HEADER_KIND, note_framing, &framing);
    if (framing.lengths + framing.encodings > 1)
        return MHD_HTTP_BAD_REQUEST;
    if (framing.encodings > 0 &&
        (framing.encoding == NULL || strcasecmp(framing.encoding, "chunked") != 0))
        return MHD_HTTP_NOT_IMPLEMENTED;
    if (!announces_too_much(request))
        return 0;
    request->passed = http_body_limit(request);
    return MHD_HTTP_CONTENT_TOO_LARGE;
}
