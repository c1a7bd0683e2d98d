/* SPDX-License-Identifier: Apache-2.0 */
/* http_client - says "Connection: close", so that the answer ends where the bytes end. */
#include "http_client.h"

#include "mem.h"
#include "strbuf.h"
#include "text.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { LIMIT_MS = 10000, LARGEST = 64 * 1024 * 1024, HEADER_SIZE = 1024, MAX_PORT = 65535 };

int client_reach(const char *text, char host[CLIENT_HOST_SIZE], unsigned *port, struct err *e)
{
    static const struct {
        const char *listens, *reached;
    } any[] = {{"0.0.0.0", "127.0.0.1"}, {"*", "127.0.0.1"}, {"::", "::1"}};
    const char *colon = strrchr(text, ':');
    size_t len = colon != NULL ? (size_t)(colon - text) : 0;
    int64_t number;

    if (len == 0 || len >= CLIENT_HOST_SIZE ||
        text_int64(colon + 1, "port", 1, MAX_PORT, &number, e) < 0)
        return err_set(e, ERR_INPUT, "\"%s\" is not ADDRESS:PORT", text);
    bool bracketed = len > 2 && text[0] == '[' && text[len - 1] == ']';
    snprintf(host, CLIENT_HOST_SIZE, "%.*s", (int)(bracketed ? len - 2 : len),
             text + (bracketed ? 1 : 0));
    for (size_t i = 0; i < COUNT(any); i++)
        if (strcmp(host, any[i].listens) == 0)
            snprintf(host, CLIENT_HOST_SIZE, "%s", any[i].reached);
    *port = (unsigned)number;
    return 0;
}

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static const char *host_of(const struct client_request *r)
{
    return r->host != NULL ? r->host : "127.0.0.1";
}

static int look_up(const struct client_request *r, struct addrinfo **out, struct err *e)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    char port[16];

    snprintf(port, sizeof(port), "%u", r->port);
    int failed = getaddrinfo(host_of(r), port, &hints, out);
    if (failed != 0)
        return err_set(e, ERR_BUSY, "could not find \"%s\": %s", host_of(r), gai_strerror(failed));
    return 0;
}

/* -1 with errno. */
static int dial(const struct addrinfo *to, int limit_ms)
{
    struct timeval limit = {.tv_sec = limit_ms / 1000,
                            .tv_usec = (suseconds_t)(limit_ms % 1000) * 1000};
    int fd = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0 &&
                   setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0 &&
                   connect(fd, to->ai_addr, to->ai_addrlen) == 0))
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

static int connect_to(const struct client_request *r, int *out, struct err *e)
{
    struct addrinfo *found = NULL;

    if (look_up(r, &found, e) < 0)
        return -1;
    int fd = dial(found, r->limit_ms > 0 ? r->limit_ms : LIMIT_MS);
    int why = errno;
    freeaddrinfo(found);
    if (fd < 0)
        return err_set(e, ERR_BUSY, "could not connect to %s port %u: %s", host_of(r), r->port,
                       strerror(why));
    *out = fd;
    return 0;
}

/* An answer may come before the whole body was read (413): then sending fails
 * and the answer is still there. */
static void send_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(fd, data, len, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        data += sent;
        len -= (size_t)sent;
    }
}

static void send_request(int fd, const struct client_request *r)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(LARGEST);

    bool bare = strchr(host_of(r), ':') != NULL; /* IPv6 */
    strbuf_addf(&text, "%s %s HTTP/1.1\r\nHost: %s%s%s:%u\r\nConnection: close\r\n", r->method,
                r->path, bare ? "[" : "", host_of(r), bare ? "]" : "", r->port);
    for (const char *const *header = r->headers; header != NULL && *header != NULL; header++)
        strbuf_addf(&text, "%s\r\n", *header);
    if (r->len > 0 || strcmp(r->method, "POST") == 0)
        strbuf_addf(&text, "Content-Length: %zu\r\n", r->len);
    strbuf_addf(&text, "\r\n");
    strbuf_add(&text, r->body, r->len);
    send_all(fd, strbuf_text(&text), text.len);
}

static int receive_all(int fd, struct strbuf *out, struct err *e)
{
    char part[16384];
    ssize_t len = recv(fd, part, sizeof(part), 0);

    for (; len > 0; len = recv(fd, part, sizeof(part), 0))
        strbuf_add(out, part, (size_t)len);
    if (len < 0 && out->len == 0)
        return err_set(e, ERR_BUSY, "no answer: %s", strerror(errno));
    return 0;
}

/* "HTTP/1.1 201 Created\r\n" head "\r\n\r\n" body */
static int split_answer(const struct strbuf *text, struct client_answer *out, struct err *e)
{
    const char *start = strbuf_text(text);
    const char *head = start != NULL ? strstr(start, "\r\n") : NULL;
    const char *body = head != NULL ? strstr(head, "\r\n\r\n") : NULL;

    if (body == NULL || strncmp(start, "HTTP/1.1 ", 9) != 0)
        return err_set(e, ERR_SYSTEM, "the answer is not HTTP/1.1");
    out->status = (unsigned)strtoul(start + 9, NULL, 10);
    out->head = mem_new((size_t)(body - head) + 1, 1);
    memcpy(out->head, head, (size_t)(body - head));
    out->len = text->len - (size_t)(body + 4 - start);
    out->body = mem_new(out->len + 1, 1);
    memcpy(out->body, body + 4, out->len);
    if (client_header(out, "Transfer-Encoding") == NULL)
        return 0;
    client_answer_free(out);
    return err_set(e, ERR_SYSTEM, "the answer's transfer encoding is not supported");
}

int client_send(const struct client_request *request, struct client_answer *out, struct err *e)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(LARGEST);
    AUTO(close_fd) int fd = -1;

    if (connect_to(request, &fd, e) < 0)
        return -1;
    send_request(fd, request);
    if (receive_all(fd, &text, e) < 0 || split_answer(&text, out, e) < 0)
        return err_in(e, request->path);
    return 0;
}

void client_answer_free(struct client_answer *answer)
{
    free(answer->head);
    free(answer->body);
    *answer = (struct client_answer){0};
}

const char *client_header(const struct client_answer *answer, const char *name)
{
    static char value[HEADER_SIZE];
    size_t len = strlen(name);

    for (const char *line = answer->head; line != NULL; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, len) != 0 || line[len] != ':')
            continue;
        line += len + 1;
        line += strspn(line, " ");
        snprintf(value, sizeof(value), "%.*s", (int)strcspn(line, "\r"), line);
        return value;
    }
    return NULL;
}
