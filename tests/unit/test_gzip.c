/* SPDX-License-Identifier: Apache-2.0 */
#include "gzip.h"

#include <string.h>
#include <zlib.h>

#include "unit.h"

static void what_was_packed_comes_out_the_same(void **state)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(100000), packed = STRBUF(100000);
    char out[100000];
    z_stream z = {.next_out = (Bytef *)out, .avail_out = sizeof(out)};

    (void)state;
    for (int i = 0; i < 5000; i++)
        strbuf_addf(&text, "dòng %d\n", i);
    strbuf_add(&packed, "x", 1);
    assert_true(gzip_pack(text.data, text.len, &packed));
    assert_true(packed.len < text.len / 2);
    z.next_in = (Bytef *)packed.data + 1;
    z.avail_in = (uInt)packed.len - 1;
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.total_out, text.len);
    assert_memory_equal(out, text.data, text.len);
    inflateEnd(&z);
}

static void what_has_no_room_is_left_out(void **state)
{
    AUTO(strbuf_free) struct strbuf packed = STRBUF(10);

    (void)state;
    strbuf_add(&packed, "x", 1);
    assert_false(gzip_pack("abcdefghijkl", 12, &packed));
    assert_string_equal(strbuf_text(&packed), "x");
    assert_true(gzip_pack("", 0, &(struct strbuf){.limit = 0}) == false);
}

static void clients_say_whether_they_take_it(void **state)
{
    static const char *const yes[] = {"gzip", "deflate, gzip;q=0.5", "br,GZIP", "gzip ; q=1.0"};
    static const char *const no[] = {"", "br", "gzip;q=0", "x-gzip", "gzipped", "gzip; q=0.000",
                                     ","};

    (void)state;
    for (size_t i = 0; i < COUNT(yes); i++)
        assert_true(gzip_accepted(yes[i]));
    for (size_t i = 0; i < COUNT(no); i++)
        assert_false(gzip_accepted(no[i]));
    assert_false(gzip_accepted(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_packed_comes_out_the_same),
        cmocka_unit_test(what_has_no_room_is_left_out),
        cmocka_unit_test(clients_say_whether_they_take_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
