/* SPDX-License-Identifier: Apache-2.0 */
#include "lane.h"

#include "clock.h"
#include "crypto.h"
#include "log.h"
#include "mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOUR_S = 3600 };

void lanes_free(struct lanes *lanes)
{
    for (int i = 0; i < LANE_MAX_FRONTS; i++)
        front_free(&lanes->fronts[i].front);
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
        return lanes->fronts;
    return after + 1 < lanes->fronts + LANE_MAX_FRONTS ? after + 1 : NULL;
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

/* ---- front ends ---- */

/* The lane of that name; else one that is free. */
static struct lane *place_for(struct lanes *lanes, const char *name)
{
    struct lane *found = lanes_find(lanes, name);

    for (int i = 0; found == NULL && i < LANE_MAX_FRONTS; i++)
        if (!lanes->fronts[i].is_open && lanes->fronts[i].busy == 0)
            found = &lanes->fronts[i];
    return found;
}

static void take_front(struct lanes *lanes, const PGresult *rows, int row, struct crypto_ring *ring,
                       const struct lane_limits *limits)
{
    const char *called = db_text(rows, row, FRONT_NAME);
    char name[LANE_NAME_SIZE];
    struct front front;
    struct err e = {0};

    if (front_read(rows, row, ring, &front, &e) < 0) {
        log_event(LOG_ERROR, "front end left out", "name", called, "why", e.text, NULL);
        return;
    }
    snprintf(name, sizeof(name), "%s:%s", channel_name(front.channel), called);
    struct lane *lane = place_for(lanes, name);
    if (lane == NULL) {
        log_event(LOG_ERROR, "front end left out", "name", called, "why", "there are too many",
                  NULL);
        front_free(&front);
        return;
    }
    if (strcmp(lane->name, name) != 0) {
        lane->breaker = (struct breaker){0};
        memcpy(lane->name, name, sizeof(name));
    }
    front_free(&lane->front);
    lane->front = front;
    lane->channel = front.channel;
    lane->limit = limits->limit;
    lane->deadline_us = limits->deadline_us;
    lane->timeout_ms = limits->timeout_ms;
    lane->is_open = true;
}

void lanes_take_fronts(struct lanes *lanes, const PGresult *rows, struct crypto_ring *ring,
                       const struct lane_limits *limits)
{
    for (int i = 0; i < LANE_MAX_FRONTS; i++)
        lanes->fronts[i].is_open = false;
    for (int row = 0; row < PQntuples(rows); row++)
        take_front(lanes, rows, row, ring, limits);
}
