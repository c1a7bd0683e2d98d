/* SPDX-License-Identifier: Apache-2.0 */
#include "town.h"

#include "child.h"
#include "clock.h"
#include "format.h"
#include "http_client.h"
#include "mem.h"
#include "messages.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "unit.h"

enum { LARGEST = 1 << 20, SHOWN = 500, LOOK_MS = 20 };

/* ---- the town ---- */

void town_set(struct town *t, char *setting)
{
    assert_true(t->env_count < TOWN_MAX_ENV);
    t->env[t->env_count++] = setting;
}

static int run_ctl(struct town *t, const char *const *words, struct err *e)
{
    const char *command[24] = {BIN_DIR "/dunghen"};
    AUTO(format_free) char *log = format_new("%s/ctl.log", cluster_dir(t->cluster));

    for (size_t i = 0; words[i] != NULL; i++) {
        assert_true(i + 2 < COUNT(command));
        command[i + 1] = words[i];
    }
    const struct child_settings settings = {.argv = command,
                                            .env = (const char *const *)t->env,
                                            .log = log,
                                            .dir = cluster_dir(t->cluster)};
    return child_run(&settings, e);
}

void town_ctl_refuses(struct town *t, const char *why, const char *const *words)
{
    struct err e;

    if (run_ctl(t, words, &e) == 0)
        fail_msg("dunghen %s %s is done, and not refused: %s", words[0], words[1], why);
    AUTO(format_free) char *said = town_said(t);
    if (strstr(said, why) == NULL)
        fail_msg("dunghen %s %s does not say \"%s\":\n%s", words[0], words[1], why, said);
}

void town_ctl(struct town *t, const char *const *words)
{
    struct err e;

    if (run_ctl(t, words, &e) < 0) {
        AUTO(format_free) char *said = town_said(t);
        size_t len = strlen(said);
        fail_msg("dunghen %s %s: %s\n%s", words[0], words[1], e.text,
                 said + (len > SHOWN ? len - SHOWN : 0));
    }
}

/* The tiny catalogue, with gateways that are ours. */
void town_load_catalogue(struct town *t)
{
    AUTO(format_free) char *dir = format_new("%s/catalogue", cluster_dir(t->cluster));

    outside_catalogue(t->outside, SOURCE_DIR "/deploy/catalogue/tiny", dir);
    town_ctl(t, (const char *const[]){"catalogue", "load", dir, NULL});
}

static void make_keys(struct town *t)
{
    AUTO(format_free) char *dir = format_new("%s/var/keys", cluster_dir(t->cluster));
    AUTO(format_free) char *ring = format_new("%s/contact.keys", dir);
    struct err e;

    town_ctl(t, (const char *const[]){"keys", "init", NULL});
    outside_secret(dir);
    assert_int_equal(crypto_open(&e), 0);
    if (crypto_ring_open(&t->ring, ring, &e) < 0)
        fail_msg("%s", e.text);
}

static void make_settings(struct town *t)
{
    char *settings[OUTSIDE_SETTINGS];

    town_set(t, format_new("DUNGHEN_DATABASE_URL=%s", cluster_url(t->cluster)));
    town_set(t, format_new("DUNGHEN_PUBLIC_URL=https://tiny.example"));
    outside_settings(t->outside, settings);
    for (size_t i = 0; i < OUTSIDE_SETTINGS; i++)
        town_set(t, settings[i]);
}

void town_hurry(struct town *t)
{
    town_set(t, format_new("%s", OUTSIDE_HASTE));
    cluster_query(t->cluster, OUTSIDE_HASTE_SQL);
}

void town_start(struct town *t)
{
    const struct process_settings settings = {"dunghen-notifier", "notifier",
                                              (const char *const *)t->env, cluster_dir(t->cluster)};
    struct err e;

    if (process_start(&t->notifier, &settings, &e) < 0)
        fail_msg("%s", e.text);
    town_ready(t);
}

static void open_bus(struct town *t)
{
    AUTO(format_free)
    char *endpoint = format_new("ipc://%s/var/run/events.ipc", cluster_dir(t->cluster));
    struct err e;

    assert_int_equal(loop_open(&t->loop, &e), 0);
    assert_int_equal(bus_open(&t->bus, t->loop, &e), 0);
    if (bus_publisher_open(&t->stream, t->bus, endpoint, &e) < 0)
        fail_msg("%s", e.text);
}

void town_open(struct town *t)
{
    static const char *const folders[] = {"var", "var/run", "var/keys", "var/letters"};
    struct err e;

    *t = (struct town){0};
    if (cluster_open(&t->cluster, &e) < 0 ||
        outside_start(&t->outside, cluster_dir(t->cluster), &e) < 0)
        fail_msg("%s", e.text);
    for (size_t i = 0; i < COUNT(folders); i++) {
        AUTO(format_free) char *path = format_new("%s/%s", cluster_dir(t->cluster), folders[i]);
        assert_int_equal(mkdir(path, 0700), 0);
    }
    make_settings(t);
    make_keys(t);
    town_load_catalogue(t);
    open_bus(t);
    t->usual_env_count = t->env_count;
}

void town_close(struct town *t)
{
    process_close(&t->notifier);
    bus_publisher_close(&t->stream);
    bus_close(&t->bus);
    loop_close(&t->loop);
    crypto_ring_close(&t->ring);
    outside_close(&t->outside);
    cluster_close(&t->cluster);
    for (int i = 0; i < t->env_count; i++)
        free(t->env[i]);
}

/* ---- the ledger ---- */

/* "1 to n": what the tracker says after each commit and once a second. */
void town_hint(struct town *t)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    AUTO(strbuf_free) struct strbuf text = STRBUF(200);
    const struct event_range range = {t->seq + 1, t->seq};

    json_write(event_range_fields, &range, &text);
    bus_add(&m, TOPIC_EVENTS, strlen(TOPIC_EVENTS));
    bus_add(&m, text.data, text.len);
    bus_publish(t->stream, &m);
}

/* A case of the service LIGHT, led by D1, and its task 1. Its id is of its number. */
void town_add_case(struct town *t, int number, const char *name, const char *phone,
                   const char *email)
{
    AUTO(json_release) json_t *contact = json_object();
    AUTO(format_free) char *id_text = format_new("00000000-0000-7000-8000-%012d", number);
    AUTO(strbuf_free) struct strbuf hex = STRBUF(10000);
    AUTO(strbuf_free) struct strbuf indexes = STRBUF(1000);
    uint8_t sealed[2000], index[CRYPTO_INDEX_BYTES];
    struct uuid id;
    struct err e;

    json_object_set_new(contact, "name", json_string(name));
    assert_int_equal(uuid_read(id_text, &id, &e), 0);
    const struct {
        const char *kind, *text;
    } ways[] = {{"phone", phone}, {"email", email}};
    for (size_t i = 0; i < COUNT(ways); i++) {
        if (ways[i].text == NULL) {
            strbuf_addf(&indexes, ",NULL");
            continue;
        }
        json_object_set_new(contact, ways[i].kind, json_string(ways[i].text));
        crypto_index(t->ring, ways[i].kind, ways[i].text, index);
        strbuf_addf(&indexes, ",'\\x");
        strbuf_add_hex(&indexes, index, sizeof(index));
        strbuf_addf(&indexes, "'");
    }
    char *text = json_dumps(contact, JSON_COMPACT);
    size_t len = strlen(text);
    crypto_seal(t->ring, &id, text, len, sealed);
    strbuf_add_hex(&hex, sealed, len + CRYPTO_SEAL_OVERHEAD);
    free(text);
    AUTO(format_free)
    char *sql = format_new(
        "WITH c AS (INSERT INTO cases (id, reference, kind, service, unit, state, priority, "
        "channel,"
        " language, hide_name, anonymous, received_at, due_at, clock, amount, calendar)"
        " VALUES ('%s', 'REF%02d-%05d', 'field_report', 'LIGHT', 'D1', 'ASSIGNED', 3, 'api', 'vi',"
        " false, false, now(), '2026-11-30 16:00+07', 'working_days', 2, 'OFFICE_HOURS')),"
        " t AS (INSERT INTO tasks (case_id, number, role, unit, state, priority, assigned_at, "
        "due_at,"
        " next_at) VALUES ('%s', 1, 'lead', 'D1', 'open', 3, now(), now(), 'infinity'))"
        " INSERT INTO contacts VALUES ('%s', '\\x%s'%s) RETURNING 1",
        id_text, number / 100000, number % 100000, id_text, id_text, strbuf_text(&hex),
        strbuf_text(&indexes));
    cluster_query(t->cluster, sql);
}

/* Without a hint. */
void town_write_event(struct town *t, int number, const char *type, const char *detail)
{
    AUTO(format_free)
    char *sql =
        format_new("INSERT INTO events VALUES (%" PRId64
                   ", now(),"
                   " '00000000-0000-7000-8000-%012d', 1, '%s', 'test', '%s', '') RETURNING 1",
                   ++t->seq, number, type, detail);

    cluster_query(t->cluster, sql);
}

void town_add_event(struct town *t, int number, const char *type, const char *detail)
{
    town_write_event(t, number, type, detail);
    town_hint(t);
}

void town_ready(struct town *t)
{
    struct err e;

    /* It is ready when it has heard the stream, and hears what is said after it has connected. */
    for (int i = 0; i < TOWN_SOON_MS / LOOK_MS; i++) {
        AUTO(client_answer_free) struct client_answer answer = {0};
        const struct client_request request = {
            .port = process_port(t->notifier), .method = "GET", .path = "/readyz"};
        town_hint(t);
        if (client_send(&request, &answer, &e) == 0 && answer.status == 200)
            return;
        poll(NULL, 0, LOOK_MS);
    }
    process_show_log(t->notifier);
    fail_msg("not ready");
}

/* Until the statement says true, with the hint that comes once a second. */
static void wait_within(struct town *t, const char *sql, int limit_ms)
{
    int64_t limit = clock_mono_us() + limit_ms * (int64_t)CLOCK_US_PER_MS;

    for (const char *said = cluster_query(t->cluster, sql); said == NULL || strcmp(said, "t") != 0;
         said = cluster_query(t->cluster, sql)) {
        if (clock_mono_us() > limit) {
            process_show_log(t->notifier);
            fail_msg("does not come true: %s", sql);
        }
        town_hint(t);
        poll(NULL, 0, LOOK_MS);
    }
}

void town_begin(struct town *t)
{
    cluster_query(t->cluster,
                  "TRUNCATE cases, tasks, contacts, events, letters, letter_files,"
                  " deliveries, delivery_failures, preferences, webhooks, notes,"
                  " publications");
    cluster_query(t->cluster, "UPDATE notifier_position SET seq = 0");
    AUTO(format_free)
    char *patient = format_new("UPDATE gateways SET timeout_s = %d", OUTSIDE_LIMIT_S);
    cluster_query(t->cluster, patient);
    outside_forget(t->outside);
    t->seq = 0;
}

void town_end(struct town *t)
{
    process_close(&t->notifier);
    while (t->env_count > t->usual_env_count) {
        free(t->env[--t->env_count]);
        t->env[t->env_count] = NULL;
    }
}

int town_group_setup(void **state)
{
    struct town *t = mem_new(1, sizeof(*t));

    town_open(t);
    *state = t;
    return 0;
}

int town_group_teardown(void **state)
{
    town_close(*state);
    free(*state);
    return 0;
}

int town_setup(void **state)
{
    town_begin(*state);
    return 0;
}

int town_teardown(void **state)
{
    town_end(*state);
    return 0;
}

void town_wait_until(struct town *t, const char *sql)
{
    wait_within(t, sql, TOWN_SOON_MS);
}

char *town_said(const struct town *t)
{
    AUTO(format_free) char *path = format_new("%s/ctl.log", cluster_dir(t->cluster));
    char *text = calloc(1, LARGEST);
    FILE *f = fopen(path, "re");

    assert_non_null(f);
    assert_non_null(text);
    text[fread(text, 1, LARGEST - 1, f)] = '\0';
    fclose(f);
    return text;
}

void town_wait_settled_within(struct town *t, int limit_ms)
{
    AUTO(format_free)
    char *sql = format_new("SELECT (SELECT seq FROM notifier_position) = %" PRId64
                           " AND NOT EXISTS"
                           " (SELECT FROM deliveries WHERE finished_at IS NULL)",
                           t->seq);

    wait_within(t, sql, limit_ms);
}

void town_wait_settled(struct town *t)
{
    town_wait_settled_within(t, TOWN_SOON_MS);
}
