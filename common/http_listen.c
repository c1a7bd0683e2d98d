/* SPDX-License-Identifier: Apache-2.0 */
#include "http_listen.h"

#include "strbuf.h"
#include "text.h"

#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static int resolve(const char *text, struct addrinfo **out, struct err *e)
{
    static const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                                          .ai_socktype = SOCK_STREAM};
    AUTO(strbuf_free) struct strbuf host = STRBUF(INET6_ADDRSTRLEN + 2);
    const char *colon = strrchr(text, ':');
    size_t len = colon != NULL ? (size_t)(colon - text) : 0;
    bool bracketed = len > 2 && text[0] == '[' && text[len - 1] == ']';
    int64_t port = 0;
    struct err ignored;

    strbuf_add(&host, text + (bracketed ? 1 : 0), bracketed ? len - 2 : len);
    bool well_formed = len > 0 && strbuf_text(&host) != NULL &&
                       bracketed == (strchr(host.data, ':') != NULL) &&
                       text_int64(colon + 1, "port", 0, UINT16_MAX, &port, &ignored) == 0;
    if (!well_formed || getaddrinfo(host.data, colon + 1, &hints, out) != 0)
        return err_set(e, ERR_INPUT,
                       "could not listen on \"%s\": expected \"ADDRESS:PORT\" in numbers, "
                       "such as \"127.0.0.1:8080\" or \"[::1]:8080\"",
                       text);
    return 0;
}

static void close_address(struct addrinfo **address)
{
    if (*address != NULL)
        freeaddrinfo(*address);
}

bool http_listen_reads(const char *text)
{
    AUTO(close_address) struct addrinfo *address = NULL;
    struct err ignored;

    return resolve(text, &address, &ignored) == 0;
}

int http_listen(const char *text, int *out, struct err *e)
{
    AUTO(close_address) struct addrinfo *address = NULL;
    const int on = 1;

    if (resolve(text, &address, e) < 0)
        return -1;
    assert(address != NULL);
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_set(e, ERR_SYSTEM, "could not make a socket for \"%s\": %s", text,
                       strerror(errno));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, address->ai_addr, address->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0) {
        err_set(e, ERR_SYSTEM, "could not listen on \"%s\": %s", text, strerror(errno));
        close(fd);
        return -1;
    }
    *out = fd;
    return 0;
}

int http_listen_works(const char *text, struct err *e)
{
    AUTO(close_address) struct addrinfo *address = NULL;

    if (resolve(text, &address, e) < 0)
        return -1;
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool works =
        fd >= 0 && (bind(fd, address->ai_addr, address->ai_addrlen) == 0 || errno == EADDRINUSE);
    if (!works)
        err_set(e, ERR_INPUT, "cannot be listened on: %s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return works ? 0 : -1;
}

unsigned http_listen_port(int fd)
{
    union address address = {0};
    socklen_t len = sizeof(address);

    getsockname(fd, &address.any, &len);
    return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}
