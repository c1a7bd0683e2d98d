/* SPDX-License-Identifier: Apache-2.0 */
/* The real program against a real database, a real mail server, gateway and front end; the test
 * plays the ledger and its live stream. */
#include "town.h"

#include "base64.h"
#include "child.h"
#include "format.h"
#include "text_file.h"
#include "webhook.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "unit.h"

enum { RING_BYTES = 4096 };

static const char *text_of(const json_t *thing, const char *key)
{
    return json_string_value(json_object_get(thing, key));
}

static void expect_part(const char *text, const char *part)
{
    if (text == NULL || strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", part, text != NULL ? text : "(null)");
}

static void expect_query(struct town *t, const char *sql, const char *answer)
{
    const char *said = cluster_query(t->cluster, sql);

    if (said == NULL || strcmp(said, answer) != 0)
        fail_msg("%s\nsays %s, not %s", sql, said != NULL ? said : "NULL", answer);
}

/* The only thing that was taken. */
static json_t *the_one(struct town *t, const char *what)
{
    json_t *seen = outside_wait(t->outside, what, 1, TOWN_SOON_MS);

    assert_int_equal(json_array_size(seen), 1);
    return seen;
}

/* ---- mail ---- */

static void expect_safe_login(const json_t *mail)
{
    assert_true(json_is_true(json_object_get(mail, "tls")));
    assert_true(json_is_true(json_object_get(mail, "login")));
}

static void writes_a_mail_that_a_mail_program_reads(void **state)
{
    struct town *t = *state;

    town_add_case(t, 1, "Nguyễn Văn An", NULL, "an@example.org");
    town_start(t);
    town_add_event(t, 1, "received", "{}");
    town_wait_settled(t);
    AUTO(json_release) json_t *seen = the_one(t, "mail");
    const json_t *mail = json_array_get(seen, 0);
    expect_safe_login(mail);
    assert_string_equal(text_of(mail, "to"), "Nguyễn Văn An <an@example.org>");
    assert_string_equal(text_of(mail, "from"), "Đúng Hẹn <no-reply@tiny.example>");
    assert_string_equal(text_of(mail, "sender"), "no-reply@tiny.example");
    expect_part(text_of(mail, "subject"), "REF00-00001");
    expect_part(text_of(mail, "subject"), "Đã tiếp nhận");
    expect_part(text_of(mail, "text"), "Nguyễn Văn An");
    expect_part(text_of(mail, "text"), "16:00 ngày 30/11/2026");
    expect_part(text_of(mail, "text"), "https://tiny.example/t/REF00-00001?k=");
    expect_part(text_of(mail, "html"), "<a href=\"https://tiny.example/t/REF00-00001?k=");
    expect_part(text_of(mail, "unsubscribe"), "<https://tiny.example/u/");
    assert_string_equal(text_of(mail, "one_click"), "List-Unsubscribe=One-Click");
    assert_int_equal(json_array_size(json_object_get(mail, "defects")), 0);
    assert_true(json_is_true(json_object_get(mail, "ascii")));
    assert_true(json_integer_value(json_object_get(mail, "longest")) <= 78);
    AUTO(format_free)
    char *key = format_new("<%s@tiny.example>",
                           cluster_query(t->cluster, "SELECT id::text FROM deliveries"));
    assert_string_equal(text_of(mail, "key"), key);
}

static void keeps_no_address_and_no_text(void **state)
{
    struct town *t = *state;

    town_add_case(t, 1, "Nguyễn Văn An", "+84901234567", "an@example.org");
    town_start(t);
    town_add_event(t, 1, "received", "{}");
    town_wait_settled(t);
    expect_query(t, "SELECT count(*) FROM deliveries WHERE state = 'delivered' AND attempts = 1",
                 "2");
    expect_query(t,
                 "SELECT count(*) FROM deliveries AS d WHERE d::text LIKE '%an@%' OR d::text LIKE"
                 " '%Nguy%' OR d::text LIKE '%0901%' OR d::text LIKE '%84901%'",
                 "0");
}

static void goes_by_implicit_tls_as_well(void **state)
{
    struct town *t = *state;

    town_set(
        t, format_new("DUNGHEN_SMTP_URL=smtps://127.0.0.1:%u", outside_port(t->outside, "smtps")));
    town_add_case(t, 1, "An", NULL, "an@example.org");
    town_start(t);
    town_add_event(t, 1, "received", "{}");
    town_wait_settled(t);
    AUTO(json_release) json_t *seen = the_one(t, "mail");
    expect_part(text_of(json_array_get(seen, 0), "text"), "An");
}

static void tries_again_what_the_mail_server_puts_off(void **state)
{
    struct town *t = *state;

    outside_behave(t->outside, "mail", "500");
    town_add_case(t, 1, "An", NULL, "an@example.org");
    town_start(t);
    town_add_event(t, 1, "received", "{}");
    town_wait_until(t,
                    "SELECT count(*) >= 2 FROM delivery_failures WHERE kind = 'failed'"
                    " AND problem = 'SMTP 451'");
    outside_behave(t->outside, "mail", "ok");
    town_wait_settled(t);
    json_decref(the_one(t, "mail"));
}

static void gives_up_at_once_what_the_mail_server_refuses(void **state)
{
    struct town *t = *state;

    outside_behave(t->outside, "mail", "reject");
    town_add_case(t, 1, "An", NULL, "an@example.org");
    town_start(t);
    town_add_event(t, 1, "received", "{}");
    town_wait_settled(t);
    expect_query(t, "SELECT concat_ws(' ', state, attempts, problem) FROM deliveries",
                 "dead 1 SMTP 550");
    outside_behave(t->outside, "mail", "ok");
    town_ctl(t, (const char *const[]){"deliveries", "resend", "--all-dead", NULL});
    town_wait_until(t, "SELECT state = 'delivered' AND attempts = 2 FROM deliveries");
}

static char *ring_path(struct town *t)
{
    return format_new("%s/var/keys/contact.keys", cluster_dir(t->cluster));
}

static void put_ring(struct town *t, const struct strbuf *text)
{
    AUTO(format_free) char *path = ring_path(t);
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_int_equal(fwrite(text->data, 1, text->len, f), text->len);
    assert_int_equal(fclose(f), 0);
}

/* The door has a new key before notifier has seen it, and even before the file has it: nothing is
 * given up, and nothing has to be started again. */
static void opens_what_is_sealed_with_a_key_that_was_added(void **state)
{
    struct town *t = *state;
    AUTO(format_free) char *path = ring_path(t);
    AUTO(strbuf_free) struct strbuf before = STRBUF(RING_BYTES);
    AUTO(strbuf_free) struct strbuf after = STRBUF(RING_BYTES);
    struct err e;

    town_start(t);
    text_file_read(path, &before);
    town_ctl(t, (const char *const[]){"keys", "rotate", NULL});
    text_file_read(path, &after);
    crypto_ring_close(&t->ring);
    assert_int_equal(crypto_ring_open(&t->ring, path, &e), 0);
    put_ring(t, &before);
    town_add_case(t, 1, "An", NULL, "an@example.org");
    town_add_event(t, 1, "received", "{}");
    town_wait_until(t,
                    "SELECT count(*) >= 2 FROM delivery_failures WHERE kind = 'failed'"
                    " AND problem LIKE '%: key _ is not in the ring'");
    put_ring(t, &after);
    town_wait_settled(t);
    expect_query(t, "SELECT state FROM deliveries", "delivered");
    json_decref(the_one(t, "mail"));
}

static void does_not_blame_the_mail_for_a_wrong_password(void **state)
{
    struct town *t = *state;

    town_set(t, format_new("DUNGHEN_SMTP_PASSWORD=wrong"));
    town_add_case(t, 1, "An", NULL, "an@example.org");
    town_start(t);
    town_add_event(t, 1, "received", "{}");
    town_wait_until(t, "SELECT count(*) >= 2 FROM delivery_failures WHERE problem = 'SMTP 535'");
    expect_query(t, "SELECT count(*) FROM deliveries WHERE state = 'dead'", "0");
}

/* ---- what is said ---- */

struct words {
    const char *type, *detail;
    /* in the mail's subject, in its text, in the SMS; Vietnamese and English */
    const char *subject[2], *text[2], *sms[2];
};

static const struct words said_to_citizens[] = {
    {"received",
     "{}",
     {"Đã tiếp nhận", "Received"},
     {"Sở Một chịu trách nhiệm giải quyết nội dung ông/bà gửi (Đèn đường không sáng)",
      "Department One is responsible for what you sent (Street light out)"},
     {"Sở Một đã tiếp nhận, trả kết quả trước 16:00 ngày 30/11/2026",
      "Department One has received it, result by 16:00 on 30/11/2026"}},
    {"info_requested",
     "{\"question\":\"Ổ gà ở đâu?\",\"until\":1795644137000000}",
     {"Đề nghị bổ sung thông tin", "A question to you"},
     {"Ổ gà ở đâu?", "Ổ gà ở đâu?"},
     {"cần ông/bà bổ sung thông tin trước 05:02 ngày 26/11/2026",
      "has a question to you, to be answered before 05:02 on 26/11/2026"}},
    {"answered",
     "{}",
     {"Đã có kết quả", "Your answer"},
     {"Đã thay bóng đèn.\r\n\r\nMời ông/bà đánh giá mức độ hài lòng",
      "Đã thay bóng đèn.\r\n\r\nPlease tell us how satisfied you are"},
     {"mời ông/bà xem và đánh giá", "please read and rate it"}},
    {"merged_answered",
     "{\"into\":\"REF00-00001\"}",
     {"Đã có kết quả", "Your answer"},
     {"Đã thay bóng đèn.", "Đã thay bóng đèn."},
     {"đã có kết quả", "your answer is there"}},
    {"apologised",
     "{\"reason_code\":\"OVERLOAD\",\"new_due_at\":1795644137000000}",
     {"Xin lỗi và hẹn lại ngày", "Our apology and a new date"},
     {"Lý do: Số lượng việc tăng cao", "Reason: More work than"},
     {"xin lỗi vì không kịp hẹn và hẹn trả kết quả trước 05:02 ngày 26/11/2026",
      "apologises for the delay and promises the result by 05:02 on 26/11/2026"}},
    {"extended",
     "{\"reason_code\":\"none\",\"from\":1795557737000000,\"to\":1795644137000000}",
     {"Gia hạn", "More time is needed"},
     {"từ 05:02 ngày 25/11/2026 đến 05:02 ngày 26/11/2026",
      "from 05:02 on 25/11/2026 to 05:02 on 26/11/2026"},
     {"gia hạn trả kết quả đến 05:02", "time extended to 05:02"}},
    {"merged_moved",
     "{\"why\":\"extended\",\"from\":1795557737000000,\"to\":1795644137000000}",
     {"Gia hạn", "More time is needed"},
     {"từ 05:02 ngày 25/11/2026 đến 05:02 ngày 26/11/2026",
      "from 05:02 on 25/11/2026 to 05:02 on 26/11/2026"},
     {"gia hạn trả kết quả đến 05:02", "time extended to 05:02"}},
    {"merged_moved",
     "{\"why\":\"apologised\",\"reason_code\":\"OVERLOAD\",\"to\":1795644137000000}",
     {"Xin lỗi và hẹn lại ngày", "Our apology and a new date"},
     {"Lý do: Số lượng việc tăng cao", "Reason: More work than"},
     {"hẹn trả kết quả trước 05:02 ngày 26/11/2026", "promises the result by 05:02 on"}},
    {"reopened",
     "{\"count\":1}",
     {"Đã mở lại", "Reopened"},
     {"Sở Một giải quyết lại", "Department One takes it up again"},
     {"Sở Một giải quyết lại", "reopened, Department One"}},
    {"rejected",
     "{\"reason_code\":\"OUTSIDE\"}",
     {"Không tiếp nhận, giải quyết", "Not taken up"},
     {"có quyền kiến nghị, khiếu nại", "you have the right to object"},
     {"không tiếp nhận, giải quyết. Lý do", "not taken up. Reason"}},
    {"forwarded_out",
     "{\"to\":\"Bộ Công Thương\",\"document\":\"12/PC-VP\",\"date\":\"2026-11-25\"}",
     {"Đã chuyển đến Bộ Công Thương", "Passed on to Bộ Công Thương"},
     {"theo văn bản số 12/PC-VP ngày 25/11/2026", "by document 12/PC-VP of 25/11/2026"},
     {"đã chuyển đến Bộ Công Thương", "passed on to Bộ Công Thương"}},
    {"closed",
     "{\"why\":\"no_info\"}",
     {"Đã khép lại", "Closed without your answer"},
     {"chưa nhận được thông tin bổ sung", "has not received the information"},
     {"đã khép lại vì chưa nhận được", "closed, since your answer has not arrived"}},
};

/* Of who lives at the address or number; there is exactly one. */
static const json_t *only_to(const json_t *seen, const char *key, const char *part)
{
    const json_t *found = NULL, *thing;
    size_t i;

    json_array_foreach((json_t *)(uintptr_t)seen, i, thing)
    {
        if (strstr(text_of(thing, key), part) == NULL)
            continue;
        assert_null(found);
        found = thing;
    }
    assert_non_null(found);
    return found;
}

static void write_case(struct town *t, int number, const struct words *w, bool english)
{
    AUTO(format_free) char *phone = format_new("+8490%07d", number);
    AUTO(format_free) char *email = format_new("nguoi.%d@example.org", number);

    town_add_case(t, number, "An", phone, email);
    AUTO(format_free)
    char *sql = format_new(
        "BEGIN; UPDATE cases SET language = '%s' WHERE reference = 'REF00-%05d';"
        " UPDATE tasks SET state = 'done', outcome ="
        "  '{\"result\":\"solved\",\"text\":\"Đã thay bóng đèn.\"}';"
        " INSERT INTO notes SELECT %" PRId64
        ", id, '{\"text\":\"Do Bộ quản"
        " lý.\"}' FROM cases WHERE reference = 'REF00-%05d'; COMMIT",
        english ? "en" : "vi", number, t->seq + 1, number);
    cluster_query(t->cluster, sql);
    town_write_event(t, number, w->type, w->detail);
}

static void says_everything_in_both_languages(void **state)
{
    struct town *t = *state;
    int count = 0;

    town_start(t);
    for (size_t i = 0; i < COUNT(said_to_citizens); i++)
        for (int english = 0; english <= 1; english++)
            write_case(t, ++count, &said_to_citizens[i], english == 1);
    town_hint(t);
    town_wait_settled(t);
    AUTO(json_release) json_t *mails = outside_seen(t->outside, "mail");
    AUTO(json_release) json_t *messages = outside_seen(t->outside, "sms");
    assert_int_equal(json_array_size(mails), count);
    assert_int_equal(json_array_size(messages), count);
    for (int i = 0; i < count; i++) {
        const struct words *w = &said_to_citizens[i / 2];
        AUTO(format_free) char *phone = format_new("+8490%07d", i + 1);
        AUTO(format_free) char *email = format_new("<nguoi.%d@example.org>", i + 1);
        const json_t *mail = only_to(mails, "to", email);
        expect_part(text_of(mail, "subject"), w->subject[i % 2]);
        expect_part(text_of(mail, "text"), w->text[i % 2]);
        expect_part(text_of(only_to(messages, "body", phone), "body"), w->sms[i % 2]);
        /* What people noted is for the citizen where a case leaves the city, and nowhere else. */
        assert_true((strstr(text_of(mail, "text"), "Do Bộ quản lý.") != NULL) ==
                    (strcmp(w->type, "forwarded_out") == 0));
    }
}

/* Of cases that leave the city with another one the words stand with that one. */
static void says_to_all_what_was_written_once(void **state)
{
    static const char where[] = "\"to\":\"Bộ\",\"document\":\"1/PC\",\"date\":\"2026-11-25\"";
    struct town *t = *state;
    int64_t first = t->seq + 1;
    AUTO(format_free) char *of_lead = format_new("{%s}", where);
    AUTO(format_free)
    char *of_follower = format_new("{%s,\"note_of\":%" PRId64 "}", where, first);
    AUTO(format_free)
    char *note = format_new("INSERT INTO notes SELECT %" PRId64
                            ", id, '{\"text\":\"Do Bộ quản"
                            " lý.\"}' FROM cases WHERE reference = 'REF00-00001'",
                            first);

    town_start(t);
    town_add_case(t, 1, "An", NULL, "an@example.org");
    town_add_case(t, 2, "Bình", NULL, "binh@example.org");
    cluster_query(t->cluster, note);
    town_write_event(t, 1, "forwarded_out", of_lead);
    town_write_event(t, 2, "forwarded_out", of_follower);
    town_hint(t);
    town_wait_settled(t);
    AUTO(json_release) json_t *mails = outside_seen(t->outside, "mail");
    assert_int_equal(json_array_size(mails), 2);
    expect_part(text_of(only_to(mails, "to", "<an@example.org>"), "text"), "Do Bộ quản lý.");
    expect_part(text_of(only_to(mails, "to", "<binh@example.org>"), "text"), "Do Bộ quản lý.");
}

/* ---- letters ---- */

/* Of case 1, with its event. */
static void issue_letter(struct town *t)
{
    cluster_query(t->cluster,
                  "BEGIN; INSERT INTO letters VALUES ('00000000-0000-7000-8000-00000000aaaa',"
                  " '00000000-0000-7000-8000-000000000001', 'apology', 'D1', 'vi',"
                  " '{\"text\":\"Mưa lớn kéo dài.\"}', now(),"
                  " 'PXL', 2026, 12, now(), 1); INSERT INTO events VALUES (1, now(),"
                  " '00000000-0000-7000-8000-000000000001', 1, 'apologised', 'test',"
                  " '{\"reason_code\":\"none\",\"new_due_at\":1795644137000000}', ''); COMMIT");
    t->seq = 1;
    cluster_query(t->cluster, "UPDATE notifier_position SET seq = 0");
}

static void render_letter(struct town *t, struct strbuf *hash, size_t len)
{
    AUTO(format_free)
    char *sql = format_new(
        "INSERT INTO letter_files VALUES"
        " ('00000000-0000-7000-8000-00000000aaaa', '\\x%s', %zu, 1, NULL, now())"
        " RETURNING 1",
        strbuf_text(hash), len);

    cluster_query(t->cluster, sql);
}

static void waits_for_the_letter_and_sends_it_along(void **state)
{
    static const char pdf[] = "%PDF-1.7 thư";
    struct town *t = *state;
    const struct crypto_piece piece = {pdf, strlen(pdf)};
    AUTO(strbuf_free) struct strbuf hex = STRBUF(100);
    uint8_t hash[CRYPTO_HASH_BYTES];

    town_add_case(t, 1, "An", NULL, "an@example.org");
    issue_letter(t);
    town_start(t);
    town_wait_until(t,
                    "SELECT next_at > at + interval '2 seconds' AND attempts = 0"
                    " FROM deliveries");
    crypto_hash_pieces(&piece, 1, hash);
    strbuf_add_hex(&hex, hash, sizeof(hash));
    AUTO(format_free)
    char *dir = format_new("%s/var/letters/%.2s", cluster_dir(t->cluster), hex.data);
    AUTO(format_free) char *path = format_new("%s/%s.pdf", dir, hex.data + 2);
    assert_int_equal(mkdir(dir, 0755), 0);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    fputs(pdf, f);
    fclose(f);
    render_letter(t, &hex, strlen(pdf));
    AUTO(json_release) json_t *seen = the_one(t, "mail");
    const json_t *mail = json_array_get(seen, 0);
    const json_t *file = json_array_get(json_object_get(mail, "files"), 0);
    assert_string_equal(json_string_value(json_array_get(file, 0)),
                        "Phiếu xin lỗi và hẹn lại 12-PXL-D1-2026.pdf");
    assert_string_equal(json_string_value(json_array_get(file, 1)), "application/pdf");
    assert_string_equal(json_string_value(json_array_get(file, 2)), strbuf_text(&hex));
    expect_part(text_of(mail, "text"), "05:02 ngày 26/11/2026");
    expect_part(text_of(mail, "text"), "Mưa lớn kéo dài."); /* as the letter has it */
}

/* A letter that cannot be read, at a place whose name is cut in the middle of a character. */
static void keeps_why_an_attempt_failed_in_any_language(void **state)
{
    static const uint8_t hash[CRYPTO_HASH_BYTES] = {1};
    struct town *t = *state;
    AUTO(strbuf_free) struct strbuf setting = STRBUF(400);
    AUTO(strbuf_free) struct strbuf hex = STRBUF(100);

    strbuf_addf(&setting, "DUNGHEN_LETTERS_DIR=/");
    for (int i = 0; i < 70; i++)
        strbuf_addf(&setting, "ộ");
    town_set(t, format_new("%s", strbuf_text(&setting)));
    town_add_case(t, 1, "An", NULL, "an@example.org");
    issue_letter(t);
    strbuf_add_hex(&hex, hash, sizeof(hash));
    render_letter(t, &hex, 1);
    town_start(t);
    town_wait_until(t,
                    "SELECT count(*) >= 1 FROM delivery_failures WHERE kind = 'failed'"
                    " AND problem LIKE 'could not read \"/ộộ%'");
}

/* What comes from outside may be no text at all; then the database would take it for nothing. */
static void keeps_why_an_attempt_failed_whatever_the_bytes(void **state)
{
    static const uint8_t hash[CRYPTO_HASH_BYTES] = {1};
    struct town *t = *state;
    AUTO(strbuf_free) struct strbuf hex = STRBUF(100);

    town_set(t, format_new("DUNGHEN_LETTERS_DIR=/\xFF\xC3"));
    town_add_case(t, 1, "An", NULL, "an@example.org");
    town_add_case(t, 2, "Ba", NULL, "ba@example.org");
    issue_letter(t);
    strbuf_add_hex(&hex, hash, sizeof(hash));
    render_letter(t, &hex, 1);
    town_start(t);
    town_wait_until(t,
                    "SELECT count(*) = 1 FROM delivery_failures WHERE kind = 'failed'"
                    " AND problem LIKE 'could not read \"/__/%'");
    town_add_event(t, 2, "received", "{}");
    town_wait_until(t, "SELECT state = 'delivered' FROM deliveries WHERE seq = 2");
}

/* ---- gateways ---- */

static void asks_the_gateway_as_its_row_says(void **state)
{
    struct town *t = *state;

    town_add_case(t, 1, "An", "+84901234567", NULL);
    town_start(t);
    town_add_event(t, 1, "received", "{}");
    town_wait_settled(t);
    AUTO(json_release) json_t *seen = the_one(t, "sms");
    const json_t *request = json_array_get(seen, 0), *headers = json_object_get(request, "headers");
    AUTO(json_release) json_t *body = json_loads(text_of(request, "body"), 0, NULL);
    assert_string_equal(text_of(request, "method"), "POST");
    assert_string_equal(text_of(headers, "authorization"), "Bearer s3cret");
    assert_string_equal(text_of(headers, "content-type"), "application/json");
    assert_string_equal(text_of(body, "to"), "+84901234567");
    expect_part(text_of(body, "text"), "REF00-00001");
    expect_query(t, "SELECT id::text FROM deliveries", text_of(headers, "idempotency-key"));
}

static void goes_by_what_the_gateway_says(void **state)
{
    struct town *t = *state;

    town_add_case(t, 1, "An", "+84901234567", NULL);
    town_add_case(t, 2, "Ba", "+84901234568", NULL);
    outside_behave(t->outside, "sms", "says:{\"CodeResult\":99}");
    town_start(t);
    town_add_event(t, 1, "received", "{}");
    town_wait_until(t, "SELECT state = 'dead' AND attempts = 1 FROM deliveries");
    outside_behave(t->outside, "sms", "says:{\"CodeResult\":101}");
    town_add_event(t, 2, "received", "{}");
    town_wait_until(t, "SELECT count(*) >= 2 FROM delivery_failures WHERE kind = 'failed'");
    outside_behave(t->outside, "sms", "ok");
    town_wait_settled(t);
}

static void waits_as_long_as_the_gateway_asks_for(void **state)
{
    struct town *t = *state;

    town_add_case(t, 1, "An", "+84901234567", NULL);
    outside_behave(t->outside, "sms", "429");
    town_start(t);
    town_add_event(t, 1, "received", "{}");
    town_wait_until(t, "SELECT attempts > 0 AND state = 'waiting' FROM deliveries");
    expect_query(t,
                 "SELECT d.next_at >= f.at + interval '0.9 seconds' FROM deliveries AS d"
                 " JOIN delivery_failures AS f ON f.delivery = d.id AND f.attempt = d.attempts",
                 "t");
    outside_behave(t->outside, "sms", "ok");
    town_wait_settled(t);
}

static void is_not_held_back_by_a_gateway_that_stalls(void **state)
{
    struct town *t = *state;

    town_hurry(t);
    outside_behave(t->outside, "sms", "stall");
    for (int i = 1; i <= 60; i++)
        town_add_case(t, i, "An", "+84901234567", "an@example.org");
    town_start(t);
    for (int i = 1; i <= 60; i++)
        town_write_event(t, i, "received", "{}");
    town_wait_until(t,
                    "SELECT count(*) = 60 FROM deliveries WHERE lane = 'mail'"
                    " AND state = 'delivered'");
    expect_query(t, "SELECT count(*) FROM deliveries WHERE lane = 'sms' AND state = 'delivered'",
                 "0");
    town_wait_until(t, "SELECT count(*) >= 5 FROM delivery_failures WHERE kind = 'unknown'");
    outside_behave(t->outside, "sms", "ok");
    town_wait_settled(t);
    expect_query(t, "SELECT count(*) FROM deliveries WHERE state <> 'delivered'", "0");
}

/* ---- choices ---- */

static void goes_the_way_that_the_citizen_has_chosen(void **state)
{
    struct town *t = *state;

    town_start(t);
    town_ctl(t, (const char *const[]){"deliveries", "prefer", "0901 234 567", "--zalo", "yes",
                                      "--language", "en", NULL});
    town_ctl(t,
             (const char *const[]){"deliveries", "prefer", "An@Example.org", "--mail", "no", NULL});
    town_add_case(t, 1, "An", "+84901234567", "an@example.org");
    town_add_case(t, 2, "Ba", "+84901234568", "ba@example.org");
    town_write_event(t, 1, "received", "{}");
    town_add_event(t, 2, "received", "{}");
    town_wait_settled(t);
    expect_query(t,
                 "SELECT string_agg(concat_ws(' ', seq, lane, language), ', ' ORDER BY seq, lane)"
                 " FROM deliveries",
                 "1 zalo en, 2 mail vi, 2 sms vi");
    AUTO(json_release) json_t *seen = the_one(t, "zalo");
    expect_part(text_of(json_array_get(seen, 0), "body"), "to=%2B84901234567&text=REF00-00001");
}

static void leaves_people_alone_in_their_quiet_hours(void **state)
{
    struct town *t = *state;

    town_start(t);
    town_ctl(t, (const char *const[]){"deliveries", "prefer", "0901234567", "--quiet",
                                      "00:00-23:59", NULL});
    town_add_case(t, 1, "An", "+84901234567", "an@example.org");
    town_write_event(t, 1, "received", "{}");
    town_add_event(t, 1, "overdue", "{}");
    town_wait_until(t, "SELECT count(*) = 2 FROM deliveries WHERE state = 'delivered'");
    expect_query(
        t,
        "SELECT to_char(next_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24:MI') FROM deliveries"
        " WHERE lane = 'sms' AND state = 'waiting'",
        "23:59");
}

/* ---- the units' people ---- */

/* Every flag and duty, who hears of it, and what they read. */
static const struct {
    const char *type, *to[2], *words;
} said_to_people[] = {
    {"due_soon_half", {"focal.d1@"}, "Đã qua một nửa"},
    {"due_soon_day", {"focal.d1@"}, "Chỉ còn một ngày làm việc"},
    {"overdue", {"focal.d1@"}, "đã quá hạn từ"},
    {"escalated_head", {"head.d1@"}, "người chịu trách nhiệm về kết quả"},
    {"escalated_city", {"coordinator@"}, "Đề nghị điều phối"},
    {"escalated_leader", {"leader@"}, "cho ý kiến chỉ đạo"},
    {"forward", {"focal.d1@", "head.d1@"}, "chưa chuyển đến đơn vị chịu trách nhiệm"},
    {"accept", {"focal.d1@", "head.d1@"}, "chưa xác nhận tiếp nhận"},
    {"update", {"focal.d1@", "head.d1@"}, "chưa cập nhật tiến độ"},
    {"publish", {"focal.d1@", "head.d1@"}, "chưa công khai kết quả"},
    {"summary", {"focal.d1@", "head.d1@"}, "chưa có báo cáo tóm tắt"},
    {"apology", {"focal.d1@", "head.d1@"}, "chưa gửi phiếu xin lỗi"},
};

static int count_mails(const json_t *mails, const char *to, const char *words)
{
    const json_t *mail;
    int found = 0;
    size_t i;

    json_array_foreach((json_t *)(uintptr_t)mails, i, mail)
    {
        bool is_theirs = strstr(text_of(mail, "to"), to) != NULL;
        found += is_theirs && strstr(text_of(mail, "text"), words) != NULL;
    }
    return found;
}

static void tells_the_right_people_of_every_flag(void **state)
{
    struct town *t = *state;

    town_add_case(t, 1, "An", "+84901234567", "an@example.org");
    town_start(t);
    for (size_t i = 0; i < COUNT(said_to_people); i++)
        town_write_event(t, 1, said_to_people[i].type, "{\"moment\":1795644137000000}");
    town_hint(t);
    town_wait_settled(t);
    AUTO(json_release) json_t *seen = outside_seen(t->outside, "mail");
    int wanted = 0;
    for (size_t i = 0; i < COUNT(said_to_people); i++)
        for (size_t k = 0; k < 2 && said_to_people[i].to[k] != NULL; k++, wanted++)
            assert_int_equal(count_mails(seen, said_to_people[i].to[k], said_to_people[i].words),
                             1);
    assert_int_equal(json_array_size(seen), wanted);
    expect_query(t, "SELECT count(*) FROM deliveries WHERE recipient = 'citizen'", "0");
}

/* Who has no address hears by SMS; a role that nobody has is counted and holds nothing up. */
static void tells_people_by_the_channel_that_they_have(void **state)
{
    struct town *t = *state;

    town_add_case(t, 1, "An", NULL, NULL);
    cluster_query(t->cluster, "UPDATE tasks SET unit = 'W2'");
    town_start(t);
    town_write_event(t, 1, "overdue", "{}");
    town_add_event(t, 1, "escalated_head", "{}");
    town_wait_settled(t);
    AUTO(json_release) json_t *messages = outside_wait(t->outside, "sms", 1, TOWN_SOON_MS);
    AUTO(json_release) json_t *mails = outside_wait(t->outside, "mail", 1, TOWN_SOON_MS);
    assert_int_equal(json_array_size(messages), 1);
    assert_int_equal(json_array_size(mails), 1);
    expect_part(text_of(json_array_get(messages, 0), "body"), "+84900000022");
    expect_part(text_of(json_array_get(mails, 0), "to"), "head.w2@tiny.example");
}

/* ---- webhooks ---- */

static void check_signature(const json_t *request, const struct webhook_key *key)
{
    const json_t *headers = json_object_get(request, "headers");
    const char *body = text_of(request, "body");
    const struct webhook_message m = {text_of(headers, "webhook-id"),
                                      strtoll(text_of(headers, "webhook-timestamp"), NULL, 10),
                                      body, strlen(body)};
    AUTO(strbuf_free) struct strbuf right = STRBUF(1000);

    webhook_sign(key, &m, &right);
    assert_string_equal(text_of(headers, "webhook-signature"), strbuf_text(&right));
}

static void tells_front_ends_with_a_signature(void **state)
{
    struct town *t = *state;
    struct webhook_key key;
    struct err e;

    AUTO(format_free)
    char *url = format_new("https://127.0.0.1:%u/hook/app", outside_port(t->outside, "https"));
    town_start(t);
    town_ctl(t, (const char *const[]){"webhooks", "add", "app", url, "--types", "answered,received",
                                      NULL});
    AUTO(format_free) char *said = town_said(t);
    char *secret = strstr(said, "whsec_");
    assert_non_null(secret);
    secret[strcspn(secret, "\n ")] = '\0';
    assert_int_equal(webhook_key_read(secret, &key, &e), 0);
    town_add_case(t, 1, "An", NULL, NULL);
    town_write_event(t, 1, "accepted", "{}");
    town_add_event(t, 1, "received", "{}");
    town_wait_settled(t);
    AUTO(json_release) json_t *seen = the_one(t, "hook/app");
    const json_t *request = json_array_get(seen, 0);
    check_signature(request, &key);
    expect_part(text_of(request, "body"), "{\"type\":\"case.received\",\"timestamp\":\"");
    expect_part(text_of(request, "body"), "\"reference\":\"REF00-00001\"");
    assert_null(strstr(text_of(request, "body"), "An"));
    town_ctl(t, (const char *const[]){"webhooks", "remove", "app", NULL});
    town_wait_until(t, "SELECT removed_at IS NOT NULL FROM webhooks");
}

/* ---- position ---- */

static void begins_where_it_was_and_makes_nothing_twice(void **state)
{
    struct town *t = *state;
    struct err e;

    for (int i = 1; i <= 5; i++)
        town_add_case(t, i, "An", NULL, "an@example.org");
    for (int i = 1; i <= 3; i++)
        town_write_event(t, i, "received", "{}");
    town_start(t);
    town_wait_settled(t);
    process_kill(t->notifier);
    for (int i = 4; i <= 5; i++)
        town_write_event(t, i, "received", "{}");
    assert_int_equal(process_again(t->notifier, &e), 0);
    town_ready(t);
    town_wait_settled(t);
    AUTO(json_release) json_t *seen = outside_wait(t->outside, "mail", 5, TOWN_SOON_MS);
    assert_int_equal(json_array_size(seen), 5);
}

static void sends_again_under_the_same_key_what_was_cut_short(void **state)
{
    struct town *t = *state;
    struct err e;

    outside_behave(t->outside, "sms", "stall");
    town_add_case(t, 1, "An", "+84901234567", NULL);
    town_start(t);
    town_add_event(t, 1, "received", "{}");
    town_wait_until(t, "SELECT state = 'sending' FROM deliveries");
    process_kill(t->notifier);
    outside_behave(t->outside, "sms", "ok");
    assert_int_equal(process_again(t->notifier, &e), 0);
    town_ready(t);
    town_wait_settled(t);
    json_decref(the_one(t, "sms"));
    expect_query(t, "SELECT attempts FROM deliveries", "2");
    expect_query(t, "SELECT kind FROM delivery_failures", "unknown");
}

/* While attempts are being begun, an event fails to become a delivery, and goes on failing. */
static void sends_nothing_twice_when_it_has_to_begin_again(void **state)
{
    struct town *t = *state;

    town_set(t, format_new("DUNGHEN_SMTP_CONNECTIONS=1"));
    cluster_query(t->cluster,
                  "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
                  " $$BEGIN PERFORM pg_sleep(0.6); RETURN NEW; END$$;"
                  "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS"
                  " $$BEGIN RAISE EXCEPTION 'no'; END$$;"
                  "CREATE TRIGGER slow BEFORE UPDATE ON deliveries FOR EACH ROW"
                  " WHEN (NEW.state = 'sending') EXECUTE FUNCTION slow();"
                  "CREATE TRIGGER fail BEFORE INSERT ON deliveries FOR EACH ROW"
                  " WHEN (NEW.seq = 6) EXECUTE FUNCTION fail();");
    for (int i = 1; i <= 6; i++)
        town_add_case(t, i, "An", NULL, "an@example.org");
    town_start(t);
    for (int i = 1; i <= 5; i++)
        town_write_event(t, i, "received", "{}");
    town_hint(t);
    town_wait_until(t, "SELECT count(*) = 5 FROM deliveries");
    town_add_event(t, 6, "received", "{}");
    town_wait_until(t, "SELECT count(*) = 5 FROM deliveries WHERE state = 'delivered'");
    cluster_query(t->cluster, "DROP FUNCTION slow, fail CASCADE");
    town_wait_settled(t);
    expect_query(t, "SELECT concat_ws(' ', count(*), max(attempts)) FROM deliveries", "6 1");
    expect_query(t, "SELECT count(*) FROM delivery_failures", "0");
    AUTO(json_release) json_t *seen = outside_seen(t->outside, "mail");
    assert_int_equal(json_array_size(seen), 6);
}

/* Twice a second, and not as fast as it fails: a full disk would fill with that, too. */
static void tries_now_and_then_to_write_outcomes(void **state)
{
    struct town *t = *state;

    cluster_query(t->cluster,
                  "CREATE SEQUENCE tries; CREATE TABLE began AS SELECT clock_timestamp() AS at;"
                  "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS"
                  " $$BEGIN PERFORM nextval('tries'); RAISE EXCEPTION 'no'; END$$;"
                  "CREATE TRIGGER fail BEFORE UPDATE ON deliveries FOR EACH ROW"
                  " WHEN (NEW.state = 'delivered') EXECUTE FUNCTION fail();");
    town_add_case(t, 1, "An", NULL, "an@example.org");
    town_start(t);
    town_add_event(t, 1, "received", "{}");
    town_wait_until(t, "SELECT last_value >= 3 FROM tries");
    expect_query(t,
                 "SELECT last_value <= 3 + 2 * extract(epoch FROM clock_timestamp() - at)"
                 " FROM tries, began",
                 "t");
    cluster_query(t->cluster, "DROP FUNCTION fail CASCADE; DROP SEQUENCE tries; DROP TABLE began");
    town_wait_settled(t);
    expect_query(t, "SELECT concat_ws(' ', state, attempts) FROM deliveries", "delivered 1");
}

/* When the table takes no outcome, however often it is tried. */
static void sends_no_more_than_it_can_remember(void **state)
{
    enum { SENT = 300 };
    struct town *t = *state;

    town_add_case(t, 1, "An", NULL, "an@example.org");
    cluster_query(t->cluster,
                  "INSERT INTO events SELECT seq, now(), '00000000-0000-7000-8000-000000000001', 1,"
                  " 'received', 'test', '{}', '' FROM generate_series(1, 300) AS seq;"
                  "CREATE SEQUENCE tries;"
                  "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS"
                  " $$BEGIN PERFORM nextval('tries'); RAISE EXCEPTION 'no'; END$$;"
                  "CREATE TRIGGER fail BEFORE UPDATE ON deliveries FOR EACH ROW"
                  " WHEN (NEW.state = 'delivered') EXECUTE FUNCTION fail();");
    t->seq = SENT;
    town_set(t, format_new("DUNGHEN_SMTP_CONNECTIONS=32"));
    town_start(t);
    town_wait_until(t, "SELECT count(*) >= 256 FROM deliveries WHERE state = 'sending'");
    cluster_query(t->cluster, "SELECT setval('tries', 1)");
    town_wait_until(t, "SELECT last_value >= 4 FROM tries");
    expect_query(t, "SELECT count(*) FROM deliveries WHERE state = 'sending'", "256");
    cluster_query(t->cluster, "DROP FUNCTION fail CASCADE; DROP SEQUENCE tries");
    town_wait_settled(t);
    expect_query(t, "SELECT concat_ws(' ', count(*), max(attempts)) FROM deliveries", "300 1");
    AUTO(json_release) json_t *seen = outside_seen(t->outside, "mail");
    assert_int_equal(json_array_size(seen), SENT);
}

static void keeps_no_outcome_back_for_one_that_is_refused(void **state)
{
    struct town *t = *state;

    cluster_query(t->cluster,
                  "ALTER TABLE deliveries ADD CONSTRAINT odd"
                  " CHECK (seq <> 3 OR state <> 'delivered')");
    for (int i = 1; i <= 8; i++)
        town_add_case(t, i, "An", NULL, "an@example.org");
    town_start(t);
    for (int i = 1; i <= 8; i++)
        town_write_event(t, i, "received", "{}");
    town_wait_until(t, "SELECT count(*) = 7 FROM deliveries WHERE state = 'delivered'");
    AUTO(json_release) json_t *seen = outside_wait(t->outside, "mail", 8, TOWN_SOON_MS);
    assert_int_equal(json_array_size(seen), 8);
    cluster_query(t->cluster, "ALTER TABLE deliveries DROP CONSTRAINT odd");
    town_wait_settled(t);
    expect_query(t, "SELECT concat_ws(' ', state, attempts) FROM deliveries WHERE seq = 3",
                 "delivered 1");
}

/* That is, frees it; the sanitizer looks. */
static void ends_with_questions_that_the_database_has_not_answered(void **state)
{
    struct town *t = *state;
    AUTO(format_free) char *log = format_new("%s/asking.log", cluster_dir(t->cluster));
    const char *const argv[] = {BIN_DIR "/dunghen", "deliveries", "prefer", "an@example.org",
                                "--mail",           "no",         NULL};
    const struct child_settings asking = {.argv = argv,
                                          .env = (const char *const *)t->env,
                                          .log = log,
                                          .dir = cluster_dir(t->cluster)};
    struct err e, ignored;
    int status;
    pid_t pid;

    town_start(t);
    cluster_query(t->cluster, "BEGIN; LOCK TABLE preferences IN ACCESS EXCLUSIVE MODE");
    assert_int_equal(child_start(&pid, &asking, &e), 0);
    town_wait_until(t, "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted");
    int rc = process_stop(t->notifier, &e);
    cluster_query(t->cluster, "COMMIT");
    kill(pid, SIGKILL);
    assert_int_equal(child_wait(pid, TOWN_SOON_MS, &status, &ignored), 0);
    if (rc < 0)
        fail_msg("%s", e.text);
}

static void ends_gently_with_outcomes_written(void **state)
{
    struct town *t = *state;
    struct err e;

    for (int i = 1; i <= 40; i++)
        town_add_case(t, i, "An", NULL, "an@example.org");
    town_start(t);
    for (int i = 1; i <= 40; i++)
        town_write_event(t, i, "received", "{}");
    town_wait_until(t, "SELECT count(*) > 0 FROM deliveries WHERE state <> 'waiting'");
    if (process_stop(t->notifier, &e) < 0)
        fail_msg("%s", e.text);
    expect_query(t, "SELECT count(*) FROM deliveries WHERE state = 'sending'", "0");
}

static void goes_on_after_the_database_was_killed(void **state)
{
    struct town *t = *state;
    struct err e;

    for (int i = 1; i <= 3; i++)
        town_add_case(t, i, "An", NULL, "an@example.org");
    town_start(t);
    town_add_event(t, 1, "received", "{}");
    town_wait_settled(t);
    cluster_kill(t->cluster);
    assert_int_equal(cluster_start(t->cluster, &e), 0);
    town_add_event(t, 2, "received", "{}");
    town_wait_settled(t);
    AUTO(json_release) json_t *seen = outside_wait(t->outside, "mail", 2, TOWN_SOON_MS);
    assert_int_equal(json_array_size(seen), 2);
}

static void shows_lists_and_resends_what_was_not_delivered(void **state)
{
    struct town *t = *state;

    outside_behave(t->outside, "sms", "400");
    town_add_case(t, 1, "An", "+84901234567", NULL);
    town_start(t);
    town_add_event(t, 1, "received", "{}");
    town_wait_settled(t);
    town_ctl(t, (const char *const[]){"deliveries", "list", "--dead", NULL});
    AUTO(format_free)
    char *id = format_new("%s", cluster_query(t->cluster, "SELECT id::text FROM deliveries"));
    town_ctl(t, (const char *const[]){"deliveries", "show", id, NULL});
    AUTO(format_free) char *said = town_said(t);
    expect_part(said, id);
    expect_part(said, "HTTP 400");
    expect_part(said, "REF00-00001");
    outside_behave(t->outside, "sms", "ok");
    town_ctl(t, (const char *const[]){"deliveries", "resend", id, NULL});
    town_wait_until(t, "SELECT state = 'delivered' FROM deliveries");
    AUTO(json_release) json_t *seen = the_one(t, "sms");
    assert_string_equal(text_of(json_array_get(seen, 0), "key"), id);
}

static void forgets_what_has_ended_long_ago(void **state)
{
    struct town *t = *state;

    town_set(t, format_new("DUNGHEN_DELIVERIES_KEEP_DAYS=30"));
    outside_behave(t->outside, "sms", "400");
    for (int i = 1; i <= 3; i++)
        town_add_case(t, i, "An", "+84901234567", NULL);
    town_start(t);
    for (int i = 1; i <= 3; i++)
        town_add_event(t, i, "received", "{}");
    town_wait_settled(t);
    cluster_query(t->cluster,
                  "UPDATE deliveries SET finished_at = now() - CASE seq WHEN 1 THEN"
                  " interval '31 days' ELSE interval '29 days' END");
    cluster_query(t->cluster,
                  "UPDATE deliveries SET state = 'waiting', finished_at = NULL,"
                  " next_at = now() + interval '1 hour' WHERE seq = 3");
    process_kill(t->notifier); /* who begins anew, looks at once */
    assert_int_equal(process_again(t->notifier, &(struct err){0}), 0);
    town_wait_until(t, "SELECT NOT EXISTS (SELECT FROM deliveries WHERE seq = 1)");
    expect_query(t, "SELECT string_agg(seq::text, ' ' ORDER BY seq) FROM deliveries", "2 3");
    expect_query(t,
                 "SELECT count(*) FROM delivery_failures AS f WHERE NOT EXISTS"
                 " (SELECT FROM deliveries WHERE id = f.delivery)",
                 "0");
}

static void passes_events_over_while_there_is_no_way_to_tell(void **state)
{
    struct town *t = *state;

    town_set(t, format_new("DUNGHEN_SMTP_URL="));
    town_ctl(t,
             (const char *const[]){"catalogue", "load", SOURCE_DIR "/deploy/catalogue/tiny", NULL});
    town_add_case(t, 1, "An", "+84901234567", "an@example.org");
    town_start(t);
    town_add_event(t, 1, "received", "{}");
    town_wait_settled(t);
    AUTO(format_free)
    char *url = format_new("http://127.0.0.1:%u/hook/app", outside_port(t->outside, "http"));
    town_ctl(t, (const char *const[]){"webhooks", "add", "app", url, NULL});
    /* Until it knows the webhook, events are passed over. */
    for (int i = 0;
         strcmp(cluster_query(t->cluster, "SELECT count(*) > 0 FROM deliveries"), "t") != 0; i++) {
        assert_true(i < 200);
        town_add_event(t, 1, "answered", "{}");
        town_wait_settled(t);
    }
    expect_query(t, "SELECT count(*) FROM deliveries WHERE message = 'received'", "0");
    town_load_catalogue(t);
}

#define TOLD(test) cmocka_unit_test_setup_teardown(test, town_setup, town_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TOLD(writes_a_mail_that_a_mail_program_reads),
        TOLD(keeps_no_address_and_no_text),
        TOLD(goes_by_implicit_tls_as_well),
        TOLD(tries_again_what_the_mail_server_puts_off),
        TOLD(gives_up_at_once_what_the_mail_server_refuses),
        TOLD(opens_what_is_sealed_with_a_key_that_was_added),
        TOLD(does_not_blame_the_mail_for_a_wrong_password),
        TOLD(says_everything_in_both_languages),
        TOLD(says_to_all_what_was_written_once),
        TOLD(waits_for_the_letter_and_sends_it_along),
        TOLD(keeps_why_an_attempt_failed_in_any_language),
        TOLD(keeps_why_an_attempt_failed_whatever_the_bytes),
        TOLD(asks_the_gateway_as_its_row_says),
        TOLD(goes_by_what_the_gateway_says),
        TOLD(waits_as_long_as_the_gateway_asks_for),
        TOLD(is_not_held_back_by_a_gateway_that_stalls),
        TOLD(goes_the_way_that_the_citizen_has_chosen),
        TOLD(leaves_people_alone_in_their_quiet_hours),
        TOLD(tells_the_right_people_of_every_flag),
        TOLD(tells_people_by_the_channel_that_they_have),
        TOLD(tells_front_ends_with_a_signature),
        TOLD(begins_where_it_was_and_makes_nothing_twice),
        TOLD(sends_again_under_the_same_key_what_was_cut_short),
        TOLD(sends_nothing_twice_when_it_has_to_begin_again),
        TOLD(tries_now_and_then_to_write_outcomes),
        TOLD(sends_no_more_than_it_can_remember),
        TOLD(keeps_no_outcome_back_for_one_that_is_refused),
        TOLD(ends_with_questions_that_the_database_has_not_answered),
        TOLD(ends_gently_with_outcomes_written),
        TOLD(goes_on_after_the_database_was_killed),
        TOLD(passes_events_over_while_there_is_no_way_to_tell),
        TOLD(shows_lists_and_resends_what_was_not_delivered),
        TOLD(forgets_what_has_ended_long_ago),
    };

    return cmocka_run_group_tests_name("notifier", tests, town_group_setup, town_group_teardown);
}
