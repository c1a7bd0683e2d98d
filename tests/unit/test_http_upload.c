/* SPDX-License-Identifier: Apache-2.0 */
/* Every body comes whole and in pieces of every size: what is handed over must not differ. */
#include "http_multipart.h"
#include "http_upload.h"

#include <string.h>

#include "unit.h"

#define FIELD(name, value)                                                                         \
    "--abc\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FILE_PART(name, file, value)                                                               \
    "--abc\r\nContent-Disposition: form-data; name=\"" name "\"; filename=\"" file                 \
    "\"\r\nContent-Type: image/jpeg\r\n\r\n" value "\r\n"
#define END "--abc--\r\n"

struct taken {
    struct strbuf text, files; /* files: "[field:...]", "!" where one has no end */
    bool open;
};

static void on_text(void *ctx, const char *bytes, size_t len)
{
    strbuf_add(&((struct taken *)ctx)->text, bytes, len);
}

static void on_begin(void *ctx, const char *field, const char *file_name)
{
    struct taken *t = ctx;

    assert_false(t->open);
    t->open = true;
    strbuf_addf(&t->files, "[%s%s:", field, file_name != NULL ? "" : "?");
}

static void on_data(void *ctx, const char *bytes, size_t len)
{
    strbuf_add(&((struct taken *)ctx)->files, bytes, len);
}

static void on_end(void *ctx)
{
    struct taken *t = ctx;

    assert_true(t->open);
    t->open = false;
    strbuf_add(&t->files, "]", 1);
}

static void note_field(void *ctx, const char *name, const char *value, size_t len)
{
    strbuf_addf(ctx, "(%s=%.*s)", name, (int)len, value);
}

/* The fields of what is left, as a form's reader finds them; "refused" when it does not. */
static void read_fields(const struct strbuf *text, struct strbuf *out)
{
    struct err e;

    if (http_multipart_read("abc", text->len > 0 ? text->data : "", text->len, note_field, out,
                            &e) < 0) {
        strbuf_clear(out);
        strbuf_addf(out, "refused");
    }
}

static void feed(struct taken *t, const char *body, size_t len, size_t piece)
{
    const struct http_upload_sink sink = {on_text, on_begin, on_data, on_end, t};
    struct http_upload *upload = http_upload_new("abc");

    for (size_t at = 0; at < len; at += piece)
        http_upload_feed(upload, body + at, len - at < piece ? len - at : piece, &sink);
    http_upload_finish(upload, &sink);
    http_upload_free(&upload);
}

static void expect_bytes(const char *body, size_t len, const char *fields, const char *files)
{
    for (size_t piece = 1; piece <= len; piece++) {
        struct taken t = {.text = STRBUF(10000), .files = STRBUF(10000)};
        AUTO(strbuf_free) struct strbuf found = STRBUF(10000);
        feed(&t, body, len, piece);
        read_fields(&t.text, &found);
        assert_string_equal(found.len > 0 ? strbuf_text(&found) : "", fields);
        assert_string_equal(t.files.len > 0 ? strbuf_text(&t.files) : "", files);
        strbuf_free(&t.text);
        strbuf_free(&t.files);
    }
}

static void expect(const char *body, const char *fields, const char *files)
{
    expect_bytes(body, strlen(body), fields, files);
}

static void files_are_taken_out_and_fields_stay(void **state)
{
    (void)state;
    expect(FIELD("a", "1") FILE_PART("photos", "x.jpg", "bytes") FIELD("b", "2") END, "(a=1)(b=2)",
           "[photos:bytes]");
    expect(FILE_PART("photos", "x.jpg", "one") FILE_PART("photos", "y.jpg", "two") END, "",
           "[photos:one][photos:two]");
    expect("preamble\r\n" FILE_PART("p", "x", "1") END "epilogue", "", "[p:1]");
    expect(FIELD("a", "1") END, "(a=1)", "");
    expect(END, "", "");
}

static void bytes_that_look_like_an_end_are_none(void **state)
{
    (void)state;
    expect(FILE_PART("p", "x", "\r\n--ab\r\n--abd\r\n\r\n-\r") END, "",
           "[p:\r\n--ab\r\n--abd\r\n\r\n-\r]");
    expect(FILE_PART("p", "x", "\r\n") END, "", "[p:\r\n]");
}

static void an_empty_field_of_a_browser_is_told(void **state)
{
    (void)state;
    expect(FILE_PART("p", "", "") END, "", "[p?:]");
    expect("--abc\r\nContent-Disposition: form-data; name=\"p\"; filename=\"x\"\r\n\r\n" END, "",
           "[p:]");
}

static void what_ends_early_has_no_end_and_is_no_form(void **state)
{
    (void)state;
    expect(FILE_PART("p", "x", "half of it"), "refused", "[p:half o");
    expect("--abc\r\nContent-Disposition: form-data; name=\"p\"; filename=\"x\"\r\n", "refused",
           "");
}

static void what_is_malformed_is_left_to_the_reader(void **state)
{
    (void)state;
    expect("--abc\r\nContent-Type: text/plain\r\n\r\nx\r\n" END, "refused", "");
    expect("--abcX\r\nContent-Disposition: form-data; name=\"p\"\r\n\r\nx\r\n" END, "refused", "");
    expect("no form", "refused", "");
}

static void bytes_of_a_file_are_any(void **state)
{
    static const char body[] =
        "--abc\r\nContent-Disposition: form-data; name=\"p\"; "
        "filename=\"x\"\r\n\r\na\0b\r\n--abc--";
    struct taken t = {.text = STRBUF(10000), .files = STRBUF(10000)};

    (void)state;
    feed(&t, body, sizeof(body) - 1, 7);
    assert_int_equal(t.files.len, strlen("[p:") + 3 + 1);
    assert_memory_equal(t.files.data, "[p:a\0b]", t.files.len);
    strbuf_free(&t.text);
    strbuf_free(&t.files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_taken_out_and_fields_stay),
        cmocka_unit_test(bytes_that_look_like_an_end_are_none),
        cmocka_unit_test(an_empty_field_of_a_browser_is_told),
        cmocka_unit_test(what_ends_early_has_no_end_and_is_no_form),
        cmocka_unit_test(what_is_malformed_is_left_to_the_reader),
        cmocka_unit_test(bytes_of_a_file_are_any),
    };

    return cmocka_run_group_tests_name("http_upload", tests, NULL, NULL);
}
