/* SPDX-License-Identifier: Apache-2.0 */
#include "http_client.h"

#include "unit.h"

static void who_listens_everywhere_is_reached_here(void **state)
{
    static const struct {
        const char *listens, *host;
        unsigned port;
    } rows[] = {
        {"127.0.0.1:8080", "127.0.0.1", 8080},
        {"0.0.0.0:80", "127.0.0.1", 80},
        {"*:80", "127.0.0.1", 80},
        {"[::]:65535", "::1", 65535},
        {"[fe80::1]:1", "fe80::1", 1},
        {"intake:8080", "intake", 8080},
    };
    char host[CLIENT_HOST_SIZE];
    unsigned port;
    struct err e;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(client_reach(rows[i].listens, host, &port, &e), 0);
        assert_string_equal(host, rows[i].host);
        assert_int_equal(port, rows[i].port);
    }
}

static void what_is_no_address_is_refused(void **state)
{
    static const char *const wrong[] = {
        "", "8080", ":8080", "host:", "host:0", "host:65536", "host:80x"};
    char host[CLIENT_HOST_SIZE];
    unsigned port;
    struct err e;

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_int_equal(client_reach(wrong[i], host, &port, &e), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_listens_everywhere_is_reached_here),
        cmocka_unit_test(what_is_no_address_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
