/* SPDX-License-Identifier: Apache-2.0 */
/* http_client - one HTTP/1.1 request and its answer, waited for: for commands and tests, never
 * for a service, whose loop must not wait. */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include "err.h"

enum { CLIENT_HOST_SIZE = 256 };

/* Where to connect to reach who listens on text ("ADDRESS:PORT"): "0.0.0.0", "[::]" and "*"
 * are this machine. ERR_INPUT when it is not of that form. */
int client_reach(const char *text, char host[CLIENT_HOST_SIZE], unsigned *port,
                 struct err *e) CHECKED;

struct client_request {
    const char *host; /* a name or an address without brackets; NULL: 127.0.0.1 */
    unsigned port;
    int limit_ms; /* for each step; 0: ten seconds */
    const char *method;
    const char *path;           /* with the query, encoded */
    const char *const *headers; /* "Name: value", ended by NULL; or NULL */
    const void *body;
    size_t len;
};

struct client_answer {
    unsigned status;
    char *head; /* NUL-terminated: the lines after the status line */
    char *body; /* NUL-terminated */
    size_t len;
};

/* ERR_BUSY when nobody listens or answers in time, ERR_SYSTEM for what is not HTTP. */
int client_send(const struct client_request *request, struct client_answer *out,
                struct err *e) CHECKED;
void client_answer_free(struct client_answer *answer);

/* The value of the first header of that name, any case; NULL: none. Borrowed until the next call.
 */
const char *client_header(const struct client_answer *answer, const char *name);

#endif
