/* SPDX-License-Identifier: Apache-2.0 */
#include "arena.h"

#include "mem.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 64 * 1024 };

struct chunk {
    struct chunk *next;
    size_t used, room;
    alignas(max_align_t) char data[];
};

struct arena {
    struct chunk *chunks; /* the newest first; what is asked for comes from it */
    size_t left;          /* of the limit */
    bool failed;
};

struct arena *arena_new(size_t limit_bytes)
{
    struct arena *a = mem_new(1, sizeof(*a));

    a->left = limit_bytes;
    return a;
}

void arena_free(struct arena **a)
{
    if (*a == NULL)
        return;
    while ((*a)->chunks != NULL) {
        struct chunk *chunk = (*a)->chunks;
        (*a)->chunks = chunk->next;
        free(chunk);
    }
    free(*a);
    *a = NULL;
}

static void add_chunk(struct arena *a, size_t len)
{
    size_t room = len > CHUNK_BYTES ? len : CHUNK_BYTES;
    struct chunk *chunk = mem_new(1, sizeof(*chunk) + room);

    chunk->room = room;
    chunk->next = a->chunks;
    a->chunks = chunk;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
    const size_t align = alignof(max_align_t);

    if (a->failed || (size > 0 && count > a->left / size)) {
        a->failed = true;
        return NULL;
    }
    size_t len = (count * size + align - 1) / align * align;
    if (len > a->left) {
        a->failed = true;
        return NULL;
    }
    a->left -= len;
    if (a->chunks == NULL || len > a->chunks->room - a->chunks->used)
        add_chunk(a, len);
    void *p = a->chunks->data + a->chunks->used;
    a->chunks->used += len;
    return p;
}

char *arena_text(struct arena *a, const char *bytes, size_t len)
{
    char *text = arena_alloc(a, len + 1, 1);

    if (text != NULL && len > 0)
        memcpy(text, bytes, len);
    return text;
}

bool arena_failed(const struct arena *a)
{
    return a->failed;
}
