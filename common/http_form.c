/* SPDX-License-Identifier: Apache-2.0 */
#include "http_form.h"

#include "http_multipart.h"
#include "strbuf.h"

#include <string.h>

enum { PROCESSOR_BYTES = 4096 }; /* for names, part headers and boundaries */

/* The field that is being gathered: libmicrohttpd hands over values in pieces. */
struct gathering {
    http_field_fn *fn;
    void *ctx;
    struct strbuf name;
    struct strbuf value;
    bool open;
};

static void gathering_free(struct gathering *g)
{
    strbuf_free(&g->name);
    strbuf_free(&g->value);
}

static void hand_over(struct gathering *g)
{
    if (g->open)
        g->fn(g->ctx, strbuf_text(&g->name), strbuf_text(&g->value), g->value.len);
    strbuf_free(&g->name);
    strbuf_free(&g->value);
    g->open = false;
}

static enum MHD_Result on_piece(void *cls, enum MHD_ValueKind kind, const char *key,
                                const char *file_name, const char *type, const char *encoding,
                                const char *data, uint64_t offset, size_t size)
{
    struct gathering *g = cls;

    (void)kind, (void)file_name, (void)type, (void)encoding;
    if (key == NULL)
        return MHD_NO; /* a part whose name the library cannot read: the form is malformed */
    if (offset == 0) {
        hand_over(g);
        strbuf_add(&g->name, key, strlen(key));
        g->open = true;
    }
    strbuf_add(&g->value, data, size);
    return MHD_YES;
}

/* libmicrohttpd reads these; of multipart it takes some boundaries alone. */
static int read_urlencoded(const struct http_form *form, http_field_fn *fn, void *ctx,
                           struct err *e)
{
    AUTO(gathering_free)
    struct gathering g = {
        .fn = fn, .ctx = ctx, .name = STRBUF(form->len), .value = STRBUF(form->len)};
    struct MHD_PostProcessor *processor =
        MHD_create_post_processor(form->connection, PROCESSOR_BYTES, on_piece, &g);

    if (processor == NULL)
        return err_set(e, ERR_INPUT, "the body is not a form");
    bool read = form->len == 0 || MHD_post_process(processor, form->body, form->len) == MHD_YES;
    bool whole = MHD_destroy_post_processor(processor) == MHD_YES;
    if (!read || !whole)
        return err_set(e, ERR_INPUT, "the form is malformed or ends early");
    hand_over(&g);
    return 0;
}

int http_form_read(const struct http_form *form, http_field_fn *fn, void *ctx, struct err *e)
{
    const char *type = MHD_lookup_connection_value(form->connection, MHD_HEADER_KIND,
                                                   MHD_HTTP_HEADER_CONTENT_TYPE);
    char boundary[HTTP_BOUNDARY_SIZE];

    if (type != NULL && http_multipart_boundary(type, boundary))
        return http_multipart_read(boundary, form->body != NULL ? form->body : "", form->len, fn,
                                   ctx, e);
    return read_urlencoded(form, fn, ctx, e);
}
