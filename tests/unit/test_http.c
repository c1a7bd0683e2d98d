/* SPDX-License-Identifier: Apache-2.0 */
/* A server and raw client sockets in one process: the loop turns until the
 * client has seen what the test waits for. */
#include "http.h"

#include "strbuf.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

enum {
    BODY_MAX = 1000,
    ROOM = 3 * BODY_MAX,
    LATER_MAX = 8,
    DRIP_MAX = 16 * 1024,
    TICK_US = 100000,
    SIP_US = 40000,
    LARGE_BODY = 1 << 20,
    LARGE_ANSWER = 1 << 24, /* more than the system takes off our hands */
};

struct client {
    struct strbuf got;
    const char *awaited; /* a text in got, or NULL: the end of the connection */
    int fd;
    bool closed;
};

struct fixture {
    struct loop *loop;
    struct http *http;
    struct client client;
    struct http_request *later[LATER_MAX];
    size_t later_count;
    size_t awaited_count; /* of requests in later */
    struct strbuf fields;
    struct err form_error;
};

static struct fixture f;

static void reply_text(struct http_request *request, const char *text)
{
    http_reply(request,
               &(struct http_answer){
                   .status = 200, .type = "text/plain", .body = text, .len = strlen(text)});
}

static void on_echo(void *ctx, struct http_request *request)
{
    size_t len;
    const char *body = http_body(request, &len);

    (void)ctx;
    assert_int_equal(strlen(body), len);
    http_reply(request, &(struct http_answer){201, "text/plain", body, len,
                                              (struct http_header[]){{"X-Kind", "echo"}, {0}}});
}

static void on_measure(void *ctx, struct http_request *request)
{
    char text[40];
    size_t len;

    (void)ctx;
    (void)http_body(request, &len);
    snprintf(text, sizeof(text), "%zu bytes", len);
    reply_text(request, text);
}

static void on_large(void *ctx, struct http_request *request)
{
    static const char body[LARGE_ANSWER] = {0};

    (void)ctx;
    http_reply(request, &(struct http_answer){.status = 200, .body = body, .len = sizeof(body)});
}

static const char *or_dash(const char *text)
{
    return text != NULL ? text : "-";
}

static void on_describe(void *ctx, struct http_request *request)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(4096);

    (void)ctx;
    strbuf_addf(&out, "%s %s id=%s format=%s none=%s ", http_method(request), http_path(request),
                or_dash(http_part(request, "id")), or_dash(http_part(request, "format")),
                or_dash(http_part(request, "none")));
    strbuf_addf(&out, "q=%s missing=%s x=%s peer=%s", or_dash(http_query(request, "q")),
                or_dash(http_query(request, "missing")), or_dash(http_header(request, "x-test")),
                http_peer(request));
    reply_text(request, out.data);
}

static void on_later(void *ctx, struct http_request *request)
{
    (void)ctx;
    assert_true(f.later_count < LATER_MAX);
    f.later[f.later_count++] = request;
    if (f.later_count == f.awaited_count)
        loop_stop(f.loop);
}

static void note_field(void *ctx, const char *name, const char *value, size_t len)
{
    (void)ctx;
    assert_int_equal(strlen(value), len);
    strbuf_addf(&f.fields, "[%s=%s]", name, value);
}

static void on_form(void *ctx, struct http_request *request)
{
    struct err e = {0};

    (void)ctx;
    if (http_form(request, note_field, NULL, &e) < 0)
        reply_text(request, "refused");
    else
        reply_text(request, "read");
    f.form_error = e;
}

static void on_empty(void *ctx, struct http_request *request)
{
    (void)ctx;
    http_reply(request, &(struct http_answer){.status = 204});
}

/* What no route matches, but for one path. */
static void on_nowhere(void *ctx, struct http_request *request, unsigned status)
{
    (void)ctx;
    if (strcmp(http_path(request), "/lost") == 0)
        reply_text(request, "a page of its own");
    else
        http_refuse(request, status);
}

static const struct http_route routes[] = {
    {"POST", "/echo", on_echo},
    {"GET", "/requests/{id}.{format}", on_describe},
    {"GET", "/requests/{id}", on_describe},
    {"POST", "/later", on_later},
    {"GET", "/later", on_later},
    {"POST", "/measure", on_measure},
    {"GET", "/large", on_large},
    {"POST", "/form", on_form},
    {"DELETE", "/empty", on_empty},
    {0},
};

static const struct http_body_room rooms[] = {{on_measure, ROOM}, {0}};

static int open_server(void **state)
{
    struct err e = {0};
    const struct http_settings settings = {.listen = "127.0.0.1:0",
                                           .max_body_bytes = BODY_MAX,
                                           .rooms = rooms,
                                           .max_connections = 16,
                                           .idle_timeout_s = 30,
                                           .routes = routes,
                                           .refuse = on_nowhere};

    (void)state;
    f = (struct fixture){.fields = STRBUF(65536)};
    if (loop_open(&f.loop, &e) < 0 || http_open(&f.http, f.loop, &settings, &e) < 0) {
        print_error("%s\n", e.text);
        return -1;
    }
    return 0;
}

static int close_server(void **state)
{
    (void)state;
    http_close(&f.http);
    loop_close(&f.loop);
    strbuf_free(&f.fields);
    return 0;
}

static int connect_to(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    close(fd);
    return -1;
}

static void client_close(struct client *c)
{
    if (c->fd >= 0) {
        loop_unwatch_fd(f.loop, c->fd);
        close(c->fd);
    }
    strbuf_free(&c->got);
    c->fd = -1;
}

static struct client client_open(void)
{
    int fd = connect_to(http_port(f.http));

    assert_true(fd >= 0);
    return (struct client){.fd = fd, .got = STRBUF(1 << 20)};
}

static void on_client(void *ctx)
{
    struct client *c = ctx;
    char piece[4096];
    ssize_t n = recv(c->fd, piece, sizeof(piece), MSG_DONTWAIT);

    if (n > 0)
        strbuf_add(&c->got, piece, (size_t)n);
    else
        c->closed = true;
    if (c->closed)
        loop_unwatch_fd(f.loop, c->fd);
    if (c->closed || (c->awaited != NULL && strstr(c->got.data, c->awaited) != NULL))
        loop_stop(f.loop);
}

static void send_text(const struct client *c, const char *text)
{
    assert_int_equal(send(c->fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static void run_loop(void)
{
    struct err e = {0};

    assert_int_equal(loop_run(f.loop, &e), 0);
}

/* Turns the loop until the client has received text (NULL: was disconnected). */
static void await(struct client *c, const char *text)
{
    c->awaited = text;
    if (text != NULL && c->got.data != NULL && strstr(c->got.data, text) != NULL)
        return;
    loop_watch_fd(f.loop, c->fd, LOOP_READ, on_client, c);
    run_loop();
    if (text == NULL)
        assert_true(c->closed);
    else if (strstr(strbuf_text(&c->got), text) == NULL)
        fail_msg("\"%s\" is not in: %s", text, strbuf_text(&c->got));
}

/* Turns the loop until this many requests wait for their answer. */
static void await_later(size_t count)
{
    f.awaited_count = count;
    if (f.later_count < count)
        run_loop();
}

static size_t count_of(const struct client *c, const char *text)
{
    size_t count = 0;

    for (const char *p = c->got.data; p != NULL && (p = strstr(p, text)) != NULL; p++)
        count++;
    return count;
}

static void answers_at_once(void **state)
{
    AUTO(client_close) struct client c = client_open();

    (void)state;
    send_text(&c, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
    await(&c, "\r\n\r\nhello");
    assert_ptr_equal(strstr(c.got.data, "HTTP/1.1 201 "), c.got.data);
    assert_non_null(strstr(c.got.data, "\r\nX-Kind: echo\r\n"));
    assert_non_null(strstr(c.got.data, "\r\nContent-Type: text/plain\r\n"));
    assert_int_equal(http_pending(f.http), 0);
}

static void answers_without_a_body(void **state)
{
    AUTO(client_close) struct client c = client_open();

    (void)state;
    send_text(&c, "DELETE /empty HTTP/1.1\r\nHost: x\r\n\r\n");
    await(&c, "\r\n\r\n");
    assert_ptr_equal(strstr(c.got.data, "HTTP/1.1 204 "), c.got.data);
    assert_null(strstr(c.got.data, "Content-Type"));
}

static void answers_later(void **state)
{
    AUTO(client_close) struct client c = client_open();

    (void)state;
    send_text(&c, "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab");
    await_later(1);
    assert_int_equal(http_pending(f.http), 1);
    size_t len;
    assert_string_equal(http_body(f.later[0], &len), "ab");
    assert_string_equal(http_header(f.later[0], "content-length"), "2");
    reply_text(f.later[0], "patience");
    assert_int_equal(http_pending(f.http), 0);
    await(&c, "patience");
}

static void answers_many_in_one_turn(void **state)
{
    struct client clients[LATER_MAX];

    (void)state;
    for (size_t i = 0; i < LATER_MAX; i++) {
        clients[i] = client_open();
        send_text(&clients[i], "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    await_later(LATER_MAX);
    for (size_t i = LATER_MAX; i-- > 0;)
        reply_text(f.later[i], "patience");
    for (size_t i = 0; i < LATER_MAX; i++) {
        await(&clients[i], "patience");
        client_close(&clients[i]);
    }
}

static void finds_path_query_header_and_peer(void **state)
{
    AUTO(client_close) struct client c = client_open();

    (void)state;
    send_text(&c, "GET /requests/a%2fb.xml?q=%C4%90+1&x HTTP/1.1\r\nHost: x\r\nX-Test: y\r\n\r\n");
    await(&c,
          "GET /requests/a%2fb.xml id=a/b format=xml none=- q=Đ 1 missing=- x=y "
          "peer=127.0.0.1");
}

static void leaves_the_body_out_for_head(void **state)
{
    AUTO(client_close) struct client c = client_open();

    (void)state;
    send_text(&c, "HEAD /requests/17 HTTP/1.1\r\nHost: x\r\n\r\n");
    await(&c, "\r\n\r\n");
    assert_ptr_equal(strstr(c.got.data, "HTTP/1.1 200 "), c.got.data);
    assert_null(strstr(c.got.data, "id=17"));
}

static void refuses_unknown_paths_and_stays_open(void **state)
{
    AUTO(client_close) struct client c = client_open();

    (void)state;
    send_text(&c, "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab");
    await(&c, "\"status\":404}");
    send_text(&c, "GET /requests/%zz HTTP/1.1\r\nHost: x\r\n\r\n");
    send_text(&c, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nstill");
    await(&c, "\r\n\r\nstill");
    assert_int_equal(count_of(&c, "HTTP/1.1 404 "), 2);
}

static void lets_the_service_answer_for_unknown_paths(void **state)
{
    AUTO(client_close) struct client c = client_open();

    (void)state;
    send_text(&c, "GET /lost HTTP/1.1\r\nHost: x\r\n\r\n");
    await(&c, "a page of its own");
}

static void refuses_paths_that_are_too_long(void **state)
{
    AUTO(client_close) struct client c = client_open();
    AUTO(strbuf_free) struct strbuf text = STRBUF(5000);

    (void)state;
    strbuf_addf(&text, "GET /%02000d HTTP/1.1\r\nHost: x\r\n\r\n", 1);
    send_text(&c, text.data);
    await(&c, "HTTP/1.1 414 ");
}

/* A browser brings the cookies of other sites, a long question its words. */
static void takes_a_long_head(void **state)
{
    AUTO(client_close) struct client c = client_open();
    AUTO(strbuf_free) struct strbuf text = STRBUF(40000);

    (void)state;
    strbuf_addf(&text, "GET /requests/7?q=%013000d HTTP/1.1\r\nHost: x\r\n\r\n", 1);
    strbuf_addf(&text, "GET /requests/8 HTTP/1.1\r\nHost: x\r\nCookie: a=%012000d\r\n\r\n", 1);
    send_text(&c, text.data);
    await(&c, "GET /requests/8 ");
    assert_int_equal(count_of(&c, "HTTP/1.1 200 "), 2);
}

/* By the service itself, and the connection goes on. */
static void refuses_a_head_that_is_too_long(void **state)
{
    AUTO(client_close) struct client c = client_open();
    AUTO(strbuf_free) struct strbuf text = STRBUF(60000);

    (void)state;
    strbuf_addf(&text, "GET /requests/7?q=%014500d HTTP/1.1\r\nHost: x\r\n\r\n", 1);
    strbuf_addf(&text, "GET /requests/8 HTTP/1.1\r\nHost: x\r\nCookie: a=%013000d\r\n\r\n", 1);
    strbuf_addf(&text, "GET /requests/8 HTTP/1.1\r\nHost: x\r\nX-Long: %025000d\r\n\r\n", 1);
    strbuf_addf(&text, "GET /requests/9 HTTP/1.1\r\nHost: x\r\n\r\n");
    send_text(&c, text.data);
    await(&c, "GET /requests/9 ");
    assert_int_equal(count_of(&c, "\"status\":414}"), 1);
    assert_int_equal(count_of(&c, "\"status\":431}"), 2);
}

static void refuses_a_zero_byte_in_a_parameter(void **state)
{
    AUTO(client_close) struct client c = client_open();

    (void)state;
    send_text(&c,
              "GET /requests/7?q=a%00b HTTP/1.1\r\nHost: x\r\n\r\n"
              "GET /requests/7?q=a%2500b HTTP/1.1\r\nHost: x\r\n\r\n");
    await(&c, "q=a%00b ");
    assert_int_equal(count_of(&c, "\"status\":400}"), 1);
}

static void tells_the_allowed_methods(void **state)
{
    AUTO(client_close) struct client c = client_open();

    (void)state;
    send_text(&c, "PUT /later HTTP/1.1\r\nHost: x\r\n\r\n");
    await(&c, "\"status\":405}");
    assert_non_null(strstr(c.got.data, "\r\nAllow: POST, GET, HEAD\r\n"));
}

static void refuses_an_announced_large_body_unread(void **state)
{
    AUTO(client_close) struct client c = client_open();

    (void)state;
    send_text(&c, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n");
    await(&c, NULL);
    assert_ptr_equal(strstr(c.got.data, "HTTP/1.1 413 "), c.got.data);
}

static void takes_a_body_of_the_largest_size(void **state)
{
    AUTO(client_close) struct client c = client_open();
    AUTO(strbuf_free) struct strbuf text = STRBUF(5000);

    (void)state;
    strbuf_addf(&text, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%0*d", BODY_MAX,
                BODY_MAX, 7);
    send_text(&c, text.data);
    await(&c, "000007");
    assert_ptr_equal(strstr(c.got.data, "HTTP/1.1 201 "), c.got.data);
}

static void add_head(struct strbuf *text, const char *path, int bytes)
{
    strbuf_addf(text, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", path, bytes);
}

/* On one connection, so that each has what the one before has left. */
static void takes_more_where_there_is_room_and_nowhere_else(void **state)
{
    static const struct {
        const char *path;
        int bytes;
        const char *answer;
    } sent[] = {{"/measure", ROOM, "3000 bytes"},
                {"/echo", BODY_MAX, "000007"},
                {"/measure", ROOM + 1, "\"status\":413}"},
                {"/measure", BODY_MAX + 1, "1001 bytes"}},
      unread[] = {{"/echo", BODY_MAX + 1, "HTTP/1.1 413 "},
                  {"/measure", 4 * ROOM + 1, "HTTP/1.1 413 "}};
    AUTO(client_close) struct client c = client_open();

    (void)state;
    for (size_t i = 0; i < COUNT(sent); i++) {
        AUTO(strbuf_free) struct strbuf text = STRBUF(5000);
        add_head(&text, sent[i].path, sent[i].bytes);
        strbuf_addf(&text, "%0*d", sent[i].bytes, 7);
        strbuf_free(&c.got);
        send_text(&c, text.data);
        await(&c, sent[i].answer);
    }
    for (size_t i = 0; i < COUNT(unread); i++) {
        AUTO(client_close) struct client other = client_open();
        AUTO(strbuf_free) struct strbuf text = STRBUF(5000);
        add_head(&text, unread[i].path, unread[i].bytes);
        send_text(&other, text.data);
        await(&other, unread[i].answer);
    }
}

static void joins_the_chunks_of_a_body(void **state)
{
    AUTO(client_close) struct client c = client_open();

    (void)state;
    send_text(&c,
              "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
              "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    await(&c, "\r\n\r\nabcde");
}

/* What stands behind such a head is no request of its own, whatever it looks like. */
static void reads_nothing_after_a_body_without_a_certain_end(void **state)
{
    static const struct {
        const char *head, *status;
    } cases[] = {
        {"POST /echo HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n", "400"},
        {"DELETE /empty HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n", "400"},
        {"POST /echo HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n", "400"},
        {"POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\ntransfer-encoding: x\r\n", "400"},
        {"POST /echo HTTP/1.1\r\nTransfer-Encoding: identity, chunked\r\n", "501"},
        {"DELETE /empty HTTP/1.1\r\nTransfer-Encoding: gzip\r\n", "501"},
        {"DELETE /empty HTTP/1.1\r\nContent-Length: 99999999\r\n", "413"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(client_close) struct client c = client_open();
        send_text(&c, cases[i].head);
        send_text(&c, "Host: x\r\n\r\n0\r\n\r\nDELETE /empty HTTP/1.1\r\nHost: x\r\n\r\n");
        await(&c, NULL);
        assert_int_equal(count_of(&c, "HTTP/1.1 "), 1);
        assert_memory_equal(c.got.data + strlen("HTTP/1.1 "), cases[i].status, 3);
    }
}

static void takes_bodies_in_chunks(void **state)
{
    AUTO(client_close) struct client c = client_open();

    (void)state;
    send_text(&c,
              "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n"
              "2\r\nwh\r\n3\r\nole\r\n0\r\n\r\n");
    await(&c, "\r\n\r\nwhole");
}

static void refuses_chunked_bodies_that_grow_too_large(void **state)
{
    AUTO(client_close) struct client c = client_open();
    AUTO(strbuf_free) struct strbuf text = STRBUF(5000);

    (void)state;
    strbuf_addf(&text,
                "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                "3ff\r\n%01023d\r\n0\r\n\r\n",
                1);
    for (size_t i = 0; i < 15; i++) {
        strbuf_free(&c.got);
        send_text(&c, text.data);
        await(&c, "\"status\":413}");
    }
}

static void cuts_an_endless_body_off(void **state)
{
    AUTO(client_close) struct client c = client_open();
    AUTO(strbuf_free) struct strbuf text = STRBUF(1 << 20);

    (void)state;
    strbuf_addf(&text, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 30; i++)
        strbuf_addf(&text, "3ff\r\n%01023d\r\n", 1);
    send_text(&c, text.data);
    await(&c, NULL);
    assert_int_equal(count_of(&c, "HTTP/1.1 "), 0);
}

static void forgets_the_body_of_the_request_before(void **state)
{
    AUTO(client_close) struct client c = client_open();

    (void)state;
    send_text(&c, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nfirst");
    await(&c, "first");
    send_text(&c, "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    await_later(1);
    size_t len;
    assert_string_equal(http_body(f.later[0], &len), "");
    assert_int_equal(len, 0);
    reply_text(f.later[0], "done");
    await(&c, "done");
}

static void serves_pipelined_requests_in_order(void **state)
{
    AUTO(client_close) struct client c = client_open();

    (void)state;
    send_text(&c,
              "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1"
              "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nsecond");
    await_later(1);
    reply_text(f.later[0], "first");
    await(&c, "second");
    assert_true(strstr(c.got.data, "first") < strstr(c.got.data, "second"));
    assert_int_equal(count_of(&c, "HTTP/1.1 "), 2);
}

static void survives_a_client_that_left_before_the_answer(void **state)
{
    AUTO(client_close) struct client gone = client_open();
    AUTO(client_close) struct client c = client_open();

    (void)state;
    send_text(&gone, "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1");
    await_later(1);
    client_close(&gone);
    reply_text(f.later[0], "nobody hears");
    send_text(&c, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nalive");
    await(&c, "alive");
    assert_int_equal(http_pending(f.http), 0);
}

static void survives_a_client_that_left_within_its_body(void **state)
{
    AUTO(client_close) struct client gone = client_open();
    AUTO(client_close) struct client c = client_open();

    (void)state;
    send_text(&gone, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf");
    send_text(&c, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nalive");
    await(&c, "alive");
    client_close(&gone);
    send_text(&c, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nagain");
    await(&c, "again");
}

static void refuses_what_is_not_http(void **state)
{
    AUTO(client_close) struct client c = client_open();

    (void)state;
    send_text(&c, "\x16\x03\x01 nonsense\r\n\r\n");
    await(&c, NULL);
}

static void asks_for_a_host(void **state)
{
    AUTO(client_close) struct client c = client_open();

    (void)state;
    send_text(&c, "GET /requests/17 HTTP/1.1\r\n\r\n");
    await(&c, "HTTP/1.1 400 ");
}

/* Posts a form; its fields are in f.fields afterwards. */
static void post_form(const char *type, const char *body, const char *expected_answer)
{
    AUTO(client_close) struct client c = client_open();
    AUTO(strbuf_free) struct strbuf text = STRBUF(5000);

    strbuf_free(&f.fields);
    strbuf_addf(&text, "POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\n", type);
    strbuf_addf(&text, "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
    send_text(&c, text.data);
    await(&c, expected_answer);
}

static void assert_urlencoded(const char *body, const char *fields)
{
    post_form("application/x-www-form-urlencoded", body, "read");
    assert_string_equal(strbuf_text(&f.fields), fields);
}

static void reads_urlencoded_forms(void **state)
{
    (void)state;
    assert_urlencoded("service_code=SC01&attribute%5Bx%5D=1&attribute%5Bx%5D=2",
                      "[service_code=SC01][attribute[x]=1][attribute[x]=2]");
    assert_urlencoded("description=%C4%90%C3%A8n+h%E1%BB%8Fng%26&lat=10.7",
                      "[description=Đèn hỏng&][lat=10.7]");
    assert_urlencoded("", "");
}

static void keeps_empty_fields_of_urlencoded_forms(void **state)
{
    (void)state;
    assert_urlencoded("a=&b=1&c=", "[a=][b=1][c=]");
    assert_urlencoded("a&b=1", "[a=][b=1]");
}

static void keeps_long_fields_whole(void **state)
{
    AUTO(strbuf_free) struct strbuf body = STRBUF(2000);
    AUTO(strbuf_free) struct strbuf fields = STRBUF(2000);

    (void)state;
    strbuf_addf(&body, "a=%0900d&b=2", 1);
    strbuf_addf(&fields, "[a=%0900d][b=2]", 1);
    assert_urlencoded(body.data, fields.data);
}

#define MULTIPART "multipart/form-data; boundary=XX"
#define PART(name, value)                                                                          \
    "--XX\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"

static void reads_multipart_forms(void **state)
{
    (void)state;
    post_form(MULTIPART,
              PART("service_code", "SC01") PART("description", "Đèn\r\nhỏng") "--XX--\r\n", "read");
    assert_string_equal(strbuf_text(&f.fields), "[service_code=SC01][description=Đèn\r\nhỏng]");
    post_form(MULTIPART, PART("a", "") PART("a", "1") "--XX--\r\n", "read");
    assert_string_equal(strbuf_text(&f.fields), "[a=][a=1]");
}

static void refuses_what_is_no_form(void **state)
{
    (void)state;
    post_form("application/json", "{}", "refused");
    assert_int_equal(f.form_error.kind, ERR_INPUT);
    post_form("multipart/form-data", PART("a", "1") "--XX--\r\n", "refused");
    post_form(MULTIPART, PART("a", "1"), "refused");
    post_form(MULTIPART, "--XX\r\nContent-Disposition: form-data; name=\"a", "refused");
    assert_int_equal(f.form_error.kind, ERR_INPUT);
    post_form(MULTIPART, "--XX\r\nContent-Disposition: form-data\r\n\r\n1\r\n--XX--\r\n",
              "refused");
}

static void drains(void **state)
{
    AUTO(client_close) struct client c = client_open();

    (void)state;
    send_text(&c, "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1");
    await_later(1);
    unsigned port = http_port(f.http);
    http_drain(f.http);
    http_drain(f.http);
    assert_int_equal(connect_to(port), -1);
    reply_text(f.later[0], "last");
    await(&c, NULL);
    assert_non_null(strstr(c.got.data, "\r\nConnection: close\r\n"));
    assert_non_null(strstr(c.got.data, "last"));
}

static void answers_503_when_closed(void **state)
{
    AUTO(client_close) struct client c = client_open();
    char got[2048] = "";

    (void)state;
    send_text(&c,
              "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1"
              "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n2");
    await_later(1);
    http_close(&f.http);
    assert_true(recv(c.fd, got, sizeof(got) - 1, 0) > 0);
    assert_ptr_equal(strstr(got, "HTTP/1.1 503 "), got);
    assert_non_null(strstr(got, "\r\nRetry-After: 1\r\n"));
    assert_int_equal(f.later_count, 1);
}

static void calls_no_handler_while_closing(void **state)
{
    AUTO(client_close) struct client c = client_open();
    char got[2048] = "";

    (void)state;
    send_text(&c, "DELETE /empty HTTP/1.1\r\nHost: x\r\n\r\n");
    await(&c, "\r\n\r\n");
    send_text(&c, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    http_close(&f.http);
    assert_true(recv(c.fd, got, sizeof(got) - 1, 0) > 0);
    assert_ptr_equal(strstr(got, "HTTP/1.1 503 "), got);
    assert_int_equal(f.later_count, 0);
}

static void refuses_bad_addresses(void **state)
{
    static const char *const bad[] = {
        "",           "8080",        ":8080",         "127.0.0.1",
        "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:-1",  "127.0.0.1:65536",
        "::1:8080",   "[::1:8080",   "[127.0.0.1]:1", "localhost:1",
        "[]:1",       "1.2.3.4.5:1", "127.0.0.1: 1"};

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct http *http = NULL;
        struct err e = {0};
        const struct http_settings settings = {
            .listen = bad[i], .max_connections = 1, .routes = routes};
        assert_int_equal(http_open(&http, f.loop, &settings, &e), -1);
        assert_int_equal(e.kind, ERR_INPUT);
        assert_null(http);
    }
}

static void tells_that_a_port_is_taken(void **state)
{
    struct http *http = NULL;
    struct err e = {0};
    char listen_text[32];
    const struct http_settings settings = {
        .listen = listen_text, .max_connections = 1, .routes = routes};

    (void)state;
    snprintf(listen_text, sizeof(listen_text), "127.0.0.1:%u", http_port(f.http));
    assert_int_equal(http_open(&http, f.loop, &settings, &e), -1);
    assert_int_equal(e.kind, ERR_SYSTEM);
    assert_non_null(strstr(e.text, "Address already in use"));
}

static void listens_on_ipv6(void **state)
{
    AUTO(http_close) struct http *http = NULL;
    struct err e = {0};
    const struct http_settings settings = {.listen = "[::]:0",
                                           .max_body_bytes = BODY_MAX,
                                           .max_connections = 2,
                                           .idle_timeout_s = 30,
                                           .routes = routes};

    (void)state;
    if (http_open(&http, f.loop, &settings, &e) < 0 && strstr(e.text, "not supported") != NULL)
        skip(); /* a machine without IPv6 */
    assert_non_null(http);
    AUTO(client_close)
    struct client c = {.fd = connect_to(http_port(http)), .got = STRBUF(4096)};
    send_text(&c, "GET /requests/1 HTTP/1.1\r\nHost: x\r\n\r\n");
    await(&c, "peer=127.0.0.1");
}

/* Somebody who sends one more piece of a body ten times a second. */
struct dripping {
    struct client client;
    struct loop_timer *timer;
    size_t piece; /* bytes */
    int left;     /* pieces */
};

static void drip(void *ctx)
{
    static const char bytes[DRIP_MAX] = {0};
    struct dripping *d = ctx;

    if (d->client.closed || d->left-- == 0) {
        loop_stop(f.loop);
        return;
    }
    (void)send(d->client.fd, bytes, d->piece, MSG_NOSIGNAL);
    loop_timer_set_us(d->timer, TICK_US);
}

/* A server that has patience for a second, and somebody who drips a body into it. */
static void drip_into(struct dripping *d, struct http **http, const char *head)
{
    const struct http_settings settings = {.listen = "127.0.0.1:0",
                                           .max_body_bytes = LARGE_BODY,
                                           .max_connections = 16,
                                           .idle_timeout_s = 1,
                                           .routes = routes};
    struct err e = {0};

    assert_int_equal(http_open(http, f.loop, &settings, &e), 0);
    d->client = (struct client){.fd = connect_to(http_port(*http)), .got = STRBUF(LARGE_BODY)};
    send_text(&d->client, "GET /requests/1 HTTP/1.1\r\nHost: x\r\n\r\n");
    await(&d->client, "peer=127.0.0.1");
    send_text(&d->client, head);
    d->timer = loop_timer_new(f.loop, drip, d);
    loop_timer_set_us(d->timer, 0);
}

static void cuts_off_who_sends_without_end(void **state)
{
    AUTO(http_close) struct http *http = NULL;
    struct dripping d = {.piece = 1, .left = 300};

    (void)state;
    drip_into(&d, &http, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
    await(&d.client, NULL);
    loop_timer_cancel(d.timer);
    client_close(&d.client);
}

/* 40 pieces in four seconds: longer than the patience, but never idle. */
static void takes_a_large_body_from_a_slow_line(void **state)
{
    AUTO(http_close) struct http *http = NULL;
    struct dripping d = {.piece = DRIP_MAX, .left = 40};

    (void)state;
    drip_into(&d, &http, "POST /measure HTTP/1.1\r\nHost: x\r\nContent-Length: 655360\r\n\r\n");
    await(&d.client, "655360 bytes");
    loop_timer_cancel(d.timer);
    client_close(&d.client);
}

/* The end of the connection comes together with the last bytes, and the server has no other reason
 * to look: its patience is an hour. */
static void notices_who_goes_in_the_middle(void **state)
{
    static const char *const beginnings[] = {
        "G", "GET / HTTP/1.1\r\nHost: x\r\nA: b",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf"};
    const struct http_settings settings = {.listen = "127.0.0.1:0",
                                           .max_body_bytes = BODY_MAX,
                                           .max_connections = 16,
                                           .idle_timeout_s = 3600,
                                           .routes = routes};
    AUTO(http_close) struct http *http = NULL;
    struct err e = {0};

    (void)state;
    assert_int_equal(http_open(&http, f.loop, &settings, &e), 0);
    for (size_t i = 0; i < COUNT(beginnings); i++) {
        AUTO(client_close)
        struct client c = {.fd = connect_to(http_port(http)), .got = STRBUF(4096)};
        send_text(&c, beginnings[i]);
        assert_int_equal(shutdown(c.fd, SHUT_WR), 0);
        await(&c, NULL);
        assert_int_equal(c.got.len, 0);
    }
}

/* Several at once: the library then finds the end of the connection together with the request. */
static void serves_who_has_said_everything(void **state)
{
    struct client clients[3];

    (void)state;
    for (size_t i = 0; i < COUNT(clients); i++) {
        clients[i] = client_open();
        send_text(&clients[i], "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nhalf");
        assert_int_equal(shutdown(clients[i].fd, SHUT_WR), 0);
    }
    await_later(COUNT(clients));
    for (size_t i = 0; i < COUNT(clients); i++)
        reply_text(f.later[i], "whole");
    for (size_t i = 0; i < COUNT(clients); i++) {
        await(&clients[i], "whole");
        client_close(&clients[i]);
    }
}

/* Somebody who reads a large answer a little at a time. */
static void sip(void *ctx)
{
    struct dripping *d = ctx;
    char piece[DRIP_MAX * 8];
    ssize_t n = recv(d->client.fd, piece, sizeof(piece), MSG_DONTWAIT);

    d->left -= n > 0 ? (int)n : 0;
    d->client.closed = n == 0;
    if (d->client.closed || d->left <= 0)
        loop_stop(f.loop);
    else
        loop_timer_set_us(d->timer, SIP_US);
}

static void gives_a_large_answer_to_a_slow_line(void **state)
{
    AUTO(http_close) struct http *http = NULL;
    struct dripping d = {.left = 0};

    (void)state;
    drip_into(&d, &http, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    loop_timer_cancel(d.timer);
    loop_unwatch_fd(f.loop, d.client.fd);
    d.left = LARGE_ANSWER;
    d.timer = loop_timer_new(f.loop, sip, &d);
    loop_timer_set_us(d.timer, 0);
    run_loop();
    assert_false(d.client.closed);
    assert_true(d.left <= 0);
    loop_timer_cancel(d.timer);
    client_close(&d.client);
}

#define SERVED(test) cmocka_unit_test_setup_teardown(test, open_server, close_server)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVED(answers_at_once),
        SERVED(answers_without_a_body),
        SERVED(answers_later),
        SERVED(answers_many_in_one_turn),
        SERVED(finds_path_query_header_and_peer),
        SERVED(leaves_the_body_out_for_head),
        SERVED(refuses_unknown_paths_and_stays_open),
        SERVED(lets_the_service_answer_for_unknown_paths),
        SERVED(refuses_paths_that_are_too_long),
        SERVED(takes_a_long_head),
        SERVED(refuses_a_head_that_is_too_long),
        SERVED(refuses_a_zero_byte_in_a_parameter),
        SERVED(tells_the_allowed_methods),
        SERVED(refuses_an_announced_large_body_unread),
        SERVED(takes_a_body_of_the_largest_size),
        SERVED(takes_more_where_there_is_room_and_nowhere_else),
        SERVED(joins_the_chunks_of_a_body),
        SERVED(reads_nothing_after_a_body_without_a_certain_end),
        SERVED(takes_bodies_in_chunks),
        SERVED(refuses_chunked_bodies_that_grow_too_large),
        SERVED(cuts_an_endless_body_off),
        SERVED(forgets_the_body_of_the_request_before),
        SERVED(serves_pipelined_requests_in_order),
        SERVED(survives_a_client_that_left_before_the_answer),
        SERVED(survives_a_client_that_left_within_its_body),
        SERVED(refuses_what_is_not_http),
        SERVED(asks_for_a_host),
        SERVED(reads_urlencoded_forms),
        SERVED(keeps_empty_fields_of_urlencoded_forms),
        SERVED(keeps_long_fields_whole),
        SERVED(reads_multipart_forms),
        SERVED(refuses_what_is_no_form),
        SERVED(drains),
        SERVED(answers_503_when_closed),
        SERVED(calls_no_handler_while_closing),
        SERVED(refuses_bad_addresses),
        SERVED(tells_that_a_port_is_taken),
        SERVED(listens_on_ipv6),
        SERVED(cuts_off_who_sends_without_end),
        SERVED(takes_a_large_body_from_a_slow_line),
        SERVED(gives_a_large_answer_to_a_slow_line),
        SERVED(notices_who_goes_in_the_middle),
        SERVED(serves_who_has_said_everything),
    };

    return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
