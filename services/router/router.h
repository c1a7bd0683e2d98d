/* SPDX-License-Identifier: Apache-2.0 */
/* router - the service's struct and what its files share. */
#ifndef ROUTER_H
#define ROUTER_H

#include "area.h"
#include "bus.h"
#include "probe.h"
#include "route.h"
#include "service.h"

struct router_settings {
    struct service common;
    char *endpoint;         /* where cases come in */
    char *tracker_endpoint; /* where they go */
};

struct router {
    struct router_settings settings;
    struct loop *loop;
    struct db *db;
    struct catalogue_watch *catalogue;
    struct route_table *table; /* both NULL until there is a catalogue; always of the same one */
    struct area_map *areas;
    struct bus *bus;
    struct bus_client *tracker;
    struct bus_server *server;
    struct probe *probe;
};

/* Routes each case of a submission and passes all on to the tracker, from's
 * address with them. ctx is the router. */
void submit_request(void *ctx, const struct bus_address *from, struct bus_message *m);
/* Hands the tracker's answer back to who submitted. */
void submit_answer(void *ctx, const struct bus_address *to, struct bus_message *m);

#endif
