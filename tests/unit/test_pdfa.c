/* SPDX-License-Identifier: Apache-2.0 */
/* links: letters */
/* What programs of others make of the files is tests/integration/check_letter.py's. */
#include "pdfa.h"
#include "sheet.h"
#include "srgb.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit.h"

enum { FILE_MOST = 4 << 20 };

static const char fonts_dir[] = "/usr/share/fonts/truetype/liberation2";
static const struct pdfa_about about = {"Phiếu & <thử>", "SỞ MỘT", "vi", 1795658400000000};
static const struct pdfa_field field = {"Sở Một", "Ban hành", {300, 100, 500, 250}};

/* fontconfig keeps what it knows of fonts until the process ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}

static struct type_fonts *fonts;

static int open_fonts(void **state)
{
    struct err e;

    (void)state;
    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    return type_fonts_open(&fonts, fonts_dir, &e);
}

static int close_fonts(void **state)
{
    (void)state;
    type_fonts_close(&fonts);
    return 0;
}

static const struct sheet sheet = {
    .language = "vi",
    .unit = "D1",
    .issued_at = 1795658400000000,
    .issuer = "SỞ MỘT",
    .nation = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    .motto = "Độc lập - Tự do - Hạnh phúc",
    .number = "Số: 01/TC-D1",
    .place_date = "Thành phố Nhỏ, ngày 26 tháng 11 năm 2026",
    .title = "PHIẾU TỪ CHỐI",
    .to = "Kính gửi: Ông/Bà Nguyễn Thị Ẵm",
    .body = "Ổ gà.\nTrân trọng./.",
    .signer_title = "GIÁM ĐỐC",
    .signed_by = "Ký số bởi: ",
    .signed_at = "Thời gian ký: ",
    .sign_reason = "Ban hành",
};

static void draw(struct strbuf *out)
{
    const struct sheet_marks marks = {.signer = "Sở Một"};
    struct sheet_result result;
    struct err e;

    assert_int_equal(sheet_set(fonts, &sheet, &marks, out, &result, &e), 0);
    assert_int_equal(result.pages, 1);
    assert_true(result.signature[0] < result.signature[2]);
    assert_true(result.signature[1] < result.signature[3]);
}

static bool has(const struct strbuf *file, const char *words)
{
    return memmem(file->data, file->len, words, strlen(words)) != NULL;
}

static void the_same_sheet_is_the_same_bytes(void **state)
{
    AUTO(strbuf_free) struct strbuf first = STRBUF(FILE_MOST), second = STRBUF(FILE_MOST);

    (void)state;
    draw(&first);
    draw(&second);
    assert_int_equal(first.len, second.len);
    assert_memory_equal(first.data, second.data, first.len);
}

/* Every number of the table of objects leads to "N 0 obj". */
static void expect_good_table(const struct strbuf *file)
{
    const char *start = memmem(file->data, file->len, "startxref\n", 10);
    assert_non_null(start);
    size_t at = strtoul(start + 10, NULL, 10);
    assert_memory_equal(file->data + at, "xref\n0 ", 7);
    size_t count = strtoul(file->data + at + 7, NULL, 10);
    const char *entry = strchr(file->data + at + 7, '\n') + 1;
    for (size_t i = 1; i < count; i++) {
        char wanted[32];
        snprintf(wanted, sizeof(wanted), "%zu 0 obj\n", i);
        size_t object = strtoul(entry + 20 * i, NULL, 10);
        assert_true(object < at);
        assert_memory_equal(file->data + object, wanted, strlen(wanted));
    }
}

static void what_an_archive_wants_is_in_the_file(void **state)
{
    AUTO(strbuf_free) struct strbuf page = STRBUF(FILE_MOST), file = STRBUF(FILE_MOST);
    struct pdfa_hole hole;
    struct err e;

    (void)state;
    draw(&page);
    assert_int_equal(pdfa_make(&page, &about, NULL, &file, &hole, &e), 0);
    assert_int_equal(hole.at, 0);
    expect_good_table(&file);
    assert_true(has(&file, "<pdfaid:part>2</pdfaid:part>"));
    assert_true(has(&file, "Phiếu &amp; &lt;thử>"));
    assert_true(has(&file, "/Title <feff0050006800691ebf0075002000260020003c"));
    assert_true(has(&file, "/CreationDate (D:20261126090000+07'00')"));
    assert_true(has(&file, "/CIDToGIDMap /Identity"));
    assert_true(has(&file, "/S /GTS_PDFA1"));
    assert_true(has(&file, "/ID [ <"));
    assert_false(has(&file, "/AcroForm"));
    assert_false(has(&file, "cairographics"));
}

static void the_spans_are_all_but_the_hole(void **state)
{
    AUTO(strbuf_free) struct strbuf page = STRBUF(FILE_MOST), file = STRBUF(FILE_MOST);
    static const uint8_t cms[] = {0x30, 0x03, 0x02, 0x01, 0x2a};
    struct crypto_piece spans[2];
    struct pdfa_hole hole;
    size_t numbers[4];
    struct err e;

    (void)state;
    draw(&page);
    assert_int_equal(pdfa_make(&page, &about, &field, &file, &hole, &e), 0);
    expect_good_table(&file);
    pdfa_signed_spans(&file, &hole, spans);
    char *range = memmem(file.data, file.len, "/ByteRange [", 12);
    assert_non_null(range);
    char *at = range + 12;
    for (size_t i = 0; i < 4; i++)
        numbers[i] = strtoul(at, &at, 10);
    assert_int_equal(numbers[0], 0);
    assert_int_equal(numbers[1], spans[0].len);
    assert_ptr_equal(file.data + numbers[2], spans[1].data);
    assert_int_equal(numbers[3], spans[1].len);
    assert_int_equal(numbers[2] + numbers[3], file.len);
    assert_int_equal(file.data[numbers[1]], '<');
    assert_int_equal(file.data[numbers[2] - 1], '>');
    assert_int_equal(pdfa_fill(&file, &hole, cms, sizeof(cms), &e), 0);
    assert_memory_equal(file.data + numbers[1], "<300302012a000000", 17);
    expect_good_table(&file);
}

static void a_signature_that_is_too_long_is_refused(void **state)
{
    AUTO(strbuf_free) struct strbuf page = STRBUF(FILE_MOST), file = STRBUF(FILE_MOST);
    static const uint8_t cms[PDFA_CMS_MAX + 1];
    struct pdfa_hole hole;
    struct err e;

    (void)state;
    draw(&page);
    assert_int_equal(pdfa_make(&page, &about, &field, &file, &hole, &e), 0);
    assert_int_equal(pdfa_fill(&file, &hole, cms, PDFA_CMS_MAX, &e), 0);
    assert_true(pdfa_fill(&file, &hole, cms, sizeof(cms), &e) < 0);
}

/* Cut short or changed anywhere near its end, it is refused or still made, never read beyond. */
static void another_programs_file_is_refused(void **state)
{
    AUTO(strbuf_free) struct strbuf page = STRBUF(FILE_MOST);
    struct pdfa_hole hole;
    struct err e;

    (void)state;
    draw(&page);
    for (size_t cut = 1; cut < 2000; cut += 7) {
        AUTO(strbuf_free) struct strbuf shorter = STRBUF(FILE_MOST), file = STRBUF(FILE_MOST);
        strbuf_add(&shorter, page.data, page.len - cut);
        if (cut > 10)
            assert_true(pdfa_make(&shorter, &about, &field, &file, &hole, &e) < 0);
        AUTO(strbuf_free) struct strbuf changed = STRBUF(FILE_MOST), other = STRBUF(FILE_MOST);
        strbuf_add(&changed, page.data, page.len);
        changed.data[page.len - cut] ^= 1;
        if (pdfa_make(&changed, &about, &field, &other, &hole, &e) < 0)
            assert_int_equal(e.kind, ERR_SYSTEM);
    }
}

static void a_file_without_room_is_an_error(void **state)
{
    AUTO(strbuf_free) struct strbuf page = STRBUF(FILE_MOST), file = STRBUF(1000);
    struct pdfa_hole hole;
    struct err e;

    (void)state;
    draw(&page);
    assert_true(pdfa_make(&page, &about, &field, &file, &hole, &e) < 0);
}

static void the_profile_says_how_long_it_is(void **state)
{
    AUTO(strbuf_free) struct strbuf profile = STRBUF(4096);

    (void)state;
    srgb_profile(&profile);
    const uint8_t *bytes = (const uint8_t *)strbuf_text(&profile);
    assert_int_equal((size_t)bytes[2] << 8 | bytes[3], profile.len);
    assert_memory_equal(bytes + 12, "mntrRGB XYZ ", 12);
    assert_memory_equal(bytes + 36, "acsp", 4);
    for (int i = 0; i < bytes[131]; i++) {
        const uint8_t *tag = bytes + 132 + 12 * i;
        size_t at = (size_t)tag[6] << 8 | tag[7], len = (size_t)tag[10] << 8 | tag[11];
        assert_true(at % 4 == 0 && at + len <= profile.len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_sheet_is_the_same_bytes),
        cmocka_unit_test(what_an_archive_wants_is_in_the_file),
        cmocka_unit_test(the_spans_are_all_but_the_hole),
        cmocka_unit_test(a_signature_that_is_too_long_is_refused),
        cmocka_unit_test(another_programs_file_is_refused),
        cmocka_unit_test(a_file_without_room_is_an_error),
        cmocka_unit_test(the_profile_says_how_long_it_is),
    };

    return cmocka_run_group_tests_name("pdfa", tests, open_fonts, close_fonts);
}
