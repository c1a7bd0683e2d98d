/* SPDX-License-Identifier: Apache-2.0 */
/* main - dunghen-router: decides which units a case goes to, and passes it on to the tracker. */
#include "router.h"

#include "log.h"
#include "sql_common.h"

#include <stdio.h>

static const struct config_program program = {
    "dunghen-router",
    "decides which units a case goes to, from the catalogue, and passes it on to the tracker.",
};

static const struct config_key keys[] = {
    SERVICE_KEYS(struct router_settings, common, "127.0.0.1:9102"),
    SERVICE_ENDPOINT(struct router_settings, endpoint, "DUNGHEN_ROUTER_ENDPOINT",
                     "Where cases are taken over ZeroMQ."),
    SERVICE_ENDPOINT(struct router_settings, tracker_endpoint, "DUNGHEN_TRACKER_ENDPOINT",
                     "Where the tracker takes cases."),
    {0},
};

static const struct sql *const *const statements[] = {sql_common_all, NULL};

/* ---- what it depends on ---- */

static const char *check_database(void *ctx)
{
    const struct router *r = ctx;

    return db_trouble(r->db);
}

static const char *check_catalogue(void *ctx)
{
    const struct router *r = ctx;
    const char *trouble = catalogue_trouble(r->catalogue);

    return trouble == NULL && r->table == NULL ? "its areas cannot be used" : trouble;
}

static const char *check_tracker(void *ctx)
{
    const struct router *r = ctx;

    return bus_is_connected(r->tracker) ? NULL : "not connected";
}

static const struct probe_check checks[] = {
    {"database", check_database},
    {"catalogue", check_catalogue},
    {"tracker", check_tracker},
    {0},
};

/* The old tables borrow from a catalogue that is about to go: without new ones
 * there are none, and askers ask again. */
static void on_catalogue(void *ctx, const struct catalogue *now)
{
    AUTO(area_map_close) struct area_map *areas = NULL;
    AUTO(route_table_free) struct route_table *table = route_table_new(now);
    struct router *r = ctx;
    char version[24], routes[24], area_count[24];
    struct err e;

    area_map_close(&r->areas);
    route_table_free(&r->table);
    if (area_map_open(&areas, now, &e) < 0) {
        log_event(LOG_ERROR, "catalogue not taken up", "why", e.text, NULL);
        return;
    }
    r->areas = areas;
    r->table = table;
    areas = NULL;
    table = NULL;
    snprintf(version, sizeof(version), "%lld", (long long)now->version);
    snprintf(routes, sizeof(routes), "%zu", now->route_count);
    snprintf(area_count, sizeof(area_count), "%zu", now->area_count);
    log_event(LOG_INFO, "catalogue loaded", "name", now->name, "version", version, "routes", routes,
              "areas", area_count, NULL);
}

/* ---- opening and closing ---- */

static void on_database(void *ctx)
{
    (void)ctx;
    log_event(LOG_INFO, "database connected", NULL);
}

static void on_database_lost(void *ctx)
{
    const struct router *r = ctx;

    log_event(LOG_WARN, "database lost", "why", db_trouble(r->db), NULL);
}

static int open_database(struct router *r, struct err *e)
{
    const struct service *common = &r->settings.common;
    const struct db_settings settings = {
        .target = {common->database_url, common->run_dir, "dunghen_router", program.name},
        .statements = statements,
        .on_ready = on_database,
        .on_lost = on_database_lost,
        .ctx = r,
    };

    if (db_open(&r->db, r->loop, &settings, e) < 0)
        return -1;
    r->catalogue = catalogue_watch_open(
        r->loop, &(struct catalogue_watch_settings){
                     .db = r->db, .with_areas = true, .on_change = on_catalogue, .ctx = r});
    return 0;
}

static int open_bus(struct router *r, struct err *e)
{
    struct router_settings *s = &r->settings;

    if (service_endpoint(&s->common, "router", &s->endpoint, e) < 0 ||
        service_endpoint(&s->common, "tracker", &s->tracker_endpoint, e) < 0 ||
        bus_open(&r->bus, r->loop, e) < 0)
        return -1;
    const struct bus_client_settings tracker = {
        .endpoint = s->tracker_endpoint, .passed = submit_answer, .ctx = r};
    if (bus_connect(&r->tracker, r->bus, &tracker, e) < 0)
        return -1;
    return bus_serve(&r->server, r->bus, s->endpoint, submit_request, r, e);
}

static void router_close(struct router *r)
{
    probe_close(&r->probe);
    bus_server_close(&r->server);
    bus_client_close(&r->tracker);
    bus_close(&r->bus);
    area_map_close(&r->areas);
    route_table_free(&r->table);
    catalogue_watch_close(&r->catalogue);
    db_close(&r->db);
    loop_close(&r->loop);
    config_free(keys, &r->settings);
}

int main(int argc, char **argv)
{
    AUTO(router_close) struct router r = {0};
    const struct service *common = &r.settings.common;
    struct err e;
    bool done;

    (void)argc;
    if (service_start(&program, keys, &r.settings, &r.settings.common, argv, &done, &e) < 0)
        return log_exit(&e);
    if (done)
        return 0;
    if (loop_open(&r.loop, &e) < 0 || open_database(&r, &e) < 0 || open_bus(&r, &e) < 0 ||
        probe_open(&r.probe, r.loop, "router", common->metrics_listen, checks, &r, &e) < 0)
        return log_exit(&e);
    log_event(LOG_INFO, "started", "endpoint", r.settings.endpoint, "tracker",
              r.settings.tracker_endpoint, "probe", common->metrics_listen, NULL);
    /* Nothing to drain on SIGTERM: what is under way is asked again. */
    if (loop_run(r.loop, &e) < 0)
        return log_exit(&e);
    log_event(LOG_INFO, "stopped", NULL);
    return 0;
}
