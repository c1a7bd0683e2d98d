/* SPDX-License-Identifier: Apache-2.0 */
/* The real service on a real database; the test issues letters as the tracker would, and looks at
 * the files with programs of others: qpdf, and poppler's pdftotext, pdfsig and pdftoppm. A picture
 * of each page is left beside the logs. */
#include "bus.h"
#include "child.h"
#include "city.h"
#include "format.h"
#include "issue.h"
#include "messages.h"
#include "must.h"
#include "strbuf.h"
#include "text.h"
#include "text_file.h"
#include "turn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

enum { LARGEST = 4 << 20, WAIT_MS = 60000, BACKLOG_MS = 600000 };

static struct city *city;
static struct crypto_ring *ring;
static char *letters_dir;
static char *nss_dir; /* where pdfsig finds whom it trusts */

/* ---- a city with letters alone ---- */

static void run(const char *const *argv, const char *log)
{
    struct err e;

    if (child_run(&(struct child_settings){.argv = argv, .log = log}, &e) < 0)
        fail_msg("%s", e.text);
}

static void make_trust(void)
{
    AUTO(format_free) char *crt = format_new("%s/var/keys/letters/default.crt.pem", city_dir(city));
    nss_dir = format_new("%s/nss", city_dir(city));
    AUTO(format_free) char *base = format_new("sql:%s", nss_dir);

    assert_int_equal(mkdir(nss_dir, 0700), 0);
    run((const char *[]){"/usr/bin/certutil", "-N", "-d", base, "--empty-password", NULL},
        "/dev/null");
    run((const char *[]){"/usr/bin/certutil", "-A", "-d", base, "-n", "city", "-t", "C,C,C", "-i",
                         crt, NULL},
        "/dev/null");
}

static int open_city(void **state)
{
    static const char *const names[] = {"letters", NULL};
    struct err e = {0};

    (void)state;
    must(city_open_with(&city, names, &e), &e);
    AUTO(format_free) char *keys = format_new("%s/var/keys/contact.keys", city_dir(city));
    must(crypto_open(&e), &e);
    must(crypto_ring_open(&ring, keys, &e), &e);
    letters_dir = format_new("%s/var/letters", city_dir(city));
    make_trust();
    return 0;
}

static int close_city(void **state)
{
    (void)state;
    crypto_ring_close(&ring);
    city_close(&city);
    free(letters_dir);
    free(nss_dir);
    return 0;
}

/* ---- letters and their files ---- */

static const char apology_fields[] =
    "{\"due_at\":1795599000000000,\"new_due_at\":1796205600000000,\"reason_code\":\"OVERLOAD\","
    "\"text\":\"Mưa lớn kéo dài từ ngày 20 tháng 11 làm chậm việc khảo sát hiện trường.\","
    "\"signer\":\"Người Đứng Đầu Một\",\"title_vi\":\"Giám đốc Sở\",\"title_en\":\"Director\"}";

static const struct issue forms[] = {
    {.form = "receipt",
     .fields = "{\"received_at\":1794279900000000,\"due_at\":1795599000000000,"
               "\"signer\":null,\"title_vi\":\"Giám đốc Sở\",\"title_en\":\"Director\"}"},
    {.form = "information",
     .fields = "{\"question\":\"Ổ gà nằm trước số nhà nào? Xin gửi thêm một ảnh chụp.\","
               "\"until\":1796205600000000,\"signer\":\"Người Đứng Đầu Một\","
               "\"title_vi\":\"Giám đốc Sở\",\"title_en\":\"Director\"}"},
    {.form = "refusal",
     .fields = "{\"reason_code\":\"OUTSIDE\",\"text\":\"Đoạn đường này do tỉnh khác quản lý.\","
               "\"signer\":\"Người Đứng Đầu Một\",\"title_vi\":\"KT. Giám đốc\\nPhó Giám đốc\","
               "\"title_en\":\"For the Director\\nDeputy Director\"}"},
    {.form = "apology", .fields = apology_fields},
};

static struct issue with(struct issue issue, const char *language, const char *name)
{
    issue.language = language;
    issue.name = name;
    issue.unit = issue.unit != NULL ? issue.unit : "D1";
    issue.service = "LIGHT";
    return issue;
}

static struct uuid issue_one(const struct issue *issue)
{
    struct uuid id;

    issue_letters(city_cluster(city), ring, issue, 1, &id);
    return id;
}

static void wait_for_file(const struct uuid *letter)
{
    char id[UUID_TEXT_SIZE];
    AUTO(format_free)
    char *sql = format_new("SELECT EXISTS (SELECT FROM letter_files WHERE letter = '%s')",
                           uuid_text(letter, id));

    city_wait_until(city, sql, WAIT_MS);
}

static char *rendered(const struct issue *issue)
{
    struct uuid id = issue_one(issue);

    wait_for_file(&id);
    char *path = issue_file(city_cluster(city), letters_dir, &id);
    assert_non_null(path);
    return path;
}

/* The row is there a moment before the service has counted it. */
static void wait_for_metric(const struct process *p, const char *name, double value)
{
    for (int i = 0; i < WAIT_MS / 10 && process_metric(p, name) != value; i++)
        poll(NULL, 0, 10);
    assert_true(process_metric(p, name) == value);
}

/* The letter's words with one space between them, so that lines do not matter. */
static char *text_of(const char *path)
{
    AUTO(format_free) char *output = format_new("%s/text", city_dir(city));
    AUTO(strbuf_free) struct strbuf text = STRBUF(LARGEST);
    char *words = calloc(1, LARGEST), *at = words;

    run((const char *[]){"/usr/bin/pdftotext", path, output, NULL}, NULL);
    text_file_read(output, &text);
    for (const char *c = strbuf_text(&text); *c != '\0'; c++) {
        bool space = strchr(" \n\f\r", *c) != NULL;
        if (!space || (at > words && at[-1] != ' '))
            *at++ = space ? ' ' : *c;
    }
    return words;
}

static void expect_words(const char *path, const char *const *wanted)
{
    AUTO(format_free) char *text = text_of(path);

    for (; *wanted != NULL; wanted++)
        if (strstr(text, *wanted) == NULL)
            fail_msg("not in the letter: \"%s\"\nbut:\n%s", *wanted, text);
}

static void check_archive(const char *path, const char *how)
{
    run((const char *[]){"/usr/bin/python3", SOURCE_DIR "/tests/integration/check_letter.py", path,
                         how, NULL},
        NULL);
}

/* What pdfsig says of the file. */
static char *signature_of(const char *path)
{
    AUTO(format_free) char *log = format_new("%s/pdfsig", city_dir(city));
    AUTO(strbuf_free) struct strbuf said = STRBUF(LARGEST);

    unlink(log);
    run((const char *[]){"/usr/bin/pdfsig", "-nssdir", nss_dir, path, NULL}, log);
    text_file_read(log, &said);
    return format_new("%s", strbuf_text(&said));
}

static void take_picture(const char *path, const char *name)
{
    AUTO(format_free)
    char *picture = format_new(TEST_LOG_DIR "/%s/%s", program_invocation_short_name, name);

    run((const char *[]){"/usr/bin/pdftoppm", "-r", "80", "-png", path, picture, NULL}, NULL);
}

/* ---- what they look like ---- */

/* All that each says besides its head, letter for letter: in the order of forms, Vietnamese and
 * English. */
static const char *const words_of_forms[][6] = {
    {"GIẤY TIẾP NHẬN VÀ HẸN TRẢ KẾT QUẢ Kính gửi: Ông/Bà Nguyễn Thị Ẵm Ỷ Lệ Sở Một đã tiếp nhận "
     "nội "
     "dung của ông/bà Nguyễn Thị Ẵm Ỷ Lệ gửi qua Hệ thống tiếp nhận phản ánh, kiến nghị: Mã tra "
     "cứu: ",
     "Lĩnh vực: Đèn đường không sáng. Thời gian nhận: 10 giờ 05 phút, ngày 10 tháng 11 năm 2026. "
     "Thời gian trả kết quả: 16 giờ 30 phút, ngày 25 tháng 11 năm 2026. Ông/bà theo dõi việc xử lý "
     "bằng mã tra cứu nêu trên. Nếu chưa rõ, xin liên hệ Sở Một để được hướng dẫn. Trân trọng./."},
    {"RECEIPT AND APPOINTMENT To: Nguyễn Thị Ẵm Ỷ Lệ Department One has received what Nguyễn Thị "
     "Ẵm Ỷ "
     "Lệ sent through the system for reports and suggestions: Reference: ",
     "Subject: Street light out. Received: 10:05 on 10 November 2026. Result promised by: 16:30 on "
     "25 "
     "November 2026. You can follow the handling with the reference above. Department One will "
     "gladly "
     "answer questions. Yours faithfully,"},
    {"PHIẾU YÊU CẦU BỔ SUNG THÔNG TIN", "thuộc lĩnh vực Đèn đường không sáng.",
     "Để có cơ sở giải quyết, đề nghị ông/bà bổ sung: Ổ gà nằm trước số nhà nào? Xin gửi thêm một "
     "ảnh "
     "chụp. Thời gian bổ sung: trước 17 giờ 00 phút, ngày 02 tháng 12 năm 2026. Thời hạn giải "
     "quyết "
     "tạm dừng từ ngày ra phiếu này và được tính tiếp khi nhận được thông tin bổ sung. Quá thời "
     "gian "
     "nêu trên mà chưa có thông tin, hồ sơ được kết thúc; ông/bà có thể gửi lại khi đủ thông tin. "
     "Trân "
     "trọng./."},
    {"REQUEST FOR INFORMATION", "about Street light out.",
     "In order to handle it we need to know: Ổ gà nằm trước số nhà nào? Xin gửi thêm một ảnh chụp. "
     "Please answer before 17:00 on 2 December 2026. The time limit stands still from the date of "
     "this "
     "letter and goes on when your answer arrives. Without an answer the case is closed at that "
     "time; "
     "you can send it again when you have the information. Yours faithfully,"},
    {"PHIẾU TỪ CHỐI TIẾP NHẬN, GIẢI QUYẾT",
     "Qua xem xét, Sở Một không tiếp nhận, giải quyết nội dung trên. Lý do: Không thuộc thẩm quyền "
     "của "
     "Thành phố. Đoạn đường này do tỉnh khác quản lý. Nếu không đồng ý, ông/bà có quyền kiến nghị, "
     "khiếu nại theo quy định của pháp luật. Trân trọng./.",
     "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"},
    {"REFUSAL",
     "After examination Department One does not take up this matter. Reason: Not within the "
     "authority "
     "of the city. Đoạn đường này do tỉnh khác quản lý. If you disagree you have the right to "
     "object "
     "as the law provides. Yours faithfully,",
     "FOR THE DIRECTOR", "DEPUTY DIRECTOR"},
    {"PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ",
     "Thời gian hẹn trả kết quả: 16 giờ 30 phút, ngày 25 tháng 11 năm 2026. Sở Một không trả "
     "được "
     "kết quả đúng thời gian đã hẹn. Lý do: Số lượng việc tăng cao, nhân sự chưa đáp ứng. Mưa lớn "
     "kéo "
     "dài từ ngày 20 tháng 11 làm chậm việc khảo sát hiện trường. Sự chậm trễ này gây phiền hà, "
     "tốn "
     "kém chi phí, công sức cho ông/bà. Sở Một xin lỗi ông/bà và hẹn lại thời gian trả kết quả: 17 "
     "giờ "
     "00 phút, ngày 02 tháng 12 năm 2026. Rất mong ông/bà thông cảm. Trân trọng./."},
    {"APOLOGY AND NEW DATE",
     "Department One is unable to give you the result by that time. Reason: More work than the "
     "staff could handle. Mưa lớn kéo dài từ ngày 20 tháng 11 làm chậm việc khảo sát hiện trường. "
     "This "
     "delay costs you time, effort and expense. Department One apologises to you and promises "
     "the "
     "result by 17:00 on 2 December 2026. We ask for your understanding. Yours faithfully,"},
};

static void every_form_is_a_signed_letter_in_both_languages(void **state)
{
    static const char *const languages[] = {"vi", "en"};

    (void)state;
    for (size_t i = 0; i < 2 * COUNT(forms); i++) {
        const char *language = languages[i % 2];
        struct issue issue = with(forms[i / 2], language, "Nguyễn Thị Ẵm Ỷ Lệ");
        AUTO(format_free) char *path = rendered(&issue);
        AUTO(format_free) char *picture = format_new("%s-%s", issue.form, language);
        AUTO(format_free) char *said = signature_of(path);
        take_picture(path, picture);
        check_archive(path, "signed");
        assert_non_null(strstr(said, "Signature is Valid."));
        assert_non_null(strstr(said, "Certificate is Trusted."));
        assert_non_null(strstr(said, "Total document signed"));
        expect_words(path, (const char *[]){"Nguyễn Thị Ẵm Ỷ Lệ", NULL});
        expect_words(path, words_of_forms[i]);
    }
}

static void an_apology_says_what_the_law_wants(void **state)
{
    struct issue issue = with(forms[3], "vi", "Trần Văn Ổn");

    (void)state;
    AUTO(format_free) char *path = rendered(&issue);
    expect_words(path,
                 (const char *[]){"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                                  "Độc lập - Tự do - Hạnh phúc", "SỞ MỘT", "/PXL-D1",
                                  "ngày 26 tháng 11 năm 2026", "Kính gửi: Ông/Bà Trần Văn Ổn",
                                  "16 giờ 30 phút, ngày 25 tháng 11 năm 2026",
                                  "17 giờ 00 phút, ngày 02 tháng 12 năm 2026",
                                  "Số lượng việc tăng cao, nhân sự chưa đáp ứng", "Mưa lớn kéo dài",
                                  "Nơi nhận:", "GIÁM ĐỐC SỞ", "Người Đứng Đầu Một",
                                  "Thời gian ký: 2026-11-26T09:00:00+07:00", NULL});
}

/* Every letter that Vietnamese has, in both cases, and some in the bold of names and titles. */
static void every_vietnamese_letter_comes_back(void **state)
{
    static const char letters[] =
        "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐ ÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊ ÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢ ÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ "
        "àáảãạăằắẳẵặâầấẩẫậđ èéẻẽẹêềếểễệìíỉĩị òóỏõọôồốổỗộơờớởỡợ ùúủũụưừứửữựỳýỷỹỵ";
    AUTO(format_free)
    char *fields = format_new(
        "{\"question\":\"%s\",\"until\":1796205600000000,\"signer\":"
        "\"ẴẪỖỄ ỊỆỘ\",\"title_vi\":\"Ẵm ẵm ỗ ễ\",\"title_en\":\"\"}",
        letters);
    struct issue issue = {.form = "information", .fields = fields};

    (void)state;
    issue =
        with(issue, "vi", "Công Tằng Tôn Nữ Ẵm Ỷ Ửng Ngọc Quỳnh Như Hoàng Phi Yến Nguyễn Phước");
    AUTO(format_free) char *path = rendered(&issue);
    AUTO(format_free) char *text = text_of(path);
    char *nfc = text_nfc(text, strlen(text));
    assert_non_null(nfc);
    assert_string_equal(nfc, text); /* it was NFC already */
    free(nfc);
    take_picture(path, "every-letter");
    expect_words(path, (const char *[]){letters, issue.name, "ẴẪỖỄ ỊỆỘ", "ẴM ẴM Ỗ Ễ", NULL});
}

static void a_long_reason_flows_over_pages(void **state)
{
    static const char paragraph[] =
        "Qua kiểm tra hiện trường, đơn vị nhận thấy nội dung phản ánh liên quan đến nhiều cơ quan, "
        "cần thời gian phối hợp, lấy ý kiến và thống nhất phương án xử lý trước khi trả lời "
        "ông/bà. ";
    AUTO(strbuf_free) struct strbuf fields = STRBUF(40000);

    (void)state;
    strbuf_addf(&fields, "{\"reason_code\":\"OUTSIDE\",\"text\":\"");
    for (int i = 1; i <= 30; i++)
        strbuf_addf(&fields, "Điểm %d. %s%s", i, paragraph, i % 3 == 0 ? "\\n" : "");
    strbuf_addf(&fields, "\",\"signer\":null,\"title_vi\":\"Giám đốc\",\"title_en\":\"Director\"}");
    struct issue issue = {.form = "refusal", .fields = strbuf_text(&fields)};
    issue = with(issue, "vi", "Lê Thị Bốn");
    AUTO(format_free) char *path = rendered(&issue);
    take_picture(path, "long");
    check_archive(path, "signed");
    expect_words(path, (const char *[]){"Điểm 1.", "Điểm 15.", "Điểm 30.", "GIÁM ĐỐC", NULL});
    assert_string_equal(
        cluster_query(city_cluster(city), "SELECT max(pages) BETWEEN 3 AND 6 FROM letter_files"),
        "t");
}

static void a_name_that_is_hidden_is_not_on_it(void **state)
{
    struct issue hidden = with(forms[3], "vi", "Tên Phải Giấu"),
                 nobody = with(forms[3], "vi", NULL),
                 denounced = with(forms[3], "vi", "Tên Phải Giấu");

    (void)state;
    hidden.hide_name = true;
    denounced.kind = "denunciation";
    const struct issue *const issues[] = {&hidden, &nobody, &denounced};
    for (size_t i = 0; i < COUNT(issues); i++) {
        AUTO(format_free) char *path = rendered(issues[i]);
        AUTO(format_free) char *text = text_of(path);
        assert_null(strstr(text, "Giấu"));
        assert_non_null(strstr(text, "Kính gửi: Người gửi phản ánh, kiến nghị mã số "));
    }
}

static void a_wards_committee_writes_from_the_ward(void **state)
{
    struct issue issue = forms[2];

    (void)state;
    issue.unit = "W1";
    issue = with(issue, "vi", "Phạm Văn Năm");
    AUTO(format_free) char *path = rendered(&issue);
    take_picture(path, "ward");
    expect_words(path, (const char *[]){"ỦY BAN NHÂN DÂN PHƯỜNG MỘT", "Một, ngày 26 tháng 11",
                                        "PHÓ GIÁM ĐỐC", NULL});
}

/* ---- signatures ---- */

static void one_changed_byte_breaks_the_signature(void **state)
{
    struct issue issue = with(forms[3], "vi", "Võ Thị Sáu");
    AUTO(strbuf_free) struct strbuf file = STRBUF(LARGEST);
    AUTO(format_free) char *forged = format_new("%s/forged.pdf", city_dir(city));

    (void)state;
    AUTO(format_free) char *path = rendered(&issue);
    text_file_read(path, &file);
    char *place = memmem(file.data, file.len, "/Lang (vi)", 10);
    assert_non_null(place);
    place[8] ^= 1;
    FILE *out = fopen(forged, "we");
    assert_non_null(out);
    assert_int_equal(fwrite(file.data, 1, file.len, out), file.len);
    assert_int_equal(fclose(out), 0);
    AUTO(format_free) char *said = signature_of(forged);
    assert_null(strstr(said, "Signature is Valid."));
    assert_non_null(strstr(said, "Digest Mismatch."));
}

static void a_unit_signs_with_its_own_key_and_seal(void **state)
{
    struct issue issue = forms[1];
    struct err e;

    (void)state;
    issue.unit = "W2";
    issue = with(issue, "vi", "Đỗ Văn Bảy");
    AUTO(format_free) char *seal = format_new("%s/var/keys/letters/W2.seal.png", city_dir(city));
    run((const char *[]){"/bin/cp", SOURCE_DIR "/tests/integration/seal.png", seal, NULL}, NULL);
    assert_int_equal(city_ctl(city, (const char *[]){"keys", "letters", "W2", NULL}, &e), 0);
    AUTO(format_free) char *path = rendered(&issue);
    AUTO(format_free) char *said = signature_of(path);
    take_picture(path, "seal");
    check_archive(path, "signed");
    assert_non_null(strstr(said, "Signature is Valid."));
    assert_non_null(strstr(said, "Common Name: Phường Hai"));
    assert_string_equal(cluster_query(city_cluster(city),
                                      "SELECT count(*) FROM letter_files"
                                      " WHERE signed_by = 'CN=Phường Hai'"),
                        "1");
    assert_true(city_ctl(city, (const char *[]){"keys", "letters", "W2", NULL}, &e) < 0);
}

static void without_a_key_it_is_kept_unsigned(void **state)
{
    struct issue issue = with(forms[0], "vi", "Bùi Thị Tám");
    AUTO(format_free) char *key = format_new("%s/var/keys/letters/default.key.pem", city_dir(city));
    AUTO(format_free) char *away = format_new("%s.away", key);

    (void)state;
    assert_int_equal(rename(key, away), 0);
    AUTO(format_free) char *path = rendered(&issue);
    assert_int_equal(rename(away, key), 0);
    check_archive(path, "unsigned");
    AUTO(format_free) char *text = text_of(path);
    assert_null(strstr(text, "Ký số"));
    wait_for_metric(city_service(city, "letters"), "dunghen_letters_unsigned_total", 1);
}

/* ---- how it works ---- */

static void the_same_letter_has_the_same_bytes(void **state)
{
    struct issue issue = with(forms[3], "vi", "Hồ Văn Chín");
    struct uuid id = issue_one(&issue);
    char text[UUID_TEXT_SIZE];

    (void)state;
    wait_for_file(&id);
    AUTO(format_free) char *first = issue_file(city_cluster(city), letters_dir, &id);
    AUTO(format_free)
    char *sql = format_new("DELETE FROM letter_files WHERE letter = '%s'", uuid_text(&id, text));
    cluster_query(city_cluster(city), sql);
    process_kill(city_service(city, "letters"));
    struct err e;
    assert_int_equal(process_again(city_service(city, "letters"), &e), 0);
    wait_for_file(&id);
    AUTO(format_free) char *second = issue_file(city_cluster(city), letters_dir, &id);
    assert_string_equal(first, second);
}

static void a_letter_that_cannot_be_made_is_in_nobodys_way(void **state)
{
    struct issue bad = with(forms[3], "vi", "Lý Thị Mười"), good = bad;
    struct process *letters = city_service(city, "letters");
    char id[UUID_TEXT_SIZE];

    (void)state;
    bad.fields =
        "{\"due_at\":1795599000000000,\"new_due_at\":1796205600000000,"
        "\"reason_code\":\"NO_SUCH\",\"signer\":null,\"title_vi\":\"\",\"title_en\":\"\"}";
    struct uuid stuck = issue_one(&bad);
    free(rendered(&good));
    assert_null(issue_file(city_cluster(city), letters_dir, &stuck));
    assert_true(process_metric(letters, "dunghen_letters_failures_total") >= 1);
    wait_for_metric(letters, "dunghen_letters_failing", 1);
    AUTO(format_free)
    char *sql = format_new("UPDATE letters SET fields = $f$%s$f$ WHERE id = '%s'", apology_fields,
                           uuid_text(&stuck, id));
    cluster_query(city_cluster(city), sql);
    wait_for_file(&stuck);
    wait_for_metric(letters, "dunghen_letters_failing", 0);
}

static void a_standby_takes_over(void **state)
{
    struct issue issue = with(forms[0], "vi", "Mai Văn Mốt");
    const struct process_settings settings = {"dunghen-letters", "standby", city_env(city),
                                              city_dir(city)};
    struct process *standby = NULL;
    struct err e;

    (void)state;
    if (process_start(&standby, &settings, &e) < 0 || process_wait_ready(standby, &e) < 0)
        fail_msg("%s", e.text);
    AUTO(format_free) char *first = rendered(&issue);
    process_kill(city_service(city, "letters"));
    AUTO(format_free) char *second = rendered(&issue);
    assert_string_not_equal(first, second);
    wait_for_metric(standby, "dunghen_letters_rendered_total", 1);
    process_close(&standby);
    assert_int_equal(process_again(city_service(city, "letters"), &e), 0);
    assert_int_equal(process_wait_ready(city_service(city, "letters"), &e), 0);
}

/* More than it keeps in memory: the table has the others until there is room. */
static void a_long_backlog_is_worked_off(void **state)
{
    enum { MANY = 250 };
    struct process *letters = city_service(city, "letters");
    struct issue issue = with(forms[0], "vi", "Trần Văn Ổn");
    struct uuid ids[MANY];
    struct err e;

    (void)state;
    AUTO(format_free)
    char *sql = format_new("SELECT count(*) = %d + %s FROM letter_files", MANY,
                           cluster_query(city_cluster(city), "SELECT count(*) FROM letter_files"));
    process_kill(letters);
    issue_letters(city_cluster(city), ring, &issue, MANY, ids);
    assert_int_equal(process_again(letters, &e), 0);
    assert_int_equal(process_wait_ready(letters, &e), 0);
    city_wait_until(city, sql, BACKLOG_MS);
}

static void leftovers_of_a_crash_are_removed(void **state)
{
    AUTO(format_free) char *leftover = format_new("%s/tmp/half-a-letter", letters_dir);
    struct process *letters = city_service(city, "letters");
    struct issue issue = with(forms[0], "vi", "Ngô Thị Hai");
    struct err e;

    (void)state;
    process_kill(letters);
    int fd = open(leftover, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(process_again(letters, &e), 0);
    free(rendered(&issue));
    assert_true(access(leftover, F_OK) < 0 && errno == ENOENT);
}

/* ---- many of them ---- */

static void start_again(void)
{
    struct process *letters = city_service(city, "letters");
    struct err e;

    process_kill(letters);
    if (process_again(letters, &e) < 0 || process_wait_ready(letters, &e) < 0)
        fail_msg("%s", e.text);
}

/* So many apologies of one unit, issued now; each reads what the one letter says but for its
 * reason. */
static void issue_copies(const struct uuid *letter, const char *sign, const char *reason, int count)
{
    char id[UUID_TEXT_SIZE];
    AUTO(format_free)
    char *sql = format_new(
        "INSERT INTO letters SELECT gen_random_uuid(), case_id, form, unit,"
        " language, replace(fields::text, 'OVERLOAD', '%s')::json, drafted_at,"
        " '%s', year, n, issued_at,"
        " (SELECT max(issued_seq) FROM letters) + n"
        " FROM letters, generate_series(1, %d) AS n WHERE id = '%s'",
        reason, sign, count, uuid_text(letter, id));

    cluster_query(city_cluster(city), sql);
}

/* How often the letters were looked up by the order of their issue, once the service's session has
 * ended and been counted. */
static long lookups(void)
{
    struct err e;

    if (process_stop(city_service(city, "letters"), &e) < 0)
        fail_msg("%s", e.text);
    city_wait_until(city,
                    "SELECT NOT EXISTS (SELECT FROM pg_stat_activity"
                    " WHERE usename = 'dunghen_letters')",
                    WAIT_MS);
    long count = strtol(cluster_query(city_cluster(city),
                                      "SELECT idx_scan FROM pg_stat_user_indexes"
                                      " WHERE indexrelname = 'letters_issued'"),
                        NULL, 10);
    start_again();
    return count;
}

/* A letter that lies far behind is found all the same. */
static void letters_that_have_their_files_are_passed_over_by_the_thousand(void **state)
{
    enum { MANY = 25000, LOOKUPS = 100 };
    struct issue issue = with(forms[3], "vi", "Đỗ Thị Năm");
    struct uuid old = issue_one(&issue);
    char id[UUID_TEXT_SIZE];

    (void)state;
    wait_for_file(&old);
    AUTO(format_free)
    char *file_all = format_new(
        "WITH filed AS (INSERT INTO letter_files SELECT l.id, f.hash, f.bytes,"
        " f.pages, f.signed_by, f.rendered_at FROM letters AS l,"
        " letter_files AS f WHERE f.letter = '%s' AND l.register = 'OLD')"
        " DELETE FROM letter_files WHERE letter = '%s'",
        uuid_text(&old, id), id);
    process_kill(city_service(city, "letters"));
    issue_copies(&old, "OLD", "OVERLOAD", MANY);
    cluster_query(city_cluster(city), file_all);
    start_again();
    long before = lookups();
    free(rendered(&issue));
    wait_for_file(&old);
    assert_true(lookups() - before < LOOKUPS);
    cluster_query(city_cluster(city),
                  "WITH gone AS (DELETE FROM letters WHERE register = 'OLD' RETURNING id)"
                  " DELETE FROM letter_files WHERE letter IN (SELECT id FROM gone)");
}

static void wait_for_failures(double least)
{
    const struct process *letters = city_service(city, "letters");

    for (int i = 0; i < WAIT_MS / 10; i++, poll(NULL, 0, 10))
        if (process_metric(letters, "dunghen_letters_failures_total") >= least)
            return;
    fail_msg("it has not tried all");
}

static void however_many_fail_others_are_made(void **state)
{
    enum { MANY = 10100 };
    struct issue issue = with(forms[3], "vi", "Đỗ Thị Sáu");
    struct uuid model = issue_one(&issue);

    (void)state;
    wait_for_file(&model);
    start_again();
    issue_copies(&model, "BAD", "NO_SUCH", MANY);
    wait_for_failures(MANY);
    free(rendered(&issue));
    cluster_query(city_cluster(city), "DELETE FROM letters WHERE register = 'BAD'");
    start_again();
}

/* ---- asked over the bus ---- */

struct asker {
    struct loop *loop;
    struct turn turn;
    struct bus *bus;
    struct bus_client *client;
    char *endpoint;
    int answers;
    struct err refusal;
    char hash[65];
};

static void on_answer(void *ctx, const struct bus_message *answer, const struct err *e)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct letter_file file = {0};
    struct asker *a = ctx;

    if (e != NULL)
        fail_msg("%s", e->text);
    for (int i = 1; i < answer->count; i++, a->answers++)
        if (answer_read(letter_file_fields, bus_data(answer, i), bus_len(answer, i), &store, &file,
                        &a->refusal) == 0)
            snprintf(a->hash, sizeof(a->hash), "%s", file.hash);
}

static void open_asker(struct asker *a)
{
    struct err e;

    *a = (struct asker){.endpoint = format_new("ipc://%s/var/run/letters.ipc", city_dir(city))};
    assert_int_equal(loop_open(&a->loop, &e), 0);
    turn_open(&a->turn, a->loop);
    assert_int_equal(bus_open(&a->bus, a->loop, &e), 0);
    const struct bus_client_settings settings = {
        .endpoint = a->endpoint, .again_us = 1000000, .expire_us = 9000000, .max_calls = 4};
    assert_int_equal(bus_connect(&a->client, a->bus, &settings, &e), 0);
}

static void close_asker(struct asker *a)
{
    bus_client_close(&a->client);
    bus_close(&a->bus);
    loop_close(&a->loop);
    free(a->endpoint);
}

static bool has_two_answers(void *ctx)
{
    return ((struct asker *)ctx)->answers == 2;
}

static void add_wish(struct bus_message *m, const struct uuid *letter)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(200);

    json_write(letter_render_fields, &(struct letter_render){*letter}, &text);
    bus_add(m, text.data, text.len);
}

static void who_asks_gets_the_file_or_the_reason(void **state)
{
    AUTO(close_asker) struct asker a;
    AUTO(bus_message_free) struct bus_message m = {0};
    struct issue issue = with(forms[2], "en", "Smith & <Wesson>");
    struct uuid id = issue_one(&issue), unknown = uuid_new();
    struct err e;

    (void)state;
    open_asker(&a);
    bus_add(&m, TOPIC_RENDER, strlen(TOPIC_RENDER));
    add_wish(&m, &id);
    add_wish(&m, &unknown);
    assert_int_equal(bus_call(a.client, &m, on_answer, &a, &e), 0);
    assert_true(turn_until(&a.turn, has_two_answers, &a));
    assert_int_equal(a.refusal.kind, ERR_CONFLICT);
    AUTO(format_free) char *path = issue_file(city_cluster(city), letters_dir, &id);
    assert_non_null(path);
    AUTO(format_free) char *asked = format_new("%s/%.2s/%s.pdf", letters_dir, a.hash, a.hash + 2);
    assert_string_equal(path, asked);
    expect_words(path, (const char *[]){"To: Smith & <Wesson>", NULL});
}

static void ignore_request(void *ctx, const struct bus_address *from, struct bus_message *m)
{
    (void)ctx;
    (void)from;
    (void)m;
}

static void opens_its_endpoint_when_another_lets_go_of_it(void **state)
{
    const char *env[64];
    AUTO(close_asker) struct asker a;
    struct bus_server *occupant = NULL;
    struct process *letters = NULL;
    size_t count = 0;
    struct err e;

    (void)state;
    open_asker(&a);
    AUTO(format_free) char *endpoint = format_new("tcp://127.0.0.1:%u", process_free_port());
    AUTO(format_free) char *setting = format_new("DUNGHEN_LETTERS_ENDPOINT=%s", endpoint);
    for (const char *const *one = city_env(city); *one != NULL && count < COUNT(env) - 2; one++)
        env[count++] = *one;
    env[count++] = setting;
    env[count] = NULL;
    const struct process_settings settings = {"dunghen-letters", "letters-late", env,
                                              city_dir(city)};
    process_kill(city_service(city, "letters"));
    assert_int_equal(bus_serve(&occupant, a.bus, endpoint, ignore_request, NULL, &e), 0);
    assert_int_equal(process_start(&letters, &settings, &e), 0);
    if (process_wait_says(letters, "its endpoint is not open", &e) < 0)
        fail_msg("%s", e.text);
    bus_server_close(&occupant);
    if (process_wait_ready(letters, &e) < 0)
        fail_msg("%s", e.text);
    process_close(&letters);
    start_again();
}

/* ---- the operator's hand ---- */

static void the_operator_sees_letters_and_gets_their_files(void **state)
{
    AUTO(strbuf_free) struct strbuf list = STRBUF(LARGEST);
    AUTO(strbuf_free) struct strbuf shown = STRBUF(LARGEST);
    AUTO(strbuf_free) struct strbuf file = STRBUF(LARGEST);
    AUTO(strbuf_free) struct strbuf said = STRBUF(LARGEST);
    struct issue issue = with(forms[3], "vi", "Tạ Văn Ba");
    struct uuid id = issue_one(&issue);
    char text[UUID_TEXT_SIZE];

    (void)state;
    wait_for_file(&id);
    AUTO(format_free)
    char *sql = format_new(
        "SELECT reference FROM cases, letters AS l"
        " WHERE cases.id = case_id AND l.id = '%s'",
        uuid_text(&id, text));
    AUTO(format_free) char *reference = format_new("%s", cluster_query(city_cluster(city), sql));
    assert_true(city_says(city, (const char *const[]){"letter", "list", reference, NULL}, &list));
    assert_non_null(strstr(strbuf_text(&list), text));
    assert_non_null(strstr(strbuf_text(&list),
                           "/PXL of D1, 2026-11-26T09:00:00+07:00, 1 page, "
                           "signed by CN=Đúng Hẹn (tự ký)"));
    AUTO(format_free) char *path = issue_file(city_cluster(city), letters_dir, &id);
    text_file_read(path, &file);
    assert_true(city_says(city, (const char *const[]){"letter", "show", text, NULL}, &shown));
    assert_int_equal(shown.len, file.len);
    assert_memory_equal(shown.data, file.data, file.len);
    FILE *forged = fopen(path, "ae");
    assert_non_null(forged);
    fputc(' ', forged);
    fclose(forged);
    assert_false(city_says(city, (const char *const[]){"letter", "show", text, NULL}, &said));
    assert_non_null(strstr(strbuf_text(&said), "its hash differs"));
}

static void stops_when_told_to(void **state)
{
    struct err e;

    (void)state;
    if (process_stop(city_service(city, "letters"), &e) < 0)
        fail_msg("%s", e.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_a_signed_letter_in_both_languages),
        cmocka_unit_test(an_apology_says_what_the_law_wants),
        cmocka_unit_test(every_vietnamese_letter_comes_back),
        cmocka_unit_test(a_long_reason_flows_over_pages),
        cmocka_unit_test(a_name_that_is_hidden_is_not_on_it),
        cmocka_unit_test(a_wards_committee_writes_from_the_ward),
        cmocka_unit_test(one_changed_byte_breaks_the_signature),
        cmocka_unit_test(a_unit_signs_with_its_own_key_and_seal),
        cmocka_unit_test(without_a_key_it_is_kept_unsigned),
        cmocka_unit_test(the_same_letter_has_the_same_bytes),
        cmocka_unit_test(a_letter_that_cannot_be_made_is_in_nobodys_way),
        cmocka_unit_test(a_standby_takes_over),
        cmocka_unit_test(a_long_backlog_is_worked_off),
        cmocka_unit_test(leftovers_of_a_crash_are_removed),
        cmocka_unit_test(letters_that_have_their_files_are_passed_over_by_the_thousand),
        cmocka_unit_test(however_many_fail_others_are_made),
        cmocka_unit_test(who_asks_gets_the_file_or_the_reason),
        cmocka_unit_test(opens_its_endpoint_when_another_lets_go_of_it),
        cmocka_unit_test(the_operator_sees_letters_and_gets_their_files),
        cmocka_unit_test(stops_when_told_to),
    };

    return cmocka_run_group_tests_name("letters", tests, open_city, close_city);
}
