/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_form - the first line is a Content-Type, the rest a body, both sent to
 * a real server over one kept connection (the library reads a form only as
 * part of a request). */
#include "fuzz.h"

#include "http.h"
#include "strbuf.h"

#include <assert.h>
#include <ctype.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { INPUT_MAX = 32 * 1024, TYPE_MAX = 200 };

static struct {
    struct loop *loop;
    struct http *http;
    int fd;
    bool answered;
} f = {.fd = -1};

static void check_field(void *ctx, const char *name, const char *value, size_t len)
{
    size_t *total = ctx;

    *total += strlen(name) + len;
    assert(value[len] == '\0');
}

static void on_form(void *ctx, struct http_request *request)
{
    size_t total = 0;
    size_t len = 0;
    struct err e = {0};

    (void)ctx;
    (void)http_body(request, &len);
    if (http_form(request, check_field, &total, &e) < 0)
        assert(e.kind == ERR_INPUT);
    assert(total <= len);
    f.answered = true;
    http_reply(request, &(struct http_answer){.status = 204});
}

/* Any answer is a whole one: it is short and sent at once. */
static void on_client(void *ctx)
{
    char answer[4096];

    (void)ctx;
    if (recv(f.fd, answer, sizeof(answer), MSG_DONTWAIT) <= 0 || !f.answered) {
        loop_unwatch_fd(f.loop, f.fd);
        close(f.fd);
        f.fd = -1;
    }
    loop_stop(f.loop);
}

static void open_server(void)
{
    static const struct http_route routes[] = {{"POST", "/", on_form}, {0}};
    const struct http_settings settings = {.listen = "127.0.0.1:0",
                                           .max_body_bytes = INPUT_MAX,
                                           .max_connections = 4,
                                           .idle_timeout_s = 600,
                                           .routes = routes};
    struct err e;

    int opened = loop_open(&f.loop, &e);
    assert(opened == 0);
    opened = http_open(&f.http, f.loop, &settings, &e);
    assert(opened == 0);
}

static void open_client(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)http_port(f.http)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    f.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int connected = connect(f.fd, (const struct sockaddr *)&address, sizeof(address));
    assert(connected == 0);
    loop_watch_fd(f.loop, f.fd, LOOP_READ, on_client, NULL);
}

static bool is_printable(const uint8_t *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!isprint(text[i]))
            return false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(INPUT_MAX + 1024);
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t type_len = end != NULL ? (size_t)(end - data) : 0;
    struct err e;

    if (end == NULL || type_len > TYPE_MAX || size > INPUT_MAX || !is_printable(data, type_len))
        return 0;
    if (f.loop == NULL)
        open_server();
    if (f.fd < 0)
        open_client();
    size_t body_len = size - type_len - 1;
    strbuf_addf(&text, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: %.*s\r\n", (int)type_len,
                (const char *)data);
    strbuf_addf(&text, "Content-Length: %zu\r\n\r\n", body_len);
    strbuf_add(&text, end + 1, body_len);
    f.answered = false;
    ssize_t sent = send(f.fd, text.data, text.len, MSG_NOSIGNAL);
    assert(sent == (ssize_t)text.len);
    int ran = loop_run(f.loop, &e);
    assert(ran == 0);
    return 0;
}
