/* SPDX-License-Identifier: Apache-2.0 */
/* bus - the context of a process, and its sockets. */
#include "bus_internal.h"

#include "mem.h"

#include <errno.h>
#include <stdlib.h>

void bus_socket_set(void *socket, int option, int value)
{
    int rc = zmq_setsockopt(socket, option, &value, sizeof(value));

    if (rc < 0)
        abort();
}

static void set_common(void *socket, int messages)
{
    int64_t max_bytes = BUS_MAX_FRAME_BYTES;

    bus_socket_set(socket, ZMQ_LINGER, 0);
    bus_socket_set(socket, ZMQ_SNDHWM, messages);
    bus_socket_set(socket, ZMQ_RCVHWM, messages);
    bus_socket_set(socket, ZMQ_HEARTBEAT_IVL, 1000);
    bus_socket_set(socket, ZMQ_HEARTBEAT_TIMEOUT, 5000);
    bus_socket_set(socket, ZMQ_RECONNECT_IVL, 50);
    bus_socket_set(socket, ZMQ_RECONNECT_IVL_MAX, 1000);
    zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &max_bytes, sizeof(max_bytes));
}

int bus_open(struct bus **out, struct loop *loop, struct err *e)
{
    void *zmq = zmq_ctx_new();

    if (zmq == NULL)
        return err_set(e, ERR_SYSTEM, "could not start ZeroMQ: %s", zmq_strerror(errno));
    struct bus *bus = mem_new(1, sizeof(*bus));
    bus->loop = loop;
    bus->zmq = zmq;
    *out = bus;
    return 0;
}

void bus_close(struct bus **bus)
{
    if (*bus == NULL)
        return;
    zmq_ctx_term((*bus)->zmq);
    free(*bus);
    *bus = NULL;
}

void *bus_context(struct bus *bus)
{
    return bus->zmq;
}

int bus_socket_open(struct bus *bus, int type, int messages, void **out, struct err *e)
{
    void *socket = zmq_socket(bus->zmq, type);

    if (socket == NULL)
        return err_set(e, ERR_SYSTEM, "could not open a socket: %s", zmq_strerror(errno));
    set_common(socket, messages);
    *out = socket;
    return 0;
}

int bus_socket_bind(void *socket, const char *endpoint, struct err *e)
{
    if (zmq_bind(socket, endpoint) < 0)
        return err_set(e, ERR_SYSTEM, "could not bind \"%s\": %s", endpoint, zmq_strerror(errno));
    return 0;
}

int bus_socket_connect(void *socket, const char *endpoint, struct err *e)
{
    if (zmq_connect(socket, endpoint) < 0)
        return err_set(e, ERR_INPUT, "could not connect to \"%s\": %s", endpoint,
                       zmq_strerror(errno));
    return 0;
}
