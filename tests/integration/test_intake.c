/* SPDX-License-Identifier: Apache-2.0 */
/* test_intake - the public door as its users have it, with a router that does what it is told. */
#include "child.h"
#include "clock.h"
#include "cluster.h"
#include "crypto.h"
#include "fake_router.h"
#include "format.h"
#include "http_ask.h"
#include "json.h"
#include "process.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

enum { BODY_LIMIT = 64 * 1024, WAIT_S = 60 /* the end of what hangs */ };

static struct cluster *cluster;
static struct fake_router *router;
static struct process *intake;
static struct crypto_ring *ring;
static unsigned port;

/* ---- the door and its surroundings ---- */

static void ctl(const char *const *argv)
{
    AUTO(format_free) char *url = format_new("DUNGHEN_DATABASE_URL=%s", cluster_url(cluster));
    const char *const env[] = {url, NULL};
    struct err e;

    if (child_run(&(struct child_settings){.argv = argv, .env = env, .dir = cluster_dir(cluster)},
                  &e) < 0)
        fail_msg("%s", e.text);
}

static void make_data(void)
{
    static const char *const folders[] = {"var", "var/run", "var/keys"};
    static const char *const keys[] = {BIN_DIR "/dunghen", "keys", "init", NULL};
    static const char *const load[] = {BIN_DIR "/dunghen", "catalogue", "load",
                                       SOURCE_DIR "/deploy/catalogue/tiny", NULL};
    AUTO(format_free) char *path = format_new("%s/var/keys/contact.keys", cluster_dir(cluster));
    struct err e;

    for (size_t i = 0; i < COUNT(folders); i++) {
        AUTO(format_free) char *folder = format_new("%s/%s", cluster_dir(cluster), folders[i]);
        assert_int_equal(mkdir(folder, 0700), 0);
    }
    ctl(keys);
    ctl(load);
    if (crypto_open(&e) < 0 || crypto_ring_open(&ring, path, &e) < 0)
        fail_msg("%s", e.text);
}

/* An intake of its own, ready; its port is in *out_port. */
static void start_intake(const char *name, const char *setting, struct process **out,
                         unsigned *out_port)
{
    AUTO(format_free) char *url = format_new("DUNGHEN_DATABASE_URL=%s", cluster_url(cluster));
    *out_port = process_free_port();
    AUTO(format_free) char *listen = format_new("DUNGHEN_INTAKE_LISTEN=127.0.0.1:%u", *out_port);
    const char *const env[] = {url, listen, "DUNGHEN_PUBLIC_URL=https://dunghen.example", setting,
                               NULL};
    struct err e;

    if (process_start(out,
                      &(struct process_settings){"dunghen-intake", name, env, cluster_dir(cluster)},
                      &e) < 0 ||
        process_wait_ready(*out, &e) < 0)
        fail_msg("%s", e.text);
}

static void start_router(void)
{
    AUTO(format_free)
    char *endpoint = format_new("ipc://%s/var/run/router.ipc", cluster_dir(cluster));
    struct err e;

    if (fake_router_start(&router, endpoint, &e) < 0)
        fail_msg("%s", e.text);
}

static int open_all(void **state)
{
    struct err e;

    (void)state;
    if (cluster_open(&cluster, &e) < 0)
        fail_msg("%s", e.text);
    make_data();
    start_router();
    start_intake("intake", NULL, &intake, &port);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    process_close(&intake);
    fake_router_close(&router);
    crypto_ring_close(&ring);
    cluster_close(&cluster);
    return 0;
}

/* ---- asking ---- */

static const char *const as_json[] = {"Content-Type: application/json", NULL};
static const char *const as_form[] = {"Content-Type: application/x-www-form-urlencoded", NULL};

static void post_with(const char *const *headers, const char *path, const char *body,
                      struct client_answer *out)
{
    http_ask(&(struct client_request){.port = port,
                                      .method = "POST",
                                      .path = path,
                                      .headers = headers,
                                      .body = body,
                                      .len = strlen(body)},
             out);
}

static void post(const char *body, struct client_answer *out)
{
    post_with(as_json, "/api/v1/cases", body, out);
}

static void get(const char *path, struct client_answer *out)
{
    http_ask(&(struct client_request){.port = port, .method = "GET", .path = path}, out);
}

static json_t *document_of(const struct client_answer *answer)
{
    json_t *document = json_loadb(answer->body, answer->len, JSON_DECODE_ANY, NULL);

    if (document == NULL)
        fail_msg("not JSON: %s", answer->body);
    return document;
}

/* The value at "a/0/b"; NULL when there is none. */
static const json_t *at(const json_t *value, const char *path)
{
    while (value != NULL && *path != '\0') {
        size_t len = strcspn(path, "/");
        char *step = format_new("%.*s", (int)len, path);
        value = json_is_array(value) ? json_array_get(value, (size_t)strtoul(step, NULL, 10))
                                     : json_object_get(value, step);
        format_free(&step);
        path += len + (path[len] == '/' ? 1 : 0);
    }
    return value;
}

static void assert_text(const json_t *document, const char *path, const char *expected)
{
    const char *text = json_string_value(at(document, path));

    if (text == NULL || strcmp(text, expected) != 0)
        fail_msg("%s is \"%s\", not \"%s\"", path, text != NULL ? text : "(none)", expected);
}

static void assert_problem(const struct client_answer *answer, unsigned status, const char *name)
{
    AUTO(json_release) json_t *document = document_of(answer);
    AUTO(format_free) char *type = format_new("/problems/%s", name);

    assert_int_equal(answer->status, status);
    assert_string_equal(client_header(answer, "Content-Type"), "application/problem+json");
    assert_text(document, "type", type);
    assert_int_equal(json_integer_value(at(document, "status")), status);
    assert_non_null(at(document, "title"));
}

#define CONTACT "\"contact\":{\"name\":\"Nguyễn Văn An\",\"phone\":\"0903 123 456\"}"
#define CASE(description, rest)                                                                    \
    "{\"service_code\":\"LIGHT\",\"description\":\"" description                                   \
    "\",\"lat\":10.75,\"lon\":106.65," CONTACT rest "}"

/* ---- taking cases in ---- */

static void a_case_is_answered_with_its_promise(void **state)
{
    AUTO(client_answer_free) struct client_answer answer = {0};

    (void)state;
    post(CASE("Đèn tắt", ""), &answer);
    assert_int_equal(answer.status, 201);
    assert_string_equal(client_header(&answer, "Content-Type"), "application/json; charset=utf-8");
    AUTO(json_release) json_t *document = document_of(&answer);
    const char *reference = json_string_value(at(document, "reference"));
    const char *due = json_string_value(at(document, "due_at"));
    const char *promise = json_string_value(at(document, "receipt/text"));
    const char *url = json_string_value(at(document, "tracking_url"));
    AUTO(format_free) char *location = format_new("/api/v1/cases/%s", reference);
    AUTO(format_free) char *link = format_new("https://dunghen.example/t/%s?k=", reference);
    assert_string_equal(client_header(&answer, "Location"), location);
    assert_text(document, "unit/code", "D1");
    assert_text(document, "unit/name", "Sở Một");
    assert_text(document, "receipt/language", "vi");
    assert_int_equal(strlen(due), strlen("2026-11-23T16:00:00+07:00"));
    assert_string_equal(due + strlen(due) - 6, "+07:00");
    assert_non_null(strstr(promise, reference));
    assert_non_null(strstr(promise, "Sở Một chịu trách nhiệm"));
    assert_int_equal(strncmp(url, link, strlen(link)), 0);
    assert_int_equal(strlen(url), strlen(link) + CRYPTO_SECRET_SIZE - 1);
}

static void the_promise_is_in_the_language_that_was_asked_for(void **state)
{
    AUTO(client_answer_free) struct client_answer answer = {0};

    (void)state;
    post(CASE("ROUTER-DESK", ",\"language\":\"en\""), &answer);
    assert_int_equal(answer.status, 201);
    AUTO(json_release) json_t *document = document_of(&answer);
    assert_text(document, "unit/name", "City Office");
    assert_non_null(strstr(json_string_value(at(document, "receipt/text")), "will pass it to"));
}

static void what_is_wrong_is_named_by_its_pointer(void **state)
{
    static const struct {
        const char *body, *pointer, *rule;
    } rows[] = {
        {"{\"service_code\":\"NONE\",\"description\":\"x\"," CONTACT "}", "/service_code",
         "service"},
        {CASE("x", ",\"unit\":\"NONE\""), "/unit", "unit"},
        {CASE("x", ",\"colour\":1"), "/colour", "unknown"},
        {CASE("x\xFFy", ""), "/description", "utf-8"},
        {CASE("x\\u0000y", ""), "/description", "utf-8"},
        {CASE("x\\ud83dy", ""), "/description", "utf-8"},
        {CASE("x\ny", ""), "/description", "utf-8"},
        {CASE("x", ",\"attributes\":{\"state\":\"off\",\"state\":\"off\"}"), "/attributes/state",
         "once"},
        {CASE("x", ",\"unit\":1e999"), "/unit", "range"},
        {CASE("x", ",\"attributes\":{\"state\":\"on\"}"), "/attributes/state", "choice"},
        {"{\"service_code\":\"LIGHT\",\"description\":\"x\",\"lat\":91,\"lon\":1," CONTACT "}",
         "/lat", "range"},
        {"{\"service_code\":\"LIGHT\",\"description\":\"x\"," CONTACT "}", "/lat", "place"},
        {"{\"service_code\":\"STAFF\",\"description\":\"x\",\"anonymous\":true}", "/anonymous",
         "anonymous-not-allowed"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(client_answer_free) struct client_answer answer = {0};
        post(rows[i].body, &answer);
        assert_problem(&answer, 400, "invalid");
        AUTO(json_release) json_t *document = document_of(&answer);
        assert_int_equal(json_array_size(at(document, "errors")), 1);
        assert_text(document, "errors/0/pointer", rows[i].pointer);
        assert_text(document, "errors/0/rule", rows[i].rule);
        assert_non_null(at(document, "errors/0/detail"));
    }
}

static void errors_are_told_in_the_language_that_was_asked_for(void **state)
{
    static const char *const english[] = {"Content-Type: application/json; charset=utf-8",
                                          "Accept-Language: en-GB,en;q=0.9", NULL};
    AUTO(client_answer_free) struct client_answer answer = {0};
    AUTO(client_answer_free) struct client_answer closed = {0};

    (void)state;
    post_with(english, "/api/v1/cases", "{\"service_code\":\"LIGHT\"}", &answer);
    AUTO(json_release) json_t *document = document_of(&answer);
    assert_text(document, "errors/0/detail", "Is missing.");
    post("{\"service_code\":\"TC01\",\"language\":\"en\"}", &closed);
    assert_problem(&closed, 422, "closed-service");
    AUTO(json_release) json_t *notice = document_of(&closed);
    assert_text(notice, "detail",
                "Denunciations are not yet accepted here. Please go to the City Office.");
}

static void what_is_not_json_is_refused(void **state)
{
    AUTO(client_answer_free) struct client_answer malformed = {0};
    AUTO(client_answer_free) struct client_answer form = {0};
    AUTO(client_answer_free) struct client_answer untyped = {0};

    (void)state;
    post("{\"service_code\":", &malformed);
    assert_problem(&malformed, 400, "malformed");
    post_with(as_form, "/api/v1/cases", "service_code=LIGHT", &form);
    assert_problem(&form, 415, "unsupported-media-type");
    post_with(NULL, "/api/v1/cases", CASE("x", ""), &untyped);
    assert_problem(&untyped, 415, "unsupported-media-type");
}

/* A description that fills the body up to size bytes. */
static void post_of_size(size_t size, struct client_answer *out)
{
    static const char before[] = "{\"service_code\":\"LIGHT\",\"description\":\"";
    static const char after[] = "\",\"lat\":1,\"lon\":1," CONTACT "}";
    AUTO(strbuf_free) struct strbuf body = STRBUF(size);

    strbuf_addf(&body, "%s", before);
    while (body.len < size - strlen(after))
        strbuf_add(&body, "x", 1);
    strbuf_addf(&body, "%s", after);
    post(strbuf_text(&body), out);
}

static void a_body_has_at_most_64_kib(void **state)
{
    AUTO(client_answer_free) struct client_answer largest = {0};
    AUTO(client_answer_free) struct client_answer larger = {0};

    (void)state;
    post_of_size(BODY_LIMIT, &largest);
    assert_problem(&largest, 400, "invalid");
    AUTO(json_release) json_t *document = document_of(&largest);
    assert_text(document, "errors/0/pointer", "/description");
    assert_text(document, "errors/0/rule", "length");
    post_of_size(BODY_LIMIT + 1, &larger);
    assert_problem(&larger, 413, "too-large");
    AUTO(json_release) json_t *refusal = document_of(&larger);
    assert_int_equal(json_integer_value(at(refusal, "limit")), BODY_LIMIT);
    assert_non_null(strstr(json_string_value(at(refusal, "detail")), "65536 byte"));
}

static void a_bad_idempotency_key_is_refused(void **state)
{
    static const char *const headers[] = {"Content-Type: application/json", "Idempotency-Key: a b",
                                          NULL};
    AUTO(client_answer_free) struct client_answer answer = {0};

    (void)state;
    post_with(headers, "/api/v1/cases", CASE("x", ""), &answer);
    assert_problem(&answer, 400, "idempotency-key");
}

static void refusals_of_the_ledger_are_passed_on(void **state)
{
    static const struct {
        const char *body;
        unsigned status;
        const char *problem;
    } rows[] = {
        {CASE("ROUTER-INPUT", ""), 400, "refused"},
        {CASE("ROUTER-CONFLICT", ""), 422, "idempotency-key-reused"},
        {CASE("ROUTER-BUSY", ""), 503, "busy"},
        {CASE("ROUTER-SYSTEM", ""), 500, "internal"},
        {CASE("ROUTER-BROKEN", ""), 500, "internal"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(client_answer_free) struct client_answer answer = {0};
        post(rows[i].body, &answer);
        assert_problem(&answer, rows[i].status, rows[i].problem);
        if (rows[i].status == 503)
            assert_string_equal(client_header(&answer, "Retry-After"), "2");
        if (rows[i].status == 500)
            assert_string_equal(client_header(&answer, "Retry-After"), "60");
    }
}

static void a_case_is_said_again_until_it_is_answered(void **state)
{
    AUTO(client_answer_free) struct client_answer answer = {0};

    (void)state;
    post(CASE("ROUTER-SLOW", ""), &answer);
    assert_int_equal(answer.status, 201);
}

/* Asks from another process, which exits with status 0 if it is answered so. */
static pid_t ask_aside(unsigned to, const char *body, unsigned status)
{
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    struct client_answer answer = {0};
    struct err e;
    const struct client_request request = {.port = to,
                                           .limit_ms = HTTP_ASK_LIMIT_MS,
                                           .method = "POST",
                                           .path = "/api/v1/cases",
                                           .headers = as_json,
                                           .body = body,
                                           .len = strlen(body)};
    int failed = client_send(&request, &answer, &e);
    _exit(failed < 0 || answer.status != status);
}

static int64_t wait_until_us(void)
{
    return clock_mono_us() + WAIT_S * (int64_t)CLOCK_US_PER_S;
}

static void wait_for_metric(const struct process *p, const char *name, double value)
{
    int64_t until_us = wait_until_us();

    while (!(process_metric(p, name) >= value))
        assert_true(clock_mono_us() < until_us);
}

static void beyond_its_limit_it_says_so_at_once(void **state)
{
    struct process *small = NULL;
    unsigned big_port = port;
    pid_t waiting[2];

    (void)state;
    start_intake("small", "DUNGHEN_INTAKE_MAX_PENDING=2", &small, &port);
    for (size_t i = 0; i < COUNT(waiting); i++)
        waiting[i] = ask_aside(port, CASE("ROUTER-SILENT", ""), 201);
    wait_for_metric(small, "dunghen_intake_pending", 2);
    for (int i = 0; i < 3; i++) {
        AUTO(client_answer_free) struct client_answer answer = {0};
        AUTO(client_answer_free) struct client_answer form = {0};
        post(CASE("x", ""), &answer);
        assert_problem(&answer, 503, "busy");
        assert_string_equal(client_header(&answer, "Retry-After"), "2");
        post_with(as_form, "/open311/v2/requests.json", "service_code=LIGHT", &form);
        assert_int_equal(form.status, 503);
        assert_string_equal(client_header(&form, "Retry-After"), "2");
    }
    port = big_port;
    for (size_t i = 0; i < COUNT(waiting); i++) {
        kill(waiting[i], SIGKILL);
        waitpid(waiting[i], NULL, 0);
    }
    process_close(&small);
}

static void expect_readiness_of(struct process *p, const char *text)
{
    struct err e;

    if (process_wait_says(p, text, &e) < 0)
        fail_msg("%s", e.text);
}

static void expect_readiness(const char *text)
{
    expect_readiness_of(intake, text);
}

static void it_is_ready_with_a_router_and_a_place_for_files(void **state)
{
    AUTO(format_free) char *folder = format_new("%s/var/attachments", cluster_dir(cluster));
    AUTO(format_free) char *away = format_new("%s.away", folder);

    (void)state;
    assert_int_equal(rename(folder, away), 0);
    expect_readiness("the folder of attachments cannot be written");
    assert_int_equal(rename(away, folder), 0);
    expect_readiness("\"ready\":true");
    fake_router_close(&router);
    expect_readiness("\"router\":\"not connected\"");
    start_router();
    expect_readiness("\"ready\":true");
}

/* The router is away until the order to stop has come. */
static void who_waits_is_answered_before_it_stops(void **state)
{
    struct process *stopping = NULL;
    unsigned its_port;
    struct err e;
    int status;

    (void)state;
    start_intake("stopping", NULL, &stopping, &its_port);
    fake_router_close(&router);
    pid_t waiting = ask_aside(its_port, CASE("Đèn tắt", ""), 201);
    wait_for_metric(stopping, "dunghen_intake_pending", 1);
    process_ask_to_stop(stopping);
    expect_readiness_of(stopping, "stopping");
    start_router();
    if (process_stop(stopping, &e) < 0)
        fail_msg("%s", e.text);
    assert_int_equal(waitpid(waiting, &status, 0), waiting);
    assert_int_equal(status, 0);
    process_close(&stopping);
    expect_readiness("\"ready\":true");
}

/* ---- telling how cases stand ---- */

static const char id_text[] = "019a0000-0000-7000-8000-0000000000aa";
static char reference[REFERENCE_SIZE];

/* As the tracker would have left it, with its answer. */
static void make_case(void)
{
    if (reference[0] != '\0')
        return;
    reference_new(reference);
    AUTO(format_free)
    char *insert = format_new(
        "WITH added AS (INSERT INTO cases (id, reference, kind, service, unit, state, priority,"
        " channel, language, hide_name, anonymous, received_at, due_at, answered_at, clock, amount,"
        " calendar, lat, lon) VALUES ('%s', '%s', 'field_report', 'LIGHT', 'D1', 'ANSWERED', 3, "
        "'api',"
        " 'vi', false, false, now(), now() + interval '1 day', now() + interval '2 days',"
        " 'working_days', 2, 'OFFICE_HOURS', 10.5, 106.25) RETURNING id)"
        " INSERT INTO contents (case_id, content) SELECT id,"
        " '{\"description\":\"Đèn tắt\",\"address\":\"12 Lê Lợi\","
        "\"attributes\":{\"state\":\"off\",\"many\":[\"a\",\"b\"],\"n\":3}}' FROM added",
        id_text, reference);
    AUTO(format_free)
    char *task = format_new(
        "INSERT INTO tasks (case_id, number, role, unit, state, priority, assigned_at, due_at,"
        " finished_at, outcome, next_at) VALUES ('%s', 1, 'lead', 'D1', 'done', 3, now(), now(),"
        " now(), '{\"result\":\"solved\",\"text\":\"Đã sửa xong\"}', 'infinity')",
        id_text);
    AUTO(format_free)
    char *event = format_new(
        "INSERT INTO events (seq, at, case_id, task, type, actor, detail, hash)"
        " SELECT n, now(), '%s', 1, CASE n WHEN 900001 THEN 'received' ELSE 'answered' END, 'x',"
        " '{}', '' FROM generate_series(900001, 900002) AS n",
        id_text);
    cluster_query(cluster, insert);
    cluster_query(cluster, task);
    cluster_query(cluster, event);
}

static char *secret_path(const char *pattern_before, const char *after)
{
    char secret[CRYPTO_SECRET_SIZE];
    struct uuid id;
    struct err e;

    assert_int_equal(uuid_read(id_text, &id, &e), 0);
    crypto_secret(ring, &id, secret);
    return format_new("%s%s%s?k=%s", pattern_before, reference, after, secret);
}

static void everybody_sees_how_a_case_stands(void **state)
{
    AUTO(client_answer_free) struct client_answer answer = {0};

    (void)state;
    make_case();
    AUTO(format_free) char *path = format_new("/api/v1/cases/%s", reference);
    get(path, &answer);
    assert_int_equal(answer.status, 200);
    AUTO(json_release) json_t *document = document_of(&answer);
    assert_text(document, "reference", reference);
    assert_text(document, "service/code", "LIGHT");
    assert_text(document, "unit/name", "Sở Một");
    assert_text(document, "state", "ANSWERED");
    assert_true(json_is_true(at(document, "overdue")));
    assert_non_null(at(document, "received_at"));
    assert_true(json_is_null(at(document, "description")) && json_is_null(at(document, "answer")));
    assert_int_equal(json_object_size(document), 12);
}

/* A statement may take as long as the limit, which is short, by itself. */
static void get_when_not_busy(const char *path, struct client_answer *out)
{
    int64_t until_us = wait_until_us();

    get(path, out);
    while (out->status == 503 && clock_mono_us() < until_us) {
        client_answer_free(out);
        get(path, out);
    }
}

/* Whatever it waits for: here somebody holds the table. */
static void a_reading_that_takes_too_long_is_given_up(void **state)
{
    PGconn *holder = cluster_connect(cluster, "dunghen");
    struct process *brief = NULL;
    unsigned other_port = port;

    (void)state;
    make_case();
    AUTO(format_free) char *path = format_new("/api/v1/cases/%s", reference);
    start_intake("brief", "DUNGHEN_INTAKE_READ_LIMIT_MS=100", &brief, &port);
    PQclear(PQexec(holder, "BEGIN"));
    PQclear(PQexec(holder, "LOCK TABLE cases"));
    for (int i = 0; i < 3; i++) { /* more than there are connections */
        AUTO(client_answer_free) struct client_answer answer = {0};
        get(path, &answer);
        assert_problem(&answer, 503, "busy");
        assert_string_equal(client_header(&answer, "Retry-After"), "2");
    }
    PQfinish(holder);
    AUTO(client_answer_free) struct client_answer again = {0};
    get_when_not_busy(path, &again);
    port = other_port;
    assert_int_equal(again.status, 200);
    process_close(&brief);
}

static void who_has_the_link_sees_everything(void **state)
{
    AUTO(client_answer_free) struct client_answer answer = {0};

    (void)state;
    make_case();
    AUTO(format_free) char *path = secret_path("/api/v1/cases/", "");
    get(path, &answer);
    assert_int_equal(answer.status, 200);
    assert_string_equal(client_header(&answer, "Cache-Control"), "no-store");
    AUTO(json_release) json_t *document = document_of(&answer);
    assert_text(document, "description", "Đèn tắt");
    assert_text(document, "address", "12 Lê Lợi");
    assert_text(document, "attributes/state", "off");
    assert_text(document, "attributes/many/1", "b");
    assert_true(json_number_value(at(document, "attributes/n")) > 2.9);
    assert_text(document, "answer/text", "Đã sửa xong");
    assert_int_equal(json_array_size(at(document, "events")), 2);
    assert_text(document, "events/0/type", "received");
    assert_text(document, "events/1/type", "answered");
    assert_text(document, "events/1/unit", "D1");
}

static void an_unknown_case_and_a_wrong_key_are_answered_alike(void **state)
{
    AUTO(client_answer_free) struct client_answer unknown = {0};
    AUTO(client_answer_free) struct client_answer wrong = {0};
    AUTO(client_answer_free) struct client_answer nonsense = {0};
    char other[REFERENCE_SIZE];

    (void)state;
    make_case();
    reference_new(other);
    AUTO(format_free) char *unknown_path = format_new("/api/v1/cases/%s?k=x", other);
    AUTO(format_free)
    char *wrong_path = format_new("/api/v1/cases/%s?k=AAAAAAAAAAAAAAAAAAAAAA", reference);
    get(unknown_path, &unknown);
    get(wrong_path, &wrong);
    get("/api/v1/cases/nonsense", &nonsense);
    assert_problem(&unknown, 404, "not-found");
    assert_string_equal(wrong.body, unknown.body);
    assert_string_equal(nonsense.body, unknown.body);
    assert_int_equal(wrong.status, 404);
}

static void an_empty_key_is_none(void **state)
{
    AUTO(client_answer_free) struct client_answer empty = {0};
    AUTO(client_answer_free) struct client_answer none = {0};

    (void)state;
    make_case();
    AUTO(format_free) char *empty_path = format_new("/api/v1/cases/%s?k=", reference);
    AUTO(format_free) char *path = format_new("/api/v1/cases/%s", reference);
    get(empty_path, &empty);
    get(path, &none);
    assert_int_equal(empty.status, 200);
    assert_string_equal(empty.body, none.body);
}

static void what_can_be_reported_is_listed(void **state)
{
    AUTO(client_answer_free) struct client_answer answer = {0};

    (void)state;
    get("/api/v1/services", &answer);
    assert_int_equal(answer.status, 200);
    AUTO(json_release) json_t *document = document_of(&answer);
    assert_int_equal(json_array_size(document), 4);
    assert_text(document, "0/service_code", "LIGHT");
    assert_text(document, "0/attributes/0/values/0/key", "off");
    assert_true(json_is_null(at(document, "0/closed_notice")));
    assert_text(document, "3/service_code", "TC01");
    assert_true(json_is_string(at(document, "3/closed_notice")));
}

/* ---- Open311 ---- */

static void open311_lists_services_in_both_formats(void **state)
{
    static const char *const accept[] = {"Accept: application/json", NULL};
    AUTO(client_answer_free) struct client_answer json = {0};
    AUTO(client_answer_free) struct client_answer xml = {0};
    AUTO(client_answer_free) struct client_answer plain = {0};
    AUTO(client_answer_free) struct client_answer preferred = {0};

    (void)state;
    get("/open311/v2/services.json", &json);
    assert_int_equal(json.status, 200);
    assert_string_equal(client_header(&json, "Content-Type"), "application/json; charset=utf-8");
    AUTO(json_release) json_t *document = document_of(&json);
    assert_text(document, "0/service_code", "LIGHT");
    assert_text(document, "0/keywords", "đèn đường, street light");
    assert_true(json_is_true(at(document, "0/metadata")));
    get("/open311/v2/services.xml", &xml);
    assert_string_equal(client_header(&xml, "Content-Type"), "text/xml; charset=utf-8");
    assert_non_null(strstr(xml.body, "<services><service><service_code>LIGHT</service_code>"));
    get("/open311/v2/services", &plain);
    assert_string_equal(plain.body, xml.body);
    http_ask(
        &(struct client_request){
            .port = port, .method = "GET", .path = "/open311/v2/services", .headers = accept},
        &preferred);
    assert_string_equal(preferred.body, json.body);
}

static void open311_tells_a_services_questions(void **state)
{
    AUTO(client_answer_free) struct client_answer json = {0};
    AUTO(client_answer_free) struct client_answer xml = {0};
    AUTO(client_answer_free) struct client_answer none = {0};

    (void)state;
    get("/open311/v2/services/LIGHT.json", &json);
    AUTO(json_release) json_t *document = document_of(&json);
    assert_text(document, "service_code", "LIGHT");
    assert_text(document, "attributes/0/code", "state");
    assert_int_equal(json_integer_value(at(document, "attributes/1/order")), 2);
    assert_text(document, "attributes/0/values/1/name", "Chập chờn");
    get("/open311/v2/services/LIGHT", &xml);
    assert_non_null(strstr(xml.body, "<value><key>off</key><name>Tắt hẳn</name></value>"));
    get("/open311/v2/services/NONE.xml", &none);
    assert_int_equal(none.status, 404);
    assert_non_null(strstr(none.body, "<errors><error><code>404</code><description>"));
}

static void open311_takes_a_form(void **state)
{
    static const char form[] =
        "service_code=LIGHT&lat=10.75&long=106.65&description=%C4%90%C3%A8n%20t%E1%BA%AFt&"
        "attribute[state]=off&first_name=An&email=an%40example.vn&device_id=ignored";
    AUTO(client_answer_free) struct client_answer json = {0};
    AUTO(client_answer_free) struct client_answer xml = {0};
    AUTO(client_answer_free) struct client_answer anonymous = {0};

    (void)state;
    post_with(as_form, "/open311/v2/requests.json", form, &json);
    assert_int_equal(json.status, 201);
    AUTO(json_release) json_t *document = document_of(&json);
    assert_int_equal(json_string_length(at(document, "0/service_request_id")), REFERENCE_SIZE - 1);
    assert_non_null(strstr(json_string_value(at(document, "0/service_notice")), "?k="));
    assert_null(at(document, "0/account_id"));
    post_with(as_form, "/open311/v2/requests", form, &xml);
    assert_int_equal(xml.status, 201);
    assert_non_null(strstr(xml.body, "<service_requests><request><service_request_id>"));
    post_with(as_form, "/open311/v2/requests.xml",
              "service_code=LIGHT&address_string=12&description=x", &anonymous);
    assert_int_equal(anonymous.status, 201);
}

static void open311_refuses_with_its_own_errors(void **state)
{
    static const struct {
        const char *form;
        unsigned status;
        const char *says;
    } rows[] = {
        {"service_code=NONE&description=x", 404, "service_code: "},
        {"service_code=LIGHT&description=x&lat=1&long=x&first_name=A&phone=0903123456", 400,
         "long: "},
        {"service_code=LIGHT&description=x&lat=21.03&long=105.85", 400, "lat: "},
        {"service_code=LIGHT&description=x&lat=10.75&long=106.65&attribute[state]=on", 400,
         "attribute[state]: "},
        {"service_code=STAFF&description=x", 400, "email: "},
        {"service_code=TC01&description=x", 400, "Văn phòng thành phố"},
        {"service_code=LIGHT&description=ROUTER-INPUT&lat=10.75&long=106.65", 400,
         "refused by the test"},
        {"service_code=LIGHT&description=ROUTER-SYSTEM&lat=10.75&long=106.65", 500,
         "something failed"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(client_answer_free) struct client_answer json = {0};
        AUTO(client_answer_free) struct client_answer xml = {0};
        post_with(as_form, "/open311/v2/requests.json", rows[i].form, &json);
        assert_int_equal(json.status, rows[i].status);
        AUTO(json_release) json_t *document = document_of(&json);
        assert_int_equal(json_integer_value(at(document, "0/code")), rows[i].status);
        assert_non_null(strstr(json_string_value(at(document, "0/description")), rows[i].says));
        post_with(as_form, "/open311/v2/requests.xml", rows[i].form, &xml);
        assert_int_equal(xml.status, rows[i].status);
        assert_non_null(strstr(xml.body, "<errors><error><code>"));
        assert_non_null(strstr(xml.body, rows[i].says));
    }
}

static void open311_refuses_what_is_no_form(void **state)
{
    AUTO(client_answer_free) struct client_answer answer = {0};

    (void)state;
    post_with(as_json, "/open311/v2/requests.json", "{}", &answer);
    assert_int_equal(answer.status, 400);
}

static void open311_tells_how_a_request_stands(void **state)
{
    AUTO(client_answer_free) struct client_answer public_part = {0};
    AUTO(client_answer_free) struct client_answer whole = {0};
    AUTO(client_answer_free) struct client_answer none = {0};

    (void)state;
    make_case();
    AUTO(format_free) char *path = format_new("/open311/v2/requests/%s.json", reference);
    AUTO(format_free) char *secret = secret_path("/open311/v2/requests/", ".xml");
    get(path, &public_part);
    assert_int_equal(public_part.status, 200);
    AUTO(json_release) json_t *document = document_of(&public_part);
    assert_text(document, "0/service_request_id", reference);
    assert_text(document, "0/status", "closed");
    assert_text(document, "0/agency_responsible", "Sở Một");
    assert_null(at(document, "0/description"));
    assert_true(json_number_value(at(document, "0/lat")) > 10.4);
    get(secret, &whole);
    assert_non_null(strstr(whole.body, "<description>Đèn tắt</description>"));
    assert_non_null(strstr(whole.body, "<long>106.25</long>"));
    assert_non_null(strstr(whole.body, "<status_notes>Đã sửa xong</status_notes>"));
    get("/open311/v2/requests/nonsense.json", &none);
    assert_int_equal(none.status, 404);
}

/* ---- its description ---- */

static void it_is_as_its_description_says(void **state)
{
    char secret[CRYPTO_SECRET_SIZE];
    struct uuid id;
    struct err e;

    (void)state;
    make_case();
    assert_int_equal(uuid_read(id_text, &id, &e), 0);
    crypto_secret(ring, &id, secret);
    AUTO(format_free) char *port_text = format_new("%u", port);
    AUTO(format_free) char *script = format_new("%s/tests/integration/check_intake.py", SOURCE_DIR);
    const char *const argv[] = {
        "/usr/bin/python3", script, port_text, reference, secret, id_text, NULL};
    if (child_run(&(struct child_settings){.argv = argv}, &e) < 0)
        fail_msg("%s", e.text);
}

/* ---- without its database ---- */

static void cases_are_taken_in_while_the_database_is_away(void **state)
{
    AUTO(client_answer_free) struct client_answer taken = {0};
    AUTO(client_answer_free) struct client_answer asked = {0};
    AUTO(client_answer_free) struct client_answer asked_311 = {0};

    (void)state;
    make_case();
    cluster_kill(cluster);
    AUTO(format_free) char *path = format_new("/api/v1/cases/%s", reference);
    AUTO(format_free) char *path_311 = format_new("/open311/v2/requests/%s", reference);
    get(path, &asked);
    assert_problem(&asked, 503, "busy");
    get(path_311, &asked_311);
    assert_int_equal(asked_311.status, 503);
    post(CASE("x", ""), &taken);
    assert_int_equal(taken.status, 201);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_is_answered_with_its_promise),
        cmocka_unit_test(the_promise_is_in_the_language_that_was_asked_for),
        cmocka_unit_test(what_is_wrong_is_named_by_its_pointer),
        cmocka_unit_test(errors_are_told_in_the_language_that_was_asked_for),
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(a_body_has_at_most_64_kib),
        cmocka_unit_test(a_bad_idempotency_key_is_refused),
        cmocka_unit_test(refusals_of_the_ledger_are_passed_on),
        cmocka_unit_test(a_case_is_said_again_until_it_is_answered),
        cmocka_unit_test(beyond_its_limit_it_says_so_at_once),
        cmocka_unit_test(it_is_ready_with_a_router_and_a_place_for_files),
        cmocka_unit_test(who_waits_is_answered_before_it_stops),
        cmocka_unit_test(everybody_sees_how_a_case_stands),
        cmocka_unit_test(a_reading_that_takes_too_long_is_given_up),
        cmocka_unit_test(who_has_the_link_sees_everything),
        cmocka_unit_test(an_unknown_case_and_a_wrong_key_are_answered_alike),
        cmocka_unit_test(an_empty_key_is_none),
        cmocka_unit_test(what_can_be_reported_is_listed),
        cmocka_unit_test(open311_lists_services_in_both_formats),
        cmocka_unit_test(open311_tells_a_services_questions),
        cmocka_unit_test(open311_takes_a_form),
        cmocka_unit_test(open311_refuses_with_its_own_errors),
        cmocka_unit_test(open311_refuses_what_is_no_form),
        cmocka_unit_test(open311_tells_how_a_request_stands),
        cmocka_unit_test(it_is_as_its_description_says),
        cmocka_unit_test(cases_are_taken_in_while_the_database_is_away),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
