/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "attachment.h"
#include "clock.h"
#include "exif.h"
#include "range.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "photos.h"
#include "ring.h"
#include "unit.h"

#define NAME "3f0e1d2c3b4a59687786958473625140112233445566778899aabbccddeeff00.jpg"

static const int64_t now = INT64_C(1795402800000000), hour = INT64_C(3600000000);

static void an_id_tells_what_was_kept(void **state)
{
    const struct attachment photo = {.name = NAME, .bytes = 183204, .width = 1600, .height = 1200};
    struct attachment again;
    char id[ATTACHMENT_ID_SIZE];

    (void)state;
    attachment_id(ring, &photo, now, id);
    assert_true(attachment_id_read(ring, id, now + hour, &again));
    assert_string_equal(again.name, NAME);
    assert_int_equal(again.bytes, 183204);
    assert_int_equal(again.width, 1600);
    assert_int_equal(again.height, 1200);
    assert_false(attachment_id_read(ring, id, now + 21 * hour, &again));
}

static void an_old_id_still_tells_what_was_kept(void **state)
{
    const struct attachment photo = {.name = NAME, .bytes = 183204, .width = 1600, .height = 1200};
    struct attachment again = {0};
    char id[ATTACHMENT_ID_SIZE];

    (void)state;
    attachment_id(ring, &photo, now, id);
    assert_int_equal(attachment_id_judge(ring, id, now + hour, &again), ATTACHMENT_ID_GOOD);
    again = (struct attachment){0};
    assert_int_equal(attachment_id_judge(ring, id, now + 21 * hour, &again), ATTACHMENT_ID_OLD);
    assert_string_equal(again.name, NAME);
    assert_int_equal(again.bytes, 183204);
    assert_int_equal(attachment_id_judge(ring, "x", now, &again), ATTACHMENT_ID_STRANGE);
}

static void an_id_that_was_changed_is_none(void **state)
{
    const struct attachment photo = {.name = NAME, .bytes = 183204, .width = 1600, .height = 1200};
    struct attachment again;
    char id[ATTACHMENT_ID_SIZE + 1];

    (void)state;
    attachment_id(ring, &photo, now, id);
    size_t len = strlen(id);
    for (size_t i = 0; i < len; i++) {
        char was = id[i];
        id[i] = was == '1' ? '2' : '1';
        assert_false(attachment_id_read(ring, id, now, &again));
        id[i] = '\0';
        assert_false(attachment_id_read(ring, id, now, &again));
        id[i] = was;
    }
    id[len] = 'x';
    id[len + 1] = '\0';
    assert_false(attachment_id_read(ring, id, now, &again));
}

static void names_have_a_type(void **state)
{
    static const char *const bad[] = {"", "x.jpg", (NAME "x"), ("../" NAME)};
    enum attachment_type type;
    char name[ATTACHMENT_NAME_SIZE + 20];
    bool thumb;

    (void)state;
    assert_true(attachment_name_read(NAME, &type, &thumb));
    assert_int_equal(type, ATTACHMENT_JPG);
    assert_false(thumb);
    snprintf(name, sizeof(name), "%.64s.thumb.jpg", NAME);
    assert_true(attachment_name_read(name, &type, &thumb));
    assert_true(thumb);
    assert_false(attachment_name_read(name, &type, NULL));
    snprintf(name, sizeof(name), "%.64s.mp3", NAME);
    assert_true(attachment_name_read(name, &type, NULL));
    assert_int_equal(attachment_kind_of(type), ATTACHMENT_SOUND);
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(attachment_name_read(bad[i], &type, &thumb));
}

static void a_photo_and_its_small_picture_have_one_key(void **state)
{
    AUTO(strbuf_free) struct strbuf large = STRBUF(1000);
    AUTO(strbuf_free) struct strbuf small = STRBUF(1000);

    (void)state;
    attachment_link("http://x", ring, NAME, false, &large);
    attachment_link("http://x", ring, NAME, true, &small);
    assert_string_equal(strchr(strbuf_text(&large), '?'), strchr(strbuf_text(&small), '?'));
    assert_non_null(strstr(small.data, ".thumb.jpg?k="));
}

/* ---- ranges ---- */

static void ranges_are_read_as_the_rfc_says(void **state)
{
    static const struct {
        const char *text;
        enum range_kind kind;
        uint64_t first, last;
    } rows[] = {
        {NULL, RANGE_ALL, 0, 0},
        {"bytes=0-0", RANGE_PART, 0, 0},
        {"bytes=0-99", RANGE_PART, 0, 99},
        {"bytes=0-100", RANGE_PART, 0, 99},
        {"bytes=40-", RANGE_PART, 40, 99},
        {"bytes=-10", RANGE_PART, 90, 99},
        {"bytes=-1000", RANGE_PART, 0, 99},
        {"bytes=100-", RANGE_NONE, 0, 0},
        {"bytes=-0", RANGE_NONE, 0, 0},
        {"bytes=5-4", RANGE_ALL, 0, 0},
        {"bytes=0-1,3-4", RANGE_ALL, 0, 0},
        {"bytes=-", RANGE_ALL, 0, 0},
        {"bytes=", RANGE_ALL, 0, 0},
        {"items=0-1", RANGE_ALL, 0, 0},
        {"bytes=99999999999999999999999-", RANGE_ALL, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct range range = {0, 0};
        assert_int_equal(range_read(rows[i].text, 100, &range), rows[i].kind);
        assert_int_equal(range.first, rows[i].first);
        assert_int_equal(range.last, rows[i].last);
    }
}

/* ---- where a photo was taken ---- */

static struct exif read_tiff(unsigned orientation, char ns, char ew)
{
    struct strbuf tiff = photos_tiff(orientation, ns, ew);
    struct exif exif;

    exif_read((struct bytes){(const uint8_t *)tiff.data, tiff.len}, &exif);
    strbuf_free(&tiff);
    return exif;
}

static void a_place_is_read_on_every_side_of_the_globe(void **state)
{
    struct exif exif = read_tiff(6, 'N', 'E');

    (void)state;
    assert_int_equal(exif.orientation, 6);
    assert_true(fabs(exif.lat - 10.77) < 1e-9 && fabs(exif.lon - 106.7) < 1e-9);
    exif = read_tiff(9, 'S', 'W');
    assert_int_equal(exif.orientation, 1);
    assert_true(fabs(exif.lat + 10.77) < 1e-9 && fabs(exif.lon + 106.7) < 1e-9);
}

static void half_a_block_is_no_place(void **state)
{
    struct strbuf tiff = photos_tiff(3, 'N', 'E');

    (void)state;
    for (size_t len = 0; len < tiff.len; len++) {
        struct exif exif;
        exif_read((struct bytes){(const uint8_t *)tiff.data, len}, &exif);
        assert_true(isnan(exif.lat) && isnan(exif.lon));
    }
    strbuf_free(&tiff);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_tells_what_was_kept),
        cmocka_unit_test(an_old_id_still_tells_what_was_kept),
        cmocka_unit_test(an_id_that_was_changed_is_none),
        cmocka_unit_test(names_have_a_type),
        cmocka_unit_test(a_photo_and_its_small_picture_have_one_key),
        cmocka_unit_test(ranges_are_read_as_the_rfc_says),
        cmocka_unit_test(a_place_is_read_on_every_side_of_the_globe),
        cmocka_unit_test(half_a_block_is_no_place),
    };

    return cmocka_run_group_tests_name("attachment", tests, open_ring, close_ring);
}
