/* SPDX-License-Identifier: Apache-2.0 */
/* status_services - asks each service's /readyz whether it is ready, and what it lacks. */
#include "status.h"

#include "http_client.h"
#include "text.h"

#include <inttypes.h>
#include <string.h>

enum {
    ASK_LIMIT_MS = 2000,
    MAX_PORT = 65535,
    NAME_SIZE = 40,
    ADDRESS_SIZE = CLIENT_HOST_SIZE + 16
};

/* The names and ports of deploy/services.txt, of what is built, from CMakeLists.txt: "intake 9101
 * router 9102 ". */
static const char built[] = DUNGHEN_SERVICES;

/* Why a service that answered is not ready: "database: no connection". */
static void add_checks(json_t *service, const struct client_answer *answer)
{
    AUTO(json_release) json_t *document = json_loadb(answer->body, answer->len, 0, NULL);
    json_t *checks = json_object_get(document, "checks");

    json_object_set_new(service, "ready", json_boolean(answer->status == 200));
    if (json_is_object(checks))
        json_object_set(service, "checks", checks);
    else
        json_object_set_new(service, "error",
                            json_sprintf("/readyz answered %u without words", answer->status));
}

static json_t *ask(const char *name, const char *address, const struct client_request *request)
{
    json_t *service = json_pack("{s:s, s:s}", "name", name, "address", address);
    struct client_answer answer = {0};
    struct err e;

    if (client_send(request, &answer, &e) == 0) {
        add_checks(service, &answer);
        client_answer_free(&answer);
    } else {
        json_object_set_new(service, "ready", json_false());
        json_object_set_new(service, "error", json_string(e.text));
    }
    return service;
}

static int add_service(json_t *list, const char *name, const char *address, struct err *e)
{
    char host[CLIENT_HOST_SIZE];
    struct client_request request = {
        .host = host, .limit_ms = ASK_LIMIT_MS, .method = "GET", .path = "/readyz"};

    if (client_reach(address, host, &request.port, e) < 0)
        return -1;
    json_array_append_new(list, ask(name, address, &request));
    return 0;
}

static int add_given(json_t *list, const char *services, struct err *e)
{
    while (*services != '\0') {
        size_t len = strcspn(services, ","), name_len = strcspn(services, "=");
        AUTO(strbuf_free) struct strbuf name = STRBUF(NAME_SIZE);
        AUTO(strbuf_free) struct strbuf address = STRBUF(ADDRESS_SIZE);
        if (name_len == 0 || name_len >= len)
            return err_set(e, ERR_INPUT, "\"%s\" is not like intake=127.0.0.1:9101,...", services);
        strbuf_add(&name, services, name_len);
        strbuf_add(&address, services + name_len + 1, len - name_len - 1);
        if (strbuf_text(&name) == NULL || strbuf_text(&address) == NULL)
            return err_set(e, ERR_INPUT, "\"%s\" has a name or an address that is too long",
                           services);
        if (add_service(list, name.data, address.data, e) < 0)
            return -1;
        services += len + (services[len] == ',');
    }
    return 0;
}

/* Reads "NAME PORT " and goes on behind it. */
static void read_built(const char **at, char name[NAME_SIZE], int64_t *port)
{
    size_t len = strcspn(*at, " ");
    char number[NAME_SIZE];
    struct err e;

    snprintf(name, NAME_SIZE, "%.*s", (int)len, *at);
    *at += len + 1;
    len = strcspn(*at, " ");
    snprintf(number, sizeof(number), "%.*s", (int)len, *at);
    *at += len + 1;
    if (text_int64(number, "port", 1, MAX_PORT, port, &e) < 0)
        abort(); /* the build wrote it */
}

/* They keep their distance to the first one's port. */
static int add_built(json_t *list, const char *first, struct err *e)
{
    const char *colon = strrchr(first, ':'), *at = built;
    char host[CLIENT_HOST_SIZE], name[NAME_SIZE];
    int64_t first_port = 0, port;
    unsigned base;

    if (client_reach(first, host, &base, e) < 0)
        return err_in(e, "DUNGHEN_METRICS_LISTEN");
    while (*at != '\0') {
        AUTO(strbuf_free) struct strbuf address = STRBUF(ADDRESS_SIZE);
        read_built(&at, name, &port);
        first_port = first_port == 0 ? port : first_port;
        strbuf_addf(&address, "%.*s:%" PRId64, (int)(colon - first), first,
                    port - first_port + base);
        if (add_service(list, name, strbuf_text(&address), e) < 0)
            return -1;
    }
    return 0;
}

int status_read_services(const struct ctl *ctl, const char *services, json_t **out, struct err *e)
{
    AUTO(json_release) json_t *list = json_array();

    if (services == NULL && ctl->probes[0] != '\0')
        services = ctl->probes;
    if (services != NULL ? add_given(list, services, e) < 0
                         : add_built(list, ctl->metrics_listen, e) < 0)
        return -1;
    *out = list;
    list = NULL;
    return 0;
}
