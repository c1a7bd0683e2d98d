/* SPDX-License-Identifier: Apache-2.0 */
/* Three hundred citizens report one broken main within a minute, among others who report something
 * else, while intake, router, tracker and sentinel are killed at random. In the end there is one
 * incident with all of them and nobody else; its answer is everybody's, told to each once.
 * DUNGHEN_SEED repeats the moments. */
#include "chance.h"
#include "city.h"
#include "clock.h"
#include "format.h"
#include "mem.h"
#include "messages.h"
#include "must.h"
#include "outside.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum {
    MAIN = 300,     /* reports of the incident */
    SECOND = 20,    /* of another one, a kilometre away */
    LIGHTS = 40,    /* something else at the same place */
    SCATTERED = 20, /* the same elsewhere, one here and one there */
    REPORTS = MAIN + SECOND + LIGHTS + SCATTERED,
    KILLS = 14,
    RETRY_MS = 50,
    POST_MS = 60000,
    CALM_MS = 600000,
};

enum what { OF_MAIN, OF_SECOND, OF_LIGHTS, OF_SCATTERED };
static const char *const names[] = {"main", "second", "lights", "scattered"};

struct lab {
    struct city *city;
    struct outside *outside;
    struct chance chance;
    enum what reports[REPORTS];
    char *references[REPORTS];
};

static const char *const victims[] = {"intake", "router", "tracker", "sentinel"};

static const char *ask(struct lab *lab, const char *sql)
{
    return cluster_query(city_cluster(lab->city), sql);
}

/* ---- a city whose rule is ten reports within 200 metres and ten minutes ---- */

static void load_catalogue(struct lab *lab)
{
    AUTO(format_free) char *dir = format_new("%s/catalogue", city_dir(lab->city));
    AUTO(format_free) char *path = format_new("%s/bursts.csv", dir);
    struct err e = {0};

    outside_catalogue(lab->outside, SOURCE_DIR "/deploy/catalogue/tiny", dir);
    FILE *f = fopen(path, "ae");
    assert_non_null(f);
    (void)fprintf(f, "NOISE,10,10,200\n");
    (void)fclose(f);
    must(city_ctl(lab->city, (const char *const[]){"catalogue", "load", dir, NULL}, &e), &e);
}

static int setup(void **state)
{
    static const char *const services[] = {"tracker",  "router",   "intake",
                                           "sentinel", "notifier", NULL};
    struct lab *lab = mem_new(1, sizeof(*lab));
    struct err e = {0};

    lab->chance.state = chance_seed();
    print_message("DUNGHEN_SEED=%" PRIu64 "\n", lab->chance.state);
    must(city_make(&lab->city, &e), &e);
    lab->outside = city_outside(lab->city);
    city_set(lab->city, format_new("DUNGHEN_INTAKE_ADDRESS_WRITES=0"));
    load_catalogue(lab);
    must(city_start(lab->city, services, &e), &e);
    *state = lab;
    return 0;
}

static int teardown(void **state)
{
    struct lab *lab = *state;

    city_close(&lab->city);
    outside_close(&lab->outside);
    for (int i = 0; i < REPORTS; i++)
        format_free(&lab->references[i]);
    free(lab);
    return 0;
}

/* ---- reporting ---- */

/* Up to 56 metres to each side of a place, so that no two are 200 apart; the scattered two
 * kilometres and more from anything. */
static char *body_of(struct lab *lab, int i)
{
    enum what what = lab->reports[i];
    double lat = 10.75, lon = 106.65;

    if (what == OF_SCATTERED) {
        lat = 10.705 + 0.02 * (i % 5);
        lon = 106.605 + 0.02 * (i / 5 % 5);
    } else {
        lat += (what == OF_SECOND ? 0.009 : 0) +
               1e-6 * (double)chance_between(&lab->chance, -500, 500);
        lon += 1e-6 * (double)chance_between(&lab->chance, -500, 500);
    }
    return format_new(
        "{\"service_code\":\"%s\",\"description\":\"Vỡ ống nước %s\",\"lat\":%.6f,"
        "\"lon\":%.6f,\"contact\":{\"name\":\"Nguyễn Văn An\","
        "\"email\":\"%s.%d@example.org\"}}",
        what == OF_LIGHTS ? "LIGHT" : "NOISE", names[what], lat, lon, names[what], i);
}

/* As a front end sends it: again under its key until there is an answer. */
static void report(struct lab *lab, int i)
{
    AUTO(format_free) char *body = body_of(lab, i);
    AUTO(format_free) char *key = format_new("Idempotency-Key: report-%d", i);
    AUTO(json_release) json_t *receipt = NULL;
    const char *const headers[] = {"Content-Type: application/json", key, NULL};
    const struct client_request request = {.port = city_intake_port(lab->city),
                                           .method = "POST",
                                           .path = "/api/v1/cases",
                                           .headers = headers,
                                           .body = body,
                                           .len = strlen(body)};
    int64_t until = clock_mono_us() + POST_MS * INT64_C(1000);
    struct client_answer answer = {0};
    struct err e = {0};

    while (client_send(&request, &answer, &e) < 0 || answer.status != 201) {
        if (clock_mono_us() > until)
            fail_msg("report %d: %s %u %s", i, e.text, answer.status, answer.body);
        client_answer_free(&answer);
        poll(NULL, 0, RETRY_MS);
    }
    must(json_parse(answer.body, answer.len, &receipt, &e), &e);
    lab->references[i] = format_new("%s", json_string_value(json_object_get(receipt, "reference")));
    client_answer_free(&answer);
}

static void shuffle(struct lab *lab)
{
    static const int counts[] = {MAIN, SECOND, LIGHTS, SCATTERED};
    int count = 0;

    for (size_t what = 0; what < COUNT(counts); what++)
        for (int i = 0; i < counts[what]; i++)
            lab->reports[count++] = (enum what)what;
    for (int i = REPORTS - 1; i > 0; i--) {
        int64_t k = chance_between(&lab->chance, 0, i);
        enum what kept = lab->reports[i];
        lab->reports[i] = lab->reports[k];
        lab->reports[k] = kept;
    }
}

static void kill_one(struct lab *lab)
{
    const char *name = victims[chance_between(&lab->chance, 0, COUNT(victims) - 1)];
    struct process *p = city_service(lab->city, name);
    struct err e = {0};

    if (process_is_over(p)) {
        process_show_log(p);
        fail_msg("%s has ended by itself", name);
    }
    process_kill(p);
    must(process_again(p, &e), &e);
}

static void report_all(struct lab *lab)
{
    int kills = 0;

    shuffle(lab);
    for (int i = 0; i < REPORTS; i++) {
        report(lab, i);
        if (kills * REPORTS < KILLS * i && chance_between(&lab->chance, 1, 6) == 1) {
            kill_one(lab);
            kills++;
        }
    }
    print_message("killed %d times\n", kills);
}

/* ---- what must be true afterwards ---- */

static void note_kinds(struct lab *lab)
{
    AUTO(strbuf_free) struct strbuf sql = STRBUF(100000);

    strbuf_addf(&sql, "CREATE TABLE told AS SELECT c.*, t.what FROM (VALUES ");
    for (int i = 0; i < REPORTS; i++)
        strbuf_addf(&sql, "%s('%s','%s')", i == 0 ? "" : ",", lab->references[i],
                    names[lab->reports[i]]);
    strbuf_addf(&sql, ") AS t (reference, what) JOIN cases AS c USING (reference)");
    ask(lab, strbuf_text(&sql));
}

static char *lead_of(struct lab *lab, const char *what)
{
    AUTO(format_free)
    char *sql = format_new(
        "SELECT c.reference FROM told AS t JOIN cases AS c USING (reference)"
        " WHERE t.what = '%s' AND c.merged > 0",
        what);

    return format_new("%s", ask(lab, sql));
}

static void expect(struct lab *lab, const char *sql, const char *wanted)
{
    const char *found = ask(lab, sql);

    if (found == NULL || strcmp(found, wanted) != 0)
        fail_msg("%s: %s instead of %s", sql, found != NULL ? found : "nothing", wanted);
}

static void expect_one_incident_each(struct lab *lab)
{
    /* Of all that are merged: what they are, what their lead is, how many, into how many. */
    expect(lab,
           "SELECT string_agg(concat_ws(' ', what, into_what, n, leads), ', ' ORDER BY what)"
           "  FROM (SELECT t.what, l.what AS into_what, count(*) AS n,"
           "               count(DISTINCT l.id) AS leads"
           "          FROM told AS t JOIN cases AS c ON c.id = t.id AND c.state = 'MERGED'"
           "          JOIN told AS l ON l.id = c.merged_into GROUP BY 1, 2) AS by_kind",
           "main main 299 1, second second 19 1");
    expect(lab, "SELECT string_agg(merged::text, ' ' ORDER BY merged) FROM cases WHERE merged > 0",
           "19 299");
    expect(lab,
           "SELECT count(*) FROM (SELECT FROM events WHERE type = 'merged' GROUP BY case_id"
           " HAVING count(*) <> 1) AS twice",
           "0");
    /* The first one leads, and everybody has the date of his own report. */
    expect(lab,
           "SELECT count(*) FROM told AS t JOIN cases AS c ON c.id = t.id"
           "  JOIN cases AS l ON l.id = c.merged_into WHERE l.received_at > c.received_at",
           "0");
    expect(lab,
           "SELECT count(*) FROM cases WHERE service = 'NOISE'"
           " AND due_at <> received_at + interval '1 hour'",
           "0");
    expect(lab,
           "SELECT count(*) FROM tasks AS t JOIN cases AS c ON c.id = t.case_id"
           " WHERE c.state = 'MERGED' AND t.state <> 'cancelled'",
           "0");
}

static void say(struct lab *lab, const char *const *words)
{
    struct err e = {0};

    must(city_ctl(lab->city, words, &e), &e);
}

static void answer(struct lab *lab, const char *reference)
{
    say(lab, (const char *const[]){"case", "accept", reference, "--as", "officer:lan", NULL});
    say(lab, (const char *const[]){"case", "answer", reference, "--as", "officer:lan", "--result",
                                   "solved", "--text", "Đã vá xong ống nước.", NULL});
}

/* Mails to somebody that hold the answer. */
static void expect_told_once(struct lab *lab)
{
    AUTO(json_release) json_t *mails = NULL;
    AUTO(json_release) json_t *told = json_object();
    size_t i, count = 0;
    const json_t *mail;

    city_wait_until(lab->city,
                    "SELECT NOT EXISTS (SELECT FROM deliveries WHERE state <> 'delivered')"
                    " AND (SELECT count(*) FROM deliveries WHERE message = 'answered') = 300",
                    CALM_MS);
    mails = outside_told(lab->outside, "mail", 0);
    json_array_foreach(mails, i, mail)
    {
        const char *to = json_string_value(json_object_get(mail, "to"));
        if (strstr(json_string_value(json_object_get(mail, "text")), "vá xong") == NULL)
            continue;
        if (strstr(to, "<main.") == NULL)
            fail_msg("%s was told: %s", to, json_string_value(json_object_get(mail, "text")));
        assert_null(json_object_get(told, to));
        json_object_set_new(told, to, json_true());
        count++;
    }
    assert_int_equal(count, MAIN);
}

static void many_reports_become_one_incident(void **state)
{
    struct lab *lab = *state;

    report_all(lab);
    note_kinds(lab);
    city_wait_until(lab->city, "SELECT count(*) = 318 FROM cases WHERE state = 'MERGED'", CALM_MS);
    expect_one_incident_each(lab);
    AUTO(format_free) char *lead = lead_of(lab, "main");
    answer(lab, lead);
    expect(lab,
           "SELECT count(*) FROM told AS t JOIN cases AS c ON c.id = t.id"
           " WHERE (c.answered_at IS NOT NULL) <> (t.what = 'main')",
           "0");
    expect_told_once(lab);
    say(lab, (const char *const[]){"verify", NULL});
}

/* Until sentinel has looked at everything that has happened so far. */
static void wait_for_reading(struct lab *lab)
{
    double seq = (double)strtoll(ask(lab, "SELECT max(seq) FROM events"), NULL, 10);
    int64_t until = clock_mono_us() + CALM_MS * INT64_C(1000);
    const struct process *sentinel = city_service(lab->city, "sentinel");

    while (!(process_metric(sentinel, "dunghen_sentinel_reports_read_seq") >= seq)) {
        if (clock_mono_us() > until)
            fail_msg("sentinel has not read up to %.0f", seq);
        poll(NULL, 0, RETRY_MS);
    }
}

/* So many wait for an answer. */
static void settle(struct lab *lab, int merged)
{
    AUTO(format_free)
    char *sql = format_new(
        "SELECT count(*) = %d FROM cases WHERE state = 'MERGED'"
        " AND answered_at IS NULL",
        merged);

    city_wait_until(lab->city, sql, CALM_MS);
}

static char *report_one(struct lab *lab)
{
    return city_report(lab->city,
                       "{\"service_code\":\"NOISE\",\"description\":\"Vỡ ống nước\","
                       "\"lat\":10.759,\"lon\":106.65,\"anonymous\":true}");
}

/* The incident of the second place goes on; people say what is not of it, and when it is over. */
static void people_have_the_last_word(void **state)
{
    struct lab *lab = *state;
    struct process *sentinel = city_service(lab->city, "sentinel");
    AUTO(format_free) char *lead = lead_of(lab, "second");
    AUTO(format_free) char *other = report_one(lab);
    struct err e = {0};

    settle(lab, 20);
    say(lab,
        (const char *const[]){"case", "split", other, "--as", "officer:lan", "--into", lead, NULL});
    process_kill(sentinel);
    must(process_again(sentinel, &e), &e);
    free(report_one(lab));
    settle(lab, 20); /* this one, and not the other again */
    AUTO(format_free)
    char *sql = format_new("SELECT state FROM cases WHERE reference = '%s'", other);
    expect(lab, sql, "ASSIGNED");
    assert_true(process_metric(sentinel, "dunghen_sentinel_incidents_open") >= 1);

    /* Its citizen withdraws: the next one leads, and takes what comes. */
    say(lab, (const char *const[]){"case", "withdraw", lead, "--as", "coordinator:hoa", NULL});
    settle(lab, 19);
    free(report_one(lab));
    settle(lab, 20);
    expect(lab,
           "SELECT string_agg(merged::text, ' ') FROM cases WHERE merged > 0"
           " AND answered_at IS NULL AND closed_at IS NULL",
           "20");

    /* The rule is taken out of the catalogue: nothing more is joined. */
    AUTO(format_free)
    char *dir = format_new("%s", SOURCE_DIR "/deploy/catalogue/tiny");
    say(lab, (const char *const[]){"catalogue", "load", dir, NULL});
    AUTO(format_free) char *alone = report_one(lab);
    wait_for_reading(lab);
    process_kill(sentinel);
    must(process_again(sentinel, &e), &e);
    wait_for_reading(lab);
    AUTO(format_free)
    char *open = format_new("SELECT state FROM cases WHERE reference = '%s'", alone);
    expect(lab, open, "ASSIGNED");
    settle(lab, 20);
    say(lab, (const char *const[]){"verify", NULL});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_reports_become_one_incident),
        cmocka_unit_test(people_have_the_last_word),
    };

    return cmocka_run_group_tests_name("incident", tests, setup, teardown);
}
