/* SPDX-License-Identifier: Apache-2.0 */
/* The vectors of RFC 4648, section 10, and what must be refused. */
#include "base64.h"

#include <string.h>

#include "unit.h"

static const struct {
    const char *bytes, *text;
} vectors[] = {{"", ""},
               {"f", "Zg=="},
               {"fo", "Zm8="},
               {"foo", "Zm9v"},
               {"foob", "Zm9vYg=="},
               {"fooba", "Zm9vYmE="},
               {"foobar", "Zm9vYmFy"}};

static void writes_and_reads_the_vectors_of_the_rfc(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(vectors); i++) {
        AUTO(strbuf_free) struct strbuf out = STRBUF(100);
        uint8_t bytes[16];
        size_t len;
        struct err e;
        strbuf_addf(&out, "%s", "");
        base64_add(&out, vectors[i].bytes, strlen(vectors[i].bytes));
        assert_string_equal(strbuf_text(&out), vectors[i].text);
        assert_int_equal(base64_read(vectors[i].text, bytes, sizeof(bytes), &len, &e), 0);
        assert_int_equal(len, strlen(vectors[i].bytes));
        assert_memory_equal(bytes, vectors[i].bytes, len);
    }
}

static void writes_and_reads_the_alphabet_of_urls(void **state)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(100);
    const uint8_t bytes[] = {0xFB, 0xFF, 0xFE, 0x01};
    uint8_t again[sizeof(bytes)];
    struct err e;

    (void)state;
    base64_add_url(&out, bytes, sizeof(bytes));
    assert_string_equal(strbuf_text(&out), "-__-AQ");
    assert_int_equal(base64_read_url("-__-AQ", again, sizeof(again), &e), 0);
    assert_memory_equal(again, bytes, sizeof(bytes));
}

static void refuses_what_is_not_exactly_that(void **state)
{
    static const char *const wrong[] = {"Zg=",      "Zg",   "Zh==", "Z",
                                        "Zm9v!mFy", "Zm9=", "====", "=AAA"};
    uint8_t bytes[16];
    size_t len;
    struct err e;

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_int_equal(base64_read(wrong[i], bytes, sizeof(bytes), &len, &e), -1);
    assert_int_equal(base64_read("Zm9vYmFy", bytes, 5, &len, &e), -1);
    assert_int_equal(base64_read_url("-__-AR", bytes, 4, &e), -1); /* bits that nobody has set */
    assert_int_equal(base64_read_url("+//+AQ", bytes, 4, &e), -1);
    assert_int_equal(base64_read_url("-__-A", bytes, 4, &e), -1);
}

static void breaks_lines_as_mime_wants_them(void **state)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(1000);
    uint8_t bytes[58] = {0};

    (void)state;
    base64_add_lines(&out, bytes, sizeof(bytes));
    assert_int_equal(strcspn(strbuf_text(&out), "\r"), 76);
    assert_string_equal(strbuf_text(&out) + 78, "AA==\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_and_reads_the_vectors_of_the_rfc),
        cmocka_unit_test(writes_and_reads_the_alphabet_of_urls),
        cmocka_unit_test(refuses_what_is_not_exactly_that),
        cmocka_unit_test(breaks_lines_as_mime_wants_them),
    };

    return cmocka_run_group_tests_name("base64", tests, NULL, NULL);
}
