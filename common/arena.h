/* SPDX-License-Identifier: Apache-2.0 */
/* arena - many small things that are freed together.
 *
 * Up to a limit: what would pass it is NULL, and the arena remembers, so that
 * a reader of many texts asks once at the end. */
#ifndef ARENA_H
#define ARENA_H

#include "base.h"

struct arena;

struct arena *arena_new(size_t limit_bytes) CHECKED;
void arena_free(struct arena **a);

/* Zeroed, aligned for any type, valid until arena_free. NULL past the limit. */
void *arena_alloc(struct arena *a, size_t count, size_t size) CHECKED;
/* A copy of len bytes, with a final NUL. */
char *arena_text(struct arena *a, const char *bytes, size_t len) CHECKED;

/* Whether the limit was hit. */
bool arena_failed(const struct arena *a);

#endif
