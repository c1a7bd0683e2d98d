/* SPDX-License-Identifier: Apache-2.0 */
#include "door.h"

#include <string.h>

int door_open(const struct ctl *ctl, struct door *out, struct err *e)
{
    if (client_reach(ctl->intake_listen, out->host, &out->port, e) < 0)
        return err_in(e, "DUNGHEN_INTAKE_LISTEN");
    return 0;
}

static void add(struct strbuf *out, const char *before, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    if (text != NULL)
        strbuf_addf(out, "%s%s", before, text);
}

/* What a problem (RFC 9457) says: its title and detail, and the first field that is wrong. */
static int refuse(unsigned status, const char *path, const json_t *document, struct err *e)
{
    AUTO(strbuf_free) struct strbuf words = STRBUF(1024);
    const json_t *first = json_array_get(json_object_get(document, "errors"), 0);

    strbuf_addf(&words, "%s answered %u", path, status);
    add(&words, ": ", document, "title");
    add(&words, ": ", document, "detail");
    add(&words, ": ", first, "pointer");
    add(&words, ": ", first, "detail");
    return err_set(e, status >= 500 ? ERR_BUSY : ERR_INPUT, "%s",
                   strbuf_text(&words) != NULL ? words.data : "the answer is too long");
}

static int ask(const struct client_request *request, json_t **out, struct err *e)
{
    struct client_answer answer;
    json_t *document;

    if (client_send(request, &answer, e) < 0)
        return -1;
    document = json_loadb(answer.body, answer.len, 0, NULL);
    unsigned status = answer.status;
    int rc = status >= 200 && status < 300 ? 0 : refuse(status, request->path, document, e);
    client_answer_free(&answer);
    if (rc == 0 && document == NULL)
        rc = err_set(e, ERR_SYSTEM, "%s answered %u without JSON", request->path, status);
    if (rc < 0)
        json_decref(document);
    else
        *out = document;
    return rc;
}

int door_get(const struct door *door, const char *path, json_t **out, struct err *e)
{
    return ask(
        &(struct client_request){
            .host = door->host, .port = door->port, .method = "GET", .path = path},
        out, e);
}

int door_post(const struct door *door, const char *path, const struct strbuf *body, json_t **out,
              struct err *e)
{
    static const char *const headers[] = {"Content-Type: application/json", NULL};

    return ask(&(struct client_request){.host = door->host,
                                        .port = door->port,
                                        .method = "POST",
                                        .path = path,
                                        .headers = headers,
                                        .body = body->data,
                                        .len = body->len},
               out, e);
}

int door_city_box(const struct door *door, struct load_box *out, struct err *e)
{
    AUTO(json_release) json_t *document = NULL;

    if (door_get(door, LOAD_CITY_PATH, &document, e) < 0)
        return -1;
    return load_city_box(document, out, e);
}

bool door_takes(const json_t *service)
{
    size_t i;
    const json_t *attribute;

    if (json_string_length(json_object_get(service, "closed_notice")) > 0)
        return false;
    json_array_foreach(json_object_get(service, "attributes"), i, attribute)
    {
        if (json_is_true(json_object_get(attribute, "required")))
            return false;
    }
    return true;
}
