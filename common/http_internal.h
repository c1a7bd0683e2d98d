/* SPDX-License-Identifier: Apache-2.0 */
/* http_internal - a server and a request as the files of http.h know them, and nobody else. */
#ifndef HTTP_INTERNAL_H
#define HTTP_INTERNAL_H

#include "http.h"
#include "http_clients.h"
#include "http_path.h"
#include "http_upload.h"
#include "strbuf.h"

#include <microhttpd.h>
#include <netinet/in.h>

enum request_state {
    REQUEST_NEW,     /* the request line is there */
    REQUEST_READING, /* the header lines too */
    REQUEST_HANDED,  /* the handler has it and owes an answer */
    REQUEST_ANSWERED,
};

struct http_request {
    struct http *http;
    struct http_request *next;         /* of all that were ever made */
    struct http_request *next_free;    /* of those not in use */
    struct http_request *next_waiting; /* of those to suspend at the end of the run */
    struct MHD_Connection *connection;
    enum request_state state;
    bool is_waiting; /* the library knows that the answer comes later */
    bool suspended;
    bool is_last;      /* what follows it on its connection is not looked at */
    unsigned refusal;  /* the status to answer instead of calling a handler, or 0 */
    size_t target_len; /* of the address as it was sent */
    const char *method;
    const struct http_route *route; /* of the path, its method may differ if refused */
    unsigned status;
    struct MHD_Response *response; /* the answer, until it is queued */
    uint64_t discarded_bytes;
    struct http_upload *upload; /* of a body with files, until it is whole */
    uint64_t upload_bytes;
    uint64_t passed; /* the limit that the body has passed; 0: none */
    void *kept;
    struct strbuf body;
    struct http_path match;
    size_t set_count;
    struct {
        const char *name;
        char value[HTTP_SET_VALUE];
    } set[HTTP_SET_HEADERS];
    char peer[INET6_ADDRSTRLEN];
    char path[HTTP_PATH_SIZE];
};

struct http {
    struct loop *loop;
    struct loop_timer *timer;
    struct MHD_Daemon *daemon;
    const struct http_route *routes;
    http_refusal_fn *refuse;
    const struct http_files *files;
    void *ctx;
    size_t max_body_bytes;
    const struct http_body_room *rooms;
    size_t pending;
    struct http_request *requests;
    struct http_request *free;
    struct http_request *waiting;
    struct http_clients clients;
    struct loop_timer *look; /* at them */
    int listener;            /* -1 once it is closed */
    int epoll_fd;
    unsigned port;
    bool draining;
    bool closing;
    bool resumed; /* replies wait for the end of the turn */
};

/* ---- http_request.c ---- */

/* As text, without port; IPv4 clients of an IPv6 listener as IPv4. */
void http_request_note_peer(struct http_request *request);

/* ---- http_answer.c ---- */

/* Sets Allow to the methods that the path has. */
void http_request_allow(struct http_request *request);

/* ---- http_body.c ---- */

/* What is read of a body that is too large, in times of its limit. */
enum { HTTP_DISCARD_FACTOR = 4 };

/* The header lines are there, and the route is known: how large the body may be, and whether it may
 * have files. */
void http_body_begin(struct http_request *request);
uint64_t http_body_limit(const struct http_request *request); /* bytes */
/* The status for a body that is announced too large, or whose end each reader might see at another
 * place: so a proxy before us would take for one request what we take for two. 0: it may come. */
unsigned http_body_refusal(struct http_request *request);
/* body.failed: it has grown beyond its limit. */
void http_body_take(struct http_request *request, const char *data, size_t len);
/* It is whole. */
void http_body_end(struct http_request *request);

#endif
