/* SPDX-License-Identifier: Apache-2.0 */
#include "load_target.h"

#include "clock.h"
#include "load_answer.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { GET_LIMIT_MS = 10000, CHUNK = 65536 };

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static int look_up(const char *host, const char *port, struct load_target *out, struct err *e)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;

    int failed = getaddrinfo(host, port, &hints, &found);
    if (failed != 0)
        return err_set(e, ERR_INPUT, "could not find \"%s\": %s", host, gai_strerror(failed));
    memcpy(&out->address, found->ai_addr, found->ai_addrlen);
    out->address_len = found->ai_addrlen;
    freeaddrinfo(found);
    return 0;
}

int load_target_read(const char *url, struct load_target *out, struct err *e)
{
    static const char scheme[] = "http://";
    size_t skip = sizeof(scheme) - 1;
    struct load_target target = {0};
    char host[sizeof(target.host)];

    const char *port = strrchr(url, ':');
    if (strncmp(url, scheme, skip) != 0 || port == NULL || port < url + skip ||
        port[1 + strspn(port + 1, "0123456789")] != '\0' ||
        strlen(url + skip) >= sizeof(target.host))
        return err_set(e, ERR_INPUT, "--url \"%s\" is not like http://127.0.0.1:8080", url);
    memcpy(target.host, url + skip, strlen(url + skip));
    memcpy(host, target.host, sizeof(host));
    host[port - url - (ptrdiff_t)skip] = '\0';
    bool bracketed = host[0] == '[' && host[strlen(host) - 1] == ']';
    if (bracketed)
        host[strlen(host) - 1] = '\0';
    if (look_up(host + bracketed, port + 1, &target, e) < 0)
        return -1;
    *out = target;
    return 0;
}

int load_target_dial(const struct load_target *target, int *fd, struct err *e)
{
    const int on = 1;
    int s = socket(target->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (s < 0)
        return err_set(e, ERR_SYSTEM, "could not make a socket: %s", strerror(errno));
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (connect(s, (const struct sockaddr *)&target->address, target->address_len) < 0 &&
        errno != EINPROGRESS) {
        err_set(e, ERR_BUSY, "could not connect to %s: %s", target->host, strerror(errno));
        close(s);
        return -1;
    }
    *fd = s;
    return 0;
}

static int wait_for(int fd, short events, int64_t until_us, struct err *e)
{
    struct pollfd p = {.fd = fd, .events = events};
    int64_t left_ms = (until_us - clock_mono_us()) / CLOCK_US_PER_MS;

    if (left_ms <= 0 || poll(&p, 1, (int)left_ms) <= 0)
        return err_set(e, ERR_BUSY, "the server did not answer in time");
    return 0;
}

static int say(int fd, const struct strbuf *request, int64_t until_us, struct err *e)
{
    if (wait_for(fd, POLLOUT, until_us, e) < 0)
        return -1;
    if (send(fd, request->data, request->len, MSG_NOSIGNAL) != (ssize_t)request->len)
        return err_set(e, ERR_BUSY, "could not send: %s", strerror(errno));
    return 0;
}

static int hear(int fd, struct strbuf *heard, struct load_answer *answer, struct err *e)
{
    int64_t until_us = clock_mono_us() + (int64_t)GET_LIMIT_MS * CLOCK_US_PER_MS;
    enum load_progress progress = LOAD_MORE;
    char chunk[CHUNK];

    while (progress == LOAD_MORE) {
        if (wait_for(fd, POLLIN, until_us, e) < 0)
            return -1;
        ssize_t n = recv(fd, chunk, sizeof(chunk), 0);
        if (n <= 0)
            return err_set(e, ERR_BUSY, "the answer was cut off");
        strbuf_add(heard, chunk, (size_t)n);
        if (strbuf_text(heard) == NULL)
            return err_set(e, ERR_SYSTEM, "the answer is too long");
        progress = load_answer_read(heard->data, heard->len, answer);
    }
    if (progress == LOAD_WRONG)
        return err_set(e, ERR_SYSTEM, "the answer is not HTTP/1.1 with a Content-Length");
    return 0;
}

int load_target_get(const struct load_target *target, const char *path, struct strbuf *out,
                    struct err *e)
{
    AUTO(strbuf_free) struct strbuf request = STRBUF(1024);
    AUTO(strbuf_free) struct strbuf heard = STRBUF(out->limit + CHUNK);
    AUTO(close_fd) int fd = -1;
    struct load_answer answer;

    strbuf_addf(&request, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path,
                target->host);
    int64_t until_us = clock_mono_us() + (int64_t)GET_LIMIT_MS * CLOCK_US_PER_MS;
    if (load_target_dial(target, &fd, e) < 0 || say(fd, &request, until_us, e) < 0 ||
        hear(fd, &heard, &answer, e) < 0)
        return err_in(e, path);
    if (answer.status != 200)
        return err_set(e, ERR_SYSTEM, "%s answered %u", path, answer.status);
    strbuf_add(out, answer.body, answer.len);
    return strbuf_text(out) != NULL ? 0 : err_set(e, ERR_SYSTEM, "%s is too long", path);
}
