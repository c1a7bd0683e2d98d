/* SPDX-License-Identifier: Apache-2.0 */
/* links: notifier */
/* What is expected was read by Python's email package, which is not ours. */
#include "mail.h"
#include "mime.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit.h"

static void expect(struct strbuf *b, const char *text)
{
    assert_string_equal(strbuf_text(b), text);
    strbuf_clear(b);
}

static void writes_short_ascii_as_it_is(void **state)
{
    AUTO(strbuf_free) struct strbuf b = STRBUF(10000);

    (void)state;
    mime_add_header(&b, "Subject", "[ABCDE-12345] Received");
    expect(&b, "Subject: [ABCDE-12345] Received\r\n");
}

static void writes_vietnamese_as_encoded_words(void **state)
{
    AUTO(strbuf_free) struct strbuf b = STRBUF(10000);

    (void)state;
    mime_add_header(&b, "Subject", "Đã tiếp nhận");
    expect(&b, "Subject: =?UTF-8?B?xJDDoyB0aeG6v3Agbmjhuq1u?=\r\n");
}

static void keeps_characters_whole_and_lines_short(void **state)
{
    AUTO(strbuf_free) struct strbuf b = STRBUF(10000);
    const char *text =
        "Ủy ban nhân dân phường Nguyễn Thị Minh Khai trân trọng thông báo kết quả giải "
        "quyết phản ánh của ông/bà về đường hẻm bị ngập 🌊🌊🌊🌊🌊🌊🌊🌊🌊🌊🌊🌊🌊🌊";

    (void)state;
    mime_add_header(&b, "Subject", text);
    for (const char *line = strbuf_text(&b); *line != '\0'; line = strstr(line, "\r\n") + 2) {
        assert_true(strcspn(line, "\r") <= 76);
        const char *word = strstr(line, "?B?") + 3;
        size_t len = strcspn(word, "?");
        assert_int_equal(len % 4, 0);
        assert_true(strcspn(word, "=") >= len - 2);
    }
}

static void lets_no_value_begin_a_header(void **state)
{
    AUTO(strbuf_free) struct strbuf b = STRBUF(10000);

    (void)state;
    mime_add_header(&b, "Subject", "x\r\nBcc: all@example.org");
    assert_null(strstr(strbuf_text(&b), "Bcc"));
    strbuf_clear(&b);
    mime_add_address(&b, "To", "x\r\nBcc: y", "a@b.example");
    assert_null(strstr(strbuf_text(&b), "Bcc"));
    strbuf_clear(&b);
    mime_add_header(&b, "Subject", "=?UTF-8?B?eA==?=");
    assert_null(strstr(strbuf_text(&b), "eA=="));
}

static void names_the_one_who_is_written_to(void **state)
{
    AUTO(strbuf_free) struct strbuf b = STRBUF(10000);

    (void)state;
    mime_add_address(&b, "To", NULL, "an@example.org");
    expect(&b, "To: <an@example.org>\r\n");
    mime_add_address(&b, "To", "An, Nguyen", "an@example.org");
    expect(&b, "To: \"An, Nguyen\" <an@example.org>\r\n");
    mime_add_address(&b, "To", "Nguyễn Văn An", "an@example.org");
    expect(&b, "To: =?UTF-8?B?Tmd1eeG7hW4gVsSDbiBBbg==?= <an@example.org>\r\n");
    mime_add_address(&b, "To", "Nguyen \"An\"", "an@example.org");
    expect(&b, "To: =?UTF-8?B?Tmd1eWVuICJBbiI=?= <an@example.org>\r\n");
}

static void writes_dates_in_local_time(void **state)
{
    AUTO(strbuf_free) struct strbuf b = STRBUF(10000);

    (void)state;
    mime_add_date(&b, INT64_C(1795644137000000));
    expect(&b, "Date: Thu, 26 Nov 2026 05:02:17 +0700\r\n");
}

static void names_files_in_vietnamese(void **state)
{
    AUTO(strbuf_free) struct strbuf b = STRBUF(10000);

    (void)state;
    mime_add_attachment(&b, "Phiếu 1.pdf");
    expect(&b, "Content-Disposition: attachment;\r\n filename*=UTF-8''Phi%E1%BA%BFu%201.pdf\r\n");
    mime_add_attachment(&b, "Phiếu xin lỗi và hẹn lại.pdf");
    expect(&b,
           "Content-Disposition: attachment;\r\n"
           " filename*0*=UTF-8''Phi%E1%BA%BFu%20xin%20l%E1%BB%97i%20;\r\n"
           " filename*1*=v%C3%A0%20h%E1%BA%B9n%20l%E1%BA%A1i.pd;\r\n"
           " filename*2*=f\r\n");
}

static void quotes_what_mail_servers_would_change(void **state)
{
    AUTO(strbuf_free) struct strbuf b = STRBUF(10000);

    (void)state;
    mime_add_quoted(&b, "1 + 1 = 2\nhẹn \nx");
    expect(&b, "1 + 1 =3D 2\r\nh=E1=BA=B9n=20\r\nx\r\n");
    char text[200];
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    mime_add_quoted(&b, text);
    assert_int_equal(strcspn(strbuf_text(&b), "\r"), 76);
    assert_int_equal(strbuf_text(&b)[75], '=');
}

static void makes_paragraphs_and_links_and_escapes_the_rest(void **state)
{
    AUTO(strbuf_free) struct strbuf b = STRBUF(10000);

    (void)state;
    mime_add_html(&b, "Kính <gửi> & \"ông\",\nxem https://a.example/t/X?k=1&l=2.\n\nHết");
    expect(&b,
           "<p>Kính &lt;gửi&gt; &amp; &quot;ông&quot;,<br>\nxem "
           "<a href=\"https://a.example/t/X?k=1&amp;l=2\">https://a.example/t/X?k=1&amp;l=2</a>."
           "</p>\n<p>Hết</p>\n");
}

static void writes_the_same_mail_for_the_same_delivery(void **state)
{
    AUTO(strbuf_free) struct strbuf one = STRBUF(100000);
    AUTO(strbuf_free) struct strbuf two = STRBUF(100000);
    const struct uuid id = {{1, 2, 3}}, case_id = {{4, 5, 6}};
    const struct mail mail = {.from_name = "Đúng Hẹn",
                              .from = "no-reply@city.example",
                              .to = "an@example.org",
                              .subject = "Chào",
                              .text = "Chào ông.",
                              .language = "vi",
                              .id = &id,
                              .case_id = &case_id,
                              .unsubscribe = "https://city.example/u/TOKEN",
                              .letter = "%PDF-1.7",
                              .letter_len = 8,
                              .letter_name = "Thư.pdf"};

    (void)state;
    mail_write(&mail, &one);
    mail_write(&mail, &two);
    const char *text = strbuf_text(&one);
    assert_string_equal(text, strbuf_text(&two));
    assert_non_null(
        strstr(text, "Message-ID: <01020300-0000-0000-0000-000000000000@city.example>"));
    assert_non_null(strstr(text,
                           "List-Unsubscribe:\r\n <https://city.example/u/TOKEN>\r\n"
                           "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    assert_non_null(strstr(text, "JVBERi0xLjc=\r\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_short_ascii_as_it_is),
        cmocka_unit_test(writes_vietnamese_as_encoded_words),
        cmocka_unit_test(keeps_characters_whole_and_lines_short),
        cmocka_unit_test(lets_no_value_begin_a_header),
        cmocka_unit_test(names_the_one_who_is_written_to),
        cmocka_unit_test(writes_dates_in_local_time),
        cmocka_unit_test(names_files_in_vietnamese),
        cmocka_unit_test(quotes_what_mail_servers_would_change),
        cmocka_unit_test(makes_paragraphs_and_links_and_escapes_the_rest),
        cmocka_unit_test(writes_the_same_mail_for_the_same_delivery),
    };

    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    return cmocka_run_group_tests_name("mime", tests, NULL, NULL);
}
