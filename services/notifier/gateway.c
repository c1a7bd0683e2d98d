/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway.h"

#include "template.h"

#include <stdio.h>
#include <string.h>

void gateway_request_free(struct gateway_request *request)
{
    strbuf_free(&request->url);
    strbuf_free(&request->body);
    strbuf_free(&request->lines);
}

/* ---- the request ---- */

static enum template_escape escape_of(const char *content_type)
{
    static const struct {
        const char *in;
        enum template_escape escape;
    } kinds[] = {{"json", TEMPLATE_JSON}, {"xml", TEMPLATE_XML}, {"form", TEMPLATE_URL}};

    for (size_t i = 0; i < COUNT(kinds); i++)
        if (strstr(content_type, kinds[i].in) != NULL)
            return kinds[i].escape;
    return TEMPLATE_PLAIN;
}

/* Cuts the filled lines into headers; each must be "Name: value" of visible ASCII, or empty, as one
 * is that is not shown. */
static int cut_headers(struct gateway_request *r, size_t count, struct err *e)
{
    char *line = r->lines.data;

    for (char *next; line != NULL && *line != '\0'; line = next) {
        size_t len = strcspn(line, "\n");
        next = line + len + (line[len] == '\n' ? 1 : 0);
        line[len] = '\0';
        for (const char *c = line; *c != '\0'; c++)
            if (*c < ' ' || *c > '~')
                return err_set(e, ERR_INPUT, "a header is not visible ASCII");
        if (len == 0)
            continue;
        if (strchr(line, ':') == NULL)
            return err_set(e, ERR_INPUT, "a header is not \"Name: value\"");
        if (count == GATEWAY_HEADERS)
            return err_set(e, ERR_INPUT, "there are more than %d headers", GATEWAY_HEADERS);
        r->headers[count++] = line;
    }
    r->headers[count] = NULL;
    return 0;
}

static int write_headers(const struct catalogue_gateway *g, const json_t *data,
                         struct gateway_request *r, struct err *e)
{
    strbuf_addf(&r->lines, "Content-Type: %s\nIdempotency-Key: %s\n", g->content_type,
                json_string_value(json_object_get(data, "key")));
    if (g->headers != NULL && template_render(g->headers, data, TEMPLATE_PLAIN, &r->lines, e) < 0)
        return -1;
    return cut_headers(r, 0, e);
}

int gateway_write(const struct catalogue_gateway *gateway, const json_t *data,
                  struct gateway_request *out, struct err *e)
{
    AUTO(gateway_request_free)
    struct gateway_request r = {.url = STRBUF(GATEWAY_BYTES),
                                .body = STRBUF(GATEWAY_BYTES),
                                .lines = STRBUF(GATEWAY_BYTES)};

    if (template_render(gateway->url, data, TEMPLATE_URL, &r.url, e) < 0)
        return err_in(e, "url");
    if (gateway->body != NULL &&
        template_render(gateway->body, data, escape_of(gateway->content_type), &r.body, e) < 0)
        return err_in(e, "body");
    if (write_headers(gateway, data, &r, e) < 0)
        return err_in(e, "headers");
    *out = r;
    r = (struct gateway_request){0};
    return 0;
}

/* ---- the answer ---- */

/* The value that a JSON pointer without escapes names. */
static const json_t *find(const json_t *value, const char *pointer, size_t len)
{
    char key[64];

    while (len > 0 && value != NULL) {
        size_t part = 1;
        while (part < len && pointer[part] != '/')
            part++;
        snprintf(key, sizeof(key), "%.*s", (int)(part - 1), pointer + 1);
        value = json_object_get(value, key);
        pointer += part;
        len -= part;
    }
    return value;
}

/* Whether text is one of the words that stand between '|'. */
static bool is_one_of(const char *text, const char *words)
{
    size_t wanted = strlen(text);

    for (size_t len; *words != '\0'; words += len + (words[len] == '|' ? 1 : 0)) {
        len = strcspn(words, "|");
        if (len == wanted && strncmp(words, text, len) == 0)
            return true;
    }
    return false;
}

/* A rule is "/pointer/to=WORD|WORD": numbers and texts are compared as they are written. */
static bool fits(const char *rule, const json_t *answer)
{
    size_t pointer = strcspn(rule, "=");
    const json_t *value = find(answer, rule, pointer);
    char number[32];
    const char *text = json_string_value(value);

    if (json_is_integer(value)) {
        snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        text = number;
    } else if (json_is_boolean(value)) {
        text = json_is_true(value) ? "true" : "false";
    }
    return text != NULL && rule[pointer] == '=' && is_one_of(text, rule + pointer + 1);
}

enum gateway_verdict gateway_judge_status(int status)
{
    enum { TIMEOUT = 408, TOO_EARLY = 425, TOO_MANY = 429 };

    if (status >= 200 && status < 300)
        return GATEWAY_TAKEN;
    if (status >= 500 || status < 300 || status == TIMEOUT || status == TOO_EARLY ||
        status == TOO_MANY)
        return GATEWAY_FAILED;
    return GATEWAY_REFUSED;
}

enum gateway_verdict gateway_judge(const struct catalogue_gateway *gateway, int status,
                                   const char *answer, size_t len)
{
    AUTO(json_release) json_t *document = NULL;
    enum gateway_verdict verdict = gateway_judge_status(status);
    struct err e;

    if (verdict != GATEWAY_TAKEN || (gateway->success == NULL && gateway->refusal == NULL))
        return verdict;
    if (json_parse(answer, len, &document, &e) < 0)
        return GATEWAY_FAILED;
    if (gateway->refusal != NULL && fits(gateway->refusal, document))
        return GATEWAY_REFUSED;
    return gateway->success == NULL || fits(gateway->success, document) ? GATEWAY_TAKEN
                                                                        : GATEWAY_FAILED;
}
