/* SPDX-License-Identifier: Apache-2.0 */
#include "gate.h"

#include "clock.h"
#include "crypto.h"
#include "log.h"
#include "mem.h"
#include "metrics.h"
#include "sql_intake.h"
#include "table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HASH, QUOTA, ORIGINS, NAME, WEBHOOKS }; /* columns of sql/select_door_keys.sql */
enum { WINDOW_S = 60, LATER_US = CLOCK_US_PER_S };

/* No matter of /readyz: all intakes would say so at once, and who has no key would be sent away. */
METRIC_GAUGE(
    stale, "dunghen_intake_door_keys_stale",
    "1 while the keys of the door are those of before, since they could not be read again.");

struct door_key {
    uint8_t hash[CRYPTO_HASH_BYTES];
    struct bucket_rate rate; /* requests */
    struct bucket bucket;
    char *name;
    int64_t webhooks; /* that it may have */
    char **origins;
    size_t origin_count;
    UT_hash_handle hh;
};

struct gate {
    struct db *db;
    struct door_key *keys;
    struct limits *limits; /* of who has no key */
    bool known, asking, again;
    struct loop_timer *later; /* set: what was not read is asked for again then */
};

static void free_key(struct door_key *key)
{
    for (size_t i = 0; i < key->origin_count; i++)
        free(key->origins[i]);
    free((void *)key->origins);
    free(key->name);
    free(key);
}

static void free_keys(struct door_key **keys)
{
    struct door_key *key, *next;

    HASH_ITER(hh, *keys, key, next)
    {
        HASH_DEL(*keys, key);
        free_key(key);
    }
}

static void on_later(void *ctx)
{
    gate_look(ctx);
}

struct gate *gate_new(struct loop *loop, struct db *db, struct limits *limits)
{
    struct gate *gate = mem_new(1, sizeof(*gate));

    gate->db = db;
    gate->limits = limits;
    gate->later = loop_timer_new(loop, on_later, gate);
    return gate;
}

void gate_free(struct gate **gate)
{
    if (*gate == NULL)
        return;
    loop_timer_cancel((*gate)->later);
    free_keys(&(*gate)->keys);
    free(*gate);
    *gate = NULL;
}

static struct door_key *find(struct door_key *keys, const uint8_t hash[CRYPTO_HASH_BYTES])
{
    struct door_key *key;

    HASH_FIND(hh, keys, hash, CRYPTO_HASH_BYTES, key);
    return key;
}

static void read_origins(struct door_key *key, const PGresult *rows, int row)
{
    const char *text;
    size_t len;

    while ((text = db_array_text(rows, row, ORIGINS, (int)key->origin_count, &len)) != NULL) {
        key->origins = mem_resize((void *)key->origins, (key->origin_count + 1) * sizeof(char *));
        key->origins[key->origin_count] = mem_new(len + 1, 1);
        memcpy(key->origins[key->origin_count++], text, len);
    }
}

static struct door_key *read_key(const PGresult *rows, int row)
{
    struct door_key *key = mem_new(1, sizeof(*key));

    memcpy(key->hash, PQgetvalue(rows, row, HASH), sizeof(key->hash));
    key->rate = (struct bucket_rate){db_int(rows, row, QUOTA), WINDOW_S};
    key->bucket = (struct bucket){(double)key->rate.quota, clock_mono_us()};
    key->name = mem_text(db_text(rows, row, NAME));
    key->webhooks = db_int(rows, row, WEBHOOKS);
    read_origins(key, rows, row);
    return key;
}

/* What has been used of a quota stays used. */
static void keep_level(struct door_key *key, const struct door_key *before)
{
    if (before == NULL)
        return;
    key->bucket = before->bucket;
    key->bucket.left = fmin(before->bucket.left, (double)key->rate.quota);
}

static void ask_again_later(struct gate *gate)
{
    metric_set(&stale, 1);
    loop_timer_set_us(gate->later, LATER_US);
}

static void on_keys(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct gate *gate = ctx;
    struct door_key *keys = NULL;

    gate->asking = false;
    if (e != NULL) {
        log_event(LOG_WARN, "the keys of the door could not be read", "why", e->text, NULL);
        ask_again_later(gate);
    }
    for (int i = 0; e == NULL && i < PQntuples(rows[0]); i++) {
        struct door_key *key = read_key(rows[0], i);
        keep_level(key, find(gate->keys, key->hash));
        HASH_ADD(hh, keys, hash, CRYPTO_HASH_BYTES, key);
    }
    if (e == NULL) {
        free_keys(&gate->keys);
        gate->keys = keys;
        gate->known = true;
        metric_set(&stale, 0);
    }
    if (gate->again)
        gate_look(gate);
}

void gate_look(struct gate *gate)
{
    const struct db_step step = {&sql_select_door_keys, NULL};
    struct err e;

    gate->again = gate->asking;
    if (gate->asking)
        return;
    gate->asking = db_send(gate->db, &step, 1, on_keys, gate, &e) == 0;
    if (!gate->asking)
        ask_again_later(gate);
}

const char *gate_trouble(const struct gate *gate)
{
    return gate->known ? NULL : "not read yet";
}

static bool has_origin(const struct door_key *key, const char *origin)
{
    for (size_t i = 0; i < key->origin_count; i++)
        if (strcasecmp(key->origins[i], origin) == 0)
            return true;
    return false;
}

bool gate_knows_origin(const struct gate *gate, const char *origin)
{
    const struct door_key *key = gate->keys;

    while (key != NULL && !has_origin(key, origin))
        key = key->hh.next;
    return key != NULL;
}

/* As draft-ietf-httpapi-ratelimit-headers has them. */
static void tell_quota(struct http_request *request, const struct door_key *key, double wait_s)
{
    char text[HTTP_SET_VALUE];

    (void)snprintf(text, sizeof(text), "\"key\";q=%lld;w=%d", (long long)key->rate.quota, WINDOW_S);
    http_set_header(request, "RateLimit-Policy", text);
    (void)snprintf(text, sizeof(text), "\"key\";r=%lld;t=%lld", (long long)key->bucket.left,
                   (long long)ceil(wait_s));
    http_set_header(request, "RateLimit", text);
}

/* Takes one request of the quota, if there is one. */
static bool spend(struct http_request *request, struct door_key *key)
{
    char text[HTTP_SET_VALUE];
    double wait_s;

    if (key->rate.quota == 0)
        return true;
    bool good = bucket_take(&key->bucket, &key->rate, clock_mono_us(), &wait_s);
    tell_quota(request, key, wait_s);
    if (good)
        return true;
    (void)snprintf(text, sizeof(text), "%lld", (long long)ceil(wait_s));
    http_set_header(request, "Retry-After", text);
    return false;
}

static bool has_pages(const struct door_key *key)
{
    return key != NULL && key->origin_count > 0;
}

/* What everybody may read, every page may read; what a key does, its own pages alone. */
static bool admits_origin(struct http_request *request, const struct door_key *key)
{
    const char *origin = http_header(request, "Origin");

    return origin == NULL ||
           (strlen(origin) < HTTP_SET_VALUE && (!has_pages(key) || has_origin(key, origin)));
}

/* Who may read the answer: the pages of the key, or without one every page. */
static void tell_origin(struct http_request *request, const struct door_key *key)
{
    const char *origin = http_header(request, "Origin");

    if (origin == NULL)
        return;
    if (has_pages(key))
        http_set_header(request, "Vary", "Origin");
    http_set_header(request, "Access-Control-Allow-Origin", has_pages(key) ? origin : "*");
    http_set_header(request, "Access-Control-Expose-Headers",
                    "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After");
}

void gate_tell_pages(struct http_request *request)
{
    tell_origin(request, NULL);
}

static const char *bearer(struct http_request *request)
{
    static const char scheme[] = "Bearer ";
    const char *header = http_header(request, "Authorization");

    if (header == NULL || strncasecmp(header, scheme, sizeof(scheme) - 1) != 0)
        return NULL;
    return header + sizeof(scheme) - 1;
}

static struct door_key *holder_of(const struct gate *gate, const char *key)
{
    uint8_t hash[CRYPTO_HASH_BYTES];

    crypto_hash_pieces(&(struct crypto_piece){key, strlen(key)}, 1, hash);
    return find(gate->keys, hash);
}

void gate_holder(const struct gate *gate, struct http_request *request, const char *key,
                 struct gate_holder *out)
{
    if (key == NULL || *key == '\0')
        key = bearer(request);
    const struct door_key *holder = key != NULL ? holder_of(gate, key) : NULL;
    *out = (struct gate_holder){0};
    if (holder != NULL)
        *out = (struct gate_holder){holder->name, holder->webhooks};
}

/* Who comes, NULL: somebody without a key. */
static enum gate_verdict judge(const struct gate *gate, struct http_request *request,
                               const char *key, bool needs_key, struct door_key **holder)
{
    if (key == NULL || *key == '\0')
        key = bearer(request);
    bool has_key = key != NULL && *key != '\0';
    if (!gate->known && (has_key || needs_key))
        return GATE_BUSY;
    *holder = has_key ? holder_of(gate, key) : NULL;
    if (*holder == NULL && (has_key || needs_key))
        return has_key ? GATE_UNKNOWN : GATE_MISSING;
    return admits_origin(request, *holder) ? GATE_OPEN : GATE_ORIGIN;
}

/* Why nobody comes in says nothing that any program could not ask, so every page may read it. */
enum gate_verdict gate_enter(struct gate *gate, struct http_request *request, const char *key,
                             bool needs_key)
{
    struct door_key *holder = NULL;
    enum gate_verdict verdict = judge(gate, request, key, needs_key, &holder);

    tell_origin(request, verdict == GATE_OPEN ? holder : NULL);
    if (verdict != GATE_OPEN)
        return verdict;
    if (holder == NULL)
        return gate_admits_address(gate, request) ? GATE_OPEN : GATE_CROWDED;
    return spend(request, holder) ? GATE_OPEN : GATE_SPENT;
}

bool gate_admits_address(struct gate *gate, struct http_request *request)
{
    bool is_write = strcmp(http_method(request), "POST") == 0;

    return limits_address(gate->limits, request, is_write ? LIMITS_WRITE : LIMITS_READ);
}

bool gate_admits_looking(struct gate *gate, struct http_request *request)
{
    return limits_address(gate->limits, request, LIMITS_READ);
}

const char *gate_text(enum gate_verdict verdict)
{
    static const char *const texts[] = {
        [GATE_OPEN] = "",
        [GATE_BUSY] = "api_key: the keys are not known yet",
        [GATE_UNKNOWN] = "api_key: there is no such key, or it was revoked",
        [GATE_MISSING] = "api_key: is missing",
        [GATE_SPENT] = "api_key: its quota is used up, see Retry-After",
        [GATE_CROWDED] = "too many requests from this address, see Retry-After",
        [GATE_ORIGIN] = "api_key: is not for web pages of this origin",
    };

    return texts[verdict];
}
