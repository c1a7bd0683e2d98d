/* SPDX-License-Identifier: Apache-2.0 */
/* bus_client - asks until there is an answer: [topic][address][item frames...]. The address of a
 * call of our own is its 8-byte number; that of a passed one is the routing id and the address that
 * came with it, which is always longer. */
#include "bus_internal.h"

#include "clock.h"
#include "mem.h"
#include "table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CALL_ID_BYTES = 8, CHECK_EVERY_MS = 50 };

struct call {
    uint64_t id;
    struct bus_message m; /* kept to be said again; the bytes are shared with the pipe */
    bus_answer_fn *fn;
    void *ctx;
    int64_t again_at_us, expire_at_us;
    UT_hash_handle hh; /* uthash keeps the order of insertion: the oldest is first */
};

struct bus_client {
    struct bus *bus;
    struct bus_client_settings settings;
    char *endpoint; /* of the settings */
    void *socket;
    void *monitor; /* tells when the connection comes and goes */
    bool connected;
    struct call *calls;
    uint64_t last_id;
    int64_t last_answer_us;
    struct loop_timer *check;
};

static void free_call(struct call *call)
{
    bus_message_free(&call->m);
    free(call);
}

/* Frames: the event's number (16 bits) and its value; the endpoint. */
static void look_at_connection(void *ctx)
{
    struct bus_client *client = ctx;
    AUTO(bus_message_free) struct bus_message m = {0};

    for (; bus_receive(client->monitor, &m); bus_message_empty(&m)) {
        uint16_t event = 0;
        if (m.count > 0 && bus_len(&m, 0) >= sizeof(event))
            memcpy(&event, bus_data(&m, 0), sizeof(event));
        client->connected = event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
    }
}

bool bus_is_connected(struct bus_client *client)
{
    int events = 0;
    size_t len = sizeof(events);

    if (!client->connected)
        look_at_connection(client);
    loop_used_zmq(client->bus->loop, client->socket);
    return client->connected && zmq_getsockopt(client->socket, ZMQ_EVENTS, &events, &len) == 0 &&
           (events & ZMQ_POLLOUT) != 0;
}

/* Sends a copy, so that it can be sent again. Nothing is put into a pipe that is full, nor into one
 * that leads nowhere yet: what lay there would come late, and often. The next look tries it. */
static void send_call(struct bus_client *client, struct call *call)
{
    AUTO(bus_message_free) struct bus_message copy = {0};
    struct bus_address address = {.len = CALL_ID_BYTES};

    call->again_at_us = clock_mono_us();
    if (!bus_is_connected(client))
        return;
    call->again_at_us += client->settings.again_us;
    memcpy(address.bytes, &call->id, CALL_ID_BYTES);
    for (int i = 0; i < call->m.count; i++)
        bus_add_frame(&copy, &call->m.frames[i]);
    bus_send(client->socket, &address, &copy);
}

static void finish_call(struct bus_client *client, struct call *call,
                        const struct bus_message *answer, const struct err *e)
{
    HASH_DEL(client->calls, call);
    call->fn(call->ctx, answer, e);
    free_call(call);
}

/* Takes the address out of m: [topic][address][items]. */
static bool take_address(struct bus_message *m, struct bus_address *address)
{
    if (m->count < 2 || bus_len(m, 1) > sizeof(address->bytes))
        return false;
    address->len = bus_len(m, 1);
    memcpy(address->bytes, bus_data(m, 1), address->len);
    zmq_msg_close(&m->frames[1]);
    m->count--;
    memmove(m->frames + 1, m->frames + 2, (size_t)(m->count - 1) * sizeof(*m->frames));
    return true;
}

static void take_answer(struct bus_client *client, struct bus_message *m)
{
    struct bus_address address;
    struct call *call;

    client->last_answer_us = loop_now_us(client->bus->loop);
    if (!take_address(m, &address))
        return;
    if (address.len != CALL_ID_BYTES) {
        if (client->settings.passed != NULL)
            client->settings.passed(client->settings.ctx, &address, m);
        return;
    }
    HASH_FIND(hh, client->calls, address.bytes, CALL_ID_BYTES, call);
    if (call != NULL)
        finish_call(client, call, m, NULL);
}

static void on_answer(void *ctx)
{
    struct bus_client *client = ctx;
    AUTO(bus_message_free) struct bus_message m = {0};

    for (int i = 0; i < BUS_TURN_MESSAGES && bus_receive(client->socket, &m); i++) {
        take_answer(client, &m);
        bus_message_empty(&m);
    }
}

static void check_calls(void *ctx)
{
    struct bus_client *client = ctx;
    int64_t now = loop_now_us(client->bus->loop);
    struct call *call, *next;
    struct err e;

    err_set(&e, ERR_BUSY, "no answer from %s", client->settings.endpoint);
    HASH_ITER(hh, client->calls, call, next)
    {
        if (now >= call->expire_at_us)
            finish_call(client, call, NULL, &e);
        else if (now >= call->again_at_us)
            send_call(client, call);
    }
    if (client->calls != NULL)
        loop_timer_set_us(client->check, CHECK_EVERY_MS * CLOCK_US_PER_MS);
}

/* Not by ZMQ_IMMEDIATE, which keeps messages off a connection that is not complete as well: when
 * one is lost while a message of several frames is being read, libzmq 4.3.4 aborts (fq.cpp). */
static int watch_connection(struct bus_client *client, struct err *e)
{
    char name[40];

    snprintf(name, sizeof(name), "inproc://bus-monitor-%d", client->bus->monitors++);
    if (zmq_socket_monitor(client->socket, name,
                           ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED) < 0)
        return err_set(e, ERR_SYSTEM, "could not watch a connection: %s", zmq_strerror(errno));
    if (bus_socket_open(client->bus, ZMQ_PAIR, BUS_QUEUE_MESSAGES, &client->monitor, e) < 0 ||
        bus_socket_connect(client->monitor, name, e) < 0)
        return -1;
    loop_watch_zmq(client->bus->loop, client->monitor, look_at_connection, client);
    return 0;
}

int bus_connect(struct bus_client **out, struct bus *bus,
                const struct bus_client_settings *settings, struct err *e)
{
    AUTO(bus_client_close) struct bus_client *client = mem_new(1, sizeof(*client));

    client->bus = bus;
    client->settings = *settings;
    client->settings.endpoint = client->endpoint = mem_text(settings->endpoint);
    client->check = loop_timer_new(bus->loop, check_calls, client);
    if (bus_socket_open(bus, ZMQ_DEALER, BUS_QUEUE_MESSAGES, &client->socket, e) < 0)
        return -1;
    if (watch_connection(client, e) < 0 ||
        bus_socket_connect(client->socket, settings->endpoint, e) < 0)
        return -1;
    loop_watch_zmq(bus->loop, client->socket, on_answer, client);
    *out = client;
    client = NULL;
    return 0;
}

void bus_client_close(struct bus_client **client)
{
    struct bus_client *c = *client;
    struct call *call, *next;

    if (c == NULL)
        return;
    HASH_ITER(hh, c->calls, call, next)
    {
        HASH_DEL(c->calls, call);
        free_call(call);
    }
    loop_timer_cancel(c->check);
    if (c->monitor != NULL) {
        zmq_socket_monitor(c->socket, NULL, 0);
        loop_unwatch_zmq(c->bus->loop, c->monitor);
        zmq_close(c->monitor);
    }
    if (c->socket != NULL) {
        loop_unwatch_zmq(c->bus->loop, c->socket);
        zmq_close(c->socket);
    }
    free(c->endpoint);
    free(c);
    *client = NULL;
}

int bus_call(struct bus_client *client, struct bus_message *m, bus_answer_fn *fn, void *ctx,
             struct err *e)
{
    if (bus_check_size(m, e) < 0) {
        bus_message_empty(m);
        return -1;
    }
    if (HASH_COUNT(client->calls) >= client->settings.max_calls) {
        bus_message_empty(m);
        return err_set(e, ERR_BUSY, "%zu calls wait for %s", client->settings.max_calls,
                       client->settings.endpoint);
    }
    struct call *call = mem_new(1, sizeof(*call));
    if (client->calls == NULL)
        client->last_answer_us = clock_mono_us();
    call->id = ++client->last_id;
    call->m = *m;
    *m = (struct bus_message){0};
    call->fn = fn;
    call->ctx = ctx;
    call->expire_at_us = clock_mono_us() + client->settings.expire_us;
    HASH_ADD(hh, client->calls, id, CALL_ID_BYTES, call);
    send_call(client, call);
    if (!loop_timer_is_set(client->check))
        loop_timer_set_us(client->check, CHECK_EVERY_MS * CLOCK_US_PER_MS);
    return 0;
}

void bus_give_up(struct bus_client *client)
{
    struct err e;

    err_set(&e, ERR_BUSY, "%s is waited for no longer", client->settings.endpoint);
    client->settings.max_calls = 0; /* who is told might ask again */
    while (client->calls != NULL)
        finish_call(client, client->calls, NULL, &e);
}

size_t bus_calls(const struct bus_client *client)
{
    return HASH_COUNT(client->calls);
}

int64_t bus_silence_us(const struct bus_client *client)
{
    return client->calls == NULL ? 0 : clock_mono_us() - client->last_answer_us;
}

void bus_pass(struct bus_client *client, const struct bus_address *from, struct bus_message *m)
{
    if (bus_is_connected(client))
        bus_send(client->socket, from, m);
    else
        bus_message_empty(m);
}
