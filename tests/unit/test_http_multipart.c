/* SPDX-License-Identifier: Apache-2.0 */
#include "http_multipart.h"
#include "strbuf.h"

#include <string.h>

#include "unit.h"

#define HEAD(name) "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n"

static void note_field(void *ctx, const char *name, const char *value, size_t len)
{
    strbuf_addf(ctx, "[%s=%.*s]", name, (int)len, value);
}

/* "[a=1][b=2]", and "!" when the form is refused. */
static void assert_fields(const char *boundary, const char *body, const char *expected)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(10000);
    struct err e;

    if (http_multipart_read(boundary, body, strlen(body), note_field, &out, &e) < 0) {
        assert_int_equal(e.kind, ERR_INPUT);
        strbuf_add(&out, "!", 1);
    }
    assert_string_equal(out.len > 0 ? strbuf_text(&out) : "", expected);
}

static void a_boundary_is_found_in_any_spelling(void **state)
{
    static const struct {
        const char *type, *boundary; /* NULL: none */
    } rows[] = {
        {"multipart/form-data; boundary=abc", "abc"},
        {"Multipart/Form-Data;BOUNDARY=abc", "abc"},
        {"multipart/form-data; boundary=\"a b'()+_,-./:=?c\"", "a b'()+_,-./:=?c"},
        {"multipart/form-data; charset=utf-8; boundary=abc", "abc"},
        {"multipart/form-data; boundary=abc; charset=utf-8", "abc"},
        {"multipart/form-data; boundary=abc ; x", "abc"},
        {"multipart/form-data", NULL},
        {"multipart/form-data; boundary=", NULL},
        {"multipart/form-data; boundary=\"abc", NULL},
        {"multipart/form-data; boundary=\"abc \"", NULL},
        {"multipart/form-data; boundary=a{b}", NULL},
        {"multipart/form-data; boundary="
         "12345678901234567890123456789012345678901234567890123456789012345678901",
         NULL},
        {"application/x-www-form-urlencoded", NULL},
        {"multipart/mixed; boundary=abc", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char boundary[HTTP_BOUNDARY_SIZE];
        assert_int_equal(http_multipart_boundary(rows[i].type, boundary), rows[i].boundary != NULL);
        if (rows[i].boundary != NULL)
            assert_string_equal(boundary, rows[i].boundary);
    }
}

static void fields_come_in_their_order(void **state)
{
    (void)state;
    assert_fields("x", "--x\r\n" HEAD("a") "1\r\n--x\r\n" HEAD("a") "2\r\n--x--\r\n", "[a=1][a=2]");
    assert_fields("x", "preamble\r\n--x  \r\n" HEAD("a") "1\r\n--x--", "[a=1]");
    assert_fields("x", "--x\r\n" HEAD("a") "\r\n--x--", "[a=]");
    assert_fields("x", "--x\r\n" HEAD("a") "--x--", "[a=]");
    assert_fields("x", "--x\r\n" HEAD("a") "-x\r\n--x\r\n" HEAD("b") "\r\n--x--", "[a=-x][b=]");
    assert_fields("x", "--x\r\n" HEAD("a") "1\r\n--xy\r\n--x--", "[a=1]!");
    assert_fields("x", "--x\r\n" HEAD("a") "1\n--x\r\n2\r\n--x--", "[a=1\n--x\r\n2]");
    assert_fields("x", "--x--", "");
}

static void names_are_read_as_they_are_written(void **state)
{
    (void)state;
    assert_fields("x", "--x\r\ncontent-disposition:form-data;name=a\r\n\r\n1\r\n--x--", "[a=1]");
    assert_fields("x",
                  "--x\r\nX: y\r\nContent-Disposition: form-data; name=\"a\\\"b\"\r\n"
                  "Content-Type: text/plain\r\n\r\n1\r\n--x--",
                  "[a\"b=1]");
    assert_fields("x", "--x\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n1\r\n--x--",
                  "[=1]");
}

static void files_are_no_fields(void **state)
{
    (void)state;
    assert_fields(
        "x",
        "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.jpg\"\r\n\r\nJ\r\n"
        "--x\r\n" HEAD("a") "1\r\n--x--",
        "[a=1]");
    /* A name outside ASCII as some libraries write it, by itself. */
    assert_fields("x",
                  "--x\r\nContent-Disposition: form-data; name=\"f\"; "
                  "filename*=utf-8''%E1%BA%A3nh.jpg\r\n\r\n\xFF\xD8\r\n"
                  "--x\r\n" HEAD("a") "1\r\n--x--",
                  "[a=1]");
}

static void what_is_cut_or_broken_is_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "x",
        "--x",
        "--x\r\n",
        "--xx\r\n",
        "--x\r\n\r\n1\r\n--x--",
        "--x\r\nContent-Type: a\r\n\r\n1\r\n--x--",
        "--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--",
        "--x\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--x--",
        "--x\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--x--",
        "--x\r\nContent-Disposition: form-data; name=a",
        "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1",
        "--x\nContent-Disposition: form-data; name=a\n\n1\n--x--",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_fields("x", rows[i], "!");
    assert_fields("x", "--x\r\n" HEAD("a") "1\r\n--x\r\n" HEAD("b") "2", "[a=1]!");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_boundary_is_found_in_any_spelling),
        cmocka_unit_test(fields_come_in_their_order),
        cmocka_unit_test(names_are_read_as_they_are_written),
        cmocka_unit_test(files_are_no_fields),
        cmocka_unit_test(what_is_cut_or_broken_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
