/* SPDX-License-Identifier: Apache-2.0 */
#include "listing_plain.h"

#include "state_kinds.h"

#include <string.h>

/* No case is in a state that nobody knows. */
static bool is_of_status(const struct listing_filter *f, const char *state)
{
    const struct state_kind *kind = state_kind(state);

    return kind != NULL &&
           (f->status == LISTING_ANY || kind->is_open == (f->status == LISTING_OPEN));
}

typedef bool fits_fn(const struct listing_filter *f, const char *code);

/* Of codes that were said those that can fit; none of them can: nothing does. */
static void keep_fitting(struct listing_filter *f, struct listing_codes *codes, fits_fn *fits)
{
    size_t kept = 0;

    if (codes->count == 0)
        return;
    for (size_t i = 0; i < codes->count; i++)
        if (fits(f, codes->items[i]))
            codes->items[kept++] = codes->items[i];
    codes->count = kept;
    f->is_empty = f->is_empty || kept == 0;
}

static size_t count_open(const struct listing_codes *states)
{
    size_t count = 0;

    for (size_t i = 0; i < states->count; i++)
        count += state_kind(states->items[i])->is_open;
    return count;
}

static void read_status(struct listing_filter *f)
{
    size_t open = count_open(&f->states);

    if (f->states.count > 0 && open == f->states.count)
        f->status = LISTING_OPEN;
    else if (f->states.count > 0 && open == 0)
        f->status = LISTING_CLOSED;
}

/* Nothing changes before it comes in. */
static void read_times(struct listing_filter *f)
{
    f->is_empty = f->is_empty || f->from > f->to || f->updated_from > f->updated_to ||
                  f->from > f->updated_to;
}

void listing_make_plain(struct listing_filter *f)
{
    if (f->references.count > 0)
        return;
    keep_fitting(f, &f->services, listing_is_shown);
    keep_fitting(f, &f->states, is_of_status);
    read_status(f);
    read_times(f);
}
