/* SPDX-License-Identifier: Apache-2.0 */
/* bytes - a stretch of a stranger's file, and numbers read from it without ever leaving it. */
#ifndef BYTES_H
#define BYTES_H

#include "base.h"

#include <string.h>

struct bytes {
    const uint8_t *at;
    size_t len;
};

/* Whether len bytes lie at offset. */
static inline bool bytes_have(struct bytes b, size_t offset, size_t len)
{
    return offset <= b.len && len <= b.len - offset;
}

/* What lies from offset on, as much of len as there is. */
static inline struct bytes bytes_part(struct bytes b, size_t offset, size_t len)
{
    if (offset > b.len)
        offset = b.len;
    return (struct bytes){b.at + offset, len < b.len - offset ? len : b.len - offset};
}

static inline bool bytes_say(struct bytes b, size_t offset, const char *text, size_t len)
{
    return bytes_have(b, offset, len) && memcmp(b.at + offset, text, len) == 0;
}

/* 0 where they are not there. */
static inline uint32_t bytes_be16(struct bytes b, size_t offset)
{
    return bytes_have(b, offset, 2) ? (uint32_t)b.at[offset] << 8 | b.at[offset + 1] : 0;
}

static inline uint32_t bytes_be32(struct bytes b, size_t offset)
{
    return bytes_be16(b, offset) << 16 | bytes_be16(b, offset + 2);
}

static inline uint32_t bytes_le16(struct bytes b, size_t offset)
{
    return bytes_have(b, offset, 2) ? (uint32_t)b.at[offset + 1] << 8 | b.at[offset] : 0;
}

static inline uint32_t bytes_le32(struct bytes b, size_t offset)
{
    return bytes_le16(b, offset + 2) << 16 | bytes_le16(b, offset);
}

/* Without regard to upper and lower case of ASCII letters. */
bool bytes_hold(struct bytes b, const char *text, size_t len);

#endif
