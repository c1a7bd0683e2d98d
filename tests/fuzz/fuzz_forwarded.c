/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_forwarded - the proxies that are trusted in the first line, X-Forwarded-For in the second:
 * an address comes out, and nobody but a trusted proxy is believed. */
/* links: intake */
#include "fuzz.h"

#include "mem.h"
#include "rate_limits.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void check(const struct limits *limits, const char *forwarded)
{
    static const uint8_t peer[LIMITS_ADDRESS_BYTES] = {[10] = 0xFF, [11] = 0xFF, 10, 0, 0, 1};
    uint8_t one[LIMITS_ADDRESS_BYTES], again[LIMITS_ADDRESS_BYTES];

    limits_address_of(limits, "10.0.0.1", forwarded, one);
    limits_address_of(limits, "10.0.0.1", forwarded, again);
    assert(memcmp(one, again, sizeof(one)) == 0);
    limits_address_of(limits, "10.0.0.1", NULL, again);
    assert(memcmp(peer, again, sizeof(peer)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(limits_close) struct limits *none = NULL;
    AUTO(limits_close) struct limits *limits = NULL;
    uint8_t address[LIMITS_ADDRESS_BYTES], peer[LIMITS_ADDRESS_BYTES];
    char *text = mem_new(size + 1, 1);
    struct err e;

    if (size > 0)
        memcpy(text, data, size);
    size_t line = strcspn(text, "\n");
    const char *forwarded = text[line] == '\n' ? text + line + 1 : "";
    text[line] = '\0';
    bool good = limits_open(&none, &(struct limits_settings){.proxies = ""}, &e) == 0;
    assert(good);
    limits_address_of(none, "192.0.2.1", forwarded, address);
    limits_address_of(none, "192.0.2.1", NULL, peer);
    assert(memcmp(address, peer, sizeof(peer)) == 0);
    if (limits_open(&limits, &(struct limits_settings){.proxies = text}, &e) == 0)
        check(limits, forwarded);
    free(text);
    return 0;
}
