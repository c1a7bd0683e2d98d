/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "examine.h"
#include "picture.h"

#include <fcntl.h>
#include <math.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "photos.h"
#include "unit.h"

enum { MB = 1000 * 1000 };

static struct examiner *examiner;

static int open_all(void **state)
{
    struct err e;

    (void)state;
    return examiner_open(&examiner, &e);
}

static int close_all(void **state)
{
    (void)state;
    examiner_close(&examiner);
    return 0;
}

/* The three files of an examination. */
struct desk {
    struct examine_order order;
    struct examine_result result;
};

static int file_of(const struct strbuf *bytes)
{
    int fd = memfd_create("file", MFD_CLOEXEC);

    assert_true(fd >= 0);
    if (bytes != NULL && bytes->len > 0)
        assert_int_equal(write(fd, bytes->data, bytes->len), bytes->len);
    return fd;
}

static void open_desk(struct desk *d, struct strbuf bytes)
{
    *d = (struct desk){.order = {.file = file_of(&bytes),
                                 .photo = file_of(NULL),
                                 .thumb = file_of(NULL),
                                 .place = true,
                                 .max_bytes = {20 * MB, 20 * MB, 20 * MB, 20 * MB},
                                 .limit_ms = 20000,
                                 .memory_bytes = INT64_C(1) << 30}};
    strbuf_free(&bytes);
}

static void close_desk(struct desk *d)
{
    close(d->order.file);
    close(d->order.photo);
    close(d->order.thumb);
}

static enum rule judge(struct desk *d)
{
    struct err e;

    if (examine(examiner, &d->order, &d->result, &e) < 0)
        fail_msg("%s", e.text);
    return d->result.rule;
}

static void expect(struct strbuf bytes, enum rule rule)
{
    struct desk d;

    open_desk(&d, bytes);
    enum rule found = judge(&d);
    close_desk(&d);
    if (found != rule)
        fail_msg("%s instead of %s", found == RULES ? "taken" : rule_name(found),
                 rule == RULES ? "taken" : rule_name(rule));
}

static struct bytes map(int fd)
{
    struct stat about;

    assert_int_equal(fstat(fd, &about), 0);
    assert_true(about.st_size > 0);
    return (struct bytes){mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0),
                          (size_t)about.st_size};
}

/* ---- photos ---- */

static const uint8_t *pixel(const struct picture *p, uint32_t x, uint32_t y)
{
    return p->rgb + ((size_t)y * p->width + x) * 3;
}

static char colour(const struct picture *p, uint32_t x, uint32_t y)
{
    const uint8_t *at = pixel(p, x, y);

    return at[1] > 128 ? 'g' : (at[0] > at[2] ? 'r' : 'b');
}

static void a_photo_is_made_anew_without_metadata(void **state)
{
    struct picture picture;
    struct exif exif;
    enum rule why;
    struct desk d;

    (void)state;
    open_desk(&d, photos_tagged(400, 300, 1));
    assert_int_equal(judge(&d), RULES);
    assert_int_equal(d.result.type, ATTACHMENT_JPG);
    assert_int_equal(d.result.width, 400);
    assert_int_equal(d.result.height, 300);
    assert_true(fabs(d.result.lat - 10.77) < 1e-6 && fabs(d.result.lon - 106.7) < 1e-6);
    struct bytes kept = map(d.order.photo);
    assert_false(bytes_hold(kept, "Exif", 4));
    assert_false(bytes_hold(kept, "Nguyen", 6));
    assert_true(picture_read(kept, PICTURE_JPEG, &picture, &exif, &why));
    assert_int_equal(colour(&picture, 200, 10), 'g');
    assert_int_equal(colour(&picture, 50, 200), 'r');
    assert_int_equal(colour(&picture, 350, 200), 'b');
    picture_free(&picture);
    close_desk(&d);
}

static void its_place_is_only_told_when_it_is_wanted(void **state)
{
    struct desk d;

    (void)state;
    open_desk(&d, photos_tagged(40, 30, 1));
    d.order.place = false;
    assert_int_equal(judge(&d), RULES);
    assert_true(isnan(d.result.lat) && isnan(d.result.lon));
    close_desk(&d);
}

/* Where the stripe is afterwards, by Exif's orientation: top, top, bottom, bottom, left, right,
 * right, left; and which half is at the beginning. */
static void whichever_side_was_up_is_up(void **state)
{
    static const struct {
        uint32_t x, y;
        char first;
    } stripes[] = {{200, 5, 'r'}, {200, 5, 'b'},   {200, 295, 'b'}, {200, 295, 'r'},
                   {5, 200, 'r'}, {295, 200, 'r'}, {295, 200, 'b'}, {5, 200, 'b'}};

    (void)state;
    for (unsigned i = 0; i < COUNT(stripes); i++) {
        struct picture picture;
        struct exif exif;
        enum rule why;
        struct desk d;
        open_desk(&d, photos_tagged(400, 300, i + 1));
        assert_int_equal(judge(&d), RULES);
        assert_int_equal(d.result.width, i < 4 ? 400 : 300);
        assert_true(picture_read(map(d.order.photo), PICTURE_JPEG, &picture, &exif, &why));
        assert_int_equal(colour(&picture, stripes[i].x, stripes[i].y), 'g');
        assert_int_equal(colour(&picture, i < 4 ? 20 : 150, i < 4 ? 150 : 20), stripes[i].first);
        picture_free(&picture);
        close_desk(&d);
    }
}

static void a_large_photo_becomes_smaller_and_has_a_small_picture(void **state)
{
    struct picture picture;
    struct exif exif;
    enum rule why;
    struct desk d;

    (void)state;
    open_desk(&d, photos_jpeg(4000, 3000));
    assert_int_equal(judge(&d), RULES);
    assert_int_equal(d.result.width, 2560);
    assert_int_equal(d.result.height, 1920);
    assert_true(picture_read(map(d.order.thumb), PICTURE_JPEG, &picture, &exif, &why));
    assert_int_equal(picture.width, 480);
    assert_int_equal(picture.height, 360);
    assert_int_equal(colour(&picture, 100, 200), 'r');
    picture_free(&picture);
    close_desk(&d);
}

static void a_screenshot_becomes_a_photo(void **state)
{
    struct desk d;

    (void)state;
    open_desk(&d, photos_png(300, 200));
    assert_int_equal(judge(&d), RULES);
    assert_int_equal(d.result.type, ATTACHMENT_JPG);
    assert_int_equal(d.result.width, 300);
    assert_true(bytes_say(map(d.order.photo), 0, "\xFF\xD8\xFF", 3));
    close_desk(&d);
}

/* ---- what is refused ---- */

static struct strbuf cut(struct strbuf bytes, size_t len)
{
    bytes.len = len;
    return bytes;
}

static struct strbuf joined(struct strbuf bytes, const char *tail, size_t len)
{
    strbuf_add(&bytes, tail, len);
    return bytes;
}

static void a_flood_of_pixels_is_refused_unread(void **state)
{
    struct strbuf jpeg = photos_jpeg(64, 64);

    (void)state;
    expect(photos_flood(60000, 60000), RULE_FILE_PIXELS);
    expect(photos_flood(0x7FFFFFFF, 0x7FFFFFFF), RULE_FILE_PIXELS);
    for (size_t i = 0; i + 9 < jpeg.len; i++)
        if (memcmp(jpeg.data + i, "\xFF\xC0", 2) == 0)
            memcpy(jpeg.data + i + 5, "\xEA\x60\xEA\x60", 4);
    expect(jpeg, RULE_FILE_PIXELS);
}

static void a_file_that_was_cut_off_is_refused(void **state)
{
    struct strbuf jpeg = photos_jpeg(600, 600), png = photos_png(300, 300), mp4 = photos_mp4();
    struct strbuf pdf = photos_pdf("");

    (void)state;
    expect(cut(jpeg, jpeg.len / 2), RULE_FILE_TRUNCATED);
    expect(cut(png, png.len - 20), RULE_FILE_TRUNCATED);
    expect(cut(mp4, mp4.len - 5), RULE_FILE_TRUNCATED);
    expect(cut(pdf, pdf.len - 20), RULE_FILE_TRUNCATED);
    expect(photos_text("", 0), RULE_FILE_EMPTY);
}

static void two_files_in_one_are_refused(void **state)
{
    static const char zip[] = "PK\3\4 something PK\5\6";
    static const char page[] = "<html><script>alert(1)</script>";
    static const char both[] = "PK\5\6..................%%EOF startxref";

    (void)state;
    expect(joined(photos_jpeg(64, 64), zip, sizeof(zip) - 1), RULE_FILE_MIXED);
    expect(joined(photos_jpeg(64, 64), page, sizeof(page) - 1), RULE_FILE_MIXED);
    expect(joined(photos_png(64, 64), zip, sizeof(zip) - 1), RULE_FILE_MIXED);
    expect(joined(photos_pdf(""), both, sizeof(both) - 1), RULE_FILE_MIXED);
    expect(photos_pdf("/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), RULE_FILE_MIXED);
}

/* Phones put a second picture or a short film behind the first. */
static void what_phones_append_is_no_harm_and_goes(void **state)
{
    struct strbuf second = photos_jpeg(32, 32), film = photos_mp4();
    struct desk d;

    (void)state;
    expect(joined(photos_jpeg(64, 64), second.data, second.len), RULES);
    open_desk(&d, joined(photos_jpeg(64, 64), film.data, film.len));
    assert_int_equal(judge(&d), RULES);
    assert_false(bytes_hold(map(d.order.photo), "ftyp", 4));
    close_desk(&d);
    strbuf_free(&second);
    strbuf_free(&film);
}

static void names_and_claims_count_for_nothing(void **state)
{
    static const char svg[] =
        "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\">"
        "<script>alert(1)</script></svg>";
    static const char page[] = "<!DOCTYPE html><html><body><script>alert(1)</script></body></html>";
    static const char elf[] = "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0>\0\1\0\0\0";
    static const char head[] = "\xFF\xD8\xFF\xE0\0\020JFIF\0\1\1\0\0\1\0\1\0\0 and then nothing";

    (void)state;
    expect(photos_text(svg, sizeof(svg) - 1), RULE_FILE_TYPE);
    expect(photos_text(page, sizeof(page) - 1), RULE_FILE_TYPE);
    expect(photos_text(elf, sizeof(elf) - 1), RULE_FILE_TYPE);
    expect(photos_text("GIF89a\1\0\1\0\0\0\0;", 14), RULE_FILE_TYPE);
    expect(photos_text("some words", 10), RULE_FILE_TYPE);
    struct desk d;
    open_desk(&d, photos_text(head, sizeof(head) - 1));
    enum rule rule = judge(&d);
    assert_true(rule == RULE_FILE_DAMAGED || rule == RULE_FILE_TRUNCATED);
    close_desk(&d);
}

static void limits_are_the_kinds(void **state)
{
    struct desk d;

    (void)state;
    open_desk(&d, photos_jpeg(600, 600));
    d.order.max_bytes[ATTACHMENT_PHOTO] = 1000;
    assert_int_equal(judge(&d), RULE_FILE_SIZE);
    d.order.max_bytes[ATTACHMENT_PHOTO] = 0;
    assert_int_equal(judge(&d), RULE_FILE_TYPE);
    close_desk(&d);
}

/* ---- what is kept as it is ---- */

static void a_film_loses_its_place_and_nothing_else(void **state)
{
    struct strbuf before = photos_mp4();
    struct desk d;

    (void)state;
    open_desk(&d, photos_mp4());
    assert_int_equal(judge(&d), RULES);
    assert_int_equal(d.result.type, ATTACHMENT_MP4);
    struct bytes after = map(d.order.file);
    assert_int_equal(after.len, before.len);
    assert_false(bytes_hold(after, "+10.77", 6));
    assert_false(bytes_hold(after, "udta", 4));
    assert_true(bytes_hold(after, "moving pictures", 15));
    close_desk(&d);
    strbuf_free(&before);
}

/* As recorders write it that do not know the length when they begin; what is private there goes
 * too. */
static void a_film_whose_last_box_goes_to_the_end_is_taken(void **state)
{
    static const char *const tails[] = {"\0\0\0\0mdatpictures", "\0\0\0\0uuid+10.77"};
    struct desk d;

    (void)state;
    for (size_t i = 0; i < COUNT(tails); i++) {
        open_desk(&d, joined(photos_mp4(), tails[i], 8 + strlen(tails[i] + 8)));
        assert_int_equal(judge(&d), RULES);
        assert_int_equal(d.result.type, ATTACHMENT_MP4);
        assert_false(bytes_hold(map(d.order.file), "+10.77", 6));
        close_desk(&d);
    }
}

/* Of an animation there is no telling which of its pictures is the photo; it is not damaged. */
static void a_moving_picture_is_no_photo(void **state)
{
    static const char animated[] =
        "RIFF\x1A\0\0\0WEBPVP8X\x0A\0\0\0\x02\0\0\0\x0F\0\0\x0F\0\0"
        "ANIM";
    struct desk d;

    (void)state;
    open_desk(&d, joined(STRBUF(PHOTOS_LIMIT), animated, sizeof(animated) - 1));
    assert_int_equal(judge(&d), RULE_FILE_TYPE);
    close_desk(&d);
}

static void a_document_is_taken(void **state)
{
    struct desk d;

    (void)state;
    open_desk(&d, photos_pdf(""));
    assert_int_equal(judge(&d), RULES);
    assert_int_equal(d.result.type, ATTACHMENT_PDF);
    close_desk(&d);
}

/* ---- the sandbox ---- */

static void who_takes_too_long_is_ended(void **state)
{
    struct desk d;

    (void)state;
    open_desk(&d, photos_jpeg(4000, 4000));
    d.order.limit_ms = 1;
    assert_int_equal(judge(&d), RULE_FILE_DAMAGED);
    close_desk(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_photo_is_made_anew_without_metadata),
        cmocka_unit_test(its_place_is_only_told_when_it_is_wanted),
        cmocka_unit_test(whichever_side_was_up_is_up),
        cmocka_unit_test(a_large_photo_becomes_smaller_and_has_a_small_picture),
        cmocka_unit_test(a_screenshot_becomes_a_photo),
        cmocka_unit_test(a_flood_of_pixels_is_refused_unread),
        cmocka_unit_test(a_file_that_was_cut_off_is_refused),
        cmocka_unit_test(two_files_in_one_are_refused),
        cmocka_unit_test(what_phones_append_is_no_harm_and_goes),
        cmocka_unit_test(names_and_claims_count_for_nothing),
        cmocka_unit_test(limits_are_the_kinds),
        cmocka_unit_test(a_film_loses_its_place_and_nothing_else),
        cmocka_unit_test(a_film_whose_last_box_goes_to_the_end_is_taken),
        cmocka_unit_test(a_moving_picture_is_no_photo),
        cmocka_unit_test(a_document_is_taken),
        cmocka_unit_test(who_takes_too_long_is_ended),
    };

    return cmocka_run_group_tests_name("examine", tests, open_all, close_all);
}
