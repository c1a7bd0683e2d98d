/* SPDX-License-Identifier: Apache-2.0 */
/* arrival - what happens when a message arrives for a ZeroMQ socket just before something is sent
 * with it: sending takes the sign that there is something to read. */
#ifndef ARRIVAL_H
#define ARRIVAL_H

#include "clock.h"

#include <poll.h>
#include <zmq.h>

#include "unit.h"

enum { ARRIVAL_LIMIT_MS = 60000, ARRIVAL_REST_US = 5000 };

/* Waits for the sign without taking it, until the next use of the socket will: libzmq does not look
 * at signs with each message, but once a millisecond or so. */
static inline void arrival_wait(void *socket)
{
    struct pollfd sign = {.events = POLLIN};
    size_t len = sizeof(sign.fd);

    assert_int_equal(zmq_getsockopt(socket, ZMQ_FD, &sign.fd, &len), 0);
    assert_int_equal(poll(&sign, 1, ARRIVAL_LIMIT_MS), 1);
    for (int64_t since = clock_mono_us(); clock_mono_us() - since < ARRIVAL_REST_US;)
        ;
}

#endif
