/* SPDX-License-Identifier: Apache-2.0 */
#include "gzip.h"

#include "mem.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

enum { LEVEL = 6, WINDOW_GZIP = 15 + 16, MEMORY = 8 };

bool gzip_pack(const void *data, size_t len, struct strbuf *out)
{
    z_stream z = {0};
    int rc = deflateInit2(&z, LEVEL, Z_DEFLATED, WINDOW_GZIP, MEMORY, Z_DEFAULT_STRATEGY);

    assert(rc == Z_OK); /* only for want of memory */
    assert(len <= UINT_MAX);
    size_t bound = deflateBound(&z, len);
    uint8_t *packed = mem_new(bound, 1);
    union {
        const void *in;
        Bytef *out; /* zlib only reads it, but its type does not say so */
    } input = {.in = data};
    z.next_in = input.out;
    z.avail_in = (uInt)len;
    z.next_out = packed;
    z.avail_out = (uInt)bound;
    rc = deflate(&z, Z_FINISH);
    assert(rc == Z_STREAM_END);
    size_t size = bound - z.avail_out;
    deflateEnd(&z);
    bool fits = !out->failed && out->len + size <= out->limit;
    if (fits)
        strbuf_add(out, packed, size);
    free(packed);
    return fits;
}

/* The weight of one coding, "gzip;q=0.5" or without: whether it is not zero. */
static bool is_wanted(const char *item, size_t len)
{
    const char *q = memmem(item, len, "q=", 2);

    if (q == NULL)
        return true;
    for (q += 2; q < item + len; q++)
        if (*q >= '1' && *q <= '9')
            return true;
    return false;
}

bool gzip_accepted(const char *header)
{
    static const char name[] = "gzip";
    size_t skip = sizeof(name) - 1;

    while (header != NULL && *header != '\0') {
        header += strspn(header, " \t,");
        size_t len = strcspn(header, ",");
        bool named = len >= skip && strncasecmp(header, name, skip) == 0 &&
                     strchr("; \t,", header[skip]) != NULL;
        if (named)
            return is_wanted(header + skip, len - skip);
        header += len;
    }
    return false;
}
