/* SPDX-License-Identifier: Apache-2.0 */
#include "promise_steps.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

void promise_steps_free(struct promise_steps *steps)
{
    free(steps->items);
    *steps = (struct promise_steps){0};
}

/* How the case of the next row stands to id, as memcmp; after the last row: behind. */
static int compare(const struct promise_steps *s, const struct uuid *id)
{
    if (s->at == PQntuples(s->rows))
        return 1;
    const struct uuid found = db_uuid(s->rows, s->at, 0);
    return memcmp(&found, id, sizeof(found));
}

static void add(struct promise_steps *s, const struct promise_step *step)
{
    if (s->count == s->room) {
        s->room = 2 * s->room + 8;
        s->items = mem_resize(s->items, s->room * sizeof(*s->items));
    }
    s->items[s->count++] = *step;
}

void promise_steps_take(struct promise_steps *s, const struct uuid *id)
{
    s->count = 0;
    while (compare(s, id) < 0)
        s->at++;
    for (; compare(s, id) == 0; s->at++) {
        bool is_pause = strcmp(db_text(s->rows, s->at, 1), "pause") == 0;
        add(s, &(struct promise_step){is_pause ? PROMISE_PAUSE : PROMISE_DATE,
                                      db_time(s->rows, s->at, 2), db_time(s->rows, s->at, 3)});
    }
}
