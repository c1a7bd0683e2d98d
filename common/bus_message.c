/* SPDX-License-Identifier: Apache-2.0 */
#include "bus_message.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

/* libzmq 4's zmq_msg_t holds no pointer into itself, so an array of them may move. */
static zmq_msg_t *add_room(struct bus_message *m)
{
    if (m->count == m->room) {
        m->room = 2 * m->room + 8;
        m->frames = mem_resize(m->frames, (size_t)m->room * sizeof(*m->frames));
    }
    return &m->frames[m->count++];
}

void bus_message_empty(struct bus_message *m)
{
    for (int i = 0; i < m->count; i++)
        zmq_msg_close(&m->frames[i]);
    m->count = 0;
}

void bus_message_free(struct bus_message *m)
{
    bus_message_empty(m);
    free(m->frames);
    *m = (struct bus_message){0};
}

void bus_add(struct bus_message *m, const void *data, size_t len)
{
    zmq_msg_t *frame = add_room(m);

    if (zmq_msg_init_size(frame, len) < 0)
        abort();
    if (len > 0)
        memcpy(zmq_msg_data(frame), data, len);
}

void bus_add_frame(struct bus_message *m, zmq_msg_t *frame)
{
    zmq_msg_t *copy = add_room(m);

    zmq_msg_init(copy);
    zmq_msg_copy(copy, frame);
}

const char *bus_data(const struct bus_message *m, int frame)
{
    return zmq_msg_data(&m->frames[frame]);
}

size_t bus_len(const struct bus_message *m, int frame)
{
    return zmq_msg_size(&m->frames[frame]);
}

bool bus_is(const struct bus_message *m, const char *topic)
{
    size_t len = strlen(topic);

    return m->count > 0 && bus_len(m, 0) == len && memcmp(bus_data(m, 0), topic, len) == 0;
}

int bus_check_size(const struct bus_message *m, struct err *e)
{
    if (m->count > BUS_MAX_FRAMES - 2) /* routing id and address come on top */
        return err_set(e, ERR_INPUT, "a message of %d frames is too long", m->count);
    for (int i = 0; i < m->count; i++)
        if (bus_len(m, i) > BUS_MAX_FRAME_BYTES)
            return err_set(e, ERR_INPUT, "a frame of %zu bytes is too long", bus_len(m, i));
    return 0;
}

bool bus_receive(void *socket, struct bus_message *m)
{
    bool more = true;

    while (more) {
        zmq_msg_t *frame = add_room(m);
        zmq_msg_init(frame);
        if (zmq_msg_recv(frame, socket, ZMQ_DONTWAIT) < 0) {
            bus_message_empty(m);
            return false;
        }
        more = zmq_msg_more(frame) != 0;
        if (m->count > BUS_MAX_FRAMES + 1) {
            zmq_msg_close(frame);
            m->count--;
        }
    }
    if (m->count > BUS_MAX_FRAMES)
        bus_message_empty(m);
    return true;
}

/* Sends frames; all or none, since a pipe takes a message whole. */
static bool send_frames(void *socket, zmq_msg_t *frames, int count, bool last)
{
    for (int i = 0; i < count; i++) {
        int more = i + 1 < count || !last ? ZMQ_SNDMORE : 0;
        if (zmq_msg_send(&frames[i], socket, ZMQ_DONTWAIT | more) < 0)
            return false;
    }
    return true;
}

bool bus_send(void *socket, const struct bus_address *address, struct bus_message *m)
{
    bool sent = send_frames(socket, m->frames, 1, false) &&
                zmq_send(socket, address->bytes, address->len,
                         ZMQ_DONTWAIT | (m->count > 1 ? ZMQ_SNDMORE : 0)) >= 0 &&
                (m->count == 1 || send_frames(socket, m->frames + 1, m->count - 1, true));

    bus_message_empty(m);
    return sent;
}

bool bus_send_bare(void *socket, struct bus_message *m)
{
    bool sent = send_frames(socket, m->frames, m->count, true);

    bus_message_empty(m);
    return sent;
}
