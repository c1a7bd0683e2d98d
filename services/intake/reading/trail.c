/* SPDX-License-Identifier: Apache-2.0 */
#include "trail.h"

#include "clock.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 1024, KEPT_S = 60 };

struct slot {
    uint64_t key;
    int64_t page, at_us;
    struct listing_cursor begin;
};

/* A slot holds the last page whose number led to it. */
struct trail {
    struct slot slots[SLOTS];
};

struct trail *trail_new(void)
{
    return mem_new(1, sizeof(struct trail));
}

void trail_free(struct trail **trail)
{
    free(*trail);
    *trail = NULL;
}

/* FNV-1a, 64 bits: what clashes is told apart by nobody, and costs a reader a page that begins
 * elsewhere; with so few slots of so many numbers it does not happen. */
static void mix(uint64_t *hash, const void *data, size_t len)
{
    const unsigned char *bytes = data;

    for (size_t i = 0; i < len; i++)
        *hash = (*hash ^ bytes[i]) * UINT64_C(0x100000001b3);
}

static void mix_codes(uint64_t *hash, const struct listing_codes *codes)
{
    mix(hash, &codes->count, sizeof(codes->count));
    for (size_t i = 0; i < codes->count; i++)
        mix(hash, codes->items[i], strlen(codes->items[i]) + 1);
}

uint64_t trail_key(const struct listing_filter *f)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    int64_t numbers[] = {f->status,     f->rolling ? INT64_MIN : f->from,
                         f->to,         f->updated_from,
                         f->updated_to, f->has_box,
                         f->has_circle, (int64_t)f->limit};
    double places[] = {f->box.min_lat, f->box.min_lon, f->box.max_lat, f->box.max_lon};

    mix_codes(&hash, &f->references);
    mix_codes(&hash, &f->services);
    mix_codes(&hash, &f->units);
    mix_codes(&hash, &f->areas);
    mix_codes(&hash, &f->states);
    if (f->text != NULL)
        mix(&hash, f->text, strlen(f->text));
    mix(&hash, numbers, sizeof(numbers));
    mix(&hash, places, sizeof(places));
    return hash;
}

static size_t slot_of(uint64_t key, int64_t page)
{
    return (size_t)((key + (uint64_t)page * UINT64_C(0x9e3779b97f4a7c15)) % SLOTS);
}

bool trail_find(const struct trail *trail, uint64_t key, int64_t page, int64_t now_us,
                struct listing_cursor *out)
{
    const struct slot *slot = &trail->slots[slot_of(key, page)];

    if (slot->key != key || slot->page != page ||
        now_us - slot->at_us > KEPT_S * (int64_t)CLOCK_US_PER_S)
        return false;
    *out = slot->begin;
    return true;
}

void trail_note(struct trail *trail, uint64_t key, int64_t page, int64_t now_us,
                const struct listing_cursor *begin)
{
    trail->slots[slot_of(key, page)] = (struct slot){key, page, now_us, *begin};
}
