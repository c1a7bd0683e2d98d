/* SPDX-License-Identifier: Apache-2.0 */
#include "http_clients.h"

#include "clock.h"
#include "mem.h"

#include <stdlib.h>
#include <sys/socket.h>

enum { RENEWING_BYTES = 64 * 1024 };

struct http_client {
    struct http_client *before, *next;
    struct MHD_Connection *connection;
    int64_t since_us; /* monotonic: since when it owes; 0: it does not, and is in no list */
    size_t sent;      /* bytes of a body since then */
};

struct http_client *http_client_new(struct http_clients *clients, struct MHD_Connection *connection)
{
    struct http_client *c = mem_new(1, sizeof(*c));

    c->connection = connection;
    http_client_owes(clients, c);
    return c;
}

void http_client_free(struct http_clients *clients, struct http_client **client)
{
    if (*client == NULL)
        return;
    http_client_rests(clients, *client);
    free(*client);
    *client = NULL;
}

static void leave_list(struct http_clients *clients, struct http_client *c)
{
    if (c->since_us == 0)
        return;
    c->since_us = 0;
    *(c->before != NULL ? &c->before->next : &clients->first) = c->next;
    *(c->next != NULL ? &c->next->before : &clients->last) = c->before;
}

static void join_list(struct http_clients *clients, struct http_client *c)
{
    leave_list(clients, c);
    c->since_us = clock_mono_us();
    c->sent = 0;
    c->before = clients->last;
    c->next = NULL;
    *(c->before != NULL ? &c->before->next : &clients->first) = c;
    clients->last = c;
}

void http_client_rests(struct http_clients *clients, struct http_client *c)
{
    leave_list(clients, c);
}

void http_client_owes(struct http_clients *clients, struct http_client *c)
{
    join_list(clients, c);
}

void http_client_sends(struct http_clients *clients, struct http_client *c, size_t len)
{
    c->sent += len;
    if (c->sent >= RENEWING_BYTES)
        join_list(clients, c);
}

static int socket_of(const struct http_client *c)
{
    return MHD_get_connection_info(c->connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

/* The library waits for the next edge, and there is none when the end of a connection came together
 * with the last bytes: so it would wait until its timeout. */
static bool has_gone(const struct http_client *c)
{
    char ignored;

    return recv(socket_of(c), &ignored, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

bool http_clients_look(struct http_clients *clients)
{
    int64_t now = clock_mono_us();
    struct http_client *c, *next;

    for (c = clients->first; c != NULL; c = next) {
        next = c->next;
        if (now - c->since_us <= clients->patience_us && !has_gone(c))
            continue;
        leave_list(clients, c);
        shutdown(socket_of(c), SHUT_RDWR); /* the library notices that */
    }
    return clients->first != NULL;
}
