/* SPDX-License-Identifier: Apache-2.0 */
#include "lane.h"

#include "clock.h"
#include "crypto.h"
#include "log.h"
#include "mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECRET_BYTES = 256, HOUR_S = 3600 };

/* Columns of sql/select_webhooks.sql. */
enum { NAME, ID, URL, TYPES, SEALED };

static void clear(struct lane *lane)
{
    free(lane->url);
    lane->url = NULL;
    for (int i = 0; i < lane->type_count; i++)
        free(lane->types[i]);
    lane->type_count = 0;
}

void lanes_free(struct lanes *lanes)
{
    for (int i = 0; i < LANE_MAX_WEBHOOKS; i++)
        clear(&lanes->webhooks[i]);
}

struct lane *lanes_next(struct lanes *lanes, struct lane *after)
{
    if (after == NULL)
        return &lanes->mail;
    if (after == &lanes->mail)
        return &lanes->sms;
    if (after == &lanes->sms)
        return &lanes->zalo;
    if (after == &lanes->zalo)
        return lanes->webhooks;
    return after + 1 < lanes->webhooks + LANE_MAX_WEBHOOKS ? after + 1 : NULL;
}

struct lane *lanes_find(struct lanes *lanes, const char *name)
{
    for (struct lane *l = lanes_next(lanes, NULL); l != NULL; l = lanes_next(lanes, l))
        if (strcmp(l->name, name) == 0)
            return l;
    return NULL;
}

bool lanes_any_open(struct lanes *lanes)
{
    for (struct lane *l = lanes_next(lanes, NULL); l != NULL; l = lanes_next(lanes, l))
        if (l->is_open)
            return true;
    return false;
}

/* ---- gateways ---- */

static void take_gateway(struct lane *lane, const struct catalogue *c)
{
    const struct catalogue_gateway *g = catalogue_gateway(c, channel_name(lane->channel));

    lane->is_open = g != NULL;
    if (g == NULL)
        return;
    lane->limit = g->places;
    lane->timeout_ms = (int64_t)g->timeout_s * 1000;
    lane->deadline_us = (int64_t)g->deadline_h * HOUR_S * CLOCK_US_PER_S;
}

void lanes_take_catalogue(struct lanes *lanes, const struct catalogue *catalogue)
{
    take_gateway(&lanes->sms, catalogue);
    take_gateway(&lanes->zalo, catalogue);
}

/* ---- webhooks ---- */

static int open_key(const PGresult *rows, int row, const struct crypto_ring *ring,
                    struct webhook_key *out, struct err *e)
{
    struct uuid id = db_uuid(rows, row, ID);
    size_t len = db_len(rows, row, SEALED);
    char secret[SECRET_BYTES + 1] = "";

    if (len > SECRET_BYTES)
        return err_set(e, ERR_INPUT, "the sealed secret is too long");
    if (crypto_unseal(ring, &id, (const uint8_t *)db_text(rows, row, SEALED), len, secret, e) < 0)
        return -1;
    return webhook_key_read(secret, out, e);
}

static char *copy(const char *text, size_t len)
{
    char *s = mem_new(len + 1, 1);

    memcpy(s, text, len);
    return s;
}

static void fill(struct lane *lane, const PGresult *rows, int row)
{
    size_t len;
    const char *type = db_array_text(rows, row, TYPES, 0, &len);

    clear(lane);
    lane->url = mem_text(db_text(rows, row, URL));
    for (int i = 1; type != NULL && lane->type_count < LANE_MAX_TYPES; i++) {
        lane->types[lane->type_count++] = copy(type, len);
        type = db_array_text(rows, row, TYPES, i, &len);
    }
}

/* The lane of that name; else one that is free. */
static struct lane *place_for(struct lanes *lanes, const char *name)
{
    struct lane *found = lanes_find(lanes, name);

    for (int i = 0; found == NULL && i < LANE_MAX_WEBHOOKS; i++)
        if (!lanes->webhooks[i].is_open && lanes->webhooks[i].busy == 0)
            found = &lanes->webhooks[i];
    return found;
}

static void take_webhook(struct lanes *lanes, const PGresult *rows, int row,
                         const struct crypto_ring *ring, const struct lane_limits *limits)
{
    char name[LANE_NAME_SIZE];
    struct webhook_key key;
    struct err e = {0};

    snprintf(name, sizeof(name), "webhook:%s", db_text(rows, row, NAME));
    struct lane *lane = place_for(lanes, name);
    if (lane == NULL)
        err_set(&e, ERR_BUSY, "there are too many");
    if (lane == NULL || open_key(rows, row, ring, &key, &e) < 0) {
        log_event(LOG_ERROR, "webhook left out", "name", name, "why", e.text, NULL);
        return;
    }
    if (strcmp(lane->name, name) != 0) {
        lane->breaker = (struct breaker){0};
        memcpy(lane->name, name, sizeof(name));
    }
    lane->channel = CHANNEL_WEBHOOK;
    lane->key = key;
    lane->limit = limits->limit;
    lane->deadline_us = limits->deadline_us;
    lane->timeout_ms = limits->timeout_ms;
    fill(lane, rows, row);
    lane->is_open = true;
}

void lanes_take_webhooks(struct lanes *lanes, const PGresult *rows, const struct crypto_ring *ring,
                         const struct lane_limits *limits)
{
    for (int i = 0; i < LANE_MAX_WEBHOOKS; i++)
        lanes->webhooks[i].is_open = false;
    for (int row = 0; row < PQntuples(rows); row++)
        take_webhook(lanes, rows, row, ring, limits);
}

bool lane_wants(const struct lane *lane, const char *type)
{
    for (int i = 0; i < lane->type_count; i++)
        if (strcmp(lane->types[i], type) == 0)
            return true;
    return lane->type_count == 0;
}
