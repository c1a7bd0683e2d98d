/* SPDX-License-Identifier: Apache-2.0 */
#include "load_requests.h"

#include "json.h"
#include "mem.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { REQUEST_ROOM = LOAD_BODY_ROOM + 1024 };

/* One request; the digits of n are written at number_at and, with a key, at key_at. */
struct prepared {
    char *bytes;
    size_t len, number_at, key_at;
};

struct load_requests {
    struct prepared prepared[LOAD_TEXTS];
    size_t longest;
};

const char *load_requests_key(int64_t run, int64_t n, char out[LOAD_KEY_SIZE])
{
    (void)snprintf(out, LOAD_KEY_SIZE, "load-%09" PRId64 "-%0*" PRId64, run, LOAD_NUMBER_DIGITS, n);
    return out;
}

/* Millionths of a degree as the decimal number they are. */
static void add_degrees(struct strbuf *out, const char *name, int64_t degrees)
{
    int64_t whole = degrees < 0 ? -degrees : degrees;

    strbuf_addf(out, ",\"%s\":%s%" PRId64 ".%06" PRId64, name, degrees < 0 ? "-" : "",
                whole / 1000000, whole % 1000000);
}

static void add_text(struct strbuf *out, const char *before, const struct strbuf *text)
{
    strbuf_add(out, before, strlen(before));
    json_write_text(out, text->data, text->len);
}

size_t load_requests_body(const struct load_case *c, struct strbuf *out)
{
    strbuf_addf(out, "{\"service_code\":\"%s\"", c->service);
    add_text(out, ",\"description\":", &c->description);
    size_t number_at = out->len - strlen(".\"") - LOAD_NUMBER_DIGITS;
    add_degrees(out, "lat", c->lat);
    add_degrees(out, "lon", c->lon);
    add_text(out, ",\"address\":", &c->address);
    add_text(out, ",\"contact\":{\"name\":", &c->name);
    add_text(out, ",\"phone\":", &c->phone);
    strbuf_addf(out, "},\"language\":\"vi\"}");
    return number_at;
}

static void prepare(struct prepared *p, const struct load_case *c, const struct load_target *target,
                    const char *key)
{
    AUTO(strbuf_free) struct strbuf body = STRBUF(LOAD_BODY_ROOM);
    struct strbuf request = STRBUF(REQUEST_ROOM);

    size_t number_at = load_requests_body(c, &body);
    strbuf_addf(&request,
                "POST /api/v1/cases HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n",
                target->host);
    if (key != NULL) {
        strbuf_addf(&request, "Idempotency-Key: %s", key);
        p->key_at = request.len - LOAD_NUMBER_DIGITS;
        strbuf_addf(&request, "\r\n");
    }
    strbuf_addf(&request, "Content-Length: %zu\r\n\r\n", body.len);
    p->number_at = request.len + number_at;
    strbuf_add(&request, body.data, body.len);
    assert(strbuf_text(&request) != NULL);
    p->bytes = request.data;
    p->len = request.len;
}

static void case_free(struct load_case *c)
{
    load_case_free(c);
}

struct load_requests *load_requests_open(const struct load_texts *texts,
                                         const struct load_plan *plan,
                                         const struct load_target *target, bool keys)
{
    struct load_requests *r = mem_new(1, sizeof(*r));
    AUTO(case_free) struct load_case c;
    char key[LOAD_KEY_SIZE];

    load_case_init(&c);
    for (int64_t i = 0; i < LOAD_TEXTS; i++) {
        load_texts_make(texts, plan, i, &c);
        prepare(&r->prepared[i], &c, target, keys ? load_requests_key(plan->run, i, key) : NULL);
        if (r->prepared[i].len > r->longest)
            r->longest = r->prepared[i].len;
    }
    return r;
}

void load_requests_close(struct load_requests **requests)
{
    if (*requests == NULL)
        return;
    for (size_t i = 0; i < LOAD_TEXTS; i++)
        free((*requests)->prepared[i].bytes);
    free(*requests);
    *requests = NULL;
}

size_t load_requests_room(const struct load_requests *requests)
{
    return requests->longest;
}

static void write_digits(char *at, int64_t n)
{
    for (size_t i = LOAD_NUMBER_DIGITS; i > 0; i--, n /= 10)
        at[i - 1] = (char)('0' + n % 10);
}

size_t load_requests_write(const struct load_requests *requests, int64_t n, char *out)
{
    const struct prepared *p = &requests->prepared[n % LOAD_TEXTS];

    memcpy(out, p->bytes, p->len);
    write_digits(out + p->number_at, n);
    if (p->key_at > 0)
        write_digits(out + p->key_at, n);
    return p->len;
}
