/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "bookmark.h"

#include "ring.h"

#include <string.h>

#include "unit.h"

static const struct listing_cursor place = {12345678901234567, {{0, 1, 0x7F, 0x80, 0xFF}}};

static void reads_back_as_it_was(void **state)
{
    const struct listing_cursor places[] = {place, {INT64_MAX, {{0xFF}}}, {0, {{0}}}};

    (void)state;
    for (size_t i = 0; i < COUNT(places); i++) {
        struct listing_cursor after;
        char text[BOOKMARK_SIZE];
        bookmark_write(ring, &places[i], text);
        assert_true(bookmark_read(ring, text, &after));
        assert_int_equal(after.updated_at, places[i].updated_at);
        assert_true(uuid_equal(&after.id, &places[i].id));
    }
}

static void is_the_same_for_the_same_place(void **state)
{
    char text[BOOKMARK_SIZE], again[BOOKMARK_SIZE];

    (void)state;
    bookmark_write(ring, &place, text);
    bookmark_write(ring, &place, again);
    assert_string_equal(text, again);
}

/* Of two places that differ in a bit nothing is the same but by chance. */
static void tells_nothing_of_the_place(void **state)
{
    struct listing_cursor beside = place;
    char text[BOOKMARK_SIZE], other[BOOKMARK_SIZE];
    size_t same = 0;

    (void)state;
    beside.id.bytes[15] ^= 1;
    bookmark_write(ring, &place, text);
    bookmark_write(ring, &beside, other);
    assert_null(strstr(text, "017f80ff"));
    for (size_t i = 0; i < BOOKMARK_SIZE - 1; i++)
        same += text[i] == other[i];
    assert_true(same < (BOOKMARK_SIZE - 1) / 2);
}

static void one_that_was_made_up_is_none(void **state)
{
    struct listing_cursor after;
    char text[BOOKMARK_SIZE];

    (void)state;
    for (size_t i = 0; i < BOOKMARK_SIZE - 1; i++) {
        bookmark_write(ring, &place, text);
        text[i] = text[i] == '0' ? '1' : '0';
        assert_false(bookmark_read(ring, text, &after));
    }
    text[0] = 'G';
    assert_false(bookmark_read(ring, text, &after));
    assert_false(bookmark_read(ring, "00", &after));
    assert_false(bookmark_read(ring, "", &after));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_back_as_it_was),
        cmocka_unit_test(is_the_same_for_the_same_place),
        cmocka_unit_test(tells_nothing_of_the_place),
        cmocka_unit_test(one_that_was_made_up_is_none),
    };

    return cmocka_run_group_tests(tests, open_ring, close_ring);
}
