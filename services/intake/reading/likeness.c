/* SPDX-License-Identifier: Apache-2.0 */
#include "likeness.h"

#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { TRIPLES_MAX = 2048 }; /* of a text: what comes after them does not count */

/* Sorted, each once. */
struct triples {
    size_t count;
    uint32_t items[TRIPLES_MAX];
};

struct likeness {
    struct triples own;
};

static int compare(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
}

/* "ga" is "  g", " ga", "ga ": so that short words count, and their beginnings more. */
static void add_word(struct triples *t, const char *word, size_t len)
{
    uint32_t last = (uint32_t)' ' << 8 | ' ';

    for (size_t i = 0; i <= len && t->count < TRIPLES_MAX; i++) {
        unsigned char c = i < len ? (unsigned char)word[i] : ' ';
        last = (last << 8 | c) & 0xFFFFFF;
        t->items[t->count++] = last;
    }
}

static void read_triples(struct triples *t, const char *text, size_t len)
{
    char *folded = text_fold(text, len);
    size_t kept = 0;

    t->count = 0;
    for (const char *at = folded; at != NULL && *at != '\0';) {
        size_t word = 0;
        while (is_letter(at[word]))
            word++;
        if (word > 0)
            add_word(t, at, word);
        at += word > 0 ? word : 1;
    }
    free(folded);
    qsort(t->items, t->count, sizeof(t->items[0]), compare);
    for (size_t i = 0; i < t->count; i++)
        if (kept == 0 || t->items[kept - 1] != t->items[i])
            t->items[kept++] = t->items[i];
    t->count = kept;
}

struct likeness *likeness_new(const char *text, size_t len)
{
    struct likeness *likeness = mem_new(1, sizeof(*likeness));

    read_triples(&likeness->own, text, len);
    return likeness;
}

void likeness_free(struct likeness **likeness)
{
    free(*likeness);
    *likeness = NULL;
}

double likeness_of(const struct likeness *likeness, const char *text, size_t len)
{
    const struct triples *own = &likeness->own;
    struct triples other;
    size_t common = 0, at = 0;

    read_triples(&other, text, len);
    for (size_t i = 0; i < own->count; i++) {
        while (at < other.count && other.items[at] < own->items[i])
            at++;
        common += at < other.count && other.items[at] == own->items[i];
    }
    return own->count > 0 ? (double)common / (double)own->count : 0;
}
