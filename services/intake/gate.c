/* SPDX-License-Identifier: Apache-2.0 */
#include "gate.h"

#include "clock.h"
#include "crypto.h"
#include "log.h"
#include "mem.h"
#include "sql_intake.h"
#include "table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HASH, QUOTA, ORIGINS }; /* columns of sql/select_door_keys.sql */
enum { WINDOW_S = 60 };

struct door_key {
    uint8_t hash[CRYPTO_HASH_BYTES];
    int64_t quota; /* requests in a window; 0: no limit */
    double left;   /* of them, at that moment */
    int64_t at_us; /* monotonic */
    char **origins;
    size_t origin_count;
    UT_hash_handle hh;
};

struct gate {
    struct db *db;
    struct door_key *keys;
    bool known, asking, again;
};

static void free_key(struct door_key *key)
{
    for (size_t i = 0; i < key->origin_count; i++)
        free(key->origins[i]);
    free((void *)key->origins);
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

struct gate *gate_new(struct db *db)
{
    struct gate *gate = mem_new(1, sizeof(*gate));

    gate->db = db;
    return gate;
}

void gate_free(struct gate **gate)
{
    if (*gate == NULL)
        return;
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
    key->quota = db_int(rows, row, QUOTA);
    key->left = (double)key->quota;
    key->at_us = clock_mono_us();
    read_origins(key, rows, row);
    return key;
}

/* What has been used of a quota stays used. */
static void keep_level(struct door_key *key, const struct door_key *before)
{
    if (before == NULL)
        return;
    key->left = fmin(before->left, (double)key->quota);
    key->at_us = before->at_us;
}

static void on_keys(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct gate *gate = ctx;
    struct door_key *keys = NULL;

    gate->asking = false;
    if (e != NULL)
        log_event(LOG_WARN, "the keys of the door could not be read", "why", e->text, NULL);
    for (int i = 0; e == NULL && i < PQntuples(rows[0]); i++) {
        struct door_key *key = read_key(rows[0], i);
        keep_level(key, find(gate->keys, key->hash));
        HASH_ADD(hh, keys, hash, CRYPTO_HASH_BYTES, key);
    }
    if (e == NULL) {
        free_keys(&gate->keys);
        gate->keys = keys;
        gate->known = true;
    }
    if (gate->again)
        gate_look(gate);
}

void gate_look(struct gate *gate)
{
    const struct db_step step = {&sql_select_door_keys, NULL};
    struct err e;

    gate->again = gate->asking;
    if (!gate->asking)
        gate->asking = db_send(gate->db, &step, 1, on_keys, gate, &e) == 0;
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

    (void)snprintf(text, sizeof(text), "\"key\";q=%lld;w=%d", (long long)key->quota, WINDOW_S);
    http_set_header(request, "RateLimit-Policy", text);
    (void)snprintf(text, sizeof(text), "\"key\";r=%lld;t=%lld", (long long)key->left,
                   (long long)ceil(wait_s));
    http_set_header(request, "RateLimit", text);
    if (key->left >= 1)
        return;
    (void)snprintf(text, sizeof(text), "%lld", (long long)ceil(wait_s));
    http_set_header(request, "Retry-After", text);
}

/* Takes one request of the quota, if there is one. */
static bool spend(struct http_request *request, struct door_key *key)
{
    int64_t now = clock_mono_us();
    double per_us = (double)key->quota / (WINDOW_S * (double)CLOCK_US_PER_S);

    if (key->quota == 0)
        return true;
    key->left = fmin(key->left + (double)(now - key->at_us) * per_us, (double)key->quota);
    key->at_us = now;
    bool good = key->left >= 1;
    if (good)
        key->left -= 1;
    double missing = good ? (double)key->quota - key->left : 1 - key->left;
    tell_quota(request, key, missing / per_us / CLOCK_US_PER_S);
    return good;
}

/* What everybody may read, every page may read; what a key does, its own pages alone. */
static bool admit_origin(struct http_request *request, const struct door_key *key)
{
    const char *origin = http_header(request, "Origin");
    bool named = key != NULL && key->origin_count > 0;

    if (origin == NULL || strlen(origin) >= HTTP_SET_VALUE)
        return origin == NULL;
    if (named && !has_origin(key, origin))
        return false;
    if (named)
        http_set_header(request, "Vary", "Origin");
    http_set_header(request, "Access-Control-Allow-Origin", named ? origin : "*");
    return true;
}

static const char *bearer(struct http_request *request)
{
    static const char scheme[] = "Bearer ";
    const char *header = http_header(request, "Authorization");

    if (header == NULL || strncasecmp(header, scheme, sizeof(scheme) - 1) != 0)
        return NULL;
    return header + sizeof(scheme) - 1;
}

enum gate_verdict gate_enter(struct gate *gate, struct http_request *request, const char *key,
                             bool needs_key)
{
    uint8_t hash[CRYPTO_HASH_BYTES];
    struct door_key *holder = NULL;

    if (key == NULL || *key == '\0')
        key = bearer(request);
    bool has_key = key != NULL && *key != '\0';
    if (!gate->known && (has_key || needs_key))
        return GATE_BUSY;
    if (has_key) {
        crypto_hash_pieces(&(struct crypto_piece){key, strlen(key)}, 1, hash);
        holder = find(gate->keys, hash);
        if (holder == NULL)
            return GATE_UNKNOWN;
    }
    if (holder == NULL && needs_key)
        return GATE_MISSING;
    if (!admit_origin(request, holder))
        return GATE_ORIGIN;
    return holder == NULL || spend(request, holder) ? GATE_OPEN : GATE_SPENT;
}

const char *gate_text(enum gate_verdict verdict)
{
    static const char *const texts[] = {
        [GATE_OPEN] = "",
        [GATE_BUSY] = "api_key: the keys are not known yet",
        [GATE_UNKNOWN] = "api_key: there is no such key, or it was revoked",
        [GATE_MISSING] = "api_key: is missing",
        [GATE_SPENT] = "api_key: its quota is used up, see Retry-After",
        [GATE_ORIGIN] = "api_key: is not for web pages of this origin",
    };

    return texts[verdict];
}
