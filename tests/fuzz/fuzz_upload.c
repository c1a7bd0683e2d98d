/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_upload - the first byte is the size of pieces, the rest a body with the boundary "b": the
 * fields are those that http_multipart_read finds in the whole, and so is whether it is a form at
 * all. */
#include "fuzz.h"

#include "http_multipart.h"
#include "http_upload.h"
#include "strbuf.h"

#include <assert.h>
#include <string.h>

enum { LIMIT = 1 << 20 };

struct taken {
    struct strbuf text;
    bool open;
};

static void on_text(void *ctx, const char *bytes, size_t len)
{
    strbuf_add(&((struct taken *)ctx)->text, bytes, len);
}

static void on_begin(void *ctx, const char *field, const char *file_name)
{
    struct taken *t = ctx;

    assert(!t->open && field != NULL);
    assert(file_name == NULL || strlen(file_name) < HTTP_FILE_NAME_SIZE);
    t->open = true;
}

static void on_data(void *ctx, const char *bytes, size_t len)
{
    assert(((struct taken *)ctx)->open && len > 0 && bytes != NULL);
}

static void on_end(void *ctx)
{
    struct taken *t = ctx;

    assert(t->open);
    t->open = false;
}

static void note(void *ctx, const char *name, const char *value, size_t len)
{
    strbuf_addf(ctx, "(%s=", name);
    strbuf_add(ctx, value, len);
    strbuf_add(ctx, ")", 1);
}

static bool read_form(const char *body, size_t len, struct strbuf *out)
{
    struct err e;

    return http_multipart_read("b", len > 0 ? body : "", len, note, out, &e) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(strbuf_free) struct strbuf whole = STRBUF(LIMIT);
    AUTO(strbuf_free) struct strbuf left = STRBUF(LIMIT);
    struct taken t = {.text = STRBUF(LIMIT)};
    const struct http_upload_sink sink = {on_text, on_begin, on_data, on_end, &t};
    struct http_upload *upload = http_upload_new("b");
    size_t piece = size > 0 && data[0] > 0 ? data[0] : 1;

    for (size_t at = 1; at < size; at += piece)
        http_upload_feed(upload, (const char *)data + at, size - at < piece ? size - at : piece,
                         &sink);
    http_upload_finish(upload, &sink);
    http_upload_free(&upload);
    bool good = size > 1 && read_form((const char *)data + 1, size - 1, &whole);
    bool left_good = read_form(t.text.data, t.text.len, &left);
    assert(good == left_good);
    if (good)
        assert(whole.len == left.len &&
               (whole.len == 0 || memcmp(whole.data, left.data, left.len) == 0));
    strbuf_free(&t.text);
    return 0;
}
