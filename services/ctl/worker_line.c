/* SPDX-License-Identifier: Apache-2.0 */
/* worker_line - a DEALER, and its monitor: a server that does not know the key says nothing on the
 * socket itself. After a loss the socket is made anew, since libzmq does not come back from a
 * refused handshake. */
#include "worker_session_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TURN_MESSAGES = 64,
    PIPE_MESSAGES = 4096,
    LINGER_MS = 200, /* for BYE */
    RETRY_MS = 1000,
};

/* Reads one whole message; 0 when none is there, else how many frames it had. */
static int receive(void *socket, zmq_msg_t frames[WORKER_FRAMES])
{
    bool more = true;
    int count = 0;

    for (; more; count++) {
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        if (zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT) < 0)
            return 0;
        more = zmq_msg_more(&frame) != 0;
        if (count < WORKER_FRAMES)
            zmq_msg_move(&frames[count], &frame);
        zmq_msg_close(&frame);
    }
    return count;
}

static void on_socket(void *ctx)
{
    struct worker_session *s = ctx;
    zmq_msg_t frames[WORKER_FRAMES];
    int count;

    for (int i = 0; i < WORKER_FRAMES; i++)
        zmq_msg_init(&frames[i]);
    for (int i = 0; i < TURN_MESSAGES && (count = receive(s->socket, frames)) > 0; i++)
        worker_hear(s, frames, count);
    for (int i = 0; i < WORKER_FRAMES; i++)
        zmq_msg_close(&frames[i]);
}

/* ---- the monitor ---- */

static void take_sign(struct worker_session *s, uint16_t event)
{
    static const struct {
        uint16_t event;
        const char *why;
    } signs[] = {
        {ZMQ_EVENT_HANDSHAKE_FAILED_AUTH,
         "the server does not know this key (never registered, or revoked)"},
        {ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL,
         "the server broke off the handshake: \"server\" in the key file is not its key, or it is "
         "not a worker endpoint"},
        {ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, "what answers there does not speak CURVE"},
        {ZMQ_EVENT_CONNECT_RETRIED, "nobody listens there"},
        {ZMQ_EVENT_DISCONNECTED, "the connection was lost"},
    };

    if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
        s->secure = true;
    if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
        s->refused = true;
    else if (s->refused)
        return;
    if (event == ZMQ_EVENT_DISCONNECTED && !s->secure)
        event = ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL;
    for (size_t i = 0; i < COUNT(signs); i++)
        if (signs[i].event == event)
            worker_report(s, signs[i].why);
}

/* Each sign is [event, 2 bytes, and a value][address]. */
static void on_monitor(void *ctx)
{
    struct worker_session *s = ctx;
    zmq_msg_t frames[WORKER_FRAMES];

    for (int i = 0; i < WORKER_FRAMES; i++)
        zmq_msg_init(&frames[i]);
    while (receive(s->monitor, frames) > 0) {
        uint16_t event;
        if (zmq_msg_size(&frames[0]) < sizeof(event))
            continue;
        memcpy(&event, zmq_msg_data(&frames[0]), sizeof(event));
        take_sign(s, event);
    }
    for (int i = 0; i < WORKER_FRAMES; i++)
        zmq_msg_close(&frames[i]);
}

static int open_monitor(struct worker_session *s, struct err *e)
{
    static unsigned number;
    char endpoint[64];
    int events = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                 ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                 ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_DISCONNECTED;
    int none = 0;

    snprintf(endpoint, sizeof(endpoint), "inproc://worker-monitor-%u", ++number);
    if (zmq_socket_monitor(s->socket, endpoint, events) < 0)
        return err_set(e, ERR_SYSTEM, "could not watch the connection: %s", zmq_strerror(errno));
    s->monitor = zmq_socket(s->zmq, ZMQ_PAIR);
    if (s->monitor == NULL || zmq_connect(s->monitor, endpoint) < 0)
        return err_set(e, ERR_SYSTEM, "could not watch the connection: %s", zmq_strerror(errno));
    zmq_setsockopt(s->monitor, ZMQ_LINGER, &none, sizeof(none));
    loop_watch_zmq(s->loop, s->monitor, on_monitor, s);
    return 0;
}

/* ---- the connection ---- */

static int set_options(void *socket, const struct worker_keys *keys, struct err *e)
{
    static const struct {
        int option, value;
    } options[] = {
        {ZMQ_LINGER, LINGER_MS},
        {ZMQ_SNDHWM, PIPE_MESSAGES},
        {ZMQ_RCVHWM, PIPE_MESSAGES},
        {ZMQ_RECONNECT_IVL, 100},
        {ZMQ_RECONNECT_IVL_MAX, RETRY_MS},
        {ZMQ_HEARTBEAT_IVL, WIRE_HEARTBEAT_S * 1000},
        {ZMQ_HEARTBEAT_TIMEOUT, WIRE_DEAD_S * 1000},
    };

    for (size_t i = 0; i < COUNT(options); i++)
        if (zmq_setsockopt(socket, options[i].option, &options[i].value, sizeof(int)) < 0)
            abort();
    if (zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, keys->server_key, CRYPTO_CURVE_SIZE) < 0 ||
        zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, keys->public_key, CRYPTO_CURVE_SIZE) < 0 ||
        zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, keys->secret_key, CRYPTO_CURVE_SIZE) < 0)
        return err_set(e, ERR_INPUT, "the key file holds something that is not a CURVE key");
    return 0;
}

void worker_disconnect(struct worker_session *s)
{
    if (s->monitor != NULL) {
        loop_unwatch_zmq(s->loop, s->monitor);
        zmq_socket_monitor(s->socket, NULL, 0);
        zmq_close(s->monitor);
    }
    if (s->socket != NULL) {
        loop_unwatch_zmq(s->loop, s->socket);
        zmq_close(s->socket);
    }
    s->monitor = s->socket = NULL;
    s->welcome = s->secure = s->refused = false;
    worker_drop_batches(s);
}

int worker_connect(struct worker_session *s, struct err *e)
{
    s->socket = zmq_socket(s->zmq, ZMQ_DEALER);
    if (s->socket == NULL)
        return err_set(e, ERR_SYSTEM, "could not open a socket: %s", zmq_strerror(errno));
    if (set_options(s->socket, s->settings.keys, e) < 0 || open_monitor(s, e) < 0)
        return -1;
    if (zmq_connect(s->socket, s->settings.endpoint) < 0)
        return err_set(e, ERR_INPUT, "could not connect to \"%s\": %s", s->settings.endpoint,
                       zmq_strerror(errno));
    loop_watch_zmq(s->loop, s->socket, on_socket, s);
    worker_say_hello(s);
    return 0;
}
