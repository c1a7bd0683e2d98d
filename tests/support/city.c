/* SPDX-License-Identifier: Apache-2.0 */
/* city - services find each other by their defaults, which are relative to the
 * directory where they work: the cluster's. */
#include "city.h"

#include "child.h"
#include "format.h"
#include "http_ask.h"
#include "json.h"
#include "mem.h"
#include "must.h"
#include "text_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static const char *const all_services[] = {"tracker", "router", "dispatch", "sentinel",
                                           "letters", "intake", "notifier", NULL};

enum { MAX_SERVICES = COUNT(all_services), MAX_ARGS = 24, MAX_ENV = 24 };

struct city {
    struct cluster *cluster;
    const char *names[MAX_SERVICES]; /* ended by NULL, as services */
    struct process *services[MAX_SERVICES];
    char *log;                   /* of ctl */
    const char *worker_endpoint; /* within its setting */
    unsigned intake_port;
    char *env[MAX_ENV + 1];
    int env_count;
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

void city_set(struct city *city, char *setting)
{
    assert_true(city->env_count < MAX_ENV);
    city->env[city->env_count++] = setting;
}

static void choose_settings(struct city *city)
{
    static const char worker_name[] = "DUNGHEN_WORKER_ENDPOINT=";
    char *worker = format_new("%stcp://127.0.0.1:%u", worker_name, process_free_port());

    city->intake_port = process_free_port();
    city->worker_endpoint = worker + strlen(worker_name);
    city->log = format_new("%s/ctl.log", cluster_dir(city->cluster));
    city_set(city, worker);
    city_set(city, format_new("DUNGHEN_DATABASE_URL=%s", cluster_url(city->cluster)));
    city_set(city, format_new("DUNGHEN_INTAKE_LISTEN=127.0.0.1:%u", city->intake_port));
    city_set(city, format_new("DUNGHEN_STATISTICS_AGE_S=0")); /* tests read what they wrote */
    city_set(city, format_new("DUNGHEN_PUBLIC_URL=http://127.0.0.1:%u", city->intake_port));
}

int city_make(struct city **out, struct err *e)
{
    static const char *const keys[] = {"keys", "init", NULL};
    AUTO(city_close) struct city *city = mem_new(1, sizeof(*city));

    if (cluster_open(&city->cluster, e) < 0 || make_folders(city, e) < 0)
        return -1;
    choose_settings(city);
    if (city_ctl(city, keys, e) < 0)
        return -1;
    *out = city;
    city = NULL;
    return 0;
}

static int start_services(struct city *city, struct err *e)
{
    for (size_t i = 0; city->names[i] != NULL; i++) {
        AUTO(format_free) char *program = format_new("dunghen-%s", city->names[i]);
        struct process_settings settings = {program, city->names[i], city_env(city),
                                            city_dir(city)};
        if (process_start(&city->services[i], &settings, e) < 0)
            return -1;
    }
    for (size_t i = 0; city->names[i] != NULL; i++)
        if (process_wait_ready(city->services[i], e) < 0)
            return -1;
    return 0;
}

int city_start(struct city *city, const char *const *names, struct err *e)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        assert_true(i < MAX_SERVICES - 1);
        city->names[i] = names[i];
    }
    return start_services(city, e);
}

int city_open_with(struct city **out, const char *const *names, struct err *e)
{
    static const char *const load[] = {"catalogue", "load", SOURCE_DIR "/deploy/catalogue/tiny",
                                       NULL};
    AUTO(city_close) struct city *city = NULL;

    if (city_make(&city, e) < 0 || city_ctl(city, load, e) < 0 || city_start(city, names, e) < 0)
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
    for (int i = 0; i < c->env_count; i++)
        free(c->env[i]);
    free(c->log);
    free(c);
    *city = NULL;
}

int city_setup_with(void **state, const char *const *names)
{
    struct city *city = NULL;
    struct err e;

    must(city_open_with(&city, names, &e), &e);
    *state = city;
    return 0;
}

int city_setup(void **state)
{
    return city_setup_with(state, all_services);
}

int city_teardown(void **state)
{
    struct city *city = *state;

    city_close(&city);
    return 0;
}

struct outside *city_outside(struct city *city)
{
    AUTO(format_free) char *keys = format_new("%s/var/keys", city_dir(city));
    char *settings[OUTSIDE_SETTINGS];
    struct outside *outside = NULL;
    struct err e;

    must(outside_start(&outside, city_dir(city), &e), &e);
    outside_settings(outside, settings);
    for (size_t i = 0; i < OUTSIDE_SETTINGS; i++)
        city_set(city, settings[i]);
    outside_secret(keys);
    return outside;
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
    return (const char *const *)city->env;
}

/* "dunghen ...", whose output goes to the file log. */
struct command {
    const char *argv[MAX_ARGS];
    struct child_settings settings;
};

static const struct child_settings *make_command(struct command *c, const struct city *city,
                                                 const char *const *argv, const char *log)
{
    *c = (struct command){.argv = {BIN_DIR "/dunghen"}};
    for (size_t i = 1; *argv != NULL; i++, argv++) {
        assert_true(i < MAX_ARGS - 1);
        c->argv[i] = *argv;
    }
    c->settings = (struct child_settings){
        .argv = c->argv, .env = city_env(city), .log = log, .dir = city_dir(city)};
    return &c->settings;
}

static int run_ctl(const struct city *city, const char *const *argv, const char *log, struct err *e)
{
    struct command command;

    return child_run(make_command(&command, city, argv, log), e);
}

pid_t city_spawn(const struct city *city, const char *const *argv, const char *log)
{
    struct command command;
    struct err e;
    pid_t pid = 0;

    must(child_start(&pid, make_command(&command, city, argv, log), &e), &e);
    return pid;
}

int city_ctl(struct city *city, const char *const *argv, struct err *e)
{
    return run_ctl(city, argv, city->log, e);
}

bool city_says(struct city *city, const char *const *argv, struct strbuf *output)
{
    AUTO(format_free) char *path = format_new("%s/output", city_dir(city));
    struct err e;
    bool good = run_ctl(city, argv, path, &e) == 0;

    strbuf_clear(output);
    text_file_read(path, output);
    unlink(path);
    return good;
}

void city_post(struct city *city, const char *path, const char *json, struct client_answer *out)
{
    static const char *const headers[] = {"Content-Type: application/json", NULL};

    http_ask(&(struct client_request){.port = city->intake_port,
                                      .method = "POST",
                                      .path = path,
                                      .headers = headers,
                                      .body = json,
                                      .len = strlen(json)},
             out);
}

void city_get(struct city *city, const char *path, struct client_answer *out)
{
    http_ask(&(struct client_request){.port = city->intake_port, .method = "GET", .path = path},
             out);
}

char *city_report(struct city *city, const char *json)
{
    AUTO(client_answer_free) struct client_answer answer = {0};
    AUTO(json_release) json_t *receipt = NULL;
    struct err e;

    city_post(city, "/api/v1/cases", json, &answer);
    if (answer.status != 201)
        fail_msg("%u: %s", answer.status, answer.body);
    must(json_parse(answer.body, answer.len, &receipt, &e), &e);
    return format_new("%s", json_string_value(json_object_get(receipt, "reference")));
}

void city_wait_until(struct city *city, const char *sql, int limit_ms)
{
    if (cluster_becomes(city->cluster, sql, limit_ms))
        return;
    for (size_t i = 0; city->names[i] != NULL; i++)
        process_show_log(city->services[i]);
    fail_msg("not true within %d ms: %s", limit_ms, sql);
}
