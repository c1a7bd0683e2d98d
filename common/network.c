/* SPDX-License-Identifier: Apache-2.0 */
#include "network.h"

#include "text.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <string.h>

enum { ADDRESS_BITS = 128, MAPPED_BITS = 96 /* in front of an IPv4 address */ };

static const uint8_t mapped_prefix[MAPPED_BITS / 8] = {[10] = 0xFF, [11] = 0xFF};

bool network_is_mapped(const uint8_t address[NETWORK_ADDRESS_BYTES])
{
    return memcmp(address, mapped_prefix, sizeof(mapped_prefix)) == 0;
}

bool network_address_read(const char *text, uint8_t out[NETWORK_ADDRESS_BYTES])
{
    memcpy(out, mapped_prefix, sizeof(mapped_prefix));
    return inet_pton(AF_INET, text, out + sizeof(mapped_prefix)) == 1 ||
           inet_pton(AF_INET6, text, out) == 1;
}

size_t network_host_len(const char *text)
{
    static const char name[] =
        "-._0123456789"
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        "abcdefghijklmnopqrstuvwxyz";
    size_t len;

    if (*text != '[')
        return strspn(text, name);
    len = 1 + strspn(text + 1, ":.0123456789abcdefABCDEF");
    return len > 1 && text[len] == ']' ? len + 1 : 0;
}

bool network_address_of(const struct sockaddr *from, uint8_t out[NETWORK_ADDRESS_BYTES])
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;

    if (from->sa_family == AF_INET) {
        memcpy(&v4, from, sizeof(v4));
        memcpy(out, mapped_prefix, sizeof(mapped_prefix));
        memcpy(out + sizeof(mapped_prefix), &v4.sin_addr, sizeof(v4.sin_addr));
        return true;
    }
    if (from->sa_family != AF_INET6)
        return false;
    memcpy(&v6, from, sizeof(v6));
    memcpy(out, &v6.sin6_addr, NETWORK_ADDRESS_BYTES);
    return true;
}

bool network_read(const char *text, struct network *out)
{
    char address[NETWORK_TEXT_SIZE];
    size_t len = strcspn(text, "/");
    struct err ignored;
    int64_t bits = ADDRESS_BITS;

    if (len >= sizeof(address))
        return false;
    memcpy(address, text, len);
    address[len] = '\0';
    if (!network_address_read(address, out->bytes))
        return false;
    int shift = network_is_mapped(out->bytes) ? MAPPED_BITS : 0;
    if (text[len] == '/' &&
        text_int64(text + len + 1, "bits", 0, ADDRESS_BITS - shift, &bits, &ignored) < 0)
        return false;
    out->bits = text[len] == '/' ? (int)bits + shift : ADDRESS_BITS;
    return true;
}

bool network_has(const struct network *network, const uint8_t address[NETWORK_ADDRESS_BYTES])
{
    size_t whole = (size_t)network->bits / 8;
    int rest = network->bits % 8;

    return memcmp(network->bytes, address, whole) == 0 &&
           (rest == 0 || ((network->bytes[whole] ^ address[whole]) >> (8 - rest)) == 0);
}

static bool is_in(const char *const *networks, const uint8_t address[NETWORK_ADDRESS_BYTES])
{
    struct network n;

    for (; *networks != NULL; networks++) {
        bool good = network_read(*networks, &n);
        assert(good);
        if (network_has(&n, address))
            return true;
    }
    return false;
}

bool network_is_public(const uint8_t address[NETWORK_ADDRESS_BYTES])
{
    static const char *const not_of_ipv4[] = {
        "0.0.0.0/8",      "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8",
        "169.254.0.0/16", "172.16.0.0/12",  "192.0.0.0/24",  "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4",   NULL};
    static const char *const unicast[] = {"2000::/3", NULL};
    static const char *const not_of_unicast[] = {"2001::/23", "2001:db8::/32", "2002::/16",
                                                 "3fff::/20", NULL};
    static const char *const translated[] = {"64:ff9b::/96", NULL}; /* to IPv4 */
    uint8_t inner[NETWORK_ADDRESS_BYTES];

    if (network_is_mapped(address))
        return !is_in(not_of_ipv4, address);
    if (!is_in(translated, address))
        return is_in(unicast, address) && !is_in(not_of_unicast, address);
    memcpy(inner, mapped_prefix, sizeof(mapped_prefix));
    memcpy(inner + sizeof(mapped_prefix), address + sizeof(mapped_prefix),
           sizeof(inner) - sizeof(mapped_prefix));
    return !is_in(not_of_ipv4, inner);
}
