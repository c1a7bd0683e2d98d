/* SPDX-License-Identifier: Apache-2.0 */
/* letters - the service: its settings, and what its files share. */
#ifndef LETTERS_H
#define LETTERS_H

#include "asks.h"
#include "follow.h"
#include "jobs.h"
#include "leader.h"
#include "probe.h"
#include "renderer.h"
#include "service.h"
#include "sweep.h"

struct letters_settings {
    struct service common;
    struct renderer_settings renderer;
    char *endpoint;
    char *events_endpoint;
    int64_t renderers;
    int64_t limit_ms;
};

struct letters {
    struct letters_settings settings;
    struct loop *loop;
    struct db *db;
    struct leader *leader;
    struct catalogue_watch *catalogue;
    struct crypto_ring *ring;
    struct bus *bus;
    struct bus_server *server; /* while it leads */
    bool door_failed;          /* and the log says so */
    struct follow *follow;
    struct sweep *sweep;
    bool asking, begun; /* where to follow from: the database is asked; is known */
    struct pool *pool;
    struct jobs *jobs;
    struct asks *asks;
    struct probe *probe;
    char **environment; /* of the renderers, ended by NULL */
    bool held_back;     /* rows wait until jobs have room */
};

/* lead.c: what a leader does, and no standby. */
void lead_change(void *ctx, bool leads);              /* a leader_fn */
bool lead_take_rows(void *ctx, const PGresult *rows); /* a follow_rows_fn */
void lead_has_room(void *ctx);
void lead_tick(struct letters *letters);
void lead_close(struct letters *letters); /* before the lead is given away */
job_done_fn lead_job_done;

#endif
