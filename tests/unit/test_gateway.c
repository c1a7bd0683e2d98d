/* SPDX-License-Identifier: Apache-2.0 */
/* links: notifier */
/* Requests from a row of gateways.csv, answers by its rules, and unsubscribe tokens. */
#include "gateway.h"

#include "crypto.h"
#include "token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

static const struct catalogue_gateway sms = {
    .channel = "sms",
    .url = "https://sms.example/send?brand={{secret_brand}}",
    .method = "POST",
    .content_type = "application/json",
    .headers = "Authorization: Bearer {{secret_sms}}\nX-Request: {{key}}",
    .body = "{\"phone\":{{to}},\"content\":{{text}}}",
    .success = "/CodeResult=100|101",
    .refusal = "/error/code=BAD_NUMBER",
};

static json_t *data(void)
{
    return json_pack("{s:s,s:s,s:s,s:s,s:s}", "to", "+84901234567", "text", "Đã \"xong\"\\", "key",
                     "K-1", "secret_sms", "s3cret", "secret_brand", "A&B");
}

static void fills_the_request_by_the_content_type(void **state)
{
    AUTO(gateway_request_free) struct gateway_request r = {0};
    AUTO(json_release) json_t *d = data();
    struct err e;

    (void)state;
    assert_int_equal(gateway_write(&sms, d, &r, &e), 0);
    assert_string_equal(strbuf_text(&r.url), "https://sms.example/send?brand=A%26B");
    assert_string_equal(strbuf_text(&r.body),
                        "{\"phone\":\"+84901234567\",\"content\":\"Đã \\\"xong\\\"\\\\\"}");
    static const char *const headers[] = {"Content-Type: application/json", "Idempotency-Key: K-1",
                                          "Authorization: Bearer s3cret", "X-Request: K-1"};
    for (size_t i = 0; i < COUNT(headers); i++)
        assert_string_equal(r.headers[i], headers[i]);
    assert_null(r.headers[COUNT(headers)]);
}

static void fills_forms(void **state)
{
    AUTO(gateway_request_free) struct gateway_request r = {0};
    AUTO(json_release) json_t *d = data();
    struct catalogue_gateway form = sms;
    struct err e;

    (void)state;
    form.content_type = "application/x-www-form-urlencoded";
    form.body = "to={{to}}&text={{text}}";
    form.headers = NULL;
    assert_int_equal(gateway_write(&form, d, &r, &e), 0);
    assert_string_equal(strbuf_text(&r.body),
                        "to=%2B84901234567&text=%C4%90%C3%A3%20%22xong%22%5C");
}

static void leaves_out_headers_that_are_not_shown(void **state)
{
    AUTO(gateway_request_free) struct gateway_request r = {0};
    AUTO(json_release) json_t *d = data();
    struct catalogue_gateway odd = sms;
    struct err e;

    (void)state;
    odd.headers =
        "{{#overdue}}X-Late: yes{{/overdue}}\n\nX-Request: {{key}}\n{{#key}}X-Key: 1{{/key}}";
    assert_int_equal(gateway_write(&odd, d, &r, &e), 0);
    assert_string_equal(r.headers[2], "X-Request: K-1");
    assert_string_equal(r.headers[3], "X-Key: 1");
    assert_null(r.headers[4]);
}

static void lets_no_value_begin_a_header(void **state)
{
    AUTO(json_release) json_t *d = data();
    struct gateway_request r;
    struct err e;

    (void)state;
    json_object_set_new(d, "key", json_string("x\r\nHost: evil"));
    assert_int_equal(gateway_write(&sms, d, &r, &e), -1);
    json_object_set_new(d, "key", json_string("Đ"));
    assert_int_equal(gateway_write(&sms, d, &r, &e), -1);
    json_object_set_new(d, "key", json_string("no colon\nhere"));
    assert_int_equal(gateway_write(&sms, d, &r, &e), -1);
    assert_non_null(strstr(e.text, "headers"));
}

static void names_a_value_that_is_missing(void **state)
{
    AUTO(json_release) json_t *d = data();
    struct gateway_request r;
    struct err e;

    (void)state;
    json_object_del(d, "secret_brand");
    assert_int_equal(gateway_write(&sms, d, &r, &e), -1);
    assert_non_null(strstr(e.text, "url"));
    assert_non_null(strstr(e.text, "secret_brand"));
}

static void judges_answers_by_status_and_rules(void **state)
{
    static const struct {
        int status;
        const char *answer;
        enum gateway_verdict verdict;
    } cases[] = {
        {200, "{\"CodeResult\":\"100\"}", GATEWAY_TAKEN},
        {201, "{\"CodeResult\":101}", GATEWAY_TAKEN},
        {200, "{\"CodeResult\":\"99\"}", GATEWAY_FAILED},
        {200, "{\"CodeResult\":\"10\"}", GATEWAY_FAILED},
        {200, "{\"error\":{\"code\":\"BAD_NUMBER\"}}", GATEWAY_REFUSED},
        {200, "{\"error\":\"BAD_NUMBER\"}", GATEWAY_FAILED},
        {200, "", GATEWAY_FAILED},
        {200, "[]", GATEWAY_FAILED},
        {200, "not json", GATEWAY_FAILED},
        {301, "{}", GATEWAY_REFUSED},
        {400, "{\"CodeResult\":\"100\"}", GATEWAY_REFUSED},
        {401, "", GATEWAY_REFUSED},
        {408, "", GATEWAY_FAILED},
        {429, "", GATEWAY_FAILED},
        {500, "", GATEWAY_FAILED},
        {503, "{\"CodeResult\":\"100\"}", GATEWAY_FAILED},
        {100, "", GATEWAY_FAILED},
    };
    const struct catalogue_gateway plain = {.channel = "sms"};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(
            gateway_judge(&sms, cases[i].status, cases[i].answer, strlen(cases[i].answer)),
            cases[i].verdict);
    assert_int_equal(gateway_judge(&plain, 204, "", 0), GATEWAY_TAKEN);
}

/* ---- tokens ---- */

static struct crypto_ring *make_ring(char path[64])
{
    struct crypto_ring *ring = NULL;
    struct err e;

    snprintf(path, 64, "/tmp/token-test-%ld.keys", (long)getpid());
    unlink(path);
    assert_int_equal(crypto_open(&e), 0);
    assert_int_equal(crypto_ring_add(path, &e), 0);
    assert_int_equal(crypto_ring_open(&ring, path, &e), 0);
    unlink(path);
    return ring;
}

static void reads_its_own_tokens_and_no_others(void **state)
{
    char path[64], text[TOKEN_SIZE];
    AUTO(crypto_ring_close) struct crypto_ring *ring = make_ring(path);
    AUTO(crypto_ring_close) struct crypto_ring *other = make_ring(path);
    struct token token = {.channel = CHANNEL_SMS, .contact = {1, 2, 3, 255}}, again;
    struct err e;

    (void)state;
    token_write(ring, &token, text);
    assert_int_equal(strlen(text), TOKEN_SIZE - 1);
    assert_int_equal(token_read(ring, text, &again, &e), 0);
    assert_int_equal(again.channel, CHANNEL_SMS);
    assert_memory_equal(again.contact, token.contact, sizeof(token.contact));
    assert_int_equal(token_read(other, text, &again, &e), -1);
    for (size_t i = 0; i < TOKEN_SIZE - 1; i++) {
        char changed[TOKEN_SIZE];
        memcpy(changed, text, sizeof(changed));
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        assert_int_equal(token_read(ring, changed, &again, &e), -1);
    }
    text[TOKEN_SIZE - 2] = '\0';
    assert_int_equal(token_read(ring, text, &again, &e), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_the_request_by_the_content_type),
        cmocka_unit_test(fills_forms),
        cmocka_unit_test(leaves_out_headers_that_are_not_shown),
        cmocka_unit_test(lets_no_value_begin_a_header),
        cmocka_unit_test(names_a_value_that_is_missing),
        cmocka_unit_test(judges_answers_by_status_and_rules),
        cmocka_unit_test(reads_its_own_tokens_and_no_others),
    };

    return cmocka_run_group_tests_name("gateway", tests, NULL, NULL);
}
