/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_query - parameters of both lists, a line "name=value" each: a filter that is accepted keeps
 * its limits, and its first step can be asked for. */
/* links: intake */
#include "fuzz.h"
#include "ring.h"

#include "bookmark.h"
#include "cases_filter.h"
#include "door_catalogue.h"
#include "listing_plain.h"
#include "mem.h"
#include "open311_filter.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { LOOKED_MAX = 4 * (LISTING_PAGE_MAX + 1) }; /* rows, in one step, that lie anywhere */

static const int64_t now = INT64_C(1795424400000000);

/* The value of the last line with that name; ctx is the text, its lines ended by zero bytes. */
struct lines {
    const char *text;
    size_t size;
};

static const char *value_of(void *ctx, const char *name)
{
    const struct lines *lines = ctx;
    size_t len = strlen(name);

    for (size_t i = 0; i < lines->size; i += strlen(lines->text + i) + 1)
        if (strncmp(lines->text + i, name, len) == 0 && lines->text[i + len] == '=')
            return lines->text + i + len + 1;
    return NULL;
}

static void check_filter(struct listing_filter *f, size_t limit)
{
    AUTO(db_args_free) struct db_args args = {0};
    char cursor[BOOKMARK_SIZE];
    struct listing_cursor again;

    assert(f->limit >= 1 && f->limit <= limit && f->skip <= OPEN311_REACH);
    assert(f->services.count <= LISTING_CODES_MAX && f->references.count <= LISTING_CODES_MAX);
    assert(!f->has_circle || (f->radius_m >= 1 && f->radius_m <= LISTING_RADIUS_MAX));
    listing_make_plain(f);
    struct listing_step step = {.at = f->has_cursor ? &f->cursor : NULL, .wanted = f->limit};
    assert(listing_step(f, &step, &args) != NULL && (step.each >= 1 || step.looked >= 1));
    assert(step.looked <= LOOKED_MAX);
    bookmark_write(ring_of_a_test(), &f->cursor, cursor);
    bool read = bookmark_read(ring_of_a_test(), cursor, &again);
    assert(read && again.updated_at == f->cursor.updated_at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_free) struct arena *arena = arena_new(4 * 1024 * 1024);
    struct faults faults = {0};
    struct listing_filter f;
    char *text = mem_new(size + 1, 1);
    struct lines lines = {text, size};
    const struct query q = {value_of, &lines, &faults, arena, ring_of_a_test()};
    int64_t page = 0;

    for (size_t i = 0; i < size; i++)
        text[i] = data[i] == '\n' ? '\0' : (char)data[i];
    open311_filter_read(&q, now, &f, &page);
    assert(page >= 1);
    if (faults.count == 0)
        check_filter(&f, LISTING_PAGE_MAX);
    faults.count = 0;
    cases_filter_read(&q, &door_catalogue, &f);
    if (faults.count == 0)
        check_filter(&f, CASES_PAGE_MAX);
    free(text);
    return 0;
}
