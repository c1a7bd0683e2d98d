/* SPDX-License-Identifier: Apache-2.0 */
#include "probe.h"

#include "mem.h"
#include "metrics.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONNECTIONS = 32,
    IDLE_S = 60,
    METRICS_LIMIT_BYTES = 1024 * 1024,
};

struct probe {
    struct http *http;
    const char *service;
    const struct probe_check *checks;
    void *ctx;
    bool stopping;
};

static void answer_text(struct http_request *request, unsigned status, const char *type,
                        const char *text)
{
    http_reply(request, &(struct http_answer){
                            .status = status, .type = type, .body = text, .len = strlen(text)});
}

static void on_health(void *ctx, struct http_request *request)
{
    (void)ctx;
    answer_text(request, 200, "text/plain; charset=utf-8", "ok\n");
}

/* Asks every check; true when all are well. */
static bool ask(const struct probe *probe, json_t *checks)
{
    bool ready = true;

    for (const struct probe_check *check = probe->checks; check->name != NULL; check++) {
        const char *why = check->fn(probe->ctx);
        json_t *text = json_string(why != NULL ? why : "ok");
        if (text == NULL) /* not UTF-8 */
            text = json_string("failed");
        json_object_set_new(checks, check->name, text);
        ready = ready && why == NULL;
    }
    if (probe->stopping)
        json_object_set_new(checks, "service", json_string("stopping"));
    return ready && !probe->stopping;
}

static void on_ready(void *ctx, struct http_request *request)
{
    json_t *checks = json_object();
    bool ready = ask(ctx, checks);
    json_t *answer = json_pack("{s:b, s:o}", "ready", ready, "checks", checks);
    char *text = json_dumps(answer, JSON_COMPACT);

    answer_text(request, ready ? 200 : 503, "application/json", text);
    free(text);
    json_decref(answer);
}

static void on_metrics(void *ctx, struct http_request *request)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(METRICS_LIMIT_BYTES);
    const struct probe *probe = ctx;

    metrics_write(&out, probe->service);
    const char *text = strbuf_text(&out);
    assert(text != NULL); /* the metrics are fixed at compile time, and far fewer */
    answer_text(request, 200, "text/plain; version=0.0.4; charset=utf-8", text);
}

static const struct http_route routes[] = {
    {"GET", "/healthz", on_health},
    {"GET", "/readyz", on_ready},
    {"GET", "/metrics", on_metrics},
    {0},
};

int probe_open(struct probe **out, struct loop *loop, const char *service, const char *listen,
               const struct probe_check *checks, void *ctx, struct err *e)
{
    AUTO(probe_close) struct probe *probe = mem_new(1, sizeof(*probe));

    *probe = (struct probe){.service = service, .checks = checks, .ctx = ctx};
    const struct http_settings settings = {.listen = listen,
                                           .max_body_bytes = 0,
                                           .max_connections = CONNECTIONS,
                                           .idle_timeout_s = IDLE_S,
                                           .routes = routes,
                                           .ctx = probe};
    if (http_open(&probe->http, loop, &settings, e) < 0)
        return -1;
    *out = probe;
    probe = NULL;
    return 0;
}

void probe_close(struct probe **probe)
{
    if (*probe == NULL)
        return;
    http_close(&(*probe)->http);
    free(*probe);
    *probe = NULL;
}

unsigned probe_port(const struct probe *probe)
{
    return http_port(probe->http);
}

void probe_drain(struct probe *probe)
{
    probe->stopping = true;
}
