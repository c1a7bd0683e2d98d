/* SPDX-License-Identifier: Apache-2.0 */
/* links: letters */
#include "compose.h"
#include "sheet.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit.h"

static struct catalogue_unit units[] = {
    {.code = "D1",
     .kind = "DEPARTMENT",
     .parent = "UBND",
     .name_vi = "Sở Xây dựng",
     .name_en = "Department of Construction",
     .symbol = "SXD"},
    {.code = "UBND",
     .kind = "OFFICE",
     .name_vi = "Ủy ban nhân dân Thành phố Hồ Chí Minh",
     .name_en = "People's Committee of Ho Chi Minh City",
     .symbol = "UBND"},
    {.code = "W1",
     .kind = "WARD",
     .parent = "UBND",
     .name_vi = "Phường Bến Thành",
     .name_en = "Ben Thanh Ward",
     .symbol = "UBND"},
};
static struct catalogue_service services[] = {
    {.code = "HT01", .name_vi = "Ổ gà", .name_en = "Potholes"}};
static struct catalogue_reason reasons[] = {
    {"apology", "OVERLOAD", "Quá nhiều việc", "Too much work"},
    {"reject", "OUTSIDE", "Ngoài thẩm quyền", "Not ours"},
};
static struct catalogue_template templates[] = {
    {"letter.apology", "vi", "VĂN BẢN XIN LỖI",
     "{{unit}} hẹn {{due_at}}, nay {{new_due_at}}: {{reason}}.\n{{#text}}{{text}}\n{{/text}}Hết."},
    {"letter.receipt", "en", "RECEIPT", "{{unit}} received {{service}} on {{received_on}}."},
    {"letter.refusal", "vi", "PHIẾU TỪ CHỐI", "{{reason}}. {{nothing}}"},
};
static const struct catalogue catalogue = {
    .city_vi = "Thành phố Hồ Chí Minh",
    .city_en = "Ho Chi Minh City",
    .units = units,
    .unit_count = COUNT(units),
    .services = services,
    .service_count = COUNT(services),
    .reasons = reasons,
    .reason_count = COUNT(reasons),
    .templates = templates,
    .template_count = COUNT(templates),
};

static struct letter apology(void)
{
    return (struct letter){
        .form = "apology",
        .unit = "D1",
        .language = "vi",
        .fields =
            "{\"due_at\":1795599000000000,\"new_due_at\":1796205600000000,"
            "\"reason_code\":\"OVERLOAD\",\"text\":\"Mưa.\",\"signer\":\"Trần Văn Mẫu\","
            "\"title_vi\":\"Giám đốc\",\"title_en\":\"Director\"}",
        .register_sign = "PXL",
        .number = 7,
        .issued_at = 1795658400000000,
        .reference = "7K3QX-9MWPD",
        .service = "HT01",
        .received_at = 1794279900000000,
        .due_at = 1795599000000000,
        .name = "Nguyễn Thị Ẵm",
    };
}

static int set_zone(void **state)
{
    (void)state;
    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    return 0;
}

/* The sheet as a renderer reads it; *document holds its texts. */
static struct sheet composed(const struct letter *letter, json_t **document)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(100000);
    struct sheet sheet = {0};
    struct err e;

    if (compose_sheet(&catalogue, letter, &text, &e) < 0 ||
        json_parse(text.data, text.len, document, &e) < 0 ||
        json_read(sheet_fields, *document, true, &sheet, &e) < 0)
        fail_msg("%s", e.text);
    return sheet;
}

static void expect_refused(const struct letter *letter, const char *why)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(100000);
    struct err e;

    assert_true(compose_sheet(&catalogue, letter, &text, &e) < 0);
    if (strstr(e.text, why) == NULL)
        fail_msg("not \"%s\" in \"%s\"", why, e.text);
}

static void an_apology_is_what_its_template_says(void **state)
{
    AUTO(json_release) json_t *document = NULL;
    struct letter letter = apology();

    (void)state;
    struct sheet s = composed(&letter, &document);
    assert_string_equal(s.over, "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HỒ CHÍ MINH");
    assert_string_equal(s.issuer, "SỞ XÂY DỰNG");
    assert_string_equal(s.number, "Số: 07/PXL-SXD");
    assert_string_equal(s.place_date, "Thành phố Hồ Chí Minh, ngày 26 tháng 11 năm 2026");
    assert_string_equal(s.title, "VĂN BẢN XIN LỖI");
    assert_string_equal(s.to, "Kính gửi: Ông/Bà Nguyễn Thị Ẵm");
    assert_string_equal(s.body,
                        "Sở Xây dựng hẹn 16 giờ 30 phút, ngày 25 tháng 11 năm 2026, nay"
                        " 17 giờ 00 phút, ngày 02 tháng 12 năm 2026: Quá nhiều việc.\n"
                        "Mưa.\nHết.");
    assert_string_equal(s.signer_title, "GIÁM ĐỐC");
    assert_string_equal(s.signer_name, "Trần Văn Mẫu");
    assert_string_equal(s.signed_at, "Thời gian ký: 2026-11-26T09:00:00+07:00");
    assert_string_equal(s.sign_reason, "Ban hành văn bản số 07/PXL-SXD");
}

static void a_letter_is_in_one_language(void **state)
{
    AUTO(json_release) json_t *document = NULL;
    struct letter letter = apology();

    (void)state;
    letter.form = "receipt";
    letter.language = "en";
    letter.fields = "{\"signer\":null,\"title_vi\":\"Giám đốc\",\"title_en\":\"\"}";
    struct sheet s = composed(&letter, &document);
    assert_string_equal(s.over, "PEOPLE'S COMMITTEE OF\nHO CHI MINH CITY");
    assert_string_equal(s.body,
                        "Department of Construction received Potholes on 10 November 2026.");
    assert_string_equal(s.place_date, "Ho Chi Minh City, 26 November 2026");
    assert_string_equal(s.to, "To: Nguyễn Thị Ẵm");
    assert_string_equal(s.signer_title, "HEAD OF THE UNIT");
    assert_null(s.signer_name);
}

static void a_ward_speaks_through_its_committee(void **state)
{
    AUTO(json_release) json_t *document = NULL;
    struct letter letter = apology();

    (void)state;
    letter.unit = "W1";
    struct sheet s = composed(&letter, &document);
    assert_null(s.over);
    assert_string_equal(s.issuer, "ỦY BAN NHÂN DÂN\nPHƯỜNG BẾN THÀNH");
    assert_string_equal(s.place_date, "Bến Thành, ngày 26 tháng 11 năm 2026");
    assert_int_equal(strncmp(s.body, "Ủy ban nhân dân Phường Bến Thành hẹn", 36), 0);
}

static void who_has_no_name_is_addressed_by_the_reference(void **state)
{
    AUTO(json_release) json_t *document = NULL;
    struct letter letter = apology();

    (void)state;
    letter.name = NULL;
    struct sheet s = composed(&letter, &document);
    assert_string_equal(s.to, "Kính gửi: Người gửi phản ánh, kiến nghị mã số 7K3QX-9MWPD");
}

static void what_is_wrong_is_named(void **state)
{
    struct letter letter = apology();

    (void)state;
    letter.fields = "{\"reason_code\":\"NONE\"}";
    expect_refused(&letter, "no reason \"NONE\"");
    letter.fields = "{\"due_at\":\"soon\"}";
    expect_refused(&letter, "due_at");
    letter.fields = "[]";
    expect_refused(&letter, "fields");
    letter = apology();
    letter.unit = "NOWHERE";
    expect_refused(&letter, "no unit \"NOWHERE\"");
    letter = apology();
    letter.language = "en";
    expect_refused(&letter, "no template \"letter.apology\" in \"en\"");
    letter.form = "poem";
    expect_refused(&letter, "no form \"poem\"");
    letter = apology();
    letter.form = "refusal";
    letter.fields = "{\"reason_code\":\"OUTSIDE\"}";
    expect_refused(&letter, "letter.refusal");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_apology_is_what_its_template_says),
        cmocka_unit_test(a_letter_is_in_one_language),
        cmocka_unit_test(a_ward_speaks_through_its_committee),
        cmocka_unit_test(who_has_no_name_is_addressed_by_the_reference),
        cmocka_unit_test(what_is_wrong_is_named),
    };

    return cmocka_run_group_tests_name("compose", tests, set_zone, NULL);
}
