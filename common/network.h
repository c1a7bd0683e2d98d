/* SPDX-License-Identifier: Apache-2.0 */
/* network - addresses of both kinds of IP, networks, and which of them are the internet's. Pure. */
#ifndef NETWORK_H
#define NETWORK_H

#include "base.h"

#include <sys/socket.h>

/* Of an address as IPv6 has it; IPv4's are mapped (::ffff:0:0/96). */
enum { NETWORK_ADDRESS_BYTES = 16, NETWORK_TEXT_SIZE = 64 };

struct network {
    uint8_t bytes[NETWORK_ADDRESS_BYTES];
    int bits;
};

/* Of an address's text. False for what is none. */
bool network_address_read(const char *text, uint8_t out[NETWORK_ADDRESS_BYTES]);
/* The bytes of the host at the beginning of text, as in URLs: a name, an address, or one of IPv6 in
 * brackets. 0: none is there. */
size_t network_host_len(const char *text);
/* Of a socket's; false for what is neither IPv4 nor IPv6. */
bool network_address_of(const struct sockaddr *from, uint8_t out[NETWORK_ADDRESS_BYTES]);
bool network_is_mapped(const uint8_t address[NETWORK_ADDRESS_BYTES]); /* it is IPv4's */

/* "10.0.0.0/8", "2001:db8::/32", or one address. False for what is neither. */
bool network_read(const char *text, struct network *out);
bool network_has(const struct network *network, const uint8_t address[NETWORK_ADDRESS_BYTES]);

/* Whether somebody on the internet may be there: the address is not of this machine, of a private
 * network, of a link, for many, or for no use at all (IANA's registries of special purposes). */
bool network_is_public(const uint8_t address[NETWORK_ADDRESS_BYTES]);

#endif
