/* SPDX-License-Identifier: Apache-2.0 */
/* bus_message - the frames of one message, and one message through a socket. */
#ifndef BUS_MESSAGE_H
#define BUS_MESSAGE_H

#include "err.h"

#include <zmq.h>

enum {
    BUS_MAX_ITEMS = 512,
    BUS_MAX_FRAMES = 4 * BUS_MAX_ITEMS + 8,
    BUS_MAX_FRAME_BYTES = 256 * 1024,
    BUS_ADDRESS_BYTES = 64,
};

/* Frames of one message; the first is the topic. Start with {0}. */
struct bus_message {
    zmq_msg_t *frames;
    int count, room;
};

void bus_message_free(struct bus_message *m);
void bus_message_empty(struct bus_message *m);                     /* keeps the room */
void bus_add(struct bus_message *m, const void *data, size_t len); /* copies */
void bus_add_frame(struct bus_message *m, zmq_msg_t *frame);       /* shares its bytes */
const char *bus_data(const struct bus_message *m, int frame);      /* not NUL-terminated */
size_t bus_len(const struct bus_message *m, int frame);
bool bus_is(const struct bus_message *m, const char *topic);

struct bus_address {
    uint8_t bytes[BUS_ADDRESS_BYTES];
    size_t len;
};

/* Whether a server would read it: a longer frame would even cost the connection. */
int bus_check_size(const struct bus_message *m, struct err *e) CHECKED;

/* Reads one whole message without waiting; false when none is there. One that
 * is longer than any of ours is read to its end and comes out empty. */
bool bus_receive(void *socket, struct bus_message *m);

/* Sends [topic][address][items] without waiting, whole or not at all (a pipe
 * takes a message whole), and empties m. */
bool bus_send(void *socket, const struct bus_address *address, struct bus_message *m);

/* Likewise without an address: [topic][items]. */
bool bus_send_bare(void *socket, struct bus_message *m);

#endif
