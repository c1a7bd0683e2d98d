/* SPDX-License-Identifier: Apache-2.0 */
/* bus_server - takes requests and answers them, now or later: a ROUTER sees the asker's routing id
 * in front of [topic][address][item frames...]. */
#include "bus_internal.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

enum {
    ANSWERS_LINGER_MS = 1000, /* for the last answers of a server that closes */
    ROUTING_ID_BYTES = 5,     /* as libzmq makes them */
};

struct bus_server {
    struct bus *bus;
    void *socket;
    bus_request_fn *fn;
    void *ctx;
    bool paused;
};

/* Takes routing id and address out of m: [id][topic][address][items]. Who gave itself a routing
 * id is not one of us. */
static bool split_address(struct bus_message *m, struct bus_address *from)
{
    if (m->count < 3 || bus_len(m, 0) != ROUTING_ID_BYTES ||
        bus_len(m, 0) + bus_len(m, 2) > sizeof(from->bytes))
        return false;
    from->len = bus_len(m, 0) + bus_len(m, 2);
    memcpy(from->bytes, bus_data(m, 0), bus_len(m, 0));
    memcpy(from->bytes + bus_len(m, 0), bus_data(m, 2), bus_len(m, 2));
    zmq_msg_close(&m->frames[0]);
    zmq_msg_close(&m->frames[2]);
    m->frames[0] = m->frames[1];
    m->count -= 2;
    memmove(m->frames + 1, m->frames + 3, (size_t)(m->count - 1) * sizeof(*m->frames));
    return true;
}

static void on_request(void *ctx)
{
    struct bus_server *server = ctx;
    AUTO(bus_message_free) struct bus_message m = {0};

    for (int i = 0; i < BUS_TURN_MESSAGES && !server->paused && bus_receive(server->socket, &m);
         i++) {
        struct bus_address from;
        if (split_address(&m, &from))
            server->fn(server->ctx, &from, &m);
        bus_message_empty(&m);
    }
}

int bus_serve(struct bus_server **out, struct bus *bus, const char *endpoint, bus_request_fn *fn,
              void *ctx, struct err *e)
{
    AUTO(bus_server_close) struct bus_server *server = mem_new(1, sizeof(*server));

    server->bus = bus;
    server->fn = fn;
    server->ctx = ctx;
    if (bus_socket_open(bus, ZMQ_ROUTER, BUS_QUEUE_MESSAGES, &server->socket, e) < 0)
        return -1;
    bus_socket_set(server->socket, ZMQ_ROUTER_MANDATORY, 1);
    if (bus_socket_bind(server->socket, endpoint, e) < 0)
        return -1;
    loop_watch_zmq(bus->loop, server->socket, on_request, server);
    *out = server;
    server = NULL;
    return 0;
}

void bus_server_close(struct bus_server **server)
{
    if (*server == NULL)
        return;
    if ((*server)->socket != NULL) {
        loop_unwatch_zmq((*server)->bus->loop, (*server)->socket);
        bus_socket_set((*server)->socket, ZMQ_LINGER, ANSWERS_LINGER_MS);
        zmq_close((*server)->socket);
    }
    free(*server);
    *server = NULL;
}

void bus_server_pause(struct bus_server *server, bool pause)
{
    server->paused = pause;
    if (pause)
        loop_unwatch_zmq(server->bus->loop, server->socket);
    else
        loop_watch_zmq(server->bus->loop, server->socket, on_request, server);
}

void bus_answer(struct bus_server *server, const struct bus_address *to, struct bus_message *m)
{
    struct bus_address rest = {.len = to->len - ROUTING_ID_BYTES};

    memcpy(rest.bytes, to->bytes + ROUTING_ID_BYTES, rest.len);
    loop_used_zmq(server->bus->loop, server->socket);
    if (zmq_send(server->socket, to->bytes, ROUTING_ID_BYTES, ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0)
        bus_message_empty(m);
    else
        bus_send(server->socket, &rest, m);
}
