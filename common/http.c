/* SPDX-License-Identifier: Apache-2.0 */
/* http - libmicrohttpd driven by our loop.
 *
 * The daemon runs when its epoll descriptor is ready, when its own timeout is
 * over, and once at the end of a turn in which replies were given: all of them
 * are resumed together, since each run walks the list of suspended connections.
 * A request is suspended only when its handler has not answered on returning. */
#include "http.h"

#include "clock.h"
#include "http_clients.h"
#include "http_form.h"
#include "http_multipart.h"
#include "http_path.h"
#include "http_upload.h"
#include "mem.h"
#include "strbuf.h"
#include "text.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTION_MEMORY_BYTES = 8 * 1024, /* zeroed for each request: small is quick */
    KEPT_BODY_BYTES = 16 * 1024,        /* larger buffers are not kept for the next request */
    DISCARD_FACTOR = 4,                 /* a chunked body may be this often too large ... */
    BACKLOG = 1024,
    TEXT_LIMIT_BYTES = 1024,
    LOOK_US = CLOCK_US_PER_S,
};

enum request_state {
    REQUEST_NEW,     /* the request line is there */
    REQUEST_READING, /* the header lines too */
    REQUEST_HANDED,  /* the handler has it and owes an answer */
    REQUEST_ANSWERED,
};

struct http_request {
    struct http *http;
    struct http_request *next;      /* of all that were ever made */
    struct http_request *next_free; /* of those not in use */
    struct MHD_Connection *connection;
    enum request_state state;
    bool suspended;
    unsigned refusal; /* the status to answer instead of calling a handler, or 0 */
    const char *method;
    const struct http_route *route; /* of the path, its method may differ if refused */
    unsigned status;
    struct MHD_Response *response; /* the answer, until it is queued */
    uint64_t discarded_bytes;
    struct http_upload *upload; /* of a body with files, until it is whole */
    uint64_t upload_bytes;
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
    http_handler_fn *not_found;
    const struct http_files *files;
    void *ctx;
    size_t max_body_bytes;
    size_t pending;
    struct http_request *requests;
    struct http_request *free;
    struct http_clients clients;
    struct loop_timer *look; /* at them */
    int listener;            /* -1 once it is closed */
    int epoll_fd;
    unsigned port;
    bool draining;
    bool closing;
    bool resumed; /* replies wait for the end of the turn */
};

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* ---- clients ---- */

static struct http_client *client_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* Now and then, not at each turn: it may be a long list. */
static void look_at_clients(void *ctx)
{
    struct http *http = ctx;

    if (http_clients_look(&http->clients))
        loop_timer_set_us(http->look, LOOK_US);
}

static void keep_looking(struct http *http)
{
    if (!loop_timer_is_set(http->look))
        loop_timer_set_us(http->look, LOOK_US);
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct http *http = cls;
    struct http_client *client = *context;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        *context = http_client_new(&http->clients, connection);
        keep_looking(http);
    } else {
        http_client_free(&http->clients, &client);
        *context = NULL;
    }
}

/* Runs the daemon and notes when it wants to run again. */
static void run(struct http *http)
{
    MHD_UNSIGNED_LONG_LONG wait_ms;

    http->resumed = false;
    MHD_run(http->daemon);
    if (http->resumed)
        loop_timer_set_us(http->timer, 0); /* a handler replied to another request */
    else if (MHD_get_timeout(http->daemon, &wait_ms) == MHD_YES)
        loop_timer_set_us(http->timer, (int64_t)wait_ms * CLOCK_US_PER_MS);
    else
        loop_timer_cancel(http->timer);
}

static void on_ready(void *ctx)
{
    run(ctx);
}

static void on_turn_end(void *ctx)
{
    struct http *http = ctx;

    if (http->resumed)
        run(http);
}

/* libmicrohttpd refuses names and values with line ends in them: such a header
 * is left out, which is what a forged one deserves. */
static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    (void)MHD_add_response_header(response, name, value);
}

static struct MHD_Response *with_headers(const struct http_request *request,
                                         const struct http_answer *answer,
                                         struct MHD_Response *response)
{
    assert(response != NULL); /* only for want of memory */
    if (answer->type != NULL)
        add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->type);
    if (request->http->draining)
        add_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    for (size_t i = 0; i < request->set_count; i++)
        add_header(response, request->set[i].name, request->set[i].value);
    for (const struct http_header *h = answer->headers; h != NULL && h->name != NULL; h++)
        add_header(response, h->name, h->value);
    return response;
}

static struct MHD_Response *new_response(const struct http_request *request,
                                         const struct http_answer *answer)
{
    union {
        const void *in;
        void *out; /* the library copies, but its signature does not say so */
    } body = {.in = answer->len > 0 ? answer->body : ""};

    return with_headers(
        request, answer,
        MHD_create_response_from_buffer(answer->len, body.out, MHD_RESPMEM_MUST_COPY));
}

void http_set_header(struct http_request *request, const char *name, const char *value)
{
    size_t len = strlen(value);

    assert(request->set_count < HTTP_SET_HEADERS && len < HTTP_SET_VALUE);
    request->set[request->set_count].name = name;
    memcpy(request->set[request->set_count++].value, value, len + 1);
}

static void finish(struct http_request *request, unsigned status, struct MHD_Response *response)
{
    struct http *http = request->http;

    assert(request->state == REQUEST_HANDED);
    request->state = REQUEST_ANSWERED;
    request->status = status;
    request->response = response;
    http->pending--;
    if (!request->suspended)
        return;
    request->suspended = false;
    MHD_resume_connection(request->connection);
    if (!http->resumed)
        loop_timer_set_us(http->timer, 0); /* for a reply after this turn's end callback */
    http->resumed = true;
}

void http_reply(struct http_request *request, const struct http_answer *answer)
{
    finish(request, answer->status, new_response(request, answer));
}

void http_reply_file(struct http_request *request, const struct http_answer *answer, int fd,
                     uint64_t offset, uint64_t len)
{
    finish(request, answer->status,
           with_headers(request, answer, MHD_create_response_from_fd_at_offset64(len, fd, offset)));
}

/* "GET, HEAD, POST": the methods of the rows with the request's path. */
static void add_methods(const struct http_request *request, struct strbuf *out)
{
    struct http_path match;

    for (const struct http_route *r = request->http->routes; r->method != NULL; r++) {
        if (!http_path_match(r->path, request->path, &match))
            continue;
        strbuf_addf(out, "%s%s", out->len > 0 ? ", " : "", r->method);
        if (strcmp(r->method, "GET") == 0)
            strbuf_addf(out, ", HEAD");
    }
}

void http_refuse(struct http_request *request, unsigned status)
{
    AUTO(strbuf_free) struct strbuf allow = STRBUF(TEXT_LIMIT_BYTES);
    AUTO(strbuf_free) struct strbuf body = STRBUF(TEXT_LIMIT_BYTES);
    struct http_header headers[2] = {{0}};

    strbuf_addf(&body, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u}",
                MHD_get_reason_phrase_for(status), status);
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED) {
        add_methods(request, &allow);
        headers[0] = (struct http_header){MHD_HTTP_HEADER_ALLOW, strbuf_text(&allow)};
    } else if (status == MHD_HTTP_SERVICE_UNAVAILABLE) {
        headers[0] = (struct http_header){MHD_HTTP_HEADER_RETRY_AFTER, "1"};
    }
    http_reply(request, &(struct http_answer){.status = status,
                                              .type = "application/problem+json",
                                              .body = body.data,
                                              .len = body.len,
                                              .headers = headers});
}

static void answer_refusal(struct http_request *request)
{
    const struct http *http = request->http;

    if (request->refusal == MHD_HTTP_NOT_FOUND && http->not_found != NULL)
        http->not_found(http->ctx, request);
    else
        http_refuse(request, request->refusal);
}

/* The handler may answer at once; then the request is not suspended. */
static void hand_over(struct http_request *request)
{
    request->state = REQUEST_HANDED;
    request->http->pending++;
    http_client_rests(&request->http->clients, client_of(request->connection));
    if (request->http->closing)
        request->refusal = MHD_HTTP_SERVICE_UNAVAILABLE; /* the service is half gone already */
    if (request->refusal != 0)
        answer_refusal(request);
    else
        request->route->handler(request->http->ctx, request);
}

static enum MHD_Result queue_answer(struct http_request *request)
{
    enum MHD_Result queued =
        MHD_queue_response(request->connection, request->status, request->response);

    MHD_destroy_response(request->response);
    request->response = NULL;
    return queued;
}

/* HEAD is served by the row for GET; the library leaves the body out. */
static bool serves(const struct http_route *route, const char *method)
{
    return strcmp(route->method, method) == 0 ||
           (strcmp(method, "HEAD") == 0 && strcmp(route->method, "GET") == 0);
}

static void find_route(struct http_request *request)
{
    request->refusal = MHD_HTTP_NOT_FOUND;
    for (const struct http_route *r = request->http->routes; r->method != NULL; r++) {
        if (!http_path_match(r->path, request->path, &request->match))
            continue;
        request->refusal = MHD_HTTP_METHOD_NOT_ALLOWED;
        if (!serves(r, request->method))
            continue;
        request->route = r;
        request->refusal = 0;
        return;
    }
}

/* ---- bodies with files ---- */

static void on_text(void *ctx, const char *bytes, size_t len)
{
    struct http_request *request = ctx;

    strbuf_add(&request->body, bytes, len);
}

static void on_file(void *ctx, const char *field, bool has_name)
{
    struct http_request *request = ctx;

    request->http->files->begin(request->http->ctx, request, field, has_name);
}

static void on_file_data(void *ctx, const char *bytes, size_t len)
{
    struct http_request *request = ctx;

    request->http->files->data(request->http->ctx, request, bytes, len);
}

static void on_file_end(void *ctx)
{
    struct http_request *request = ctx;

    request->http->files->end(request->http->ctx, request);
}

static struct http_upload_sink sink_of(struct http_request *request)
{
    return (struct http_upload_sink){on_text, on_file, on_file_data, on_file_end, request};
}

static bool takes_files(const struct http_request *request)
{
    const struct http_files *files = request->http->files;

    if (files == NULL || request->route == NULL || request->refusal != 0)
        return false;
    for (http_handler_fn *const *fn = files->handlers; *fn != NULL; fn++)
        if (*fn == request->route->handler)
            return true;
    return false;
}

static void open_upload(struct http_request *request)
{
    const char *type = http_header(request, MHD_HTTP_HEADER_CONTENT_TYPE);
    char boundary[HTTP_BOUNDARY_SIZE];

    if (type != NULL && takes_files(request) && http_multipart_boundary(type, boundary))
        request->upload = http_upload_new(boundary);
}

static void finish_upload(struct http_request *request)
{
    const struct http_upload_sink sink = sink_of(request);

    if (request->upload == NULL)
        return;
    http_upload_finish(request->upload, &sink);
    http_upload_free(&request->upload);
    if (request->body.failed && request->refusal == 0)
        request->refusal = MHD_HTTP_CONTENT_TOO_LARGE;
}

static uint64_t body_limit(const struct http_request *request)
{
    const struct http *http = request->http;

    return request->upload != NULL ? http->files->limit(http->ctx) : http->max_body_bytes;
}

static void take_piece(struct http_request *request, const char *data, size_t len)
{
    const struct http_upload_sink sink = sink_of(request);

    if (request->upload == NULL) {
        strbuf_add(&request->body, data, len);
        return;
    }
    request->upload_bytes += len;
    if (request->upload_bytes > body_limit(request))
        request->body.failed = true;
    else
        http_upload_feed(request->upload, data, len, &sink);
}

void http_keep(struct http_request *request, void *kept)
{
    request->kept = kept;
}

void *http_kept(const struct http_request *request)
{
    return request->kept;
}

static bool announces_too_much(const struct http_request *request)
{
    const char *text = http_header(request, MHD_HTTP_HEADER_CONTENT_LENGTH);
    int64_t len = 0;
    struct err ignored;

    if (text == NULL)
        return false;
    return text_int64(text, "Content-Length", 0, (int64_t)body_limit(request), &len, &ignored) < 0;
}

/* As text, without port; IPv4 clients of an IPv6 listener as IPv4. */
static void note_peer(struct http_request *request)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    union address address = {0};
    const void *bytes = &address.v4.sin_addr;
    int family = info->client_addr->sa_family;

    memcpy(&address, info->client_addr,
           family == AF_INET6 ? sizeof(address.v6) : sizeof(address.v4));
    if (family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&address.v6.sin6_addr)) {
        family = AF_INET;
        bytes = &address.v6.sin6_addr.s6_addr[12];
    } else if (family == AF_INET6) {
        bytes = &address.v6.sin6_addr;
    }
    inet_ntop(family, bytes, request->peer, sizeof(request->peer));
}

/* The header lines are there. To answer now is to close the connection
 * afterwards, so it is only done where the body would be too much to read. */
static enum MHD_Result begin(struct http_request *request, const char *method)
{
    request->state = REQUEST_READING;
    request->method = method;
    note_peer(request);
    if (request->refusal == 0)
        find_route(request);
    open_upload(request);
    if (!announces_too_much(request))
        return MHD_YES;
    if (request->refusal == 0)
        request->refusal = MHD_HTTP_CONTENT_TOO_LARGE;
    hand_over(request);
    return queue_answer(request);
}

/* A body without Content-Length that grows too large cannot be answered before
 * its end: some of it is thrown away, then the connection is cut. */
static enum MHD_Result gather(struct http_request *request, const char *data, size_t len)
{
    uint64_t limit = body_limit(request);

    http_client_sends(&request->http->clients, client_of(request->connection), len);
    if (request->refusal == 0) {
        take_piece(request, data, len);
        if (!request->body.failed)
            return MHD_YES;
        request->refusal = MHD_HTTP_CONTENT_TOO_LARGE;
        strbuf_free(&request->body);
    }
    request->discarded_bytes += len;
    return request->discarded_bytes <= DISCARD_FACTOR * limit + CONNECTION_MEMORY_BYTES ? MHD_YES
                                                                                        : MHD_NO;
}

/* Called when the headers are there, for each piece of the body, when all of
 * it is there, and again after a suspended connection was resumed. */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *len, void **state)
{
    struct http_request *request = *state;

    (void)cls, (void)connection, (void)url, (void)version;
    if (request->state == REQUEST_NEW)
        return begin(request, method);
    if (*len > 0) {
        size_t taken = *len;
        *len = 0;
        return gather(request, data, taken);
    }
    if (request->state == REQUEST_READING) {
        finish_upload(request);
        hand_over(request);
    }
    if (request->response != NULL)
        return queue_answer(request);
    request->suspended = true;
    MHD_suspend_connection(request->connection);
    return MHD_YES;
}

static struct http_request *take_request(struct http *http)
{
    struct http_request *request = http->free;

    if (request != NULL) {
        http->free = request->next_free;
        return request;
    }
    request = mem_new(1, sizeof(*request));
    request->http = http;
    request->body = STRBUF(http->max_body_bytes);
    request->next = http->requests;
    http->requests = request;
    return request;
}

/* Empties a buffer that did not fail, and keeps its room. */
static void clear(struct strbuf *body)
{
    body->len = 0;
    if (body->data != NULL)
        body->data[0] = '\0';
}

/* The request line, before the library decodes it in place: an encoded '/' is
 * not yet a separator. The result is what on_request gets as *state. */
static void *on_target(void *cls, const char *target, struct MHD_Connection *connection)
{
    struct http_request *request = take_request(cls);
    size_t len = strcspn(target, "?");

    http_client_sends(&request->http->clients, client_of(connection), 0);
    request->connection = connection;
    request->state = REQUEST_NEW;
    request->suspended = false;
    request->refusal = len < sizeof(request->path) ? 0 : MHD_HTTP_URI_TOO_LONG;
    request->method = NULL;
    request->route = NULL;
    request->discarded_bytes = request->upload_bytes = 0;
    request->kept = NULL;
    clear(&request->body);
    request->match.part_count = 0;
    request->set_count = 0;
    if (request->refusal != 0)
        len = 0;
    memcpy(request->path, target, len);
    request->path[len] = '\0';
    return request;
}

/* The answer was sent, or the connection was lost at any stage before. Not
 * called while the connection is suspended. */
static void on_completed(void *cls, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode why)
{
    struct http *http = cls;
    struct http_request *request = *state;

    (void)why;
    http_client_owes(&http->clients, client_of(connection));
    keep_looking(http);
    if (request == NULL)
        return;
    *state = NULL;
    if (request->response != NULL)
        MHD_destroy_response(request->response);
    request->response = NULL;
    http_upload_free(&request->upload);
    if (http->files != NULL)
        http->files->forget(http->ctx, request);
    request->connection = NULL;
    if (request->body.room > KEPT_BODY_BYTES)
        strbuf_free(&request->body);
    request->next_free = http->free;
    http->free = request;
}

static int resolve(const char *listen_text, struct addrinfo **out, struct err *e)
{
    static const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                                          .ai_socktype = SOCK_STREAM};
    AUTO(strbuf_free) struct strbuf host = STRBUF(INET6_ADDRSTRLEN + 2);
    const char *colon = strrchr(listen_text, ':');
    size_t len = colon != NULL ? (size_t)(colon - listen_text) : 0;
    bool bracketed = len > 2 && listen_text[0] == '[' && listen_text[len - 1] == ']';
    int64_t port = 0;
    struct err ignored;

    strbuf_add(&host, listen_text + (bracketed ? 1 : 0), bracketed ? len - 2 : len);
    bool well_formed = len > 0 && strbuf_text(&host) != NULL &&
                       bracketed == (strchr(host.data, ':') != NULL) &&
                       text_int64(colon + 1, "port", 0, UINT16_MAX, &port, &ignored) == 0;
    if (!well_formed || getaddrinfo(host.data, colon + 1, &hints, out) != 0)
        return err_set(e, ERR_INPUT,
                       "could not listen on \"%s\": expected \"ADDRESS:PORT\" in numbers, "
                       "such as \"127.0.0.1:8080\" or \"[::1]:8080\"",
                       listen_text);
    return 0;
}

static void close_address(struct addrinfo **address)
{
    if (*address != NULL)
        freeaddrinfo(*address);
}

static int open_listener(const char *listen_text, int *out, struct err *e)
{
    AUTO(close_address) struct addrinfo *address = NULL;
    const int on = 1;

    if (resolve(listen_text, &address, e) < 0)
        return -1;
    assert(address != NULL);
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_set(e, ERR_SYSTEM, "could not make a socket for \"%s\": %s", listen_text,
                       strerror(errno));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, address->ai_addr, address->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0) {
        err_set(e, ERR_SYSTEM, "could not listen on \"%s\": %s", listen_text, strerror(errno));
        close(fd);
        return -1;
    }
    *out = fd;
    return 0;
}

static unsigned port_of(int fd)
{
    union address address = {0};
    socklen_t len = sizeof(address);

    getsockname(fd, &address.any, &len);
    return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}

static int start_daemon(struct http *http, const struct http_settings *settings, struct err *e)
{
    http->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, http,
        MHD_OPTION_LISTEN_SOCKET, http->listener, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY_BYTES, MHD_OPTION_CONNECTION_LIMIT, settings->max_connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, settings->connections_per_address,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, http, MHD_OPTION_CONNECTION_TIMEOUT,
        settings->idle_timeout_s, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK,
        on_target, http, MHD_OPTION_NOTIFY_COMPLETED, on_completed, http, MHD_OPTION_END);
    if (http->daemon != NULL)
        return 0;
    http->listener = -1; /* closed by the library on its way out */
    return err_set(e, ERR_SYSTEM, "could not start the HTTP server on \"%s\": %s", settings->listen,
                   strerror(errno));
}

int http_open(struct http **out, struct loop *loop, const struct http_settings *settings,
              struct err *e)
{
    AUTO(http_close) struct http *http = mem_new(1, sizeof(*http));

    http->loop = loop;
    http->routes = settings->routes;
    http->not_found = settings->not_found;
    http->files = settings->files;
    http->ctx = settings->ctx;
    http->max_body_bytes = settings->max_body_bytes;
    http->clients.patience_us = settings->idle_timeout_s * (int64_t)CLOCK_US_PER_S;
    http->listener = -1;
    if (open_listener(settings->listen, &http->listener, e) < 0 ||
        start_daemon(http, settings, e) < 0)
        return -1;
    http->port = port_of(http->listener);
    http->epoll_fd = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    http->timer = loop_timer_new(loop, on_ready, http);
    http->look = loop_timer_new(loop, look_at_clients, http);
    loop_watch_fd(loop, http->epoll_fd, LOOP_READ, on_ready, http);
    loop_after_turn(loop, on_turn_end, http);
    *out = http;
    http = NULL;
    return 0;
}

static void stop_daemon(struct http *http)
{
    http->closing = true;
    for (struct http_request *r = http->requests; r != NULL; r = r->next)
        if (r->connection != NULL && r->state == REQUEST_HANDED)
            http_refuse(r, MHD_HTTP_SERVICE_UNAVAILABLE);
    MHD_run(http->daemon);
    MHD_stop_daemon(http->daemon);
}

void http_close(struct http **http)
{
    struct http *h = *http;

    if (h == NULL)
        return;
    if (h->daemon != NULL) {
        http_drain(h);
        loop_unwatch_fd(h->loop, h->epoll_fd);
        stop_daemon(h);
        loop_timer_cancel(h->timer);
        loop_timer_cancel(h->look);
    }
    if (h->listener >= 0)
        close(h->listener);
    while (h->requests != NULL) {
        struct http_request *request = h->requests;
        h->requests = request->next;
        strbuf_free(&request->body);
        http_upload_free(&request->upload);
        free(request);
    }
    free(h);
    *http = NULL;
}

void http_drain(struct http *http)
{
    if (http->draining)
        return;
    http->draining = true;
    MHD_quiesce_daemon(http->daemon); /* leaves the closing of the socket to us */
    close(http->listener);
    http->listener = -1;
}

unsigned http_port(const struct http *http)
{
    return http->port;
}

size_t http_pending(const struct http *http)
{
    return http->pending;
}

const char *http_method(const struct http_request *request)
{
    return request->method;
}

const char *http_path(const struct http_request *request)
{
    return request->path;
}

const char *http_part(const struct http_request *request, const char *name)
{
    return http_path_part(&request->match, name);
}

const char *http_query(const struct http_request *request, const char *name)
{
    const char *value = NULL;
    size_t len = 0;

    if (MHD_lookup_connection_value_n(request->connection, MHD_GET_ARGUMENT_KIND, name,
                                      strlen(name), &value, &len) != MHD_YES)
        return NULL;
    return value != NULL && strlen(value) == len ? value : NULL; /* no zero bytes */
}

struct each_query {
    http_query_fn *fn;
    void *ctx;
};

static enum MHD_Result on_query(void *cls, enum MHD_ValueKind kind, const char *name,
                                const char *value)
{
    const struct each_query *each = cls;

    (void)kind;
    each->fn(each->ctx, name, value != NULL ? value : "");
    return MHD_YES;
}

void http_each_query(const struct http_request *request, http_query_fn *fn, void *ctx)
{
    struct each_query each = {fn, ctx};

    (void)MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, on_query, &each);
}

const char *http_header(const struct http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *http_peer(const struct http_request *request)
{
    return request->peer;
}

const char *http_body(const struct http_request *request, size_t *len)
{
    *len = request->body.len;
    return strbuf_text(&request->body);
}

int http_form(const struct http_request *request, http_field_fn *fn, void *ctx, struct err *e)
{
    struct http_form form = {request->connection, request->body.data, request->body.len};

    return http_form_read(&form, fn, ctx, e);
}
