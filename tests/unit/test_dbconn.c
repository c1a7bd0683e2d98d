/* SPDX-License-Identifier: Apache-2.0 */
#include "dbconn.h"

#include <string.h>

#include "unit.h"

static const char *value_of(const struct dbconn *d, const char *keyword)
{
    for (size_t i = 0; dbconn_keywords(d)[i] != NULL; i++)
        if (strcmp(dbconn_keywords(d)[i], keyword) == 0)
            return dbconn_values(d)[i];
    return NULL;
}

static struct dbconn *opened(const char *url, const char *run_dir)
{
    struct dbconn_target target = {url, run_dir, "dunghen_tracker", "dunghen-tracker"};
    struct dbconn *d = NULL;
    struct err e = {0};

    assert_int_equal(dbconn_open(&d, &target, &e), 0);
    return d;
}

static void goes_to_the_private_cluster_without_a_url(void **state)
{
    AUTO(dbconn_close) struct dbconn *d = opened("", "/srv/run");

    (void)state;
    assert_string_equal(value_of(d, "host"), "/srv/run/postgres");
    assert_string_equal(value_of(d, "dbname"), "dunghen");
    assert_string_equal(value_of(d, "user"), "dunghen_tracker");
    assert_string_equal(value_of(d, "fallback_application_name"), "dunghen-tracker");
}

static void makes_a_relative_run_dir_absolute(void **state)
{
    AUTO(dbconn_close) struct dbconn *d = opened("", "var/run");
    const char *host = value_of(d, "host");
    const char *end = "/var/run/postgres";

    (void)state;
    assert_int_equal(host[0], '/');
    assert_true(strlen(host) > strlen(end));
    assert_string_equal(host + strlen(host) - strlen(end), end);
}

static void lets_the_url_name_the_user_and_the_timeouts(void **state)
{
    AUTO(dbconn_close)
    struct dbconn *d = opened("postgresql://an@db1,db2/city?keepalives_idle=7", "var/run");

    (void)state;
    assert_string_equal(value_of(d, "user"), "an");
    assert_string_equal(value_of(d, "host"), "db1,db2");
    assert_string_equal(value_of(d, "dbname"), "city");
    assert_string_equal(value_of(d, "keepalives_idle"), "7");
}

static void fills_in_what_a_url_leaves_out(void **state)
{
    AUTO(dbconn_close) struct dbconn *d = opened("host=db dbname=city", "var/run");

    (void)state;
    assert_string_equal(value_of(d, "user"), "dunghen_tracker");
    assert_string_equal(value_of(d, "tcp_user_timeout"), "30000");
    assert_string_equal(value_of(d, "connect_timeout"), "5");
    assert_string_equal(value_of(d, "keepalives"), "1");
}

static void begins_with_the_next_host_after_a_turn(void **state)
{
    AUTO(dbconn_close)
    struct dbconn *d =
        opened("host=db1,db22,,db4 hostaddr=10.0.0.1,,10.0.0.3,10.0.0.4 port=5433", "var/run");
    AUTO(dbconn_close) struct dbconn *ports = opened("postgresql://a:1,b:22,c:333/city", "var/run");

    (void)state;
    dbconn_turn(d);
    assert_string_equal(value_of(d, "host"), "db22,,db4,db1");
    assert_string_equal(value_of(d, "hostaddr"), ",10.0.0.3,10.0.0.4,10.0.0.1");
    assert_string_equal(value_of(d, "port"), "5433");
    for (int i = 0; i < 3; i++)
        dbconn_turn(d);
    assert_string_equal(value_of(d, "host"), "db1,db22,,db4");
    dbconn_turn(ports);
    assert_string_equal(value_of(ports, "host"), "b,c,a");
    assert_string_equal(value_of(ports, "port"), "22,333,1");
}

static void turns_nothing_where_there_is_one_host(void **state)
{
    AUTO(dbconn_close) struct dbconn *d = opened("host=db user=an,binh", "var/run");
    AUTO(dbconn_close) struct dbconn *private = opened("", "/srv/run");

    (void)state;
    dbconn_turn(d);
    assert_string_equal(value_of(d, "host"), "db");
    assert_string_equal(value_of(d, "user"), "an,binh");
    dbconn_turn(private);
    assert_string_equal(value_of(private, "host"), "/srv/run/postgres");
}

static void refuses_a_broken_url_without_repeating_it(void **state)
{
    struct dbconn_target target = {"postgresql://an:secret%@db/city", "var/run", "r", "p"};
    struct dbconn *d = NULL;
    struct err e = {0};

    (void)state;
    assert_int_equal(dbconn_open(&d, &target, &e), -1);
    assert_null(d);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_non_null(strstr(e.text, "DUNGHEN_DATABASE_URL"));
    assert_null(strstr(e.text, "secret"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_to_the_private_cluster_without_a_url),
        cmocka_unit_test(makes_a_relative_run_dir_absolute),
        cmocka_unit_test(lets_the_url_name_the_user_and_the_timeouts),
        cmocka_unit_test(fills_in_what_a_url_leaves_out),
        cmocka_unit_test(begins_with_the_next_host_after_a_turn),
        cmocka_unit_test(turns_nothing_where_there_is_one_host),
        cmocka_unit_test(refuses_a_broken_url_without_repeating_it),
    };

    return cmocka_run_group_tests_name("dbconn", tests, NULL, NULL);
}
