/* SPDX-License-Identifier: Apache-2.0 */
/* http - an HTTP/1.1 server inside the loop; handlers may answer later.
 *
 * libmicrohttpd without threads of its own: its epoll descriptor is watched by
 * our loop (its internal thread can fall asleep with clients waiting). A
 * handler runs when the whole body is there, and answers at once or later, in
 * the loop's thread. Who sends so slowly that a request takes longer than the idle timeout is cut
 * off, however busy he looks. TLS is a reverse proxy's work. */
#ifndef HTTP_H
#define HTTP_H

#include "loop.h"
#include "strbuf.h"

struct http;
struct http_request;

/* Must lead to exactly one http_reply() for the request, now or later. */
typedef void http_handler_fn(void *ctx, struct http_request *request);
/* Likewise of a request that reaches no handler: 404, 405, 413, ... */
typedef void http_refusal_fn(void *ctx, struct http_request *request, unsigned status);

/* A row of the service's table. path is literal but for parts "{name}", which
 * match one segment without '/': "/open311/v2/requests/{id}.{format}" splits
 * the last segment at its last '.'. The first row that matches serves; a row
 * for GET serves HEAD, too. A path that matches with another method answers 405
 * with Allow; no match answers 404. The table ends with {0}. */
struct http_route {
    const char *method;
    const char *path;
    http_handler_fn *handler;
};

/* Where the files of multipart/form-data bodies go, piece by piece as they arrive, so that none is
 * ever in memory. The rest of such a body is gathered and read as any other: http_form() finds its
 * fields. Each function gets the settings' ctx. */
struct http_files {
    http_handler_fn *const *handlers; /* who takes files; ended by NULL */
    /* Bytes that a body with files may have in all. */
    size_t (*limit)(void *ctx);
    /* A file begins, whole only once end has been called; file_name, the bytes that came, is NULL
     * for the empty field of a browser. */
    void (*begin)(void *ctx, struct http_request *request, const char *field,
                  const char *file_name);
    void (*data)(void *ctx, struct http_request *request, const char *bytes, size_t len);
    void (*end)(void *ctx, struct http_request *request);
    /* The request is over, answered or not. */
    void (*forget)(void *ctx, struct http_request *request);
};

/* Bodies of one handler that may be larger than others, but for files. Of those that are too large
 * all the same some are read and thrown away: a browser that is cut off while it sends may lose its
 * answer. */
struct http_body_room {
    http_handler_fn *handler;
    size_t max_bytes;
};

struct http_settings {
    const char *listen;                 /* "127.0.0.1:8080", "[::1]:8080"; port 0: any free one */
    size_t max_body_bytes;              /* larger bodies answer 413 without being read */
    const struct http_body_room *rooms; /* where more is taken; ended by {0}; NULL: nowhere */
    unsigned max_connections;
    unsigned connections_per_address; /* open at once; 0: no limit */
    /* From one answer to the whole of the next request; for a large body, to each next 64 KiB. */
    unsigned idle_timeout_s;
    const struct http_route *routes;
    /* What is answered to requests that reach no handler; NULL: http_refuse(). The Allow of a 405
     * is set already. */
    http_refusal_fn *refuse;
    const struct http_files *files; /* NULL: files in forms are left out */
    void *ctx;                      /* given to every handler */
};

int http_open(struct http **out, struct loop *loop, const struct http_settings *settings,
              struct err *e) CHECKED;
/* Requests that are not answered yet are answered 503 and must not be used any
 * more. The loop must not turn afterwards. */
void http_close(struct http **http);

/* No new connections; open ones are closed after their answer. */
void http_drain(struct http *http);
unsigned http_port(const struct http *http);
size_t http_pending(const struct http *http); /* requests handed to handlers and not answered */

/* Borrowed until the reply. NULL where absent. */
const char *http_method(const struct http_request *request);
const char *http_path(const struct http_request *request); /* as sent: not decoded, no query */
const char *http_part(const struct http_request *request, const char *name);  /* decoded */
const char *http_query(const struct http_request *request, const char *name); /* decoded */
/* Each parameter of the address with its value ("" for none), decoded, in their order. */
typedef void http_query_fn(void *ctx, const char *name, const char *value);
void http_each_query(const struct http_request *request, http_query_fn *fn, void *ctx);
const char *http_header(const struct http_request *request, const char *name); /* its first line */
/* Appends all lines of a header whose value is a list: they are one, in their order (RFC 9110,
 * 5.3), and have less than HTTP_LIST_BYTES. */
enum { HTTP_LIST_BYTES = 16 * 1024 };
void http_header_list(const struct http_request *request, const char *name, struct strbuf *out);
const char *http_peer(const struct http_request *request);              /* address without port */
const char *http_body(const struct http_request *request, size_t *len); /* NUL-terminated */
/* Of a request that is refused with 413: how many bytes it may have had. */
uint64_t http_too_large(const struct http_request *request);

/* Whether the body says that it is multipart/form-data. */
bool http_is_multipart(const struct http_request *request);

/* The fields of an application/x-www-form-urlencoded or multipart/form-data
 * body in their order (a repeated name stays repeated), decoded. fn gets NUL-
 * terminated copies that live for the call. ERR_INPUT for a malformed body. */
typedef void http_field_fn(void *ctx, const char *name, const char *value, size_t len);
int http_form(const struct http_request *request, http_field_fn *fn, void *ctx,
              struct err *e) CHECKED;

/* What the service keeps with a request until it is forgotten; NULL at first. */
void http_keep(struct http_request *request, void *kept);
void *http_kept(const struct http_request *request);

struct http_header {
    const char *name;
    const char *value;
};

struct http_answer {
    unsigned status;
    const char *type; /* Content-Type; NULL without a body */
    const void *body; /* copied */
    size_t len;
    const struct http_header *headers; /* more headers, ended by {0}; or NULL */
};

/* One more header of the answer to come, whoever gives it; set again, it has the new value. name is
 * kept, value copied; past the limits it is asserted. */
enum { HTTP_SET_HEADERS = 6, HTTP_SET_VALUE = 96 };
void http_set_header(struct http_request *request, const char *name, const char *value);

/* Ends the request: it must not be used any more. A client that has gone away
 * meanwhile is no error. */
void http_reply(struct http_request *request, const struct http_answer *answer);
/* As http_reply with len bytes of a file from offset on as the body: answer's own is not used. fd
 * becomes the server's. */
void http_reply_file(struct http_request *request, const struct http_answer *answer, int fd,
                     uint64_t offset, uint64_t len);
/* The same with a plain problem document (RFC 9457) of that status. */
void http_refuse(struct http_request *request, unsigned status);

#endif
