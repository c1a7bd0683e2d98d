/* SPDX-License-Identifier: Apache-2.0 */
/* http_listen - the socket of a server, from its address as operators write it. */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include "err.h"

/* "ADDRESS:PORT" in numbers, as "127.0.0.1:8080" or "[::1]:8080"; port 0: a free one. The socket
 * listens and is yours to close. ERR_INPUT: not such an address; ERR_SYSTEM: the system does not
 * give it. */
int http_listen(const char *text, int *out, struct err *e) CHECKED;
bool http_listen_reads(const char *text); /* whether it is such an address */

/* Whether the machine has the address and lets this user listen at the port; that it is taken does
 * not count. ERR_INPUT: why not. */
int http_listen_works(const char *text, struct err *e) CHECKED;
unsigned http_listen_port(int fd);

#endif
