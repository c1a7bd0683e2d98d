/* SPDX-License-Identifier: Apache-2.0 */
#include "rate_limits.h"

#include "mem.h"
#include "network.h"
#include "table.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PROXIES_MAX = 32,
    BUCKETS_MAX = 65536,
    NETWORK_BYTES = 8, /* of an IPv6 customer */
    ENTRIES_MAX = 32,  /* of X-Forwarded-For that are looked at */
};

struct held {
    uint8_t key[LIMITS_ADDRESS_BYTES];
    struct bucket bucket;
    UT_hash_handle hh;
};

struct table {
    const char *name; /* in headers */
    struct bucket_rate rate;
    struct held *held; /* in the order of their last use */
};

struct limits {
    struct network proxies[PROXIES_MAX];
    size_t proxy_count;
    struct table writes, reads, contacts;
};

/* ---- addresses ---- */

/* One entry of a list into text, without the space around it. False when it is too long. */
static bool cut_entry(const char *from, size_t len, char text[INET6_ADDRSTRLEN])
{
    while (len > 0 && (*from == ' ' || *from == '\t')) {
        from++;
        len--;
    }
    while (len > 0 && (from[len - 1] == ' ' || from[len - 1] == '\t'))
        len--;
    if (len >= INET6_ADDRSTRLEN)
        return false;
    memcpy(text, from, len);
    text[len] = '\0';
    return len > 0;
}

static bool is_trusted(const struct limits *limits, const uint8_t address[LIMITS_ADDRESS_BYTES])
{
    for (size_t i = 0; i < limits->proxy_count; i++)
        if (network_has(&limits->proxies[i], address))
            return true;
    return false;
}

static bool is_own(const uint8_t address[LIMITS_ADDRESS_BYTES])
{
    static const uint8_t v6[LIMITS_ADDRESS_BYTES] = {[15] = 1};

    return (network_is_mapped(address) && address[12] == 127) ||
           memcmp(address, v6, sizeof(v6)) == 0;
}

void limits_address_of(const struct limits *limits, const char *peer, const char *forwarded,
                       uint8_t out[LIMITS_ADDRESS_BYTES])
{
    size_t end = forwarded != NULL ? strlen(forwarded) : 0;
    uint8_t next[LIMITS_ADDRESS_BYTES];
    char text[INET6_ADDRSTRLEN];

    if (!network_address_read(peer, out))
        memset(out, 0, LIMITS_ADDRESS_BYTES);
    for (int i = 0; i < ENTRIES_MAX && end > 0 && is_trusted(limits, out); i++) {
        size_t begin = end;
        while (begin > 0 && forwarded[begin - 1] != ',')
            begin--;
        if (!cut_entry(forwarded + begin, end - begin, text) || !network_address_read(text, next))
            return; /* nobody vouches for what stands before it */
        memcpy(out, next, sizeof(next));
        end = begin > 0 ? begin - 1 : 0;
    }
}

/* ---- buckets ---- */

static void forget(struct table *t, struct held *held)
{
    HASH_DEL(t->held, held);
    free(held);
}

/* At the end of the order now. */
static struct held *use(struct table *t, const uint8_t key[LIMITS_ADDRESS_BYTES], int64_t now)
{
    struct held *held;

    HASH_FIND(hh, t->held, key, LIMITS_ADDRESS_BYTES, held);
    if (held != NULL) {
        HASH_DEL(t->held, held);
    } else {
        if (HASH_COUNT(t->held) >= BUCKETS_MAX)
            forget(t, t->held);
        held = mem_new(1, sizeof(*held));
        memcpy(held->key, key, LIMITS_ADDRESS_BYTES);
        held->bucket = (struct bucket){(double)t->rate.quota, now};
    }
    HASH_ADD(hh, t->held, key, LIMITS_ADDRESS_BYTES, held);
    return held;
}

static void tell_wait(struct http_request *request, double wait_s)
{
    char text[HTTP_SET_VALUE];

    (void)snprintf(text, sizeof(text), "%lld", (long long)ceil(wait_s));
    http_set_header(request, "Retry-After", text);
}

/* As draft-ietf-httpapi-ratelimit-headers has them. */
static void tell(struct http_request *request, const struct table *t, const struct held *held,
                 double wait_s)
{
    char text[HTTP_SET_VALUE];

    (void)snprintf(text, sizeof(text), "\"%s\";q=%lld;w=%lld", t->name, (long long)t->rate.quota,
                   (long long)t->rate.window_s);
    http_set_header(request, "RateLimit-Policy", text);
    (void)snprintf(text, sizeof(text), "\"%s\";r=%lld;t=%lld", t->name,
                   (long long)held->bucket.left, (long long)ceil(wait_s));
    http_set_header(request, "RateLimit", text);
}

/* Whose request it is. False: somebody on this machine, who is not limited. A proxy may add a line
 * of its own below those that the asker has written: all of them count. */
static bool is_limited(const struct limits *limits, const struct http_request *request,
                       uint8_t address[LIMITS_ADDRESS_BYTES])
{
    AUTO(strbuf_free) struct strbuf forwarded = STRBUF(HTTP_LIST_BYTES);

    http_header_list(request, "X-Forwarded-For", &forwarded);
    limits_address_of(limits, http_peer(request), strbuf_text(&forwarded), address);
    return !is_own(address);
}

bool limits_address(struct limits *limits, struct http_request *request, enum limits_kind kind)
{
    struct table *t = kind == LIMITS_WRITE ? &limits->writes : &limits->reads;
    uint8_t address[LIMITS_ADDRESS_BYTES];
    int64_t now = clock_mono_us();
    double wait_s;

    if (!is_limited(limits, request, address) || t->rate.quota == 0)
        return true;
    if (!network_is_mapped(address))
        memset(address + NETWORK_BYTES, 0, LIMITS_ADDRESS_BYTES - NETWORK_BYTES);
    struct held *held = use(t, address, now);
    bool good = bucket_take(&held->bucket, &t->rate, now, &wait_s);
    tell(request, t, held, wait_s);
    if (!good)
        tell_wait(request, wait_s);
    return good;
}

bool limits_contact(struct limits *limits, struct http_request *request,
                    const struct crypto_ring *ring, const char *contact)
{
    uint8_t address[LIMITS_ADDRESS_BYTES], key[CRYPTO_INDEX_BYTES];
    int64_t now = clock_mono_us();
    double wait_s;

    if (limits->contacts.rate.quota == 0 || !is_limited(limits, request, address))
        return true;
    crypto_index(ring, "limit", contact, key);
    struct held *held = use(&limits->contacts, key, now);
    if (bucket_take(&held->bucket, &limits->contacts.rate, now, &wait_s))
        return true;
    tell_wait(request, wait_s);
    return false;
}

/* ---- opening ---- */

static int read_proxies(struct limits *limits, const char *list, struct err *e)
{
    char text[INET6_ADDRSTRLEN];

    for (size_t len; *list != '\0'; list += len + (list[len] == ',' ? 1 : 0)) {
        len = strcspn(list, ",");
        if (limits->proxy_count == PROXIES_MAX)
            return err_set(e, ERR_INPUT, "more than %d proxies", PROXIES_MAX);
        if (!cut_entry(list, len, text) ||
            !network_read(text, &limits->proxies[limits->proxy_count]))
            return err_set(e, ERR_INPUT, "\"%.*s\" is no address and no network", (int)len, list);
        limits->proxy_count++;
    }
    return 0;
}

int limits_open(struct limits **out, const struct limits_settings *settings, struct err *e)
{
    AUTO(limits_close) struct limits *limits = mem_new(1, sizeof(*limits));

    limits->writes = (struct table){"address", settings->writes, NULL};
    limits->reads = (struct table){"address", settings->reads, NULL};
    limits->contacts = (struct table){"contact", settings->contact, NULL};
    if (read_proxies(limits, settings->proxies, e) < 0)
        return -1;
    *out = limits;
    limits = NULL;
    return 0;
}

static void clear(struct table *t)
{
    while (t->held != NULL)
        forget(t, t->held);
}

void limits_close(struct limits **limits)
{
    if (*limits == NULL)
        return;
    clear(&(*limits)->writes);
    clear(&(*limits)->reads);
    clear(&(*limits)->contacts);
    free(*limits);
    *limits = NULL;
}
