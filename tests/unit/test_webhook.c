/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures that the package standardwebhooks 1.1.1 of npm has made. */
#include "webhook.h"

#include "crypto.h"

#include <string.h>

#include "unit.h"

static const struct {
    const char *secret, *id;
    int64_t timestamp_s;
    const char *body, *signature;
} vectors[] = {
    {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
     "{\"test\": 2432232314}", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
    {"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "0192f3a4-5b6c-8d7e-9f00-112233445566", 1795000000,
     "{\"type\":\"case.answered\",\"data\":{\"text\":\"Đúng hẹn – 10% đường \\\"hẻm\\\"\"}}",
     "v1,1xm93Od+wvMO/nkg+i+EBNR4BPg/th323ATeOhcVWq8="},
};

static void signs_as_others_do(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(vectors); i++) {
        AUTO(strbuf_free) struct strbuf out = STRBUF(1000);
        struct webhook_key key;
        struct err e;
        assert_int_equal(webhook_key_read(vectors[i].secret, &key, &e), 0);
        const struct webhook_message m = {vectors[i].id, vectors[i].timestamp_s, vectors[i].body,
                                          strlen(vectors[i].body)};
        webhook_sign(&key, &m, &out);
        assert_string_equal(strbuf_text(&out), vectors[i].signature);
    }
}

static void reads_back_the_keys_that_it_makes(void **state)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(1000);
    struct webhook_key key, again;
    struct err e;

    (void)state;
    webhook_key_new(&key);
    webhook_key_write(&key, &text);
    assert_int_equal(webhook_key_read(strbuf_text(&text), &again, &e), 0);
    assert_int_equal(key.len, again.len);
    assert_memory_equal(key.bytes, again.bytes, key.len);
}

static void refuses_what_is_no_key(void **state)
{
    static const char *const wrong[] = {"",
                                        "whsec_",
                                        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                                        "whsec_AAAA",
                                        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS*",
                                        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwA"};
    struct webhook_key key;
    struct err e;

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_int_equal(webhook_key_read(wrong[i], &key, &e), -1);
}

static void knows_where_a_front_end_may_be(void **state)
{
    static const struct {
        const char *url;
        enum webhook_url good, local; /* where only the internet is allowed; and this machine */
    } cases[] = {
        {"https://app.example/hook", WEBHOOK_URL_GOOD, WEBHOOK_URL_GOOD},
        {"https://app.example", WEBHOOK_URL_GOOD, WEBHOOK_URL_GOOD},
        {"https://app.example:8443/hook?a=b&c=d", WEBHOOK_URL_GOOD, WEBHOOK_URL_GOOD},
        {"https://[2606:4700::1]:8443/hook", WEBHOOK_URL_GOOD, WEBHOOK_URL_GOOD},
        {"https://127.0.0.1/hook", WEBHOOK_URL_PRIVATE, WEBHOOK_URL_GOOD},
        {"https://LOCALHOST:8443", WEBHOOK_URL_PRIVATE, WEBHOOK_URL_GOOD},
        {"https://a.localhost/", WEBHOOK_URL_PRIVATE, WEBHOOK_URL_GOOD},
        {"https://alocalhost/", WEBHOOK_URL_GOOD, WEBHOOK_URL_GOOD},
        {"https://[::1]/", WEBHOOK_URL_PRIVATE, WEBHOOK_URL_GOOD},
        {"https://10.1.2.3:8443?a=b", WEBHOOK_URL_PRIVATE, WEBHOOK_URL_GOOD},
        {"https://[::ffff:192.168.0.1]/", WEBHOOK_URL_PRIVATE, WEBHOOK_URL_GOOD},
        {"https://1.1.1.1/", WEBHOOK_URL_GOOD, WEBHOOK_URL_GOOD},
        {"https://10.example/", WEBHOOK_URL_GOOD, WEBHOOK_URL_GOOD},
        {"http://127.0.0.1:8080/hook", WEBHOOK_URL_SCHEME, WEBHOOK_URL_GOOD},
        {"http://localhost/", WEBHOOK_URL_SCHEME, WEBHOOK_URL_GOOD},
        {"http://[::1]:1/", WEBHOOK_URL_SCHEME, WEBHOOK_URL_GOOD},
        {"http://localhost.evil.example/", WEBHOOK_URL_SCHEME, WEBHOOK_URL_SCHEME},
        {"http://127.0.0.1:80@evil.example/", WEBHOOK_URL_SCHEME, WEBHOOK_URL_FORM},
        {"http://app.example/", WEBHOOK_URL_SCHEME, WEBHOOK_URL_SCHEME},
        {"ftp://app.example/", WEBHOOK_URL_SCHEME, WEBHOOK_URL_SCHEME},
        {"file:///etc/passwd", WEBHOOK_URL_SCHEME, WEBHOOK_URL_SCHEME},
        {"", WEBHOOK_URL_SCHEME, WEBHOOK_URL_SCHEME},
        {"https://", WEBHOOK_URL_FORM, WEBHOOK_URL_FORM},
        {"https:///hook", WEBHOOK_URL_FORM, WEBHOOK_URL_FORM},
        {"https://user:word@app.example/", WEBHOOK_URL_FORM, WEBHOOK_URL_FORM},
        {"https://app.example:/", WEBHOOK_URL_FORM, WEBHOOK_URL_FORM},
        {"https://app.example:8x/", WEBHOOK_URL_FORM, WEBHOOK_URL_FORM},
        {"https://[::1/", WEBHOOK_URL_FORM, WEBHOOK_URL_FORM},
        {"https://[::1]x/", WEBHOOK_URL_FORM, WEBHOOK_URL_FORM},
        {"https://app.example/#here", WEBHOOK_URL_FORM, WEBHOOK_URL_FORM},
        {"https://app.example/a b", WEBHOOK_URL_FORM, WEBHOOK_URL_FORM},
        {"https://app.example/\r\nX: y", WEBHOOK_URL_FORM, WEBHOOK_URL_FORM},
        {"https://đèn.example/", WEBHOOK_URL_FORM, WEBHOOK_URL_FORM},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (webhook_url_check(cases[i].url, false) != cases[i].good ||
            webhook_url_check(cases[i].url, true) != cases[i].local)
            fail_msg("%s", cases[i].url);
}

static int start(void **state)
{
    struct err e;

    (void)state;
    return crypto_open(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signs_as_others_do),
        cmocka_unit_test(reads_back_the_keys_that_it_makes),
        cmocka_unit_test(refuses_what_is_no_key),
        cmocka_unit_test(knows_where_a_front_end_may_be),
    };

    return cmocka_run_group_tests_name("webhook", tests, start, NULL);
}
