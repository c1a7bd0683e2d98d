/* SPDX-License-Identifier: Apache-2.0 */
/* A city's calendar comes to its end: operators are told in time, and nobody who reports is blamed.
 */
#include "child.h"
#include "city_fixture.h"
#include "clock.h"
#include "format.h"
#include "must.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit.h"

enum { WAIT_MS = 60000, LOOK_MS = 20 };

static const char tiny[] = SOURCE_DIR "/deploy/catalogue/tiny";
static const char *const services[] = {"tracker", "router", "intake", NULL};

static void expect_words(const char *words)
{
    if (strstr(strbuf_text(&output), words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, strbuf_text(&output));
}

/* The small city's catalogue, with calendars that know nothing after that year. */
static void load_until(int year)
{
    AUTO(format_free)
    char *script = format_new(
        "rm -rf %s/catalogue && cp -rT %s %s/catalogue && cd %s/catalogue && "
        "sed -i 's/,2021,2035,/,2021,%d,/' calendars.csv && "
        "awk -F, 'NR == 1 || substr($2, 1, 4) <= %d' calendar_days.csv > days && "
        "mv days calendar_days.csv",
        city_dir(city), tiny, city_dir(city), city_dir(city), year, year);
    AUTO(format_free) char *dir = format_new("%s/catalogue", city_dir(city));
    const char *const sh[] = {"/bin/sh", "-c", script, NULL};
    struct err e = {0};

    must(child_run(&(struct child_settings){.argv = sh}, &e), &e);
    if (!DUNGHEN("catalogue", "load", dir))
        fail_msg("%s", strbuf_text(&output));
}

static int this_year(void)
{
    time_t now = time(NULL);
    struct tm tm;

    localtime_r(&now, &tm);
    return tm.tm_year + 1900;
}

static int make_city(void **state)
{
    struct err e = {0};

    (void)state;
    must(city_make(&city, &e), &e);
    load_until(this_year() + 1);
    must(city_start(city, services, &e), &e);
    return 0;
}

static void operators_are_told_before_it_ends(void **state)
{
    (void)state;
    load_until(this_year() + 1);
    assert_null(strstr(strbuf_text(&output), "ends with"));
    load_until(this_year() - 1);
    AUTO(format_free)
    char *told = format_new("calendar OFFICE_HOURS ends with %d: nothing can be promised beyond",
                            this_year() - 1);
    expect_words(told);
    (void)DUNGHEN("status"); /* not all services run here */
    expect_words(told);
}

/* It is for the city to mend: whoever reports may try again, and reads no English reason. */
static void who_reports_is_not_blamed(void **state)
{
    static const char body[] =
        "{\"service_code\":\"LIGHT\",\"description\":\"Đèn tắt\","
        "\"anonymous\":true,\"lat\":10.75,\"lon\":106.65}";
    AUTO(client_answer_free) struct client_answer answer = {0};

    (void)state;
    load_until(this_year() - 1);
    const int64_t limit = clock_mono_us() + WAIT_MS * (int64_t)CLOCK_US_PER_MS;
    do { /* until tracker has taken up the catalogue */
        poll(NULL, 0, LOOK_MS);
        client_answer_free(&answer);
        city_post(city, "/api/v1/cases", body, &answer);
        assert_true(answer.status == 201 || answer.status == 500);
    } while (answer.status == 201 && clock_mono_us() < limit);
    assert_int_equal(answer.status, 500);
    assert_null(strstr(answer.body, "calendar"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_are_told_before_it_ends),
        cmocka_unit_test(who_reports_is_not_blamed),
    };

    return cmocka_run_group_tests_name("calendar_end", tests, make_city, close_city);
}
