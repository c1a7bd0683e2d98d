/* SPDX-License-Identifier: Apache-2.0 */
#include "catalogue.h"

#include "cluster.h"
#include "sql_common.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit.h"

enum { LIMIT_MS = 60000 };

/* A small city: everything once, and what is optional also left out. */
static const char *const rows[] = {
    "INSERT INTO calendars VALUES ('ALWAYS', 'Liên tục', 'Always', 2026, 2027, 0),"
    " ('OFFICE_HOURS', 'Giờ hành chính', 'Office hours', 2026, 2027, 59400)",
    "INSERT INTO calendar_hours SELECT 'ALWAYS', day, 0, 86400 FROM generate_series(1, 7) day",
    "INSERT INTO calendar_hours SELECT 'OFFICE_HOURS', day, 27000, 41400"
    " FROM generate_series(1, 5) day",
    "INSERT INTO calendar_days VALUES ('OFFICE_HOURS', '2026-11-24', false, 1, 'Lễ', '', "
    "'announced')",
    "INSERT INTO units VALUES"
    " ('OFFICE', 'OFFICE', NULL, 'Văn phòng', 'Office', 'OFFICE_HOURS', NULL, NULL, '{}'),"
    " ('OLD', 'WARD', 'OFFICE', 'Phường Cũ', 'Old Ward', 'OFFICE_HOURS', NULL, '1970-01-03',"
    "  '{W1,W2}'),"
    " ('W1', 'WARD', 'OFFICE', 'Phường Một', 'Ward One', 'ALWAYS', '1970-01-04', NULL, '{}'),"
    " ('W2', 'WARD', 'OFFICE', 'Phường Hai', 'Ward Two', 'ALWAYS', NULL, NULL, '{}'),"
    " ('a', 'CENTRE', 'W1', 'a', 'a', 'ALWAYS', NULL, NULL, '{}')",
    "INSERT INTO areas VALUES"
    " ('B', 'W2', '{\"type\":\"Polygon\"}'), ('A', 'W1', '{\"type\": \"MultiPolygon\"}')",
    "INSERT INTO services VALUES"
    " ('LIGHT', 'field_report', 'Hạ tầng', 'Infrastructure', 'Đèn đường', 'Light', 'mô tả',"
    "  'description', 'R1', 'working_days', 2, 3, true, true, NULL, NULL, '{đèn,light}', '', "
    "false),"
    " ('TC01', 'denunciation', 'Tố cáo', 'Denunciation', 'Tố cáo', 'Denunciation', 'mô tả',"
    "  'description', 'R6', 'calendar_days', 30, 1, false, false, 'đóng', 'closed', '{}', '',"
    "  true)",
    "INSERT INTO service_attributes VALUES"
    " ('LIGHT', 'z_first', 1, 'singlevaluelist', true, true, 'một', 'one', 'gợi ý', 'hint'),"
    " ('LIGHT', 'a_second', 2, 'multivaluelist', false, false, 'hai', 'two', '', '')",
    "INSERT INTO service_attribute_values VALUES"
    " ('LIGHT', 'a_second', 'x', 1, 'ích', 'x'), ('LIGHT', 'z_first', 'b', 1, 'bê', 'b'),"
    " ('LIGHT', 'z_first', 'a', 2, 'a', 'a')",
    "INSERT INTO routes VALUES"
    " ('LIGHT', 'B', 'W2', '{@place,OFFICE}', NULL, NULL),"
    " ('LIGHT', '*', '@place', '{}', '1970-01-02', '1970-01-11'), ('*', '*', 'OFFICE', '{}', NULL, "
    "NULL)",
    "INSERT INTO regimes VALUES"
    " ('R1', '2025-07-01', NULL, 'Một mới', 'One, new', true, true, false, true, 2, 3, ''),"
    " ('R1', NULL, '2025-06-30', 'Một', 'One', false, false, true, false, 0, 2, ''),"
    " ('R2', '1970-01-02', '1970-01-03', 'Hai', 'Two', true, false, false, false, 0, 2, '')",
    "INSERT INTO regime_limits VALUES"
    " ('R1', '2025-07-01', 'confirm', 'calendar_days', 7, ''),"
    " ('R1', '2025-07-01', 'accept', 'clock_hours', 300, ''),"
    " ('R1', NULL, 'answer', 'working_days', 5, '')",
    "INSERT INTO reasons VALUES ('return', 'A', 'a', 'a'), ('apology', 'B', 'bê', 'b'),"
    " ('apology', 'A', 'a', 'a')",
    "INSERT INTO people VALUES"
    " ('W1', 'head', 'B', 'Chủ tịch', 'Chair', NULL, '113'),"
    " ('W1', 'focal', 'A', 'Chuyên viên', 'Officer', 'a@w1.example', '+84900'),"
    " ('W1', 'focal', NULL, 'Trực', 'Duty', 'w1@w1.example', NULL),"
    " ('OFFICE', 'head', 'C', 'Chánh Văn phòng', 'Chief', 'c@office.example', NULL)",
    "INSERT INTO templates VALUES ('sms.rate', 'vi', NULL, 'mời'), ('sms.rate', 'en', NULL, 'ask'),"
    " ('mail.rate', 'en', 'Rate', 'please')",
    "UPDATE units SET symbol = 'UBND' WHERE code = 'W1'",
    "UPDATE services SET incident = true WHERE code = 'LIGHT'",
    "INSERT INTO catalogue VALUES (true, 7, now(), 'small', 'Thành phố', 'City',"
    " 'Asia/Ho_Chi_Minh', '84', 'OFFICE', 'OFFICE_HOURS')",
};

static const struct sql *const *const statements[] = {sql_common_all, NULL};

/* A reader of the catalogue in this process. */
struct reader {
    struct loop *loop;
    struct db *db;
    struct catalogue_watch *watch;
    int changes;
    bool late;
};

static void on_change(void *ctx, const struct catalogue *now)
{
    struct reader *r = ctx;

    assert_ptr_equal(now, catalogue_now(r->watch));
    r->changes++;
    loop_stop(r->loop);
}

static void on_lost(void *ctx)
{
    struct reader *r = ctx;

    loop_stop(r->loop);
}

static void give_up(void *ctx)
{
    struct reader *r = ctx;

    r->late = true;
    loop_stop(r->loop);
}

static void reader_open(struct reader *r, struct cluster *cluster, bool with_areas)
{
    struct err e = {0};
    struct db_settings settings = {
        .target = {cluster_url(cluster), cluster_dir(cluster), "dunghen_router", "test_catalogue"},
        .statements = statements,
        .on_lost = on_lost,
        .ctx = r,
    };

    assert_int_equal(loop_open(&r->loop, &e), 0);
    assert_int_equal(db_open(&r->db, r->loop, &settings, &e), 0);
    r->watch = catalogue_watch_open(
        r->loop, &(struct catalogue_watch_settings){r->db, with_areas, on_change, r});
}

static void reader_close(struct reader *r)
{
    catalogue_watch_close(&r->watch);
    db_close(&r->db);
    loop_close(&r->loop);
}

static void run(struct reader *r)
{
    struct loop_timer *timer = loop_timer_new(r->loop, give_up, r);
    struct err e = {0};

    loop_timer_set_us(timer, LIMIT_MS * INT64_C(1000));
    assert_int_equal(loop_run(r->loop, &e), 0);
    loop_timer_cancel(timer);
    if (r->late)
        fail_msg("the catalogue was not read: %s", catalogue_trouble(r->watch));
}

static void stop_when_troubled(void *ctx)
{
    struct reader *r = ctx;

    if (catalogue_trouble(r->watch) != NULL &&
        strcmp(catalogue_trouble(r->watch), "not read yet") != 0)
        loop_stop(r->loop);
}

static void wait_for_trouble(struct reader *r)
{
    loop_after_turn(r->loop, stop_when_troubled, r);
    run(r);
}

/* ---- tests ---- */

static void fill(struct cluster *cluster)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        cluster_query(cluster, rows[i]);
}

static int open_cluster(void **state)
{
    struct cluster *c = NULL;
    struct err e = {0};

    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    if (cluster_open(&c, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        return -1;
    }
    *state = c;
    return 0;
}

static int close_cluster(void **state)
{
    struct cluster *c = *state;

    cluster_close(&c);
    return 0;
}

/* Every test begins with the small city. */
static int with_the_small_city(void **state)
{
    cluster_query(*state,
                  "TRUNCATE catalogue, calendars, calendar_hours, calendar_days, units, areas,"
                  " services, service_attributes, service_attribute_values, routes, regimes,"
                  " regime_limits, reasons, people, templates, bursts");
    fill(*state);
    return 0;
}

static void says_when_none_is_loaded(void **state)
{
    AUTO(reader_close) struct reader r = {0};

    cluster_query(*state, "DELETE FROM catalogue");
    reader_open(&r, *state, false);
    wait_for_trouble(&r);
    assert_null(catalogue_now(r.watch));
    assert_string_equal(catalogue_trouble(r.watch), "no catalogue is loaded");
}

static void reads_units_with_calendars_and_validity(void **state)
{
    AUTO(reader_close) struct reader r = {0};

    reader_open(&r, *state, false);
    run(&r);
    const struct catalogue *c = catalogue_now(r.watch);
    assert_null(catalogue_trouble(r.watch));
    assert_int_equal(c->version, 7);
    assert_string_equal(c->city_vi, "Thành phố");
    assert_string_equal(c->country_calling_code, "84");
    assert_int_equal(c->unit_count, 5);
    assert_ptr_equal(c->desk, catalogue_unit(c, "OFFICE"));
    assert_null(c->desk->parent);
    assert_int_equal(c->desk->valid_from, INT32_MIN);
    assert_int_equal(c->desk->valid_until, INT32_MAX);
    const struct catalogue_unit *old = catalogue_unit(c, "OLD");
    assert_string_equal(old->parent, "OFFICE");
    assert_int_equal(old->valid_until, 2);
    assert_string_equal(old->successors[0], "W1");
    assert_string_equal(old->successors[1], "W2");
    assert_null(old->successors[2]);
    assert_int_equal(catalogue_unit(c, "W1")->valid_from, 3);
    assert_string_equal(catalogue_unit(c, "a")->kind, "CENTRE");
    assert_null(catalogue_unit(c, "W3"));
    assert_string_equal(catalogue_unit(c, "W1")->symbol, "UBND");
    assert_string_equal(catalogue_unit(c, "W2")->symbol, "W2");
    assert_int_equal(c->area_count, 0);
}

static void builds_the_calendars(void **state)
{
    AUTO(reader_close) struct reader r = {0};
    const int64_t monday_10 = INT64_C(1795402800) * 1000000; /* 2026-11-23T10:00:00+07:00 */
    const int64_t hour = INT64_C(3600) * 1000000;

    reader_open(&r, *state, false);
    run(&r);
    const struct worktime *office = catalogue_now(r.watch)->desk->calendar;
    const struct worktime *always = catalogue_unit(catalogue_now(r.watch), "W1")->calendar;
    assert_true(worktime_is_open(office, monday_10));
    assert_false(worktime_is_open(office, monday_10 + 24 * hour)); /* the 24th is off */
    assert_true(worktime_is_open(office, monday_10 + 48 * hour));
    assert_false(worktime_is_open(office, monday_10 + 2 * hour));
    assert_true(worktime_is_open(always, monday_10 + 14 * hour));
    assert_string_equal(catalogue_now(r.watch)->desk->calendar_code, "OFFICE_HOURS");
}

static void reads_services_with_questions_in_their_order(void **state)
{
    AUTO(reader_close) struct reader r = {0};

    reader_open(&r, *state, false);
    run(&r);
    const struct catalogue_service *light = catalogue_service(catalogue_now(r.watch), "LIGHT");
    assert_string_equal(light->name_vi, "Đèn đường");
    assert_string_equal(light->keywords[1], "light");
    assert_null(light->keywords[2]);
    assert_null(light->closed_notice_vi);
    assert_int_equal(light->policy.kind, WORKTIME_WORKING_DAYS);
    assert_int_equal(light->policy.amount, 2);
    assert_int_equal(light->priority, 3);
    assert_true(light->place_required && light->anonymous_allowed && !light->retired);
    assert_int_equal(light->attribute_count, 2);
    assert_string_equal(light->attributes[0].code, "z_first");
    assert_string_equal(light->attributes[0].hint_en, "hint");
    assert_true(light->attributes[0].required && light->attributes[0].variable);
    assert_int_equal(light->attributes[0].value_count, 2);
    assert_string_equal(light->attributes[0].values[0].key, "b");
    assert_int_equal(light->attributes[1].value_count, 1);
    assert_string_equal(light->attributes[1].values[0].name_vi, "ích");
    const struct catalogue_service *closed = catalogue_service(catalogue_now(r.watch), "TC01");
    assert_string_equal(closed->closed_notice_vi, "đóng");
    assert_int_equal(closed->attribute_count, 0);
    assert_true(closed->retired && light->incident && !closed->incident);
}

static void reads_routes_and_areas(void **state)
{
    AUTO(reader_close) struct reader r = {0};

    reader_open(&r, *state, true);
    run(&r);
    const struct catalogue *c = catalogue_now(r.watch);
    assert_int_equal(c->route_count, 3);
    assert_string_equal(c->routes[0].service, "*");
    assert_string_equal(c->routes[1].lead, "@place");
    assert_int_equal(c->routes[1].valid_from, 1);
    assert_int_equal(c->routes[1].valid_until, 10);
    assert_string_equal(c->routes[2].coordinators[0], "@place");
    assert_string_equal(c->routes[2].coordinators[1], "OFFICE");
    assert_int_equal(c->area_count, 2);
    assert_string_equal(c->areas[0].code, "A");
    assert_string_equal(c->areas[0].shape, "{\"type\": \"MultiPolygon\"}");
    assert_string_equal(c->areas[1].unit, "W2");
}

static void reads_each_version_of_a_regime_with_its_limits(void **state)
{
    AUTO(reader_close) struct reader r = {0};
    enum { LAST_DAY = 20269 }; /* 2025-06-30 */

    reader_open(&r, *state, false);
    run(&r);
    const struct catalogue *c = catalogue_now(r.watch);
    const struct catalogue_regime *before = catalogue_regime(c, "R1", LAST_DAY);
    const struct catalogue_regime *now = catalogue_regime(c, "R1", LAST_DAY + 1);
    assert_string_equal(before->name_en, "One");
    assert_true(before->receipt && !before->approval && !before->apology && !before->anonymous);
    assert_int_equal(before->limits[LIMIT_ANSWER].kind, WORKTIME_WORKING_DAYS);
    assert_int_equal(before->limits[LIMIT_ANSWER].amount, 5);
    assert_int_equal(before->limits[LIMIT_CONFIRM].amount, 0);
    assert_string_equal(now->name_vi, "Một mới");
    assert_true(now->approval && now->apology && now->anonymous && !now->receipt);
    assert_int_equal(now->extensions, 2);
    assert_int_equal(now->returns, 3);
    assert_int_equal(now->limits[LIMIT_ACCEPT].kind, WORKTIME_CLOCK_HOURS);
    assert_int_equal(now->limits[LIMIT_ACCEPT].amount, 300);
    assert_int_equal(now->limits[LIMIT_CONFIRM].amount, 7);
    assert_int_equal(now->limits[LIMIT_ANSWER].amount, 0);
    assert_ptr_equal(catalogue_regime(c, "R1", INT32_MIN), before);
    assert_null(catalogue_regime(c, "R2", 3)); /* it has ended */
    assert_null(catalogue_regime(c, "R3", LAST_DAY));
}

static void reads_reasons_people_and_texts(void **state)
{
    AUTO(reader_close) struct reader r = {0};
    size_t count;

    reader_open(&r, *state, false);
    run(&r);
    const struct catalogue *c = catalogue_now(r.watch);
    assert_string_equal(catalogue_reason(c, "apology", "B")->name_vi, "bê");
    assert_null(catalogue_reason(c, "return", "B"));
    const struct catalogue_person *focal = catalogue_people(c, "W1", "focal", &count);
    assert_int_equal(count, 2);
    assert_null(focal[0].name);
    assert_null(focal[0].phone);
    assert_string_equal(focal[1].name, "A");
    assert_string_equal(focal[1].email, "a@w1.example");
    assert_string_equal(catalogue_people(c, "W1", "head", &count)->phone, "113");
    assert_int_equal(count, 1);
    assert_null(catalogue_people(c, "W2", "head", &count));
    assert_int_equal(count, 0);
    assert_string_equal(catalogue_template(c, "sms.rate", "vi")->body, "mời");
    assert_null(catalogue_template(c, "sms.rate", "vi")->subject);
    assert_string_equal(catalogue_template(c, "mail.rate", "en")->subject, "Rate");
    assert_null(catalogue_template(c, "mail.rate", "vi"));
}

static void takes_a_change_up(void **state)
{
    AUTO(reader_close) struct reader r = {0};

    reader_open(&r, *state, false);
    run(&r);
    cluster_query(*state,
                  "WITH renamed AS (UPDATE units SET name_vi = 'Mới' WHERE code = 'W1')"
                  " UPDATE catalogue SET version = 8");
    run(&r);
    assert_int_equal(r.changes, 2);
    assert_int_equal(catalogue_now(r.watch)->version, 8);
    assert_string_equal(catalogue_unit(catalogue_now(r.watch), "W1")->name_vi, "Mới");
}

static void keeps_the_old_one_when_the_new_one_is_broken(void **state)
{
    AUTO(reader_close) struct reader r = {0};

    reader_open(&r, *state, false);
    run(&r);
    cluster_query(*state, "UPDATE catalogue SET version = 8, desk = 'NOBODY'");
    wait_for_trouble(&r);
    assert_non_null(strstr(catalogue_trouble(r.watch), "NOBODY"));
    assert_int_equal(catalogue_now(r.watch)->version, 7);
    cluster_query(*state, "UPDATE catalogue SET version = 9, desk = 'W1'");
    run(&r);
    while (catalogue_now(r.watch)->version != 9)
        run(&r);
    assert_null(catalogue_trouble(r.watch));
}

static void names_a_calendar_without_hours(void **state)
{
    AUTO(reader_close) struct reader r = {0};

    cluster_query(*state, "DELETE FROM calendar_hours WHERE calendar = 'ALWAYS'");
    reader_open(&r, *state, false);
    wait_for_trouble(&r);
    assert_null(catalogue_now(r.watch));
    assert_non_null(strstr(catalogue_trouble(r.watch), "ALWAYS"));
}

static void reads_again_after_the_database_was_lost(void **state)
{
    AUTO(reader_close) struct reader r = {0};
    struct err e = {0};

    reader_open(&r, *state, false);
    run(&r);
    cluster_kill(*state);
    run(&r); /* or for the loss of the connection */
    assert_false(db_is_ready(r.db));
    assert_int_equal(catalogue_now(r.watch)->version, 7);
    assert_int_equal(cluster_start(*state, &e), 0);
    cluster_query(*state, "UPDATE catalogue SET version = 8");
    while (catalogue_now(r.watch)->version != 8)
        run(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(says_when_none_is_loaded, with_the_small_city),
        cmocka_unit_test_setup(reads_units_with_calendars_and_validity, with_the_small_city),
        cmocka_unit_test_setup(builds_the_calendars, with_the_small_city),
        cmocka_unit_test_setup(reads_services_with_questions_in_their_order, with_the_small_city),
        cmocka_unit_test_setup(reads_routes_and_areas, with_the_small_city),
        cmocka_unit_test_setup(reads_each_version_of_a_regime_with_its_limits, with_the_small_city),
        cmocka_unit_test_setup(reads_reasons_people_and_texts, with_the_small_city),
        cmocka_unit_test_setup(takes_a_change_up, with_the_small_city),
        cmocka_unit_test_setup(keeps_the_old_one_when_the_new_one_is_broken, with_the_small_city),
        cmocka_unit_test_setup(names_a_calendar_without_hours, with_the_small_city),
        cmocka_unit_test_setup(reads_again_after_the_database_was_lost, with_the_small_city),
    };

    return cmocka_run_group_tests_name("catalogue", tests, open_cluster, close_cluster);
}
