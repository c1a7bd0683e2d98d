/* SPDX-License-Identifier: Apache-2.0 */
/* main - dunghen-letters: renders, signs and stores the letters that are issued to citizens. */
#include "letters.h"

#include "blobs.h"
#include "log.h"
#include "mem.h"
#include "metrics.h"
#include "sql_common.h"  /* generated from common/sql/ */
#include "sql_letters.h" /* generated from sql/ */

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { TICK_MS = 500, HINT_PAUSE_US = 50000 };

METRIC_COUNTER(deaths, "dunghen_letters_renderer_deaths_total",
               "Renderers that ended without being told to, those killed at their limit included.");

static const char renderer_word[] = "--renderer"; /* how it starts its own children */
static const char own_program[] = "/proc/self/exe";

static const struct config_program program = {
    "dunghen-letters",
    "renders, signs and stores the letters that are issued to citizens.",
};

static const struct config_key keys[] = {
    SERVICE_KEYS(struct letters_settings, common, "127.0.0.1:9108"),
    SERVICE_ENDPOINT(struct letters_settings, endpoint, "DUNGHEN_LETTERS_ENDPOINT",
                     "Where others ask for a letter's file."),
    SERVICE_ENDPOINT(struct letters_settings, events_endpoint, "DUNGHEN_EVENTS_ENDPOINT",
                     "Where the tracker publishes events."),
    RENDERER_KEYS(struct letters_settings, renderer),
    CONFIG_INT(struct letters_settings, renderers, "DUNGHEN_LETTERS_RENDERERS", "1", 1,
               POOL_CHILDREN_MAX, "Processes that render."),
    CONFIG_INT(struct letters_settings, limit_ms, "DUNGHEN_LETTERS_LIMIT_MS", "20000", 100, 600000,
               "Time that one letter may take to render, in milliseconds."),
    {0},
};

static const struct sql *const *const statements[] = {sql_letters_all, sql_common_all, NULL};
static const char *const session[] = {DB_LOOKUPS, NULL};

/* ---- what it depends on ---- */

static const char *check_database(void *ctx)
{
    const struct letters *l = ctx;

    return db_trouble(l->db);
}

static const char *check_leader(void *ctx)
{
    const struct letters *l = ctx;

    if (leader_leads(l->leader) && l->server == NULL)
        return "its endpoint is not open";
    return leader_trouble(l->leader);
}

static const char *check_catalogue(void *ctx)
{
    const struct letters *l = ctx;

    return catalogue_trouble(l->catalogue);
}

static const char *check_renderers(void *ctx)
{
    const struct letters *l = ctx;

    return pool_ready(l->pool) > 0 ? NULL : "none is ready";
}

static const struct probe_check checks[] = {
    {"database", check_database},
    {"leader", check_leader},
    {"catalogue", check_catalogue},
    {"renderers", check_renderers},
    {0},
};

/* ---- the database ---- */

static void on_ready(void *ctx)
{
    struct letters *l = ctx;

    leader_connected(l->leader, l->db);
}

static void on_lost(void *ctx)
{
    struct letters *l = ctx;

    log_event(LOG_WARN, "database lost", "why", db_trouble(l->db), NULL);
    leader_lost(l->leader);
}

static void on_tick(void *ctx)
{
    struct letters *l = ctx;

    if (leader_leads(l->leader))
        lead_tick(l);
}

static int open_database(struct letters *l, struct err *e)
{
    const struct service *common = &l->settings.common;
    const struct db_settings settings = {
        .target = {common->database_url, common->run_dir, "dunghen_letters", program.name},
        .session = session,
        .statements = statements,
        .on_ready = on_ready,
        .on_lost = on_lost,
        .ctx = l,
    };

    l->leader = leader_open(l->loop, LEADER_LETTERS, lead_change, l);
    if (db_open(&l->db, l->loop, &settings, e) < 0)
        return -1;
    l->catalogue = catalogue_watch_open(l->loop, &(struct catalogue_watch_settings){.db = l->db});
    loop_every_ms(l->loop, TICK_MS, on_tick, l);
    return 0;
}

/* ---- the renderers ---- */

static char *setting(const char *name, const char *value)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(PATH_MAX + 100);

    strbuf_addf(&text, "%s=%s", name, value);
    return mem_text(strbuf_text(&text) != NULL ? text.data : "");
}

/* All that a renderer is to know: no address and no secret of another. */
static void make_environment(struct letters *l)
{
    static const char *const passed[] = {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"};
    const struct renderer_settings *r = &l->settings.renderer;
    char memory[24];
    size_t count = 0;

    snprintf(memory, sizeof(memory), "%lld", (long long)r->memory_mb);
    l->environment = mem_new(6 + COUNT(passed), sizeof(char *));
    l->environment[count++] = setting("DUNGHEN_LETTERS_DIR", r->letters_dir);
    l->environment[count++] = setting("DUNGHEN_KEYS_DIR", r->keys_dir);
    l->environment[count++] = setting("DUNGHEN_LETTERS_FONTS", r->fonts_dir);
    l->environment[count++] = setting("DUNGHEN_LETTERS_MEMORY_MB", memory);
    l->environment[count++] = setting("TZ", l->settings.common.timezone);
    for (size_t i = 0; i < COUNT(passed); i++)
        if (getenv(passed[i]) != NULL)
            l->environment[count++] = setting(passed[i], getenv(passed[i]));
}

static int open_renderers(struct letters *l, struct err *e)
{
    static const char *const argv[] = {"dunghen-letters", renderer_word, NULL};
    AUTO(strbuf_free) struct strbuf ring = STRBUF(PATH_MAX);

    strbuf_addf(&ring, "%s/contact.keys", l->settings.renderer.keys_dir);
    if (strbuf_text(&ring) == NULL)
        return err_set(e, ERR_INPUT, "DUNGHEN_KEYS_DIR is too long");
    if (blobs_open(l->settings.renderer.letters_dir, e) < 0 ||
        crypto_ring_open(&l->ring, strbuf_text(&ring), e) < 0)
        return -1;
    make_environment(l);
    l->pool = pool_open(&(struct pool_settings){.loop = l->loop,
                                                .what = "renderer",
                                                .program = own_program,
                                                .argv = argv,
                                                .env = (const char *const *)l->environment,
                                                .children = (int)l->settings.renderers,
                                                .limit_us = l->settings.limit_ms * 1000,
                                                .answer_max = RENDERER_MESSAGE_MAX,
                                                .deaths = &deaths});
    l->asks = asks_new();
    l->jobs = jobs_new(&(struct jobs_settings){.loop = l->loop,
                                               .db = l->db,
                                               .pool = l->pool,
                                               .catalogue = l->catalogue,
                                               .ring = l->ring,
                                               .done = lead_job_done,
                                               .on_room = lead_has_room,
                                               .ctx = l});
    l->sweep = sweep_new(l->db, l->jobs);
    return 0;
}

/* ---- the bus ---- */

static int open_bus(struct letters *l, struct err *e)
{
    struct letters_settings *s = &l->settings;

    if (service_endpoint(&s->common, "letters", &s->endpoint, e) < 0 ||
        service_endpoint(&s->common, "events", &s->events_endpoint, e) < 0 ||
        bus_open(&l->bus, l->loop, e) < 0)
        return -1;
    return follow_open(&l->follow, l->loop,
                       &(struct follow_settings){.db = l->db,
                                                 .bus = l->bus,
                                                 .endpoint = s->events_endpoint,
                                                 .missed = &sql_select_issued,
                                                 .seq_column = 1,
                                                 .pause_us = HINT_PAUSE_US,
                                                 .take_rows = lead_take_rows,
                                                 .ctx = l},
                       e);
}

/* ---- opening and closing ---- */

static void letters_close(struct letters *l)
{
    probe_close(&l->probe);
    lead_close(l);
    follow_close(&l->follow);
    bus_close(&l->bus);
    leader_close(&l->leader);
    catalogue_watch_close(&l->catalogue);
    pool_close(&l->pool);
    db_close(&l->db);
    sweep_free(&l->sweep);
    jobs_free(&l->jobs);
    asks_free(&l->asks);
    crypto_ring_close(&l->ring);
    for (char **text = l->environment; text != NULL && *text != NULL; text++)
        free(*text);
    free(l->environment);
    loop_close(&l->loop);
    config_free(keys, &l->settings);
}

int main(int argc, char **argv)
{
    AUTO(letters_close) struct letters l = {0};
    const struct service *common = &l.settings.common;
    struct err e;
    bool done;

    if (argc == 2 && strcmp(argv[1], renderer_word) == 0)
        return renderer_main();
    if (service_start(&program, keys, &l.settings, &l.settings.common, argv, &done, &e) < 0)
        return log_exit(&e);
    if (done)
        return 0;
    if (loop_open(&l.loop, &e) < 0 || open_database(&l, &e) < 0 || open_bus(&l, &e) < 0 ||
        open_renderers(&l, &e) < 0 ||
        probe_open(&l.probe, l.loop, "letters", common->metrics_listen, checks, &l, &e) < 0)
        return log_exit(&e);
    log_event(LOG_INFO, "started", "endpoint", l.settings.endpoint, "letters",
              l.settings.renderer.letters_dir, "probe", common->metrics_listen, NULL);
    /* Nothing to drain on SIGTERM: a letter without its row is rendered again. */
    if (loop_run(l.loop, &e) < 0)
        return log_exit(&e);
    log_event(LOG_INFO, "stopped", NULL);
    return 0;
}
