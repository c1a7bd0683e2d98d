/* SPDX-License-Identifier: Apache-2.0 */
/* bus_internal - what the files of bus.h share, and nobody else. */
#ifndef BUS_INTERNAL_H
#define BUS_INTERNAL_H

#include "bus.h"

enum {
    BUS_QUEUE_MESSAGES = 1000, /* high-water mark of each pipe */
    BUS_TURN_MESSAGES = 64,    /* read from one socket a turn, so that none starves */
};

struct bus {
    struct loop *loop;
    void *zmq;
    int monitors; /* opened so far */
};

void bus_socket_set(void *socket, int option, int value);
/* Of a ZeroMQ type, with a high-water mark of so many messages; yours to close. */
int bus_socket_open(struct bus *bus, int type, int messages, void **out, struct err *e) CHECKED;
int bus_socket_bind(void *socket, const char *endpoint, struct err *e) CHECKED;
int bus_socket_connect(void *socket, const char *endpoint, struct err *e) CHECKED;

#endif
