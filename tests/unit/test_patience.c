/* SPDX-License-Identifier: Apache-2.0 */
/* links: notifier */
/* When notifier waits: after failures, for a gateway that is down, in quiet hours. */
#include "backoff.h"
#include "breaker.h"
#include "clock.h"
#include "quiet.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit.h"

enum { S = CLOCK_US_PER_S };
#define H (INT64_C(3600) * S)

static void waits_twice_as_long_each_time_up_to_an_hour(void **state)
{
    (void)state;
    assert_int_equal(backoff_us(10 * S, 1, 0), 10 * S);
    assert_int_equal(backoff_us(10 * S, 2, 0), 20 * S);
    assert_int_equal(backoff_us(10 * S, 5, 0), 160 * S);
    assert_int_equal(backoff_us(10 * S, 9, 0), INT64_C(2560) * S);
    assert_int_equal(backoff_us(10 * S, 10, 0), H);
    assert_int_equal(backoff_us(10 * S, 30000, 0), H);
    assert_int_equal(backoff_us(2 * H, 1, 0), H);
}

static void takes_off_a_half_at_most_by_chance(void **state)
{
    (void)state;
    for (uint64_t chance = 1; chance < 1U << 20; chance = chance * 3 + 1) {
        int64_t wait = backoff_us(10 * S, 3, chance * UINT64_C(0x9e3779b97f4a7c15));
        assert_true(wait >= 20 * S && wait <= 40 * S);
    }
    assert_int_equal(backoff_us(10 * S, 3, 20 * S), 20 * S);
}

static void opens_after_five_failures_in_a_row(void **state)
{
    struct breaker b = {0};

    (void)state;
    for (int i = 0; i < 4; i++)
        breaker_bad(&b, 0);
    assert_int_equal(breaker_room(&b, 0, 2, 8), 6);
    breaker_good(&b);
    for (int i = 0; i < 5; i++)
        breaker_bad(&b, 0);
    assert_true(breaker_is_open(&b));
    assert_int_equal(breaker_room(&b, S - 1, 0, 8), 0);
}

static void lets_one_through_after_a_while_and_all_when_that_is_well(void **state)
{
    struct breaker b = {0};

    (void)state;
    for (int i = 0; i < 5; i++)
        breaker_bad(&b, 0);
    assert_int_equal(breaker_room(&b, S, 0, 8), 1);
    assert_int_equal(breaker_room(&b, S, 1, 8), 0);
    breaker_bad(&b, S);
    assert_int_equal(breaker_room(&b, 3 * S - 1, 0, 8), 0);
    assert_int_equal(breaker_room(&b, 3 * S, 0, 8), 1);
    breaker_good(&b);
    assert_int_equal(breaker_room(&b, 3 * S, 0, 8), 8);
    assert_false(breaker_is_open(&b));
}

static void counts_those_that_were_under_way_once(void **state)
{
    struct breaker b = {0};

    (void)state;
    for (int i = 0; i < 50; i++)
        breaker_bad(&b, 0);
    assert_int_equal(breaker_room(&b, S, 0, 8), 1);
}

static void never_waits_longer_than_a_minute_by_itself(void **state)
{
    struct breaker b = {0};
    int64_t now = 0;

    (void)state;
    for (int i = 0; i < 100; i++) {
        breaker_bad(&b, now);
        now += 60 * S;
        assert_int_equal(breaker_room(&b, now, 0, 1), 1);
    }
}

static void waits_as_long_as_the_gateway_asks(void **state)
{
    struct breaker b = {0};

    (void)state;
    breaker_wait(&b, 10 * S, 100 * S);
    breaker_wait(&b, 10 * S, 50 * S);
    assert_int_equal(breaker_room(&b, 110 * S - 1, 0, 8), 0);
    assert_int_equal(breaker_room(&b, 110 * S, 0, 8), 8);
}

/* A moment of 2026 in Ho Chi Minh City. */
static int64_t at(int month, int day, int hour, int minute)
{
    struct tm t = {.tm_year = 126,
                   .tm_mon = month - 1,
                   .tm_mday = day,
                   .tm_hour = hour,
                   .tm_min = minute,
                   .tm_isdst = -1};

    return (int64_t)mktime(&t) * S;
}

static void is_quiet_over_midnight(void **state)
{
    const struct quiet night = {21 * 60, 7 * 60};

    (void)state;
    assert_int_equal(quiet_end(&night, at(11, 23, 20, 59)), at(11, 23, 20, 59));
    assert_int_equal(quiet_end(&night, at(11, 23, 21, 0)), at(11, 24, 7, 0));
    assert_int_equal(quiet_end(&night, at(11, 30, 23, 59)), at(12, 1, 7, 0));
    assert_int_equal(quiet_end(&night, at(11, 24, 0, 0)), at(11, 24, 7, 0));
    assert_int_equal(quiet_end(&night, at(11, 24, 6, 59) + S), at(11, 24, 7, 0));
    assert_int_equal(quiet_end(&night, at(11, 24, 7, 0)), at(11, 24, 7, 0));
}

static void is_quiet_at_noon(void **state)
{
    const struct quiet noon = {11 * 60 + 30, 13 * 60}, never = {QUIET_NONE, QUIET_NONE},
                       equal = {0, 0};

    (void)state;
    assert_int_equal(quiet_end(&noon, at(11, 23, 11, 29)), at(11, 23, 11, 29));
    assert_int_equal(quiet_end(&noon, at(11, 23, 12, 0)), at(11, 23, 13, 0));
    assert_int_equal(quiet_end(&never, at(11, 23, 12, 0)), at(11, 23, 12, 0));
    assert_int_equal(quiet_end(&equal, at(11, 23, 0, 0)), at(11, 23, 0, 0));
}

static void reads_hours_as_people_write_them(void **state)
{
    static const char *const wrong[] = {"21:00",       "21:00-7:00",  "24:00-07:00",
                                        "21:60-07:00", "21:00-21:00", "21:00-07:00 ",
                                        "21.00-07.00", "ab:cd-ef:gh"};
    struct quiet q;
    struct err e;

    (void)state;
    assert_int_equal(quiet_read("21:00-07:30", "x", &q, &e), 0);
    assert_int_equal(q.from, 21 * 60);
    assert_int_equal(q.to, 7 * 60 + 30);
    assert_int_equal(quiet_read("", "x", &q, &e), 0);
    assert_int_equal(q.from, QUIET_NONE);
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_int_equal(quiet_read(wrong[i], "DUNGHEN_QUIET_HOURS", &q, &e), -1);
    assert_non_null(strstr(e.text, "DUNGHEN_QUIET_HOURS"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_twice_as_long_each_time_up_to_an_hour),
        cmocka_unit_test(takes_off_a_half_at_most_by_chance),
        cmocka_unit_test(opens_after_five_failures_in_a_row),
        cmocka_unit_test(lets_one_through_after_a_while_and_all_when_that_is_well),
        cmocka_unit_test(counts_those_that_were_under_way_once),
        cmocka_unit_test(never_waits_longer_than_a_minute_by_itself),
        cmocka_unit_test(waits_as_long_as_the_gateway_asks),
        cmocka_unit_test(is_quiet_over_midnight),
        cmocka_unit_test(is_quiet_at_noon),
        cmocka_unit_test(reads_hours_as_people_write_them),
    };

    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    return cmocka_run_group_tests_name("patience", tests, NULL, NULL);
}
