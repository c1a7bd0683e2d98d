/* SPDX-License-Identifier: Apache-2.0 */
/* main - dunghen-intake, the public door: takes cases in over HTTP and tells how they stand. */
#include "intake.h"

#include "api.h"
#include "clock.h"
#include "files.h"
#include "files_intake.h"
#include "log.h"
#include "open311.h"
#include "page.h"
#include "pool.h"
#include "probe.h"
#include "routes.h"
#include "sql_common.h"
#include "sql_intake.h"
#include "statistics.h"
#include "sweep.h"
#include "trail.h"
#include "uploads.h"
#include "webhook.h"

#include <string.h>

enum {
    IDLE_TIMEOUT_S = 60,
    DRAIN_S = 24,
    LAST_WORDS_S = 1,
    LAST_LOOK = 2,
    DRAIN_LOOK_MS = 20,
    ROUTER_SILENCE_S = 5,
    GATHER_MS = 3,
    NOTIFIER_S = 5,
    NOTIFIER_CALLS = 64,
    TRACKER_S = 25,
    TRACKER_CALLS = 1000,
    MINUTE_S = 60,
    HOUR_S = 3600
};

static const struct config_program program = {
    "dunghen-intake", "takes citizens' cases in over HTTP and tells how they stand"};

static const struct config_key keys[] = {
    SERVICE_KEYS(struct intake_settings, service, "127.0.0.1:9101"),
    CONFIG_RULED(struct intake_settings, listen, "DUNGHEN_INTAKE_LISTEN", &config_listen,
                 "127.0.0.1:8080", "Where HTTP is served to the public."),
    SERVICE_ENDPOINT(struct intake_settings, router_endpoint, "DUNGHEN_ROUTER_ENDPOINT",
                     "Where the router takes cases."),
    SERVICE_ENDPOINT(struct intake_settings, tracker_endpoint, "DUNGHEN_TRACKER_ENDPOINT",
                     "Where tracker takes what citizens say about their cases."),
    SERVICE_ENDPOINT(struct intake_settings, notifier_endpoint, "DUNGHEN_NOTIFIER_ENDPOINT",
                     "Where the notifier keeps who wants which messages."),
    CONFIG_RULED(struct intake_settings, public_url, "DUNGHEN_PUBLIC_URL", &config_base_url,
                 "http://127.0.0.1:8080",
                 "How citizens reach this service, without a final slash."),
    CONFIG_TEXT(struct intake_settings, keys_dir, "DUNGHEN_KEYS_DIR", "var/keys",
                "Directory of contact.keys, which seals contacts."),
    CONFIG_INT(struct intake_settings, max_pending, "DUNGHEN_INTAKE_MAX_PENDING", "4000", 1, 100000,
               "Cases on their way to the ledger; more are answered 503."),
    CONFIG_INT(struct intake_settings, max_connections, "DUNGHEN_INTAKE_MAX_CONNECTIONS", "10000",
               1, 100000, "Open HTTP connections; more are not accepted."),
    CONFIG_INT(struct intake_settings, read_connections, "DUNGHEN_INTAKE_READ_CONNECTIONS", "2", 1,
               32, "Connections to the database for what the public reads."),
    CONFIG_INT(struct intake_settings, read_max_waiting, "DUNGHEN_INTAKE_READ_MAX_WAITING", "1000",
               1, 100000, "Reads that wait for one of them; more are answered 503."),
    CONFIG_INT(struct intake_settings, read_limit_ms, "DUNGHEN_INTAKE_READ_LIMIT_MS", "10000", 100,
               600000, "How long a statement of a read may take; it is answered 503 then."),
    KEEPER_KEYS(struct intake_settings, attachments),
    CONFIG_TEXT(struct intake_settings, letters_dir, "DUNGHEN_LETTERS_DIR", "var/letters",
                "Directory of the letters' files, which are read here."),
    CONFIG_INT(struct intake_settings, keepers, "DUNGHEN_INTAKE_KEEPERS", "2", 1, POOL_CHILDREN_MAX,
               "Processes that look into uploaded files and keep them."),
    CONFIG_INT(struct intake_settings, max_files, "DUNGHEN_INTAKE_MAX_FILES", "200", 1, 10000,
               "Uploaded files on their way to the disk; more are answered 503."),
    CONFIG_INT(
        struct intake_settings, sweep_ms, "DUNGHEN_INTAKE_SWEEP_MS", "5000", 10, 3600000,
        "Pause between two of the 256 folders in which old uploads without a case are removed."),
    CONFIG_TEXT(struct intake_settings, require_key, "DUNGHEN_INTAKE_REQUIRE_KEY", "no",
                "Who needs a key to send a case: no, open311, api or all."),
    CONFIG_TEXT(struct intake_settings, jurisdiction, "DUNGHEN_OPEN311_JURISDICTION", "",
                "The city's jurisdiction_id; another one is refused. Empty: any is taken."),
    CONFIG_TEXT(struct intake_settings, contact, "DUNGHEN_OPEN311_CONTACT",
                "Tổng đài 1022 / hotline 1022",
                "Who helps users of Open311, as its discovery tells."),
    CONFIG_TEXT(struct intake_settings, key_service, "DUNGHEN_OPEN311_KEY_SERVICE",
                "Liên hệ tổng đài 1022 để được cấp khóa / ask the hotline 1022 for a key",
                "How to get a key, as Open311's discovery tells."),
    CONFIG_RULED(struct intake_settings, test_url, "DUNGHEN_OPEN311_TEST_URL", &config_url, "",
                 "The Open311 endpoint of a second installation for trying things out, if any."),
    CONFIG_RULED(
        struct intake_settings, tile_url, "DUNGHEN_TILE_URL", &config_url, "",
        "Where the maps' tiles are: https://tiles.example.org/{z}/{x}/{y}.png. Empty: none."),
    CONFIG_TEXT(struct intake_settings, tile_credit, "DUNGHEN_TILE_CREDIT", "",
                "Whom the tiles are owed to, shown on each map."),
    WEBHOOK_LOCAL_KEY(struct intake_settings, front_ends),
    CONFIG_INT(struct intake_settings, month_end, "DUNGHEN_MONTH_END", "0", 0, 28,
               "Day with which the month of the statistics ends; 0: its last day."),
    CONFIG_INT(
        struct intake_settings, statistics_age_s, "DUNGHEN_STATISTICS_AGE_S", "10", 0, 3600,
        "Seconds for which statistics are given as they were counted; 0: counted each time."),
    CONFIG_TEXT(struct intake_settings, proxies, "DUNGHEN_INTAKE_TRUSTED_PROXIES", "",
                "Proxies whose X-Forwarded-For is believed: addresses and networks, with commas."),
    CONFIG_INT(struct intake_settings, address_writes, "DUNGHEN_INTAKE_ADDRESS_WRITES", "120", 0,
               1000000, "What one address without a key may send in a minute; 0: no limit."),
    CONFIG_INT(struct intake_settings, address_reads, "DUNGHEN_INTAKE_ADDRESS_READS", "1200", 0,
               1000000, "What one address without a key may ask in a minute; 0: no limit."),
    CONFIG_INT(struct intake_settings, contact_writes, "DUNGHEN_INTAKE_CONTACT_WRITES", "30", 0,
               1000000, "Cases of one contact without a key in an hour; 0: no limit."),
    CONFIG_INT(struct intake_settings, connections_per_address,
               "DUNGHEN_INTAKE_ADDRESS_CONNECTIONS", "0", 0, 100000,
               "Open connections of one address; 0: no limit, as behind a proxy."),
    {0},
};

static const char *check_database(void *ctx)
{
    struct intake *intake = ctx;
    const char *trouble = db_trouble(intake->db);

    return trouble != NULL ? trouble : readers_trouble(intake->readers);
}

static const char *check_catalogue(void *ctx)
{
    struct intake *intake = ctx;

    if (catalogue_now(intake->watch) == NULL)
        return "not read yet";
    return catalogue_trouble(intake->watch);
}

static const char *check_door_keys(void *ctx)
{
    return gate_trouble(((struct intake *)ctx)->gate);
}

static const char *check_router(void *ctx)
{
    struct intake *intake = ctx;
    int64_t limit_us = ROUTER_SILENCE_S * (int64_t)CLOCK_US_PER_S;

    if (!outbox_is_connected(intake->outbox))
        return "not connected";
    return outbox_silence_us(intake->outbox) < limit_us ? NULL : "does not answer";
}

static const char *check_keys(void *ctx)
{
    return ((struct intake *)ctx)->ring != NULL ? NULL : "not read";
}

static const char *check_keepers(void *ctx)
{
    return uploads_trouble(((struct intake *)ctx)->uploads);
}

static const struct probe_check checks[] = {{"database", check_database},
                                            {"catalogue", check_catalogue},
                                            {"router", check_router},
                                            {"keys", check_keys},
                                            {"door_keys", check_door_keys},
                                            {"keepers", check_keepers},
                                            {0}};

static void intake_close(struct intake *i)
{
    http_close(&i->http);
    sweep_close(&i->sweep);
    uploads_close(&i->uploads);
    probe_close(&i->probe);
    outbox_close(&i->outbox);
    bus_client_close(&i->tracker);
    bus_client_close(&i->notifier);
    bus_close(&i->bus);
    area_map_close(&i->city);
    catalogue_watch_close(&i->watch);
    readers_close(&i->readers);
    statistics_free(&i->statistics);
    db_close(&i->db);
    gate_free(&i->gate);
    limits_close(&i->limits);
    trail_free(&i->trail);
    encoder_free(&i->encoder);
    strbuf_free(&i->answer);
    strbuf_free(&i->policy);
    page_shapes_free(&i->shapes);
    page_suggest_free(&i->suggest);
    page_set_close(&i->pages);
    crypto_ring_close(&i->ring);
    loop_close(&i->loop);
    config_free(keys, &i->settings);
}

static int open_ring(struct intake *i, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(4096);

    strbuf_addf(&path, "%s/contact.keys", i->settings.keys_dir);
    if (strbuf_text(&path) == NULL)
        return err_set(e, ERR_INPUT, "DUNGHEN_KEYS_DIR is too long");
    if (crypto_ring_open(&i->ring, strbuf_text(&path), e) < 0)
        return -1;
    encoder_init(&i->encoder, i->ring);
    return 0;
}

static void on_database(void *ctx)
{
    gate_look(((struct intake *)ctx)->gate);
}

static void on_catalogue(void *ctx, const struct catalogue *now)
{
    struct intake *i = ctx;
    struct err e;

    area_map_close(&i->city); /* borrows from a catalogue that is about to go */
    if (area_map_open(&i->city, now, &e) < 0)
        log_event(LOG_ERROR, "areas not taken up", "why", e.text, NULL);
    on_database(i);
}

static int open_database(struct intake *i, struct err *e)
{
    static const struct sql *const *const statements[] = {sql_common_all, sql_intake_all, NULL};
    const struct service *service = &i->settings.service;
    const struct dbconn_target target = {service->database_url, service->run_dir, "dunghen_intake",
                                         "dunghen-intake"};
    const struct db_settings settings = {
        .target = target, .statements = statements, .on_ready = on_database, .ctx = i};
    const struct readers_settings readers = {target, (size_t)i->settings.read_connections,
                                             (size_t)i->settings.read_max_waiting,
                                             i->settings.read_limit_ms};

    if (db_open(&i->db, i->loop, &settings, e) < 0 ||
        readers_open(&i->readers, i->loop, &readers, e) < 0)
        return -1;
    i->statistics = statistics_new(i->readers, i->settings.statistics_age_s * CLOCK_US_PER_S);
    i->gate = gate_new(i->loop, i->db, i->limits);
    i->trail = trail_new();
    i->watch = catalogue_watch_open(
        i->loop, &(struct catalogue_watch_settings){
                     .db = i->db, .with_areas = true, .on_change = on_catalogue, .ctx = i});
    return 0;
}

/* Those whom few requests need. */
static int connect_others(struct intake *i, struct err *e)
{
    struct intake_settings *s = &i->settings;

    if (service_endpoint(&s->service, "notifier", &s->notifier_endpoint, e) < 0 ||
        service_endpoint(&s->service, "tracker", &s->tracker_endpoint, e) < 0)
        return -1;
    const struct bus_client_settings notifier = {.endpoint = s->notifier_endpoint,
                                                 .again_us = CLOCK_US_PER_S,
                                                 .expire_us = NOTIFIER_S * (int64_t)CLOCK_US_PER_S,
                                                 .max_calls = NOTIFIER_CALLS};
    const struct bus_client_settings tracker = {.endpoint = s->tracker_endpoint,
                                                .again_us = 2 * (int64_t)CLOCK_US_PER_S,
                                                .expire_us = TRACKER_S * (int64_t)CLOCK_US_PER_S,
                                                .max_calls = TRACKER_CALLS};
    if (bus_connect(&i->notifier, i->bus, &notifier, e) < 0)
        return -1;
    return bus_connect(&i->tracker, i->bus, &tracker, e);
}

static int open_limits(struct intake *i, struct err *e)
{
    const struct intake_settings *s = &i->settings;
    const struct limits_settings limits = {.proxies = s->proxies,
                                           .writes = {s->address_writes, MINUTE_S},
                                           .reads = {s->address_reads, MINUTE_S},
                                           .contact = {s->contact_writes, HOUR_S}};

    if (limits_open(&i->limits, &limits, e) == 0)
        return 0;
    return err_in(e, "DUNGHEN_INTAKE_TRUSTED_PROXIES");
}

static int read_settings(struct intake *i, struct err *e)
{
    const char *who = i->settings.require_key;

    if (webhook_local_read(i->settings.front_ends, &i->local_allowed, e) < 0)
        return -1;
    i->require_key.api = strcmp(who, "api") == 0 || strcmp(who, "all") == 0;
    i->require_key.open311 = strcmp(who, "open311") == 0 || strcmp(who, "all") == 0;
    if (i->require_key.api || i->require_key.open311 || strcmp(who, "no") == 0)
        return 0;
    return err_set(e, ERR_INPUT,
                   "DUNGHEN_INTAKE_REQUIRE_KEY = \"%s\" is not no, open311, api or all", who);
}

static int open_uploads(struct intake *i, struct err *e)
{
    struct intake_settings *s = &i->settings;
    const struct uploads_settings uploads = {.loop = i->loop,
                                             .keeper = &s->attachments,
                                             .catalogue = i->watch,
                                             .keepers = (int)s->keepers,
                                             .max_files = (size_t)s->max_files};

    if (uploads_open(&i->uploads, &uploads, e) < 0)
        return -1;
    i->sweep = sweep_open(i);
    return 0;
}

/* Each door says in its own form what reaches no handler. */
static void refuse(void *ctx, struct http_request *request, unsigned status)
{
    static const char open311[] = "/open311/", api[] = "/api/";

    if (strncmp(http_path(request), open311, sizeof(open311) - 1) == 0)
        open311_refuse(request, status);
    else if (strncmp(http_path(request), api, sizeof(api) - 1) == 0)
        api_refuse(request, status);
    else
        page_refuse(ctx, request, status);
}

static int open_doors(struct intake *i, struct err *e)
{
    struct intake_settings *s = &i->settings;
    const struct http_settings http = {.listen = s->listen,
                                       .max_body_bytes = INTAKE_BODY_BYTES,
                                       .rooms = intake_rooms,
                                       .max_connections = (unsigned)s->max_connections,
                                       .connections_per_address =
                                           (unsigned)s->connections_per_address,
                                       .idle_timeout_s = IDLE_TIMEOUT_S,
                                       .routes = intake_routes,
                                       .refuse = refuse,
                                       .files = &intake_files,
                                       .ctx = i};
    struct outbox_settings outbox = {
        .max_pending = (size_t)s->max_pending, .gather_us = GATHER_MS * CLOCK_US_PER_MS, .ctx = i};

    if (service_endpoint(&s->service, "router", &s->router_endpoint, e) < 0 ||
        http_open(&i->http, i->loop, &http, e) < 0 || bus_open(&i->bus, i->loop, e) < 0)
        return -1;
    outbox.endpoint = s->router_endpoint;
    if (outbox_open(&i->outbox, i->loop, i->bus, &outbox, e) < 0 || connect_others(i, e) < 0)
        return -1;
    return probe_open(&i->probe, i->loop, program.name, s->service.metrics_listen, checks, i, e);
}

/* Who still waits for another service is told to come again. */
static void give_up(struct intake *i)
{
    i->gave_up = true;
    i->drain_until_us += LAST_WORDS_S * (int64_t)CLOCK_US_PER_S;
    outbox_give_up(i->outbox);
    bus_give_up(i->tracker);
    bus_give_up(i->notifier);
}

static void look_whether_drained(void *ctx)
{
    struct intake *i = ctx;
    bool is_over = clock_mono_us() > i->drain_until_us;

    /* The last answers need a turn to be sent. */
    i->idle_looks = http_pending(i->http) == 0 ? i->idle_looks + 1 : 0;
    if (is_over && !i->gave_up)
        give_up(i);
    else if (is_over)
        i->idle_looks = LAST_LOOK;
    if (i->idle_looks == LAST_LOOK)
        loop_stop(i->loop);
    else
        loop_timer_set_us(i->drain_timer, DRAIN_LOOK_MS * (int64_t)CLOCK_US_PER_MS);
}

/* No new connections; who waits for a receipt gets it. */
static void on_stop(void *ctx)
{
    struct intake *i = ctx;

    log_event(LOG_INFO, "stopping", NULL);
    probe_drain(i->probe);
    http_drain(i->http);
    i->drain_until_us = clock_mono_us() + DRAIN_S * (int64_t)CLOCK_US_PER_S;
    loop_timer_set_us(i->drain_timer, 0);
}

int main(int argc, char **argv)
{
    AUTO(intake_close) struct intake i = {.answer = STRBUF(INTAKE_ANSWER_BYTES)};
    struct err e;
    bool done = false;

    if (argc == 2 && strcmp(argv[1], "--keeper") == 0)
        return keeper_main();
    if (service_start(&program, keys, &i.settings, &i.settings.service, argv, &done, &e) < 0)
        return log_exit(&e);
    if (done)
        return 0;
    if (read_settings(&i, &e) < 0 || open_limits(&i, &e) < 0 ||
        page_set_open(&i.pages, embedded_files, &e) < 0 || page_policy_open(&i, &e) < 0 ||
        open_ring(&i, &e) < 0 || loop_open(&i.loop, &e) < 0 || open_database(&i, &e) < 0 ||
        open_uploads(&i, &e) < 0 || open_doors(&i, &e) < 0)
        return log_exit(&e);
    i.drain_timer = loop_timer_new(i.loop, look_whether_drained, &i);
    loop_on_stop(i.loop, on_stop, &i);
    log_event(LOG_INFO, "ready", "listen", i.settings.listen, NULL);
    if (loop_run(i.loop, &e) < 0)
        return log_exit(&e);
    log_event(LOG_INFO, "stopped", NULL);
    return 0;
}
