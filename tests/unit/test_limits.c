/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "rate_limits.h"

#include <arpa/inet.h>
#include <string.h>

#include "unit.h"

static struct limits *open_with(const char *proxies)
{
    struct limits *limits = NULL;
    struct err e;

    if (limits_open(&limits, &(struct limits_settings){.proxies = proxies}, &e) < 0)
        fail_msg("%s", e.text);
    return limits;
}

static void expect(const struct limits *limits, const char *peer, const char *forwarded,
                   const char *address)
{
    uint8_t bytes[LIMITS_ADDRESS_BYTES];
    char text[INET6_ADDRSTRLEN];

    limits_address_of(limits, peer, forwarded, bytes);
    assert_non_null(inet_ntop(AF_INET6, bytes, text, sizeof(text)));
    assert_string_equal(text, address);
}

static void believes_nobody_by_itself(void **state)
{
    AUTO(limits_close) struct limits *limits = open_with("");

    (void)state;
    expect(limits, "10.0.0.1", NULL, "::ffff:10.0.0.1");
    expect(limits, "10.0.0.1", "203.0.113.7", "::ffff:10.0.0.1");
    expect(limits, "2001:db8::1", "203.0.113.7", "2001:db8::1");
}

static void believes_a_proxy_and_nobody_before_it(void **state)
{
    AUTO(limits_close) struct limits *limits = open_with("10.0.0.0/8, ::1,192.168.7.7");

    (void)state;
    expect(limits, "10.255.0.1", "203.0.113.7", "::ffff:203.0.113.7");
    expect(limits, "::1", "2001:db8::9", "2001:db8::9");
    expect(limits, "11.0.0.1", "203.0.113.7", "::ffff:11.0.0.1");
    expect(limits, "192.168.7.8", "203.0.113.7", "::ffff:192.168.7.8");
    expect(limits, "10.0.0.1", "198.51.100.1, 203.0.113.7", "::ffff:203.0.113.7");
    expect(limits, "10.0.0.1", "203.0.113.7 ,\t10.0.0.2", "::ffff:203.0.113.7");
    expect(limits, "10.0.0.1", "nonsense, 10.0.0.2", "::ffff:10.0.0.2");
    expect(limits, "10.0.0.1", "203.0.113.7,", "::ffff:10.0.0.1");
    expect(limits, "10.0.0.1", "", "::ffff:10.0.0.1");
    expect(limits, "10.0.0.1", "10.0.0.3", "::ffff:10.0.0.3");
}

static void knows_parts_of_a_byte(void **state)
{
    AUTO(limits_close) struct limits *limits = open_with("172.16.0.0/12,2001:db8::/33,0.0.0.0/32");

    (void)state;
    expect(limits, "172.31.255.255", "1.2.3.4", "::ffff:1.2.3.4");
    expect(limits, "172.32.0.0", "1.2.3.4", "::ffff:172.32.0.0");
    expect(limits, "2001:db8:7fff::1", "1.2.3.4", "::ffff:1.2.3.4");
    expect(limits, "2001:db8:8000::1", "1.2.3.4", "2001:db8:8000::1");
}

static void refuses_what_is_no_network(void **state)
{
    static const char *const bad[] = {
        "x", "10.0.0.0/33", "::1/129", "10.0.0.1,,10.0.0.2", "10.0.0.1/", "1.2.3", "10.0.0.1/-1"};
    struct err e;

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct limits *limits = NULL;
        assert_int_equal(limits_open(&limits, &(struct limits_settings){.proxies = bad[i]}, &e),
                         -1);
        assert_int_equal(e.kind, ERR_INPUT);
    }
}

static void a_bucket_fills_up_again(void **state)
{
    const struct bucket_rate rate = {2, 60};
    struct bucket b = {2, 0};
    double wait_s;

    (void)state;
    assert_true(bucket_take(&b, &rate, 0, &wait_s));
    assert_true(wait_s > 29.9 && wait_s < 30.1); /* one is left: to all of them */
    assert_true(bucket_take(&b, &rate, 0, &wait_s));
    assert_true(wait_s > 29.9 && wait_s < 30.1); /* none is left: to the next one */
    assert_false(bucket_take(&b, &rate, 0, &wait_s));
    assert_true(wait_s > 29.9 && wait_s < 30.1);
    assert_false(bucket_take(&b, &rate, 29 * CLOCK_US_PER_S, &wait_s));
    assert_true(bucket_take(&b, &rate, 31 * CLOCK_US_PER_S, &wait_s));
    assert_true(bucket_take(&b, &rate, 1000 * (int64_t)CLOCK_US_PER_S, &wait_s));
    assert_true(bucket_take(&b, &rate, 1000 * (int64_t)CLOCK_US_PER_S, &wait_s));
    assert_false(bucket_take(&b, &rate, 1000 * (int64_t)CLOCK_US_PER_S, &wait_s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(believes_nobody_by_itself),
        cmocka_unit_test(believes_a_proxy_and_nobody_before_it),
        cmocka_unit_test(knows_parts_of_a_byte),
        cmocka_unit_test(refuses_what_is_no_network),
        cmocka_unit_test(a_bucket_fills_up_again),
    };

    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
