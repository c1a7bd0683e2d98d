/* SPDX-License-Identifier: Apache-2.0 */
/* load - "dunghen load": sends complaints as fast as it may, and checks later that they are kept.
 */
#include "commands.h"
#include "door.h"
#include "load_city.h"
#include "load_drive.h"
#include "load_options.h"
#include "load_verify.h"

#include "mem.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { CATALOGUE_BYTES = 8 * 1024 * 1024, MAX_RUN = 999999999 };

/* A report's rows: one table for people and for programs. */
struct row {
    const char *name;
    double value;
    int decimals;
};

static void print_rows(const struct ctl *ctl, const struct row *rows, size_t count, bool json)
{
    for (size_t i = 0; i < count; i++) {
        if (json)
            ctl_say(ctl, "%s\"%s\": %.*f", i == 0 ? "{" : ", ", rows[i].name, rows[i].decimals,
                    rows[i].value);
        else
            ctl_say(ctl, "%-16s %14.*f\n", rows[i].name, rows[i].decimals, rows[i].value);
    }
    if (json)
        ctl_say(ctl, "}\n");
}

/* ---- what to send ---- */

static void take_services(const json_t *services, struct load_plan *plan)
{
    size_t i;
    const json_t *service;

    json_array_foreach(services, i, service)
    {
        const char *code = json_string_value(json_object_get(service, "service_code"));
        if (code != NULL && plan->service_count < LOAD_MAX_SERVICES && door_takes(service))
            plan->services[plan->service_count++] = mem_text(code);
    }
}

static void release(json_t **document)
{
    json_decref(*document);
}

static int ask_services(const struct load_target *target, struct load_plan *plan, struct err *e)
{
    AUTO(strbuf_free) struct strbuf body = STRBUF(CATALOGUE_BYTES);
    json_error_t where;

    if (load_target_get(target, "/api/v1/services", &body, e) < 0)
        return -1;
    AUTO(release) json_t *document = json_loadb(body.data, body.len, 0, &where);
    take_services(json_is_array(document) ? document : json_object_get(document, "services"), plan);
    if (plan->service_count == 0)
        return err_set(e, ERR_SYSTEM, "/api/v1/services lists none that requires no answers");
    return 0;
}

static int ask_box(const struct load_target *target, struct load_box *out, struct err *e)
{
    AUTO(strbuf_free) struct strbuf body = STRBUF(LOAD_CITY_BYTES);

    if (load_target_get(target, LOAD_CITY_PATH, &body, e) < 0)
        return -1;
    AUTO(release) json_t *map = json_loadb(body.data, body.len, 0, NULL);
    return load_city_box(map, out, e);
}

static int split_services(const char *codes, struct load_plan *plan, struct err *e)
{
    while (*codes != '\0') {
        size_t len = strcspn(codes, ",");
        if (len == 0 || plan->service_count == LOAD_MAX_SERVICES)
            return err_set(e, ERR_INPUT, "--services is not a list of codes");
        char *code = mem_new(1, len + 1);
        memcpy(code, codes, len);
        plan->services[plan->service_count++] = code;
        codes += len + (codes[len] == ',');
    }
    return plan->service_count > 0 ? 0 : err_set(e, ERR_INPUT, "--services is empty");
}

static int make_plan(const struct load_options *options, const struct load_target *target,
                     struct load_plan *plan, struct err *e)
{
    uint32_t chance;

    if (getrandom(&chance, sizeof(chance), 0) != (ssize_t)sizeof(chance))
        return err_set(e, ERR_SYSTEM, "could not get a random number");
    plan->run = 1 + chance % MAX_RUN;
    if (options->box != NULL ? load_options_box(options->box, &plan->box, e) < 0
                             : ask_box(target, &plan->box, e) < 0)
        return -1;
    if (options->services != NULL)
        return split_services(options->services, plan, e);
    return ask_services(target, plan, e);
}

/* ---- sending ---- */

static void report_run(const struct ctl *ctl, const struct load_result *r, bool json)
{
    double seconds = (double)r->elapsed_us / 1e6;
    const struct row rows[] = {
        {"sent", (double)r->sent, 0},
        {"accepted", (double)r->accepted, 0},
        {"refused", (double)r->refused, 0},
        {"errors", (double)r->errors, 0},
        {"retries", (double)r->retries, 0},
        {"seconds", seconds, 3},
        {"accepted_per_s", seconds > 0 ? (double)r->accepted_in_time / seconds : 0, 1},
        {"p50_ms", load_latency_ms(&r->latency, 0.5), 3},
        {"p90_ms", load_latency_ms(&r->latency, 0.9), 3},
        {"p99_ms", load_latency_ms(&r->latency, 0.99), 3},
        {"max_ms", (double)r->latency.max_us / 1e3, 3},
    };

    print_rows(ctl, rows, COUNT(rows), json);
    if (r->refusal[0] != '\0')
        fprintf(stderr, "dunghen: the first refusal: %s\n", r->refusal);
}

static int send_load(const struct ctl *ctl, const struct load_options *options, struct err *e)
{
    AUTO(load_plan_free) struct load_plan plan = {0};
    AUTO(load_texts_close) struct load_texts *texts = load_texts_open();
    AUTO(load_requests_close) struct load_requests *requests = NULL;
    AUTO(load_notes_close) struct load_notes *notes = NULL;
    struct load_target target;
    struct load_result result;

    if (load_target_read(options->url, &target, e) < 0 || make_plan(options, &target, &plan, e) < 0)
        return -1;
    if (options->out != NULL &&
        load_notes_create(&notes, options->out, &plan, !options->no_keys, e) < 0)
        return -1;
    requests = load_requests_open(texts, &plan, &target, !options->no_keys);
    const struct load_drive_settings settings = {.target = &target,
                                                 .requests = requests,
                                                 .notes = notes,
                                                 .connections = options->connections,
                                                 .rate = options->rate,
                                                 .seconds = options->seconds,
                                                 .count = options->count,
                                                 .keys = !options->no_keys,
                                                 .give_up_s = options->give_up_s};
    if (load_drive(&settings, &result, e) < 0)
        return -1;
    report_run(ctl, &result, options->json);
    return 0;
}

/* ---- verifying ---- */

static int verify(struct ctl *ctl, const struct load_options *options, struct err *e)
{
    AUTO(load_notebook_free) struct load_notebook book = {0};
    AUTO(pg_close) struct pg *pg = NULL;
    struct load_findings f;

    if (load_notebook_read(&book, options->verify, e) < 0 ||
        pg_open(&pg, ctl, "dunghen_ctl", e) < 0 || load_verify(pg, &book, &f, e) < 0)
        return -1;
    const struct row rows[] = {
        {"promised", (double)f.promised, 0}, {"kept", (double)f.kept, 0},
        {"missing", (double)f.missing, 0},   {"different", (double)f.different, 0},
        {"repeated", (double)f.repeated, 0}, {"cases", (double)f.cases, 0},
        {"twice", (double)f.twice, 0},
    };
    print_rows(ctl, rows, COUNT(rows), options->json);
    if (!load_verify_is_good(&f))
        return err_set(e, ERR_CONFLICT, "not every promise was kept");
    return 0;
}

int load_run(struct ctl *ctl, char **args, struct err *e)
{
    struct load_options options;

    if (load_options_read(args, &options, e) < 0) {
        ctl->status = CTL_MISUSED;
        return -1;
    }
    return options.verify != NULL ? verify(ctl, &options, e) : send_load(ctl, &options, e);
}
