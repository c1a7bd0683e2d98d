/* SPDX-License-Identifier: Apache-2.0 */
/* Units end, by a catalogue or since their last day is past, and what they have open goes on to who
 * took over: the whole city but the letters and the messages, with catalogues that are loaded while
 * it runs. */
#include "child.h"
#include "city_fixture.h"
#include "clock.h"
#include "fake_day.h"
#include "format.h"
#include "http_ask.h"
#include "json.h"
#include "ledger_check.h"
#include "must.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

enum { WAIT_MS = 60000, MANY = 150, KILLS = 3, LOOK_MS = 20 };

static const char tiny[] = SOURCE_DIR "/deploy/catalogue/tiny";
static const char *const services[] = {"tracker", "router", "dispatch", "sentinel", "intake", NULL};

/* ---- a city ---- */

static void write_file(const char *name, const char *text)
{
    AUTO(format_free) char *path = format_new("%s/catalogue/%s", city_dir(city), name);
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int make_city(void **state)
{
    struct err e = {0};

    (void)state;
    must(city_make(&city, &e), &e);
    AUTO(format_free)
    char *copy = format_new("cp -rT %s %s/catalogue && sed -i /^W1,/d %s/catalogue/people.csv",
                            tiny, city_dir(city), city_dir(city));
    const char *const cp[] = {"/bin/sh", "-c", copy, NULL};
    must(child_run(&(struct child_settings){.argv = cp}, &e), &e);
    city_set(city, format_new("DUNGHEN_INTAKE_ADDRESS_WRITES=0"));
    return 0;
}

static void start_city(void)
{
    struct err e = {0};

    must(city_start(city, services, &e), &e);
}

#define GOOD(...) expect_good(DUNGHEN(__VA_ARGS__), __LINE__)

static void expect_good(bool good, int line)
{
    if (!good)
        fail_msg("line %d: %s", line, strbuf_text(&output));
}

static void expect_words(const char *words, int line)
{
    if (strstr(strbuf_text(&output), words) == NULL)
        fail_msg("line %d: \"%s\" is not in: %s", line, words, strbuf_text(&output));
}
#define SAYS(words) expect_words(words, __LINE__)

/* The office, a department and a ward that stay, and the units that are given as rows; the areas
 * are west of the second ward, as GeoJSON features. */
static void load(const char *rows, const char *areas)
{
    AUTO(format_free) char *dir = format_new("%s/catalogue", city_dir(city));
    AUTO(format_free)
    char *units = format_new(
        "code,kind,parent,name_vi,name_en,calendar,valid_from,valid_until,successors,symbol\n"
        "OFFICE,OFFICE,,Văn phòng thành phố,City Office,,,,,VP\n"
        "W2,WARD,OFFICE,Phường Hai,Ward Two,,,,,\n%s",
        rows);
    AUTO(format_free)
    char *features = format_new(
        "{\"type\":\"FeatureCollection\",\"features\":[\n%s,\n"
        "{\"type\":\"Feature\",\"properties\":{\"code\":\"W2\",\"unit\":\"W2\"},\"geometry\":"
        "{\"type\":\"Polygon\",\"coordinates\":[[[106.7,10.7],[106.8,10.7],[106.8,10.8],"
        "[106.7,10.8],[106.7,10.7]]]}}\n]}\n",
        areas);

    write_file("units.csv", units);
    write_file("areas.geojson", features);
    GOOD("catalogue", "load", dir);
}

#define WARD(code, dates) code ",WARD,OFFICE,Phường " code ",Ward " code ",," dates ",\n"
#define OFFICE_D(code, dates)                                                                      \
    code ",DEPARTMENT,OFFICE,Sở " code ",Department " code ",," dates ",\n"
#define AREA(code, unit, west, east)                                                               \
    "{\"type\":\"Feature\",\"properties\":{\"code\":\"" code "\",\"unit\":\"" unit                 \
    "\"},"                                                                                         \
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[" west ",10.7],[" east ",10.7],[" east  \
    ",10.8],[" west ",10.8],[" west ",10.7]]]}}"

static const char at_first[] = OFFICE_D("D1", ",,") WARD("W1", ",,");
static const char area_of_w1[] = AREA("W1", "W1", "106.6", "106.7");

/* ---- cases ---- */

static char last_link[200]; /* "/t/REFERENCE?k=SECRET" of the last case */

static char *report(const char *service, const char *lon)
{
    AUTO(format_free)
    char *body = format_new(
        "{\"service_code\":\"%s\",\"description\":\"Đèn tắt\",\"anonymous\":true,"
        "\"lat\":10.75,\"lon\":%s}",
        service, lon);
    AUTO(json_release) json_t *receipt = NULL;
    struct client_answer answer = {0};
    struct err e;

    city_post(city, "/api/v1/cases", body, &answer);
    if (answer.status != 201)
        fail_msg("%u: %s", answer.status, answer.body);
    assert_int_equal(json_parse(answer.body, answer.len, &receipt, &e), 0);
    char *reference = format_new("%s", json_string_value(json_object_get(receipt, "reference")));
    const char *link = json_string_value(json_object_get(receipt, "tracking_url"));
    snprintf(last_link, sizeof(last_link), "%s", strstr(link, "/t/"));
    client_answer_free(&answer);
    return reference;
}

static void expect_sql(const char *sql, const char *wanted, int line)
{
    const char *found = cluster_query(city_cluster(city), sql);

    if (found == NULL || strcmp(found, wanted) != 0)
        fail_msg("line %d: \"%s\" instead of \"%s\"", line, found != NULL ? found : "NULL", wanted);
}
#define EXPECT(sql, wanted) expect_sql(sql, wanted, __LINE__)

static void expect_case(const char *reference, const char *what, const char *wanted, int line)
{
    AUTO(format_free)
    char *sql = format_new("SELECT %s FROM cases AS c WHERE c.reference = '%s'", what, reference);

    expect_sql(sql, wanted, line);
}
#define CASE(reference, what, wanted) expect_case(reference, what, wanted, __LINE__)
#define STANDS(reference, wanted) expect_case(reference, "state || ' ' || unit", wanted, __LINE__)

static void wait_until(const char *sql)
{
    city_wait_until(city, sql, WAIT_MS);
}

/* The unit has nothing to do any more. */
static void wait_until_over(const char *unit)
{
    AUTO(format_free)
    char *sql = format_new(
        "SELECT NOT EXISTS (SELECT FROM tasks WHERE unit = '%s' AND finished_at IS NULL)", unit);

    wait_until(sql);
}

/* What is open, and nothing else, is kept beside its date: nobody's moves. */
static void note_dates(void)
{
    cluster_query(city_cluster(city),
                  "CREATE TABLE told AS SELECT id, due_at, unit, state FROM cases");
}

static void expect_an_honest_ledger(void)
{
    EXPECT("SELECT count(*) FROM told AS t JOIN cases AS c USING (id) WHERE t.due_at <> c.due_at",
           "0");
    EXPECT("SELECT sum(returns) FROM cases", "0");
    EXPECT(
        "SELECT count(*) FROM (SELECT FROM events WHERE type = 'transferred'"
        " GROUP BY case_id, task HAVING count(*) > 1) AS twice",
        "0");
    ledger_check_chain(city_cluster(city));
    ledger_check_measures(city_cluster(city));
    GOOD("verify");
}

/* ---- one successor ---- */

/* A program of the ward that takes one case and never ends it. */
static pid_t start_worker(void)
{
    AUTO(format_free) char *log = format_new("%s/worker.log", city_dir(city));

    GOOD("keys", "worker", "old", "W1");
    return city_spawn(
        city,
        (const char *const[]){"worker", "--key", "var/keys/workers/old.key", "--accept-only", NULL},
        log);
}

/* A page with the words, as soon as intake knows the names of the new catalogue. */
static void wait_for_page(const char *link, const char *words)
{
    AUTO(format_free) char *path = format_new("%s&lang=vi", link);
    static const char *const headers[] = {"Accept: text/html", NULL};
    const struct client_request request = {
        .port = city_intake_port(city), .method = "GET", .path = path, .headers = headers};
    struct client_answer page = {0};
    bool has_words = false;

    for (int waited = 0; !has_words; waited += LOOK_MS) {
        http_ask(&request, &page);
        assert_int_equal(page.status, 200);
        has_words = strstr(page.body, words) != NULL;
        if (!has_words && waited >= WAIT_MS)
            fail_msg("\"%s\" is not in: %s", words, page.body);
        client_answer_free(&page);
        if (!has_words)
            poll(NULL, 0, LOOK_MS);
    }
}

static void goes_to_the_one_successor(void **state)
{
    (void)state;
    load(at_first, area_of_w1);
    start_city();
    AUTO(format_free) char *held = report("NOISE", "106.65");
    pid_t worker = start_worker();
    wait_until("SELECT state = 'IN_PROGRESS' FROM cases");
    AUTO(format_free) char *fresh = report("NOISE", "106.65");
    AUTO(format_free) char *link = format_new("%s", last_link);
    AUTO(format_free) char *asked = report("NOISE", "106.65");
    AUTO(format_free) char *part = report("LIGHT", "106.65");
    AUTO(format_free) char *other = report("NOISE", "106.75");
    AUTO(format_free) char *done = report("NOISE", "106.65");
    GOOD("case", "accept", asked, "--as", "officer:lan");
    GOOD("case", "ask", asked, "--as", "officer:lan", "--question", "Nhà số mấy?");
    GOOD("case", "accept", done, "--as", "officer:lan");
    GOOD("case", "answer", done, "--as", "officer:lan", "--result", "solved", "--text", "Xong.");
    note_dates();

    load(OFFICE_D("D1", ",,") WARD("W1", ",2026-01-31,W3") WARD("W3", "2026-02-01,,"),
         AREA("W1", "W3", "106.6", "106.7"));
    SAYS("unit W1 has ended; its open cases (4) move to W3");
    wait_until_over("W1");
    STANDS(held, "ASSIGNED W3");
    STANDS(fresh, "ASSIGNED W3");
    STANDS(asked, "NEED_INFO W3");
    STANDS(part, "ASSIGNED D1");
    STANDS(other, "ASSIGNED W2");
    STANDS(done, "ANSWERED W1"); /* history is not rewritten */
    CASE(other, "changes", "1");
    CASE(part,
         "(SELECT string_agg(concat_ws(' ', role, unit, state, due_at = c.due_at), ', '"
         " ORDER BY number) FROM tasks WHERE case_id = c.id)",
         "lead D1 open t, coordinate W1 transferred t, coordinate W3 open t");
    CASE(fresh,
         "(SELECT string_agg(concat_ws(' ', type, actor, detail ->> 'unit', detail ->> 'reason'),"
         " ', ' ORDER BY seq) FROM events WHERE case_id = c.id"
         " AND type <> 'accepted')", /* by the worker, whose case has gone a moment earlier */
         "received citizen W1, transferred sentinel W3 succession, assigned tracker W3");
    GOOD("trace", fresh);
    SAYS("the unit has ended: moved to its successor W3");
    wait_for_page(link, "Đơn vị cũ đã kết thúc hoạt động, chuyển cho đơn vị kế nhiệm: Phường W3");

    kill(worker, SIGKILL); /* it has had nothing to say of its case since */
    waitpid(worker, NULL, 0);
    assert_false(DUNGHEN("keys", "worker", "late", "W1"));
    SAYS("the unit \"W1\" has ended on 2026-01-31; its cases went to: W3");
    GOOD("keys", "worker", "new", "W3");
    for (int i = 0; i < 3; i++) /* all but the one that stands still */
        GOOD("worker", "--key", "var/keys/workers/new.key", "--once");
    STANDS(held, "ANSWERED W3");
    STANDS(fresh, "ANSWERED W3");
    STANDS(asked, "NEED_INFO W3");
    CASE(held,
         "(SELECT max(epoch) FROM tasks WHERE case_id = c.id AND unit = 'W3') > "
         "(SELECT max(epoch) FROM tasks WHERE case_id = c.id AND unit = 'W1')",
         "t");
    GOOD("case", "info", asked, "--as", "citizen:-", "--text", "Số 5");
    STANDS(asked, "ASSIGNED W3");
    GOOD("worker", "--key", "var/keys/workers/new.key", "--once");
    STANDS(asked, "ANSWERED W3");
    EXPECT("SELECT count(*) FROM tasks WHERE unit = 'W3' AND state <> 'done'", "0");
    cluster_query(city_cluster(city), "DELETE FROM told WHERE state = 'NEED_INFO'");
    expect_an_honest_ledger();
}

/* ---- several ---- */

/* One of the wards that took over has itself ended since. */
static void goes_by_the_place_where_there_are_several(void **state)
{
    (void)state;
    load(at_first, area_of_w1);
    start_city();
    AUTO(format_free) char *west = report("NOISE", "106.62");
    AUTO(format_free) char *east = report("NOISE", "106.68");
    AUTO(format_free) char *light = report("LIGHT", "106.62");
    note_dates();
    STANDS(light, "ASSIGNED D1");

    load(OFFICE_D("D1", ",2026-01-31,D2;D3") OFFICE_D("D2", ",,") OFFICE_D("D3", ",,")
             WARD("W1", ",2026-01-31,W3;WX") WARD("WX", ",2026-03-31,W4") WARD("W3", ",,")
                 WARD("W4", ",,"),
         AREA("A3", "W3", "106.6", "106.65") ",\n" AREA("A4", "W4", "106.65", "106.7"));
    wait_until_over("W1");
    wait_until_over("D1");
    STANDS(west, "ASSIGNED W3");
    STANDS(east, "ASSIGNED W4");
    /* A department has no area: the desk says which of the two it is. */
    STANDS(light, "SCREENING OFFICE");
    CASE(light,
         "(SELECT string_agg(concat_ws(' ', role, unit, state), ', ' ORDER BY number) FROM tasks"
         " WHERE case_id = c.id)",
         "lead D1 transferred, coordinate W1 transferred, lead OFFICE open, coordinate W3 open");
    CASE(light,
         "(SELECT detail ->> 'reason' FROM events WHERE case_id = c.id AND task = 1"
         " AND type = 'transferred')",
         "no_successor");
    GOOD("case", "assign", light, "--as", "coordinator:hoa", "--unit", "D3");
    STANDS(light, "ASSIGNED D3");
    expect_an_honest_ledger();
}

static void goes_to_the_desk_when_nobody_took_over(void **state)
{
    (void)state;
    load(at_first, area_of_w1);
    start_city();
    AUTO(format_free) char *noise = report("NOISE", "106.65");
    note_dates();
    load(OFFICE_D("D1", ",,"),
         AREA("W1", "W2", "106.6", "106.7")); /* it is no longer in the files */
    SAYS("unit ended W1");
    SAYS("unit W1 has ended; its open cases (1) move to the desk");
    wait_until_over("W1");
    STANDS(noise, "SCREENING OFFICE");
    assert_false(DUNGHEN("keys", "worker", "late", "W1"));
    SAYS("and has no successor");
    expect_an_honest_ledger();
}

/* Also what was to end much later, or to begin. */
static void ends_what_is_left_out_whatever_was_planned(void **state)
{
    (void)state;
    load(OFFICE_D("D1", ",,") WARD("W1", ",2099-12-31,") WARD("W5", "2098-01-01,,"), area_of_w1);
    start_city();
    AUTO(format_free) char *noise = report("NOISE", "106.65");
    load(OFFICE_D("D1", ",,"), AREA("W1", "W2", "106.6", "106.7"));
    SAYS("unit ended W1");
    SAYS("unit ended W5");
    wait_until_over("W1");
    STANDS(noise, "SCREENING OFFICE");
    assert_false(DUNGHEN("keys", "worker", "late", "W1"));
    assert_false(DUNGHEN("keys", "worker", "later", "W5"));
    SAYS("has ended");
    load(OFFICE_D("D1", ",,"), AREA("W1", "W2", "106.6", "106.7"));
    assert_null(strstr(strbuf_text(&output), "unit ended"));
}

/* ---- the day ---- */

/* What the services take for the time of day. */
static int64_t *make_time(void)
{
    AUTO(format_free) char *path = format_new("%s/time", city_dir(city));
    int64_t *now = fake_day_open(path);

    city_set(city, format_new("FAKE_TIME_FILE=%s", path));
    city_set(city, format_new("LD_PRELOAD=%s", FAKE_TIME));
    city_set(city, format_new("%s", FAKE_DAY_SANITIZERS));
    return now;
}

/* Until sentinel has looked through all that is open once more. */
static void wait_for_a_look(double before)
{
    const struct process *sentinel = city_service(city, "sentinel");

    for (int waited = 0;
         !(process_metric(sentinel, "dunghen_sentinel_handover_looks_total") > before); waited++) {
        assert_true(waited < WAIT_MS / LOOK_MS);
        poll(NULL, 0, LOOK_MS);
    }
}

static void goes_on_the_day_after_the_last(void **state)
{
    const int64_t minute_us = INT64_C(60) * CLOCK_US_PER_S, day_us = 1440 * minute_us;
    const int64_t zone_us = 420 * minute_us;
    char today[20];

    (void)state;
    int64_t *now = make_time(),
            midnight = (clock_now_us() + zone_us) / day_us * day_us + day_us - zone_us;
    *now = midnight - minute_us;
    time_t seconds = (time_t)((*now + zone_us) / CLOCK_US_PER_S);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    strftime(today, sizeof(today), "%Y-%m-%d", &tm);
    AUTO(format_free)
    char *rows = format_new(OFFICE_D("D1", ",,") WARD("W1", ",%s,W3") WARD("W3", ",,"), today);
    load(rows, area_of_w1);
    start_city();
    AUTO(format_free) char *noise = report("NOISE", "106.65");
    note_dates();
    wait_for_a_look(0);
    STANDS(noise, "ASSIGNED W1"); /* it is the ward's last day */
    double looks =
        process_metric(city_service(city, "sentinel"), "dunghen_sentinel_handover_looks_total");
    *now = midnight;
    wait_for_a_look(looks);
    STANDS(noise, "ASSIGNED W3");
    expect_an_honest_ledger();
    munmap(now, sizeof(*now));
}

/* ---- killed ---- */

static void is_done_once_when_sentinel_is_killed_in_the_middle(void **state)
{
    struct process *sentinel;
    struct err e = {0};

    (void)state;
    load(at_first, area_of_w1);
    start_city();
    sentinel = city_service(city, "sentinel");
    for (int i = 0; i < MANY; i++)
        free(report("NOISE", "106.65"));
    note_dates();
    load(OFFICE_D("D1", ",,") WARD("W1", ",2026-01-31,W3") WARD("W3", ",,"),
         AREA("W1", "W3", "106.6", "106.7"));
    for (int i = 1; i <= KILLS; i++) {
        AUTO(format_free)
        char *sql = format_new("SELECT count(*) >= %d FROM tasks WHERE unit = 'W3'", 10 * i);
        wait_until(sql);
        process_kill(sentinel);
        must(process_again(sentinel, &e), &e);
    }
    wait_until_over("W1");
    EXPECT("SELECT count(*) FROM tasks WHERE unit = 'W3' AND state = 'open'", "150");
    EXPECT("SELECT count(*) FROM events WHERE type = 'transferred'", "150");
    expect_an_honest_ledger();
}

#define IN_A_CITY(test) cmocka_unit_test_setup_teardown(test, make_city, close_city)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_CITY(goes_to_the_one_successor),
        IN_A_CITY(goes_by_the_place_where_there_are_several),
        IN_A_CITY(goes_to_the_desk_when_nobody_took_over),
        IN_A_CITY(ends_what_is_left_out_whatever_was_planned),
        IN_A_CITY(goes_on_the_day_after_the_last),
        IN_A_CITY(is_done_once_when_sentinel_is_killed_in_the_middle),
    };

    return cmocka_run_group_tests_name("succession", tests, NULL, NULL);
}
