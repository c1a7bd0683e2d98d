/* SPDX-License-Identifier: Apache-2.0 */
/* http_clients - who is connected and owes us a whole request, and for how long: who sends too
 * slowly, or has gone in the middle, does not keep its place. Part of common/http. */
#ifndef HTTP_CLIENTS_H
#define HTTP_CLIENTS_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_client;

/* Of one server; zero but for patience_us. */
struct http_clients {
    struct http_client *first,
        *last; /* of those that owe a request, in the order of their moments */
    int64_t patience_us;
};

/* Somebody who connects owes a request; NULL when the connection ends. */
struct http_client *http_client_new(struct http_clients *clients,
                                    struct MHD_Connection *connection);
void http_client_free(struct http_clients *clients, struct http_client **client);

/* The request is whole: nothing is owed until its answer is out. */
void http_client_rests(struct http_clients *clients, struct http_client *client);
/* The next request is owed, within the patience from now. */
void http_client_owes(struct http_clients *clients, struct http_client *client);
/* len bytes of a body have come. A large one may take longer than the patience, but not come in
 * drops: every 64 KiB begin it anew. */
void http_client_sends(struct http_clients *clients, struct http_client *client, size_t len);

/* Cuts off whoever is late or has gone in the middle of a request. Whether anybody still owes
 * something, so that it is worth looking again. */
bool http_clients_look(struct http_clients *clients);

#endif
