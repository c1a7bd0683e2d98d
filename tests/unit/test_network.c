/* SPDX-License-Identifier: Apache-2.0 */
#include "network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "unit.h"

static bool is_public(const char *text)
{
    uint8_t address[NETWORK_ADDRESS_BYTES];

    if (!network_address_read(text, address))
        fail_msg("\"%s\" is no address", text);
    return network_is_public(address);
}

static void knows_who_may_be_on_the_internet(void **state)
{
    static const char *const there[] = {
        "8.8.8.8",       "1.1.1.1",      "100.63.255.255", "100.128.0.0",    "172.15.255.255",
        "172.32.0.0",    "169.253.0.1",  "192.0.1.1",      "198.17.0.1",     "198.20.0.1",
        "223.255.255.1", "2606:4700::1", "2a00:1450::1",   "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"};

    (void)state;
    for (size_t i = 0; i < COUNT(there); i++)
        if (!is_public(there[i]))
            fail_msg("%s is refused", there[i]);
}

static void knows_who_may_not(void **state)
{
    static const char *const not_there[] = {"0.0.0.0",
                                            "10.1.2.3",
                                            "127.0.0.1",
                                            "127.255.255.255",
                                            "169.254.169.254",
                                            "172.16.0.1",
                                            "172.31.255.255",
                                            "192.168.0.1",
                                            "100.64.0.1",
                                            "192.0.0.8",
                                            "192.0.2.1",
                                            "198.18.0.1",
                                            "198.51.100.1",
                                            "203.0.113.1",
                                            "224.0.0.1",
                                            "240.0.0.1",
                                            "255.255.255.255",
                                            "::",
                                            "::1",
                                            "::ffff:127.0.0.1",
                                            "::ffff:10.0.0.1",
                                            "::127.0.0.1",
                                            "fc00::1",
                                            "fdff::1",
                                            "fe80::1",
                                            "fec0::1",
                                            "ff02::1",
                                            "2001::1",
                                            "2001:db8::1",
                                            "2002:7f00:1::",
                                            "3fff::1",
                                            "64:ff9b::10.0.0.1",
                                            "64:ff9b::7f00:1",
                                            "64:ff9b:1::8.8.8.8",
                                            "100::1"};

    (void)state;
    for (size_t i = 0; i < COUNT(not_there); i++)
        if (is_public(not_there[i]))
            fail_msg("%s is taken", not_there[i]);
}

static void reads_the_addresses_of_sockets(void **state)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    const struct sockaddr_un local = {.sun_family = AF_UNIX};
    uint8_t address[NETWORK_ADDRESS_BYTES], right[NETWORK_ADDRESS_BYTES];

    (void)state;
    assert_int_equal(inet_pton(AF_INET, "192.0.2.7", &v4.sin_addr), 1);
    assert_true(network_address_of((const struct sockaddr *)&v4, address));
    assert_true(network_address_read("::ffff:192.0.2.7", right));
    assert_memory_equal(address, right, sizeof(right));
    assert_true(network_is_mapped(address));
    assert_true(network_address_of((const struct sockaddr *)&v6, address));
    assert_true(network_address_read("::1", right));
    assert_memory_equal(address, right, sizeof(right));
    assert_false(network_address_of((const struct sockaddr *)&local, address));
}

static void refuses_what_is_no_network(void **state)
{
    static const char *const wrong[] = {"",       "x",        "10.0.0.0/33", "10.0.0.0/",
                                        "::/129", "10.0.0/8", "10.0.0.0/8 "};
    struct network n;

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++)
        if (network_read(wrong[i], &n))
            fail_msg("\"%s\" is taken", wrong[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_who_may_be_on_the_internet),
        cmocka_unit_test(knows_who_may_not),
        cmocka_unit_test(reads_the_addresses_of_sockets),
        cmocka_unit_test(refuses_what_is_no_network),
    };

    return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
