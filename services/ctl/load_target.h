/* SPDX-License-Identifier: Apache-2.0 */
/* load_target - the server that a load generator speaks to. */
#ifndef LOAD_TARGET_H
#define LOAD_TARGET_H

#include "strbuf.h"

#include "err.h"

#include <sys/socket.h>

struct load_target {
    char host[256]; /* as the Host header says it */
    struct sockaddr_storage address;
    socklen_t address_len;
};

/* "http://127.0.0.1:8080", "http://[::1]:8080"; nothing may follow the port. */
int load_target_read(const char *url, struct load_target *out, struct err *e) CHECKED;

/* Begins to connect a new non-blocking socket. */
int load_target_dial(const struct load_target *target, int *fd, struct err *e) CHECKED;

/* Asks for path and waits for the body of an answer 200, up to out's limit. */
int load_target_get(const struct load_target *target, const char *path, struct strbuf *out,
                    struct err *e) CHECKED;

#endif
