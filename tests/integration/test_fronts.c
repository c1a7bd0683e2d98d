/* SPDX-License-Identifier: Apache-2.0 */
/* Front ends that subscribe themselves: the real door and the real notifier against a real front
 * end, which also fails, stalls and says that it has an update already. The test plays the ledger.
 */
#include "town.h"

#include "fake_router.h"
#include "format.h"
#include "http_ask.h"
#include "webhook.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum { KEY_SIZE = 100, ID_SIZE = 37 };

/* The town and its door, which is ready with a router alone. */
static struct town *town;
static struct fake_router *router;
static struct process *door;
static unsigned port;
static char fms[KEY_SIZE], app[KEY_SIZE], plain[KEY_SIZE]; /* keys: two webhooks each; none */

/* ---- the door ---- */

static void make_key(const char *name, const char *webhooks, char out[KEY_SIZE])
{
    town_ctl(town, (const char *const[]){"keys", "api", name, "--webhooks", webhooks, NULL});
    AUTO(format_free) char *said = town_said(town);
    const char *key = NULL;

    for (const char *p = strstr(said, "dh_"); p != NULL; p = strstr(p + 1, "dh_"))
        key = p;
    assert_non_null(key);
    snprintf(out, KEY_SIZE, "%.*s", (int)strcspn(key, "\n "), key);
}

static int open_all(void **state)
{
    struct err e;

    assert_int_equal(town_group_setup(state), 0);
    town = *state;
    make_key("fms", "2", fms);
    make_key("app", "2", app);
    make_key("plain", "0", plain);
    port = process_free_port();
    town_set(town, format_new("DUNGHEN_INTAKE_LISTEN=127.0.0.1:%u", port));
    town_set(town, format_new("DUNGHEN_FRONT_ENDS=local"));
    town->usual_env_count = town->env_count;
    AUTO(format_free)
    char *endpoint = format_new("ipc://%s/var/run/router.ipc", cluster_dir(town->cluster));
    const struct process_settings settings = {
        "dunghen-intake", "intake", (const char *const *)town->env, cluster_dir(town->cluster)};
    if (fake_router_start(&router, endpoint, &e) < 0 || process_start(&door, &settings, &e) < 0 ||
        process_wait_ready(door, &e) < 0)
        fail_msg("%s", e.text);
    return 0;
}

static int close_all(void **state)
{
    process_close(&door);
    fake_router_close(&router);
    return town_group_teardown(state);
}

/* The answer's document, or NULL. */
static json_t *ask(const char *method, const char *path, const char *key, const char *body,
                   unsigned status)
{
    AUTO(client_answer_free) struct client_answer answer = {0};
    AUTO(format_free) char *bearer = format_new("Authorization: Bearer %s", key);
    const char *const headers[] = {"Content-Type: application/json", "Accept-Language: en",
                                   *key != '\0' ? bearer : NULL, NULL};
    const struct client_request request = {.port = port,
                                           .method = method,
                                           .path = path,
                                           .headers = headers,
                                           .body = body,
                                           .len = body != NULL ? strlen(body) : 0};

    http_ask(&request, &answer);
    if (answer.status != status)
        fail_msg("%s %s %s: %u %s", method, path, body != NULL ? body : "", answer.status,
                 answer.body);
    return answer.len > 0 ? json_loads(answer.body, 0, NULL) : NULL;
}

/* Until the door knows what the key may. */
static void wait_for_door(const char *key, unsigned status)
{
    AUTO(format_free) char *path = format_new("/api/v1/webhooks?api_key=%s", key);
    const struct client_request request = {.port = port, .method = "GET", .path = path};
    unsigned said = 0;

    for (int i = 0; said != status; i++) {
        AUTO(client_answer_free) struct client_answer answer = {0};
        assert_true(i < 100000);
        http_ask(&request, &answer);
        said = answer.status;
    }
}

static const char *text_of(const json_t *thing, const char *key)
{
    return json_string_value(json_object_get(thing, key));
}

/* Subscribes the key's holder; more are members of the body. Its id and secret. */
static void subscribe(const char *key, const char *path, const char *more, char id[ID_SIZE],
                      struct webhook_key *secret)
{
    AUTO(format_free)
    char *body = format_new("{\"url\":\"http://127.0.0.1:%u/%s\"%s}",
                            outside_port(town->outside, "http"), path, more);
    AUTO(json_release) json_t *made = ask("POST", "/api/v1/webhooks", key, body, 201);
    struct err e;

    snprintf(id, ID_SIZE, "%s", text_of(made, "id"));
    if (webhook_key_read(text_of(made, "secret"), secret, &e) < 0)
        fail_msg("%s", e.text);
}

static void subscribe_georeport(const char *more)
{
    AUTO(format_free) char *body = format_new(",\"kind\":\"georeport\"%s", more);
    struct webhook_key secret;
    char id[ID_SIZE];

    subscribe(fms, "front/fms", body, id, &secret);
}

static void expect_refused(const char *key, const char *body, unsigned status, const char *type,
                           const char *rule)
{
    AUTO(json_release) json_t *problem = ask("POST", "/api/v1/webhooks", key, body, status);
    const json_t *first = json_array_get(json_object_get(problem, "errors"), 0);

    assert_string_equal(text_of(problem, "type"), type);
    if (rule != NULL)
        assert_string_equal(text_of(first != NULL ? first : problem, "rule"), rule);
}

static void expect_query(const char *sql, const char *answer)
{
    const char *said = cluster_query(town->cluster, sql);

    if (said == NULL || strcmp(said, answer) != 0)
        fail_msg("%s\nsays %s, not %s", sql, said != NULL ? said : "NULL", answer);
}

/* By fms's key. */
static void add_case(int number, bool by_fms)
{
    town_add_case(town, number, "Nguyễn Văn An", NULL, NULL);
    if (by_fms) {
        AUTO(format_free)
        char *sql = format_new(
            "UPDATE cases SET via = 'fms' WHERE reference = 'REF00-%05d'"
            " RETURNING 1",
            number);
        cluster_query(town->cluster, sql);
    }
}

/* ---- subscriptions ---- */

static void a_key_subscribes_sees_and_removes_what_is_its_own(void **state)
{
    struct webhook_key secret;
    char id[ID_SIZE], other[ID_SIZE];

    (void)state;
    town_start(town);
    subscribe(fms, "hook/fms", ",\"events\":[\"answered\"],\"units\":[\"D1\"]", id, &secret);
    subscribe(app, "hook/app", "", other, &secret);
    AUTO(json_release) json_t *listed = ask("GET", "/api/v1/webhooks", fms, NULL, 200);
    const json_t *all = json_object_get(listed, "webhooks"), *one = json_array_get(all, 0);
    assert_int_equal(json_array_size(all), 1);
    assert_string_equal(text_of(one, "id"), id);
    assert_null(json_object_get(one, "secret"));
    assert_string_equal(json_string_value(json_array_get(json_object_get(one, "events"), 0)),
                        "answered");
    AUTO(format_free) char *path = format_new("/api/v1/webhooks/%s", id);
    json_decref(ask("DELETE", path, app, NULL, 404)); /* it is not its own */
    assert_null(ask("DELETE", path, fms, NULL, 204));
    assert_null(ask("DELETE", path, fms, NULL, 204)); /* an answer may be lost */
    AUTO(json_release) json_t *rest = ask("GET", "/api/v1/webhooks", fms, NULL, 200);
    assert_int_equal(json_array_size(json_object_get(rest, "webhooks")), 0);
    AUTO(json_release) json_t *kept = ask("GET", "/api/v1/webhooks", app, NULL, 200);
    assert_int_equal(json_array_size(json_object_get(kept, "webhooks")), 1);
    json_decref(ask("DELETE", "/api/v1/webhooks/x", fms, NULL, 404));
}

static void who_may_not_is_refused_by_name_and_rule(void **state)
{
    static const char good[] = "{\"url\":\"https://app.example/hook\"}";
    struct webhook_key secret;
    char id[ID_SIZE];

    (void)state;
    town_start(town);
    expect_refused("", good, 401, "/problems/key-missing", NULL);
    expect_refused("dh_wrong", good, 403, "/problems/key-unknown", NULL);
    expect_refused(plain, good, 403, "/problems/key-webhooks", NULL);
    expect_refused(fms, "{", 400, "/problems/malformed", NULL);
    expect_refused(fms, "{\"url\":\"http://app.example/\"}", 400, "/problems/invalid", "https");
    expect_refused(fms, "{\"url\":\"https://a@b\"}", 400, "/problems/invalid", "address");
    expect_refused(fms, "{\"url\":\"https://a.b\",\"events\":[\"drafted\"]}", 400,
                   "/problems/invalid", "choice");
    subscribe(fms, "hook/1", "", id, &secret);
    AUTO(format_free)
    char *again =
        format_new("{\"url\":\"http://127.0.0.1:%u/hook/1\"}", outside_port(town->outside, "http"));
    expect_refused(fms, again, 409, "/problems/not-allowed", "exists");
    subscribe(fms, "hook/2", "", id, &secret);
    expect_refused(fms, good, 409, "/problems/not-allowed", "limit");
    expect_query("SELECT count(*) FROM webhooks", "2");
}

/* The door answers that it is busy, and nothing was written. */
static void nobody_is_kept_without_a_notifier(void **state)
{
    struct webhook_key secret;
    char id[ID_SIZE];

    (void)state;
    expect_refused(fms, "{\"url\":\"https://app.example/hook\"}", 503, "/problems/busy", NULL);
    expect_query("SELECT count(*) FROM webhooks", "0");
    town_start(town);
    town_ctl(town, (const char *const[]){"keys", "webhooks", "fms", "0", NULL});
    wait_for_door(fms, 403);
    town_ctl(town, (const char *const[]){"keys", "webhooks", "fms", "2", NULL});
    wait_for_door(fms, 200);
    subscribe(fms, "hook/1", "", id, &secret);
}

static void a_key_cannot_write_without_end(void **state)
{
    struct webhook_key secret;
    char id[ID_SIZE];

    (void)state;
    town_start(town);
    subscribe(fms, "hook/1", "", id, &secret);
    cluster_query(town->cluster,
                  "INSERT INTO webhooks (name, id, url, types, sealed, owner, removed_at)"
                  " SELECT 'fms/' || lpad(i::text, 12, '0'), gen_random_uuid(), 'https://a', '{}',"
                  " '', 'fms', now() FROM generate_series(1, 101) AS f (i) RETURNING 1");
    expect_refused(fms, "{\"url\":\"https://app.example/hook\"}", 409, "/problems/not-allowed",
                   "changes");
    cluster_query(town->cluster,
                  "UPDATE webhooks SET removed_at = now() - interval '2 days'"
                  " WHERE removed_at IS NOT NULL RETURNING 1");
    process_kill(town->notifier); /* who begins anew, looks at once */
    assert_int_equal(process_again(town->notifier, &(struct err){0}), 0);
    town_wait_until(town, "SELECT count(*) = 1 FROM webhooks");
}

/* ---- events ---- */

static void tells_what_everybody_may_know_signed_with_its_secret(void **state)
{
    AUTO(strbuf_free) struct strbuf right = STRBUF(1000);
    struct webhook_key secret;
    char id[ID_SIZE];

    (void)state;
    town_start(town);
    subscribe(app, "hook/app", ",\"services\":[\"LIGHT\"]", id, &secret);
    add_case(1, false);
    town_write_event(town, 1, "drafted", "{}");
    town_write_event(town, 1, "overdue", "{}");
    town_add_event(town, 1, "received", "{}");
    town_wait_settled(town);
    AUTO(json_release) json_t *seen = outside_wait(town->outside, "hook/app", 1, TOWN_SOON_MS);
    assert_int_equal(json_array_size(seen), 1);
    const json_t *request = json_array_get(seen, 0), *headers = json_object_get(request, "headers");
    const char *body = text_of(request, "body");
    const struct webhook_message m = {text_of(headers, "webhook-id"),
                                      strtoll(text_of(headers, "webhook-timestamp"), NULL, 10),
                                      body, strlen(body)};
    webhook_sign(&secret, &m, &right);
    assert_string_equal(text_of(headers, "webhook-signature"), strbuf_text(&right));
    assert_non_null(strstr(body, "{\"type\":\"case.received\""));
    assert_null(strstr(body, "Nguy"));
}

/* Nobody can subscribe it where only public ones are told; but what a name leads to may change. */
static void an_address_that_is_not_public_is_not_reached(void **state)
{
    AUTO(format_free)
    char *body = format_new("{\"url\":\"https://localhost:%u/hook/app\"}",
                            outside_port(town->outside, "https"));

    (void)state;
    town_start(town);
    json_decref(ask("POST", "/api/v1/webhooks", app, body, 201));
    process_close(&town->notifier);
    town_set(town, format_new("DUNGHEN_FRONT_ENDS=public"));
    town_start(town);
    add_case(1, false);
    town_add_event(town, 1, "received", "{}");
    town_wait_until(town,
                    "SELECT count(*) > 0 FROM delivery_failures"
                    " WHERE kind = 'failed' AND problem = 'the address is not public'");
    AUTO(json_release) json_t *seen = outside_seen(town->outside, "hook/app");
    assert_int_equal(json_array_size(seen), 0);
}

static void a_revoked_key_is_told_no_more(void **state)
{
    struct webhook_key secret;
    char id[ID_SIZE], gone[KEY_SIZE];

    (void)state;
    town_start(town);
    make_key("gone", "1", gone);
    wait_for_door(gone, 200);
    subscribe(gone, "hook/gone", "", id, &secret);
    outside_behave(town->outside, "hook/gone", "500");
    add_case(1, false);
    town_add_event(town, 1, "received", "{}");
    town_wait_until(town, "SELECT attempts > 0 AND state = 'waiting' FROM deliveries");
    town_ctl(town, (const char *const[]){"keys", "shut", "gone", NULL});
    town_wait_until(town, "SELECT removed_at IS NOT NULL FROM webhooks");
    town_wait_until(town, "SELECT state = 'dropped' FROM deliveries");
}

/* ---- updates of Open311 ---- */

static const json_t *form_of(const json_t *seen, size_t i)
{
    return json_object_get(json_array_get(seen, i), "form");
}

static void expect_update(const json_t *form, const char *status, const char *description)
{
    assert_string_equal(text_of(form, "service_request_id"), "REF00-00001");
    assert_string_equal(text_of(form, "status"), status);
    assert_string_equal(text_of(form, "description"), description);
    assert_string_equal(text_of(form, "api_key"), "k&y");
    assert_string_equal(text_of(form, "jurisdiction_id"), "2482");
    assert_non_null(strstr(text_of(form, "updated_datetime"), "+07:00"));
}

static void pushes_each_public_step_in_its_order(void **state)
{
    (void)state;
    town_start(town);
    subscribe_georeport(",\"api_key\":\"k&y\",\"jurisdiction_id\":\"2482\",\"language\":\"en\"");
    add_case(1, false);
    town_write_event(town, 1, "received", "{}");
    town_write_event(town, 1, "noted", "{}");
    town_write_event(town, 1, "accepted", "{}");
    town_write_event(town, 1, "answered", "{}");
    town_add_event(town, 1, "published", "{}");
    cluster_query(town->cluster,
                  "INSERT INTO publications (case_id, reference, published_at, answer)"
                  " SELECT id, reference, now(), 'Đã thay bóng đèn.' FROM cases RETURNING 1");
    town_wait_settled(town);
    AUTO(json_release) json_t *seen = outside_wait(town->outside, "front/fms", 4, TOWN_SOON_MS);
    assert_int_equal(json_array_size(seen), 4);
    expect_update(form_of(seen, 0), "open", "Received.");
    expect_update(form_of(seen, 1), "in_progress", "The unit is working on it.");
    expect_update(form_of(seen, 2), "fixed", "Answered.");
    assert_string_equal(text_of(form_of(seen, 1), "update_id"), "3");
    assert_string_equal(text_of(json_array_get(seen, 0), "method"), "POST");
    town_ctl(town, (const char *const[]){"webhooks", "list", NULL});
    AUTO(format_free) char *said = town_said(town);
    assert_non_null(strstr(said, "georeport"));
    assert_null(strstr(said, "k&y"));
}

/* An operator adds a front end that cannot ask by itself. */
static void an_operator_adds_one_of_open311(void **state)
{
    AUTO(format_free)
    char *url = format_new("http://127.0.0.1:%u/front/fms", outside_port(town->outside, "http"));
    AUTO(format_free) char *file = format_new("%s/fms.key", cluster_dir(town->cluster));
    FILE *key = fopen(file, "we");

    (void)state;
    assert_non_null(key);
    fputs("k&y\n", key);
    fclose(key);
    town_start(town);
    town_ctl(town, (const char *const[]){"webhooks", "add", "fms", url, "--kind", "georeport",
                                         "--types", "received,answered", "--services", "LIGHT",
                                         "--units", "D1", "--jurisdiction-id", "2482",
                                         "--api-key-file", file, "--language", "en", NULL});
    add_case(1, false);
    town_write_event(town, 1, "received", "{}");
    town_write_event(town, 1, "accepted", "{}");
    town_add_event(town, 1, "answered", "{}");
    town_wait_settled(town);
    AUTO(json_release) json_t *seen = outside_wait(town->outside, "front/fms", 2, TOWN_SOON_MS);
    assert_int_equal(json_array_size(seen), 2);
    expect_update(form_of(seen, 0), "open", "Received.");
    expect_update(form_of(seen, 1), "fixed", "Answered.");
    town_ctl(town, (const char *const[]){"webhooks", "remove", "fms", NULL});
    expect_query("SELECT count(*) FROM webhooks WHERE removed_at IS NULL", "0");
}

static void an_operator_is_told_what_is_wrong(void **state)
{
    static const struct {
        const char *option, *value, *why;
    } rows[] = {
        {"--kind", "open311", "--kind: \"open311\" is neither events nor georeport"},
        {"--types", "received,arrived", "--types: \"arrived\" is not the type of an event"},
        {"--services", "NONE", "--services: \"NONE\" is not in the catalogue"},
        {"--units", "D1,D99", "--units: \"D99\" is not in the catalogue"},
        {"--language", "fr", "--language: \"fr\" is neither vi nor en"},
        {"--jurisdiction-id", "2482", "--jurisdiction-id: only a front end of --kind georeport"},
        {"--api-key-file", "fms.key", "--api-key-file: only a front end of --kind georeport"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        town_ctl_refuses(town, rows[i].why,
                         (const char *const[]){"webhooks", "add", "fms", "https://fms.example/",
                                               rows[i].option, rows[i].value, NULL});
    town_ctl_refuses(town,
                     "--types: \"drafted\" is not the type of an event that everybody may know",
                     (const char *const[]){"webhooks", "add", "fms", "https://fms.example/",
                                           "--kind", "georeport", "--types", "drafted", NULL});
    cluster_query(town->cluster, "UPDATE services SET open311 = 'blackbox' WHERE code = 'LIGHT'");
    town_ctl_refuses(town, "--services: \"LIGHT\" is a blackbox",
                     (const char *const[]){"webhooks", "add", "fms", "https://fms.example/",
                                           "--kind", "georeport", "--services", "NOISE,LIGHT",
                                           NULL});
    cluster_query(town->cluster, "UPDATE services SET open311 = 'realtime' WHERE code = 'LIGHT'");
    town_ctl_refuses(town, "so it has no \"?\"",
                     (const char *const[]){"webhooks", "add", "fms", "https://fms.example/?a=1",
                                           "--kind", "georeport", NULL});
    town_ctl_refuses(town, "does not hold one line of text",
                     (const char *const[]){"webhooks", "add", "fms", "https://fms.example/",
                                           "--kind", "georeport", "--api-key-file", "/dev/null",
                                           NULL});
    expect_query("SELECT count(*) FROM webhooks", "0");
}

static void says_the_answer_that_is_published(void **state)
{
    (void)state;
    town_start(town);
    subscribe_georeport("");
    add_case(1, false);
    cluster_query(town->cluster,
                  "INSERT INTO publications (case_id, reference, published_at, answer)"
                  " SELECT id, reference, now(), 'Đã thay bóng đèn.' FROM cases RETURNING 1");
    town_add_event(town, 1, "published", "{}");
    town_wait_settled(town);
    AUTO(json_release) json_t *seen = outside_wait(town->outside, "front/fms", 1, TOWN_SOON_MS);
    assert_string_equal(text_of(form_of(seen, 0), "description"), "Đã thay bóng đèn.");
}

static void tells_of_its_own_when_that_is_asked_for(void **state)
{
    (void)state;
    town_start(town);
    subscribe_georeport(",\"cases\":\"own\"");
    add_case(1, false);
    add_case(2, true);
    town_write_event(town, 1, "received", "{}");
    town_add_event(town, 2, "received", "{}");
    town_wait_settled(town);
    AUTO(json_release) json_t *seen = outside_wait(town->outside, "front/fms", 1, TOWN_SOON_MS);
    assert_int_equal(json_array_size(seen), 1);
    assert_string_equal(text_of(form_of(seen, 0), "service_request_id"), "REF00-00002");
}

/* Whoever wrote the event has taken the catalogue up before. */
static void tells_of_a_service_that_was_loaded_just_now(void **state)
{
    struct webhook_key secret;
    char id[ID_SIZE];

    (void)state;
    town_start(town);
    subscribe(fms, "hook/fms", "", id, &secret);
    add_case(1, false);
    cluster_query(town->cluster,
                  "INSERT INTO services SELECT (jsonb_populate_record(s, '{\"code\": \"NEW\"}')).*"
                  " FROM services AS s WHERE code = 'LIGHT';"
                  " UPDATE cases SET service = 'NEW'; UPDATE catalogue SET version = version + 1");
    town_add_event(town, 1, "received", "{}");
    town_wait_settled(town);
    expect_query("SELECT count(*) FROM deliveries WHERE message = 'received'", "1");
    town_load_catalogue(town);
}

static void a_unit_that_takes_part_moves_nothing(void **state)
{
    (void)state;
    town_start(town);
    subscribe_georeport("");
    add_case(1, false);
    cluster_query(town->cluster, "UPDATE tasks SET role = 'coordinate' RETURNING 1");
    town_add_event(town, 1, "assigned", "{}");
    town_wait_settled(town);
    expect_query("SELECT count(*) FROM deliveries", "0");
}

static void what_is_there_already_is_done(void **state)
{
    (void)state;
    town_start(town);
    subscribe_georeport("");
    outside_behave(town->outside, "front/fms", "exists");
    add_case(1, false);
    town_add_event(town, 1, "received", "{}");
    town_wait_settled(town);
    expect_query("SELECT concat_ws(' ', state, attempts, problem) FROM deliveries", "delivered 1");
}

/* The first of a case is tried again; the later ones wait for it, other cases do not. */
static void what_fails_is_tried_again_and_holds_its_case_back(void **state)
{
    static const char *const ways[] = {"500", "400", "drop"};

    (void)state;
    town_start(town);
    subscribe_georeport("");
    add_case(1, false);
    for (size_t i = 0; i < COUNT(ways); i++) {
        AUTO(format_free)
        char *sql = format_new(
            "SELECT max(attempts) FILTER (WHERE finished_at IS NULL) >= 2 AND count(DISTINCT seq) "
            "FILTER"
            " (WHERE attempts > 0) = %zu AND (SELECT bool_and(later.next_at >= first.next_at) FROM"
            " deliveries AS first JOIN deliveries AS later USING (case_id, lane) WHERE first.seq <"
            " later.seq AND first.finished_at IS NULL AND later.finished_at IS NULL) FROM "
            "deliveries",
            2 * i + 1);
        outside_behave(town->outside, "front/fms", ways[i]);
        town_write_event(town, 1, "received", "{}");
        town_add_event(town, 1, "accepted", "{}");
        town_wait_until(town, sql);
        outside_behave(town->outside, "front/fms", "ok");
        town_wait_settled(town);
    }
    AUTO(json_release) json_t *seen = outside_wait(town->outside, "front/fms", 6, TOWN_SOON_MS);
    assert_int_equal(json_array_size(seen), 6);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(strtoll(text_of(form_of(seen, i), "update_id"), NULL, 10), i + 1);
}

static void what_is_never_taken_is_given_up_at_its_deadline(void **state)
{
    (void)state;
    town_start(town);
    subscribe_georeport("");
    outside_behave(town->outside, "front/fms", "500");
    add_case(1, false);
    town_add_event(town, 1, "received", "{}");
    town_wait_until(town, "SELECT attempts > 0 FROM deliveries");
    cluster_query(town->cluster, "UPDATE deliveries SET expires_at = now() RETURNING 1");
    town_wait_until(town, "SELECT state = 'dead' FROM deliveries");
    town_ctl(town, (const char *const[]){"deliveries", "list", "--dead", NULL});
    AUTO(format_free) char *said = town_said(town);
    assert_non_null(strstr(said, "georeport:fms/"));
    outside_behave(town->outside, "front/fms", "ok");
    town_ctl(town, (const char *const[]){"deliveries", "resend", "--all-dead", NULL});
    town_wait_until(town, "SELECT state = 'delivered' FROM deliveries");
}

static void what_waits_for_who_is_removed_is_dropped(void **state)
{
    struct webhook_key secret;
    char id[ID_SIZE];

    (void)state;
    town_start(town);
    subscribe(fms, "front/fms", ",\"kind\":\"georeport\"", id, &secret);
    outside_behave(town->outside, "front/fms", "500");
    add_case(1, false);
    town_add_event(town, 1, "received", "{}");
    town_wait_until(town, "SELECT attempts > 0 FROM deliveries");
    AUTO(format_free) char *path = format_new("/api/v1/webhooks/%s", id);
    assert_null(ask("DELETE", path, fms, NULL, 204));
    town_wait_until(town, "SELECT state = 'dropped' FROM deliveries");
}

/* ---- deaths ---- */

enum { CASES = 40, STEPS = 4 };

static void expect_every_update_once(const json_t *seen)
{
    int64_t last[CASES + 1] = {0};

    assert_int_equal(json_array_size(seen), CASES * STEPS);
    assert_int_equal(outside_keys(seen), CASES * STEPS);
    for (size_t i = 0; i < CASES * STEPS; i++) {
        const json_t *form = form_of(seen, i);
        int number = (int)strtol(text_of(form, "service_request_id") + 6, NULL, 10);
        int64_t id = strtoll(text_of(form, "update_id"), NULL, 10);
        assert_in_range(number, 1, CASES);
        if (id <= last[number])
            fail_msg("case %d: %" PRId64 " comes after %" PRId64, number, id, last[number]);
        last[number] = id;
    }
}

static void each_update_comes_once_though_notifier_is_killed(void **state)
{
    static const char *const types[STEPS] = {"received", "accepted", "answered", "closed"};
    struct err e;

    (void)state;
    for (int i = 1; i <= CASES; i++)
        add_case(i, true);
    town_hurry(town);
    town_start(town);
    subscribe_georeport(",\"cases\":\"own\"");
    for (size_t step = 0; step < STEPS; step++) {
        /* Nothing comes to its end before the kill, which so is always in the middle of some. */
        outside_behave(town->outside, "front/fms", "silent");
        for (int i = 1; i <= CASES; i++)
            town_write_event(town, i, types[step], "{}");
        town_hint(town);
        town_wait_until(town, "SELECT count(*) > 0 FROM deliveries WHERE state = 'sending'");
        process_kill(town->notifier);
        outside_behave(town->outside, "front/fms", "flaky");
        assert_int_equal(process_again(town->notifier, &e), 0);
        town_ready(town);
    }
    town_wait_settled_within(town, 4 * TOWN_SOON_MS);
    AUTO(json_release) json_t *seen = outside_seen(town->outside, "front/fms");
    AUTO(json_release) json_t *again = outside_seen(town->outside, "again/fms");
    expect_every_update_once(seen);
    /* Nothing is said again but where an attempt's outcome was lost or bad. */
    AUTO(format_free)
    char *sql = format_new("SELECT count(*) >= %zu FROM delivery_failures", json_array_size(again));
    expect_query(sql, "t");
    print_message("%zu updates, %zu said again, %s attempts whose outcome nobody knew\n",
                  json_array_size(seen), json_array_size(again),
                  cluster_query(town->cluster,
                                "SELECT count(*) FROM delivery_failures WHERE kind = 'unknown'"));
}

/* ---- people who want no more messages ---- */

/* The page at the link of a mail, after "wanted" was sent to it; NULL: as it is opened. */
static void open_link(const char *link, const char *form, const char *expected)
{
    static const char *const headers[] = {"Accept: text/html",
                                          "Content-Type: application/x-www-form-urlencoded", NULL};
    AUTO(client_answer_free) struct client_answer answer = {0};
    const struct client_request request = {.port = port,
                                           .method = form != NULL ? "POST" : "GET",
                                           .path = link,
                                           .headers = headers,
                                           .body = form,
                                           .len = form != NULL ? strlen(form) : 0};

    http_ask(&request, &answer);
    assert_int_equal(answer.status, 200);
    if (strstr(answer.body, expected) == NULL)
        fail_msg("%s does not say \"%s\":\n%s", link, expected, answer.body);
}

static size_t count_mails(void)
{
    town_wait_settled(town);
    AUTO(json_release) json_t *seen = outside_seen(town->outside, "mail");
    return json_array_size(seen);
}

/* Opening the link decides nothing; the form does, in either language, and can be taken back. */
static void who_refuses_messages_gets_none_until_they_are_wanted(void **state)
{
    static const char site[] = "https://tiny.example";
    char link[200];

    (void)state;
    town_start(town);
    town_add_case(town, 1, "An", NULL, "an@example.org");
    town_add_event(town, 1, "received", "{}");
    town_wait_settled(town);
    AUTO(json_release) json_t *seen = outside_wait(town->outside, "mail", 1, TOWN_SOON_MS);
    const char *header = text_of(json_array_get(seen, 0), "unsubscribe");
    const char *at = strstr(header, site);
    assert_non_null(at);
    at += sizeof(site) - 1;
    snprintf(link, sizeof(link), "%.*s", (int)strcspn(at, ">"), at);
    open_link(link, NULL, "value=\"no\"");
    town_add_event(town, 1, "reopened", "{\"count\":1}");
    assert_int_equal(count_mails(), 2);
    open_link(link, "wanted=no", "Bạn sẽ không nhận thông báo");
    open_link(link, "wanted=no&lang=en",
              "You will receive no more messages"); /* the language's link */
    town_add_event(town, 1, "extended", "{}");
    assert_int_equal(count_mails(), 2);
    open_link(link, "wanted=yes", "Bạn sẽ lại nhận thông báo");
    town_add_event(town, 1, "closed", "{\"why\":\"no_info\"}");
    assert_int_equal(count_mails(), 3);
}

#define TOLD(test) cmocka_unit_test_setup_teardown(test, town_setup, town_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TOLD(a_key_subscribes_sees_and_removes_what_is_its_own),
        TOLD(who_may_not_is_refused_by_name_and_rule),
        TOLD(nobody_is_kept_without_a_notifier),
        TOLD(a_key_cannot_write_without_end),
        TOLD(tells_what_everybody_may_know_signed_with_its_secret),
        TOLD(an_address_that_is_not_public_is_not_reached),
        TOLD(a_revoked_key_is_told_no_more),
        TOLD(pushes_each_public_step_in_its_order),
        TOLD(an_operator_adds_one_of_open311),
        TOLD(an_operator_is_told_what_is_wrong),
        TOLD(says_the_answer_that_is_published),
        TOLD(tells_of_its_own_when_that_is_asked_for),
        TOLD(tells_of_a_service_that_was_loaded_just_now),
        TOLD(a_unit_that_takes_part_moves_nothing),
        TOLD(what_is_there_already_is_done),
        TOLD(what_fails_is_tried_again_and_holds_its_case_back),
        TOLD(what_is_never_taken_is_given_up_at_its_deadline),
        TOLD(what_waits_for_who_is_removed_is_dropped),
        TOLD(who_refuses_messages_gets_none_until_they_are_wanted),
        TOLD(each_update_comes_once_though_notifier_is_killed),
    };

    return cmocka_run_group_tests_name("fronts", tests, open_all, close_all);
}
