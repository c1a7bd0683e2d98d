/* SPDX-License-Identifier: Apache-2.0 */
/* The router as a program, between a door and a tracker that this test plays. */
#include "bus.h"
#include "child.h"
#include "clock.h"
#include "cluster.h"
#include "format.h"
#include "http_client.h"
#include "messages.h"
#include "must.h"
#include "process.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum { LIMIT_MS = 60000, AGAIN_US = 200000, MAX_CASES = 4, TEXT_SIZE = 600 };

struct frame {
    char text[TEXT_SIZE];
    size_t len;
};

struct city {
    struct cluster *cluster;
    struct process *router;
    char *env[4]; /* the last is NULL */
    const char *router_endpoint;
    struct loop *loop;
    struct bus *bus;
    struct bus_server *tracker;
    struct bus_client *door;
    struct loop_timer *patience;
    bool late;
    /* The first head of what was asked last, what the tracker got of it, and what the door was
     * answered. */
    struct frame asked;
    int frames, answers;
    struct frame got[RECORD_FRAMES * MAX_CASES];
    struct frame answered[MAX_CASES];
};

static void keep(const struct bus_message *m, int at, struct frame *out)
{
    out->len = bus_len(m, at);
    assert_true(out->len < TEXT_SIZE);
    memcpy(out->text, bus_data(m, at), out->len);
    out->text[out->len] = '\0';
}

/* False: an earlier question, which the bus has said again and which comes late. */
static bool is_asked(const struct city *c, const struct bus_message *m)
{
    return bus_len(m, 1) == c->asked.len &&
           memcmp(bus_data(m, 1), c->asked.text, c->asked.len) == 0;
}

/* The tracker: answers each case with its own head. */
static void on_record(void *ctx, const struct bus_address *from, struct bus_message *m)
{
    AUTO(bus_message_free) struct bus_message answer = {0};
    struct city *c = ctx;

    assert_true(bus_is(m, TOPIC_RECORD));
    assert_in_range(m->count, 1 + RECORD_FRAMES, 1 + COUNT(c->got));
    if (is_asked(c, m)) {
        c->frames = m->count - 1;
        for (int i = 0; i < c->frames; i++)
            keep(m, i + 1, &c->got[i]);
    }
    bus_add(&answer, TOPIC_ANSWER, strlen(TOPIC_ANSWER));
    for (int i = 1; i < m->count; i += RECORD_FRAMES)
        bus_add_frame(&answer, &m->frames[i]);
    bus_answer(c->tracker, from, &answer);
}

static void on_answer(void *ctx, const struct bus_message *answer, const struct err *e)
{
    struct city *c = ctx;

    if (e != NULL)
        fail_msg("%s", e->text);
    assert_true(bus_is(answer, TOPIC_ANSWER));
    c->answers = answer->count - 1;
    for (int i = 0; i < c->answers; i++)
        keep(answer, i + 1, &c->answered[i]);
    loop_stop(c->loop);
}

/* What was passed on for others has no answer here. */
static void on_passed(void *ctx, const struct bus_address *to, struct bus_message *m)
{
    (void)ctx;
    (void)to;
    fail_msg("an answer of %d frames came to what nobody called", m->count);
}

static void give_up(void *ctx)
{
    struct city *c = ctx;

    c->late = true;
    loop_stop(c->loop);
}

static void run(struct city *c)
{
    struct err e;

    c->late = false;
    loop_timer_set_us(c->patience, (int64_t)LIMIT_MS * CLOCK_US_PER_MS);
    assert_int_equal(loop_run(c->loop, &e), 0);
    loop_timer_cancel(c->patience);
    if (c->late) {
        process_show_log(c->router);
        fail_msg("no answer within %d ms", LIMIT_MS);
    }
}

/* ---- the door ---- */

struct report {
    const char *service, *unit;
    double lat, lon; /* NAN: no place */
};

static const double no_place = (double)NAN;
static const char content[] = "{\"description\":\"Đèn tắt\"}", contact[] = "\x01\0\xff";

static void add_case(struct bus_message *m, const struct report *report)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(TEXT_SIZE);
    struct case_head head = {.id = uuid_new(),
                             .received_at = clock_now_us(),
                             .service = report->service,
                             .channel = "api",
                             .language = "vi",
                             .unit = report->unit,
                             .lat = report->lat,
                             .lon = report->lon};

    json_write(case_head_fields, &head, &text);
    bus_add(m, text.data, text.len);
    bus_add(m, content, strlen(content));
    bus_add(m, contact, sizeof(contact) - 1);
}

static void begin_to_ask(struct city *c, struct bus_message *m)
{
    struct err e = {0};

    c->frames = c->answers = 0;
    keep(m, 1, &c->asked);
    must(bus_call(c->door, m, on_answer, c, &e), &e);
}

/* Asks and waits for the answer. */
static void ask(struct city *c, struct bus_message *m)
{
    begin_to_ask(c, m);
    run(c);
}

static void submit(struct city *c, const struct report *reports, int count)
{
    AUTO(bus_message_free) struct bus_message m = {0};

    bus_add(&m, TOPIC_SUBMIT, strlen(TOPIC_SUBMIT));
    for (int i = 0; i < count; i++)
        add_case(&m, &reports[i]);
    ask(c, &m);
}

/* The text of the i-th case's route frame as the tracker got it. */
static const char *route_of(const struct city *c, int i)
{
    assert_true(RECORD_FRAMES * i + 1 < c->frames);
    return c->got[RECORD_FRAMES * i + 1].text;
}

/* ---- the city ---- */

static int load(const struct city *c, const char *catalogue)
{
    AUTO(format_free) char *dir = format_new("%s/deploy/catalogue/%s", SOURCE_DIR, catalogue);
    const char *const argv[] = {BIN_DIR "/dunghen", "catalogue", "load", dir, NULL};
    struct err e;

    return child_run(&(struct child_settings){.argv = argv,
                                              .env = (const char *const *)c->env,
                                              .dir = cluster_dir(c->cluster)},
                     &e);
}

static int open_bus(struct city *c, const char *tracker_endpoint, struct err *e)
{
    const struct bus_client_settings door = {.endpoint = c->router_endpoint,
                                             .again_us = AGAIN_US,
                                             .expire_us = INT64_C(60) * 1000000,
                                             .max_calls = 1,
                                             .passed = on_passed};

    if (loop_open(&c->loop, e) < 0 || bus_open(&c->bus, c->loop, e) < 0 ||
        bus_serve(&c->tracker, c->bus, tracker_endpoint, on_record, c, e) < 0)
        return -1;
    c->patience = loop_timer_new(c->loop, give_up, c);
    return bus_connect(&c->door, c->bus, &door, e);
}

static int start(struct city *c, struct err *e)
{
    static const char router[] = "DUNGHEN_ROUTER_ENDPOINT=",
                      tracker[] = "DUNGHEN_TRACKER_ENDPOINT=";

    if (cluster_open(&c->cluster, e) < 0)
        return -1;
    c->env[0] = format_new("DUNGHEN_DATABASE_URL=%s", cluster_url(c->cluster));
    c->env[1] = format_new("%stcp://127.0.0.1:%u", router, process_free_port());
    c->env[2] = format_new("%stcp://127.0.0.1:%u", tracker, process_free_port());
    c->router_endpoint = c->env[1] + strlen(router);
    const struct process_settings settings = {"dunghen-router", "router",
                                              (const char *const *)c->env, cluster_dir(c->cluster)};
    if (process_start(&c->router, &settings, e) < 0)
        return -1;
    return open_bus(c, c->env[2] + strlen(tracker), e);
}

static int open_city(void **state)
{
    struct city *c = calloc(1, sizeof(*c));
    struct err e = {0};

    *state = c;
    if (start(c, &e) == 0)
        return 0;
    fprintf(stderr, "%s\n", e.text);
    return -1;
}

static int close_city(void **state)
{
    struct city *c = *state;

    process_close(&c->router);
    bus_client_close(&c->door);
    bus_server_close(&c->tracker);
    bus_close(&c->bus);
    loop_close(&c->loop);
    cluster_close(&c->cluster);
    for (size_t i = 0; i < COUNT(c->env); i++)
        free(c->env[i]);
    free(c);
    return 0;
}

/* ---- tests, each after the one before it ---- */

static bool is_ready(const struct city *c, const char *says)
{
    AUTO(client_answer_free) struct client_answer answer = {0};
    struct err e;
    const struct client_request request = {
        .port = process_port(c->router), .method = "GET", .path = "/readyz"};

    if (client_send(&request, &answer, &e) < 0)
        return false;
    if (strstr(answer.body, says) == NULL)
        return false;
    return answer.status == 200;
}

/* What came before there was a catalogue is answered when there is one. */
static void waits_for_a_catalogue(void **state)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    struct city *c = *state;
    struct err e = {0};

    bus_add(&m, TOPIC_SUBMIT, strlen(TOPIC_SUBMIT));
    add_case(&m, &(struct report){"LIGHT", NULL, 10.75, 106.65});
    begin_to_ask(c, &m);
    assert_false(is_ready(c, ""));
    assert_int_equal(load(c, "tiny"), 0);
    run(c);
    assert_int_equal(c->answers, 1);
    must(process_wait_ready(c->router, &e), &e);
    assert_true(is_ready(c, "\"tracker\":\"ok\""));
}

static void routes_each_case_of_a_batch(void **state)
{
    struct city *c = *state;
    const struct report reports[] = {
        {"LIGHT", NULL, 10.75, 106.65},
        {"LIGHT", NULL, 10.75, 106.75},
        {"NOISE", NULL, no_place, no_place},
        {"STAFF", "W1", no_place, no_place},
    };

    submit(c, reports, COUNT(reports));
    assert_int_equal(c->frames, RECORD_FRAMES * COUNT(reports));
    assert_string_equal(route_of(c, 0),
                        "{\"unit\":\"D1\",\"area\":\"W1\",\"priority\":3,"
                        "\"rule\":\"LIGHT/*\",\"coordinators\":[\"W1\"]}");
    assert_string_equal(route_of(c, 1),
                        "{\"unit\":\"W2\",\"area\":\"W2\",\"priority\":3,"
                        "\"rule\":\"LIGHT/W2\",\"coordinators\":[\"D1\"]}");
    assert_string_equal(route_of(c, 2),
                        "{\"unit\":\"OFFICE\",\"priority\":1,\"rule\":\"desk\",\"desk\":true}");
    assert_string_equal(route_of(c, 3),
                        "{\"unit\":\"OFFICE\",\"priority\":2,"
                        "\"rule\":\"STAFF/*\",\"coordinators\":[\"D1\"]}");
    assert_true(process_metric(c->router, "dunghen_cases_routed_total") >= 4);
    assert_true(process_metric(c->router, "dunghen_cases_to_desk_total") >= 1);
}

static void passes_the_other_frames_and_the_answers_on_as_they_are(void **state)
{
    struct city *c = *state;
    const struct report reports[] = {{"LIGHT", NULL, 10.75, 106.65},
                                     {"NOISE", NULL, 10.75, 106.75}};

    submit(c, reports, COUNT(reports));
    assert_int_equal(c->answers, COUNT(reports));
    for (int i = 0; i < (int)COUNT(reports); i++) {
        const struct frame *item = &c->got[RECORD_FRAMES * i];
        assert_string_equal(item[2].text, content);
        assert_int_equal(item[3].len, sizeof(contact) - 1);
        assert_memory_equal(item[3].text, contact, sizeof(contact) - 1);
        assert_string_equal(item[0].text, c->answered[i].text); /* the answer is the head */
    }
}

static void refuses_all_that_came_with_a_malformed_case(void **state)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    struct city *c = *state;

    bus_add(&m, TOPIC_SUBMIT, strlen(TOPIC_SUBMIT));
    add_case(&m, &(struct report){"LIGHT", NULL, 10.75, 106.65});
    bus_add(&m, "{\"id\":1}", 8);
    bus_add(&m, "{}", 2);
    bus_add(&m, "", 0);
    ask(c, &m);
    assert_int_equal(c->frames, 0);
    assert_int_equal(c->answers, 2);
    for (int i = 0; i < 2; i++)
        assert_string_equal(c->answered[i].text,
                            "{\"refused\":\"input\",\"text\":\"head: id: must be a UUID\"}");
}

static void ignores_what_is_not_a_submission(void **state)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    struct city *c = *state;

    bus_add(&m, TOPIC_COMMAND, strlen(TOPIC_COMMAND));
    add_case(&m, &(struct report){"LIGHT", NULL, 10.75, 106.65});
    bus_pass(c->door, &(struct bus_address){.len = 20}, &m);
    bus_add(&m, TOPIC_SUBMIT, strlen(TOPIC_SUBMIT));
    bus_add(&m, "{}", 2);
    bus_pass(c->door, &(struct bus_address){.len = 20}, &m);
    submit(c, &(struct report){"LIGHT", NULL, 10.75, 106.65}, 1);
    assert_int_equal(c->answers, 1);
}

static void takes_a_change_of_the_catalogue_up(void **state)
{
    struct city *c = *state;
    int64_t deadline_us = clock_mono_us() + (int64_t)LIMIT_MS * CLOCK_US_PER_MS;

    cluster_query(c->cluster,
                  "WITH changed AS (UPDATE routes SET lead = 'W1' WHERE area = 'W2')"
                  " UPDATE catalogue SET version = version + 1");
    do {
        submit(c, &(struct report){"LIGHT", NULL, 10.75, 106.75}, 1);
    } while (strstr(route_of(c, 0), "\"unit\":\"W1\"") == NULL && clock_mono_us() < deadline_us);
    assert_non_null(strstr(route_of(c, 0), "\"unit\":\"W1\""));
}

static void routes_on_while_the_database_is_away(void **state)
{
    struct city *c = *state;
    struct err e = {0};

    cluster_kill(c->cluster);
    submit(c, &(struct report){"LIGHT", NULL, 10.75, 106.65}, 1);
    assert_int_equal(c->answers, 1);
    must(cluster_start(c->cluster, &e), &e);
    must(process_wait_ready(c->router, &e), &e);
}

static void starts_again_after_it_was_killed(void **state)
{
    struct city *c = *state;
    struct err e = {0};

    process_kill(c->router);
    must(process_again(c->router, &e), &e);
    submit(c, &(struct report){"LIGHT", NULL, 10.75, 106.65}, 1);
    assert_int_equal(c->answers, 1);
}

static void stops_when_it_is_told_to(void **state)
{
    struct city *c = *state;
    struct err e = {0};

    must(process_stop(c->router, &e), &e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_for_a_catalogue),
        cmocka_unit_test(routes_each_case_of_a_batch),
        cmocka_unit_test(passes_the_other_frames_and_the_answers_on_as_they_are),
        cmocka_unit_test(refuses_all_that_came_with_a_malformed_case),
        cmocka_unit_test(ignores_what_is_not_a_submission),
        cmocka_unit_test(takes_a_change_of_the_catalogue_up),
        cmocka_unit_test(routes_on_while_the_database_is_away),
        cmocka_unit_test(starts_again_after_it_was_killed),
        cmocka_unit_test(stops_when_it_is_told_to),
    };

    return cmocka_run_group_tests_name("router", tests, open_city, close_city);
}
