/* SPDX-License-Identifier: Apache-2.0 */
/* links: ctl */
#include "load_answer.h"

#include <string.h>

#include "unit.h"

static const char created[] =
    "HTTP/1.1 201 Created\r\n"
    "content-length:  27 \r\n"
    "Connection: Keep-Alive\r\n"
    "\r\n"
    "{\"reference\":\"23456-789AB\"}";

static enum load_progress read(const char *text, struct load_answer *out)
{
    return load_answer_read(text, strlen(text), out);
}

static void an_answer_is_read_whole(void **state)
{
    struct load_answer a;

    (void)state;
    assert_int_equal(read(created, &a), LOAD_WHOLE);
    assert_int_equal(a.status, 201);
    assert_int_equal(a.len, 27);
    assert_int_equal(a.total, strlen(created));
    assert_false(a.closes);
    assert_true(a.retry_after_s < 0);
}

static void every_beginning_of_an_answer_asks_for_more(void **state)
{
    struct load_answer a;

    (void)state;
    for (size_t len = 0; len < strlen(created); len++)
        assert_int_equal(load_answer_read(created, len, &a), LOAD_MORE);
}

static void what_the_server_asks_for_is_told(void **state)
{
    struct load_answer a;

    (void)state;
    assert_int_equal(read("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\n"
                          "Connection: close\r\nContent-Length: 0\r\n\r\n",
                          &a),
                     LOAD_WHOLE);
    assert_int_equal(a.status, 503);
    assert_int_equal(a.retry_after_s, 2);
    assert_true(a.closes);
    assert_int_equal(read("HTTP/1.1 204\r\n\r\n", &a), LOAD_WHOLE);
    assert_int_equal(a.len, 0);
}

static void what_is_no_answer_is_wrong(void **state)
{
    static const char *const texts[] = {
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 2010 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 201 Created\r\n\r\n",
        "HTTP/1.1 201 Created\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 201 Created\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 201 Created\r\nContent-Length: 1x\r\n\r\n",
        "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "\r\n\r\n",
    };
    struct load_answer a;

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        if (read(texts[i], &a) != LOAD_WRONG)
            fail_msg("%s", texts[i]);
}

static void an_endless_head_is_wrong(void **state)
{
    static char head[20000];
    struct load_answer a;

    (void)state;
    memset(head, 'a', sizeof(head));
    assert_int_equal(load_answer_read(head, sizeof(head), &a), LOAD_WRONG);
}

static const char *text_in(const char *body, const char *name, size_t len)
{
    const struct load_answer a = {.body = body, .len = strlen(body)};

    return load_answer_text(&a, name, len);
}

static void a_text_of_the_body_is_found(void **state)
{
    (void)state;
    assert_memory_equal(text_in("{\"reference\":\"23456-789AB\"}", "reference", 11), "23456-789AB",
                        11);
    assert_memory_equal(
        text_in("{\"a\":\"reference\",\"reference\" : \"23456-789AB\"}", "reference", 11),
        "23456-789AB", 11);
}

static void what_is_not_that_text_is_not_found(void **state)
{
    (void)state;
    assert_null(text_in("{\"reference\":\"23456\"}", "reference", 11));
    assert_null(text_in("{\"reference\":\"23456-789ABCDEF\"}", "reference", 11));
    assert_null(text_in("{\"reference\":12345678901234}", "reference", 11));
    assert_null(text_in("{\"preference\":\"23456-789AB\"}", "reference", 11));
    assert_null(text_in("\"reference", "reference", 11));
    assert_null(text_in("", "reference", 11));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_read_whole),
        cmocka_unit_test(every_beginning_of_an_answer_asks_for_more),
        cmocka_unit_test(what_the_server_asks_for_is_told),
        cmocka_unit_test(what_is_no_answer_is_wrong),
        cmocka_unit_test(an_endless_head_is_wrong),
        cmocka_unit_test(a_text_of_the_body_is_found),
        cmocka_unit_test(what_is_not_that_text_is_not_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
