/* SPDX-License-Identifier: Apache-2.0 */
#include "bookmark.h"

#include "strbuf.h"

#include <assert.h>
#include <string.h>

enum {
    MARK_BYTES = CRYPTO_INDEX_BYTES,
    MOMENT_BYTES = 8,
    PLACE_BYTES = MOMENT_BYTES + 16, /* and the id */
    DIGITS = 2 * (MARK_BYTES + PLACE_BYTES),
};

/* A keyed hash of bytes. */
static void hash(const struct crypto_ring *ring, const char *kind, const uint8_t *bytes, size_t len,
                 uint8_t out[CRYPTO_INDEX_BYTES])
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(DIGITS);

    strbuf_add_hex(&text, bytes, len);
    crypto_index(ring, kind, strbuf_text(&text), out);
}

/* A synthetic nonce: the mark is a hash of the place, and what covers the place one of the mark. */
static void cover(const struct crypto_ring *ring, const uint8_t mark[MARK_BYTES],
                  uint8_t place[PLACE_BYTES])
{
    static const char *const kinds[] = {"cursor first", "cursor second"};
    uint8_t cover[COUNT(kinds)][CRYPTO_INDEX_BYTES];

    for (size_t i = 0; i < COUNT(kinds); i++)
        hash(ring, kinds[i], mark, MARK_BYTES, cover[i]);
    for (size_t i = 0; i < PLACE_BYTES; i++)
        place[i] ^= cover[i / CRYPTO_INDEX_BYTES][i % CRYPTO_INDEX_BYTES];
}

void bookmark_write(const struct crypto_ring *ring, const struct listing_cursor *cursor,
                    char out[BOOKMARK_SIZE])
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(BOOKMARK_SIZE);
    uint8_t mark[MARK_BYTES], place[PLACE_BYTES];

    for (int i = 0; i < MOMENT_BYTES; i++)
        place[i] = (uint8_t)((uint64_t)cursor->updated_at >> (56 - 8 * i));
    memcpy(place + MOMENT_BYTES, cursor->id.bytes, sizeof(cursor->id.bytes));
    hash(ring, "cursor", place, sizeof(place), mark);
    cover(ring, mark, place);
    strbuf_add_hex(&text, mark, sizeof(mark));
    strbuf_add_hex(&text, place, sizeof(place));
    assert(text.len == DIGITS);
    memcpy(out, strbuf_text(&text), BOOKMARK_SIZE);
}

static uint8_t value_of(char digit)
{
    return (uint8_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

static bool read_bytes(const char *text, uint8_t bytes[MARK_BYTES + PLACE_BYTES])
{
    if (strlen(text) != DIGITS || strspn(text, "0123456789abcdef") < DIGITS)
        return false;
    for (size_t i = 0; i < DIGITS / 2; i++)
        bytes[i] = (uint8_t)(value_of(text[2 * i]) << 4 | value_of(text[2 * i + 1]));
    return true;
}

bool bookmark_read(const struct crypto_ring *ring, const char *text, struct listing_cursor *out)
{
    uint8_t bytes[MARK_BYTES + PLACE_BYTES], mark[MARK_BYTES];
    uint8_t *place = bytes + MARK_BYTES;
    uint64_t moment = 0;

    if (!read_bytes(text, bytes))
        return false;
    cover(ring, bytes, place);
    hash(ring, "cursor", place, PLACE_BYTES, mark);
    if (!crypto_equal(mark, bytes, sizeof(mark)))
        return false;
    for (int i = 0; i < MOMENT_BYTES; i++)
        moment = moment << 8 | place[i];
    out->updated_at = (int64_t)moment;
    memcpy(out->id.bytes, place + MOMENT_BYTES, sizeof(out->id.bytes));
    return true;
}
