/* SPDX-License-Identifier: Apache-2.0 */
/* http_client - one HTTP/1.1 request to this machine and its answer, waited for. */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include "err.h"

struct client_request {
    unsigned port; /* on 127.0.0.1 */
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

/* ERR_BUSY when nobody listens or answers within ten seconds, ERR_SYSTEM for
 * what is not HTTP. */
int client_send(const struct client_request *request, struct client_answer *out,
                struct err *e) CHECKED;
void client_answer_free(struct client_answer *answer);

/* The value of the first header of that name, any case; NULL: none. Borrowed until the next call.
 */
const char *client_header(const struct client_answer *answer, const char *name);

#endif
