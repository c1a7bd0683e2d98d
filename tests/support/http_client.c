/* SPDX-License-Identifier: Apache-2.0 */
/* http_client - says "Connection: close", so that the answer ends where the bytes end. */
#include "http_client.h"

#include "mem.h"
#include "strbuf.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { LIMIT_S = 10, LARGEST = 64 * 1024 * 1024, HEADER_SIZE = 1024 };

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static int connect_to(unsigned port, int *out, struct err *e)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval limit = {.tv_sec = LIMIT_S};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) < 0 ||
        connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        err_set(e, ERR_BUSY, "could not connect to port %u: %s", port, strerror(errno));
        close_fd(&fd);
        return -1;
    }
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

    strbuf_addf(&text, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n", r->method,
                r->path, r->port);
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

    if (connect_to(request->port, &fd, e) < 0)
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
