/* SPDX-License-Identifier: Apache-2.0 */
/* Catalogues are loaded while people report: every service takes one up when it looks at it next,
 * router before tracker or after it, and nobody is told that a good report is a bad one. */
#include "child.h"
#include "city.h"
#include "format.h"
#include "must.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

enum { LOADS = 6, REPORTS_AFTER = 10, REPORTS_MOST = 5000 };

static const char tiny[] = SOURCE_DIR "/deploy/catalogue/tiny";

static void write_rows(struct city *city, const char *name, const char *mode, const char *rows)
{
    AUTO(format_free) char *path = format_new("%s/catalogue/%s", city_dir(city), name);
    FILE *file = fopen(path, mode);

    assert_non_null(file);
    assert_true(fputs(rows, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* What was the lights' of one unit is another one's, which is new. */
static void load_catalogue(struct city *city, const char *unit)
{
    AUTO(format_free) char *dir = format_new("%s/catalogue", city_dir(city));
    AUTO(format_free)
    char *units = format_new("%s,DEPARTMENT,OFFICE,Đội %s,Team %s,,,,,\n", unit, unit, unit);
    AUTO(format_free)
    char *routes = format_new(
        "service,area,lead,coordinators,valid_from,valid_until,note\n"
        "LIGHT,*,%s,D1,,,\nNOISE,*,@place,,,,\n",
        unit);
    struct err e;

    write_rows(city, "units.csv", "ae", units);
    write_rows(city, "routes.csv", "we", routes);
    must(city_ctl(city, (const char *const[]){"catalogue", "load", dir, NULL}, &e), &e);
}

/* Whether it goes to that unit. */
static bool report(struct city *city, const char *unit)
{
    AUTO(format_free) char *words = format_new("\"%s\"", unit);
    struct client_answer answer;

    city_post(
        city, "/api/v1/cases",
        "{\"service_code\":\"LIGHT\",\"description\":\"Đèn tắt\",\"lat\":10.75,\"lon\":106.65,"
        "\"contact\":{\"name\":\"An\",\"phone\":\"0901234567\"}}",
        &answer);
    if (answer.status != 201)
        fail_msg("%u: %s", answer.status, answer.body);
    bool goes_there = strstr(answer.body, words) != NULL;
    client_answer_free(&answer);
    return goes_there;
}

static void takes_every_report_while_catalogues_are_loaded(void **state)
{
    static const char *const names[] = {"tracker", "router", "intake", NULL};
    AUTO(city_close) struct city *city = NULL;
    struct err e;

    (void)state;
    must(city_open_with(&city, names, &e), &e);
    AUTO(format_free) char *copy = format_new("cp -rT %s %s/catalogue", tiny, city_dir(city));
    const char *const cp[] = {"/bin/sh", "-c", copy, NULL};
    must(child_run(&(struct child_settings){.argv = cp}, &e), &e);
    for (int i = 0; i < LOADS; i++) {
        AUTO(format_free) char *unit = format_new("MOV%02d", i);
        int before = 0;
        load_catalogue(city, unit);
        /* router has it at once, tracker when it looks next. */
        must(process_again(city_service(city, "router"), &e), &e);
        while (!report(city, unit))
            assert_true(++before < REPORTS_MOST);
        for (int after = 0; after < REPORTS_AFTER; after++)
            assert_true(report(city, unit));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_every_report_while_catalogues_are_loaded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
