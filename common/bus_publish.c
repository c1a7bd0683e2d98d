/* SPDX-License-Identifier: Apache-2.0 */
/* bus_publish - tells whoever follows; a slow one catches up from the table. */
#include "bus_internal.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

enum { PUBLISH_MESSAGES = 500 };

struct bus_publisher {
    void *socket;
};

int bus_publisher_open(struct bus_publisher **out, struct bus *bus, const char *endpoint,
                       struct err *e)
{
    AUTO(bus_publisher_close) struct bus_publisher *publisher = mem_new(1, sizeof(*publisher));

    if (bus_socket_open(bus, ZMQ_PUB, PUBLISH_MESSAGES, &publisher->socket, e) < 0 ||
        bus_socket_bind(publisher->socket, endpoint, e) < 0)
        return -1;
    *out = publisher;
    publisher = NULL;
    return 0;
}

void bus_publisher_close(struct bus_publisher **publisher)
{
    if (*publisher == NULL)
        return;
    if ((*publisher)->socket != NULL)
        zmq_close((*publisher)->socket);
    free(*publisher);
    *publisher = NULL;
}

void bus_publish(struct bus_publisher *publisher, struct bus_message *m)
{
    bus_send_bare(publisher->socket, m);
}

struct bus_follower {
    struct bus *bus;
    void *socket;
    bus_hint_fn *fn;
    void *ctx;
};

static void on_hint(void *ctx)
{
    struct bus_follower *follower = ctx;
    AUTO(bus_message_free) struct bus_message m = {0};

    for (int i = 0; i < BUS_TURN_MESSAGES && bus_receive(follower->socket, &m); i++) {
        if (m.count > 0)
            follower->fn(follower->ctx, &m);
        bus_message_empty(&m);
    }
}

int bus_follow(struct bus_follower **out, struct bus *bus, const char *endpoint, const char *topic,
               bus_hint_fn *fn, void *ctx, struct err *e)
{
    AUTO(bus_follower_close) struct bus_follower *follower = mem_new(1, sizeof(*follower));

    follower->bus = bus;
    follower->fn = fn;
    follower->ctx = ctx;
    if (bus_socket_open(bus, ZMQ_SUB, PUBLISH_MESSAGES, &follower->socket, e) < 0)
        return -1;
    zmq_setsockopt(follower->socket, ZMQ_SUBSCRIBE, topic, strlen(topic));
    if (bus_socket_connect(follower->socket, endpoint, e) < 0)
        return -1;
    loop_watch_zmq(bus->loop, follower->socket, on_hint, follower);
    *out = follower;
    follower = NULL;
    return 0;
}

void bus_follower_close(struct bus_follower **follower)
{
    if (*follower == NULL)
        return;
    if ((*follower)->socket != NULL) {
        loop_unwatch_zmq((*follower)->bus->loop, (*follower)->socket);
        zmq_close((*follower)->socket);
    }
    free(*follower);
    *follower = NULL;
}
