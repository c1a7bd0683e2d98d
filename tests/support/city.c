/* SPDX-License-Identifier: Apache-2.0 */
/* city - services find each other by their defaults, which are relative to the
 * directory where they work: the cluster's. */
#include "city.h"

#include "child.h"
#include "format.h"
#include "mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "unit.h"

static const char *const all_services[] = {"tracker", "router", "dispatch", "sentinel",
                                           "letters", "intake", "notifier", NULL};

enum { MAX_SERVICES = COUNT(all_services), MAX_ARGS = 16 };

struct city {
    struct cluster *cluster;
    const char *names[MAX_SERVICES]; /* ended by NULL, as services */
    struct process *services[MAX_SERVICES];
    char *log; /* of ctl */
    char *database_url, *intake_listen, *public_url, *worker_setting;
    const char *worker_endpoint; /* within worker_setting */
    unsigned intake_port;
    const char *env[8];
};

static int make_folders(const struct city *city, struct err *e)
{
    static const char *const folders[] = {"var", "var/run", "var/keys"};

    for (size_t i = 0; i < COUNT(folders); i++) {
        AUTO(format_free) char *path = format_new("%s/%s", cluster_dir(city->cluster), folders[i]);
        if (mkdir(path, 0700) < 0)
            return err_set(e, ERR_SYSTEM, "could not make %s: %s", path, strerror(errno));
    }
    return 0;
}

static void choose_settings(struct city *city)
{
    static const char worker_name[] = "DUNGHEN_WORKER_ENDPOINT=";

    city->intake_port = process_free_port();
    city->database_url = format_new("DUNGHEN_DATABASE_URL=%s", cluster_url(city->cluster));
    city->intake_listen = format_new("DUNGHEN_INTAKE_LISTEN=127.0.0.1:%u", city->intake_port);
    city->worker_setting = format_new("%stcp://127.0.0.1:%u", worker_name, process_free_port());
    city->worker_endpoint = city->worker_setting + strlen(worker_name);
    city->log = format_new("%s/ctl.log", cluster_dir(city->cluster));
    city->env[0] = city->database_url;
    city->env[1] = city->intake_listen;
    city->env[2] = city->worker_setting;
    city->public_url = format_new("DUNGHEN_PUBLIC_URL=http://127.0.0.1:%u", city->intake_port);
    city->env[3] = city->public_url;
}

static int prepare_data(struct city *city, struct err *e)
{
    static const char *const keys[] = {"keys", "init", NULL};
    static const char *const load[] = {"catalogue", "load", SOURCE_DIR "/deploy/catalogue/tiny",
                                       NULL};

    return city_ctl(city, keys, e) < 0 || city_ctl(city, load, e) < 0 ? -1 : 0;
}

static int start_services(struct city *city, struct err *e)
{
    for (size_t i = 0; city->names[i] != NULL; i++) {
        AUTO(format_free) char *program = format_new("dunghen-%s", city->names[i]);
        struct process_settings settings = {program, city->names[i], city->env, city_dir(city)};
        if (process_start(&city->services[i], &settings, e) < 0)
            return -1;
    }
    for (size_t i = 0; city->names[i] != NULL; i++)
        if (process_wait_ready(city->services[i], e) < 0)
            return -1;
    return 0;
}

int city_open_with(struct city **out, const char *const *names, struct err *e)
{
    AUTO(city_close) struct city *city = mem_new(1, sizeof(*city));

    for (size_t i = 0; names[i] != NULL; i++) {
        assert_true(i < MAX_SERVICES - 1);
        city->names[i] = names[i];
    }
    if (cluster_open(&city->cluster, e) < 0 || make_folders(city, e) < 0)
        return -1;
    choose_settings(city);
    if (prepare_data(city, e) < 0 || start_services(city, e) < 0)
        return -1;
    *out = city;
    city = NULL;
    return 0;
}

int city_open(struct city **out, struct err *e)
{
    return city_open_with(out, all_services, e);
}

void city_close(struct city **city)
{
    struct city *c = *city;

    if (c == NULL)
        return;
    for (size_t i = 0; i < MAX_SERVICES; i++)
        process_close(&c->services[i]);
    cluster_close(&c->cluster);
    free(c->log);
    free(c->worker_setting);
    free(c->public_url);
    free(c->intake_listen);
    free(c->database_url);
    free(c);
    *city = NULL;
}

struct cluster *city_cluster(struct city *city)
{
    return city->cluster;
}

struct process *city_service(struct city *city, const char *name)
{
    for (size_t i = 0; city->names[i] != NULL; i++)
        if (strcmp(city->names[i], name) == 0)
            return city->services[i];
    abort();
}

const char *city_dir(const struct city *city)
{
    return cluster_dir(city->cluster);
}

const char *city_worker_endpoint(const struct city *city)
{
    return city->worker_endpoint;
}

unsigned city_intake_port(const struct city *city)
{
    return city->intake_port;
}

const char *const *city_env(const struct city *city)
{
    return city->env;
}

int city_ctl(struct city *city, const char *const *argv, struct err *e)
{
    const char *command[MAX_ARGS] = {BIN_DIR "/dunghen"};

    for (size_t i = 1; *argv != NULL; i++, argv++) {
        assert_true(i < MAX_ARGS - 1);
        command[i] = *argv;
    }
    return child_run(
        &(struct child_settings){
            .argv = command, .env = city->env, .log = city->log, .dir = city_dir(city)},
        e);
}

static void ask(const struct client_request *request, struct client_answer *out)
{
    struct err e;

    if (client_send(request, out, &e) < 0)
        fail_msg("%s", e.text);
}

void city_post(struct city *city, const char *path, const char *json, struct client_answer *out)
{
    static const char *const headers[] = {"Content-Type: application/json", NULL};

    ask(&(struct client_request){.port = city->intake_port,
                                 .method = "POST",
                                 .path = path,
                                 .headers = headers,
                                 .body = json,
                                 .len = strlen(json)},
        out);
}

void city_get(struct city *city, const char *path, struct client_answer *out)
{
    ask(&(struct client_request){.port = city->intake_port, .method = "GET", .path = path}, out);
}

void city_wait_until(struct city *city, const char *sql, int limit_ms)
{
    if (cluster_becomes(city->cluster, sql, limit_ms))
        return;
    for (size_t i = 0; city->names[i] != NULL; i++)
        process_show_log(city->services[i]);
    fail_msg("not true within %d ms: %s", limit_ms, sql);
}
