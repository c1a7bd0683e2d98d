/* SPDX-License-Identifier: Apache-2.0 */
/* http - libmicrohttpd driven by our loop.
 *
 * The daemon runs when its epoll descriptor is ready, when its own timeout is
 * over, and once at the end of a turn in which replies were given: all of them
 * are resumed together, since each run walks the list of suspended connections.
 * A request is suspended only when its handler has not answered by the end of the run: one that is
 * suspended while its handler runs is read from when it is resumed, and so is lost with its answer
 * if the client has said that no more will come. */
#include "http_internal.h"

#include "clock.h"
#include "http_listen.h"
#include "mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    /* Zeroed for each request: small is quick (1 to 2 microseconds more than 8 KiB take). It holds
     * the head, the cookies once more, where its parts are, and the head of the answer; what does
     * not fit the library refuses by itself, with a page of its own. */
    CONNECTION_MEMORY_BYTES = 32 * 1024,
    TARGET_BYTES = 14 * 1024,    /* of the address: more is answered 414 */
    LINES_BYTES = 12 * 1024,     /* of the rest of the head: more is answered 431 */
    KEPT_BODY_BYTES = 16 * 1024, /* larger buffers are not kept for the next request */
    LOOK_US = CLOCK_US_PER_S,
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

static void suspend_waiting(struct http *http)
{
    while (http->waiting != NULL) {
        struct http_request *request = http->waiting;
        http->waiting = request->next_waiting;
        if (!request->is_waiting)
            continue; /* another one's handler has answered it */
        request->suspended = true;
        MHD_suspend_connection(request->connection);
    }
}

/* Runs the daemon and notes when it wants to run again. */
static void run(struct http *http)
{
    MHD_UNSIGNED_LONG_LONG wait_ms;

    http->resumed = false;
    MHD_run(http->daemon);
    suspend_waiting(http);
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

static void answer_refusal(struct http_request *request)
{
    const struct http *http = request->http;

    if (request->refusal == MHD_HTTP_METHOD_NOT_ALLOWED)
        http_request_allow(request);
    if (http->refuse != NULL && !http->closing)
        http->refuse(http->ctx, request, request->refusal);
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

/* The header lines are there. To answer now is to close the connection
 * afterwards, so it is only done where the body would be too much to read, or has no certain end.
 */
static enum MHD_Result begin(struct http_request *request, const char *method)
{
    const union MHD_ConnectionInfo *head =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

    request->state = REQUEST_READING;
    request->method = method;
    http_request_note_peer(request);
    if (request->refusal == 0 && head != NULL &&
        head->header_size > request->target_len + LINES_BYTES)
        request->refusal = MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE;
    if (request->refusal == 0)
        find_route(request);
    http_body_begin(request);
    unsigned refusal = http_body_refusal(request);
    if (refusal == 0)
        return MHD_YES;
    if (request->refusal == 0)
        request->refusal = refusal;
    request->is_last = true;
    hand_over(request);
    return queue_answer(request);
}

/* A body without Content-Length that grows too large cannot be answered before
 * its end: some of it is thrown away, then the connection is cut. */
static enum MHD_Result gather(struct http_request *request, const char *data, size_t len)
{
    uint64_t limit = http_body_limit(request);

    http_client_sends(&request->http->clients, client_of(request->connection), len);
    if (request->refusal == 0) {
        http_body_take(request, data, len);
        if (!request->body.failed)
            return MHD_YES;
        request->refusal = MHD_HTTP_CONTENT_TOO_LARGE;
        strbuf_free(&request->body);
    }
    request->discarded_bytes += len;
    return request->discarded_bytes <= HTTP_DISCARD_FACTOR * limit + CONNECTION_MEMORY_BYTES
               ? MHD_YES
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
        http_body_end(request);
        hand_over(request);
    }
    if (request->response != NULL)
        return queue_answer(request);
    if (!request->is_waiting) {
        request->is_waiting = true;
        request->next_waiting = request->http->waiting;
        request->http->waiting = request;
    }
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

/* A zero byte in a parameter would end it for whoever reads it as text. */
static unsigned refusal_of(const char *target, size_t path_len, size_t len)
{
    if (path_len >= HTTP_PATH_SIZE || len > TARGET_BYTES)
        return MHD_HTTP_URI_TOO_LONG;
    return strstr(target + path_len, "%00") != NULL ? MHD_HTTP_BAD_REQUEST : 0;
}

/* The request line, before the library decodes it in place: an encoded '/' is
 * not yet a separator. The result is what on_request gets as *state. */
static void *on_target(void *cls, const char *target, struct MHD_Connection *connection)
{
    struct http_request *request = take_request(cls);
    size_t len = strcspn(target, "?");

    request->target_len = len + strlen(target + len);
    request->connection = connection;
    request->state = REQUEST_NEW;
    request->is_waiting = request->suspended = false;
    request->refusal = refusal_of(target, len, request->target_len);
    request->method = NULL;
    request->route = NULL;
    request->is_last = false;
    request->discarded_bytes = request->upload_bytes = request->passed = 0;
    request->kept = NULL;
    clear(&request->body);
    request->match.part_count = 0;
    request->set_count = 0;
    if (len >= sizeof(request->path))
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
    http->refuse = settings->refuse;
    http->files = settings->files;
    http->ctx = settings->ctx;
    http->max_body_bytes = settings->max_body_bytes;
    http->rooms = settings->rooms;
    http->clients.patience_us = settings->idle_timeout_s * (int64_t)CLOCK_US_PER_S;
    http->listener = -1;
    if (http_listen(settings->listen, &http->listener, e) < 0 ||
        start_daemon(http, settings, e) < 0)
        return -1;
    http->port = http_listen_port(http->listener);
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
