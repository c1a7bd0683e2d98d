/* SPDX-License-Identifier: Apache-2.0 */
/* listener - a socket of the test's own that others can connect to; nobody answers them until the
 * test does. */
#ifndef LISTENER_H
#define LISTENER_H

#include <arpa/inet.h>
#include <assert.h>
#include <sys/socket.h>

/* On 127.0.0.1; yours to close. */
static inline int listener_open(unsigned *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int rc = bind(fd, (struct sockaddr *)&address, len);

    assert(rc == 0);
    rc = listen(fd, 16);
    assert(rc == 0);
    rc = getsockname(fd, (struct sockaddr *)&address, &len);
    assert(rc == 0);
    *port = ntohs(address.sin_port);
    return fd;
}

#endif
