/* SPDX-License-Identifier: Apache-2.0 */
/* merged - who said the same as somebody else hears the same answer. The cases in question were
 * read with the one that is answered (batch.c). */
#include "verbs.h"

static void tell_one(const struct work *w, struct case_row *child, const char *result)
{
    const struct work of_child = {.set = w->set, .command = w->command, .c = child};

    if (w->c->answered_at != INT64_MIN) /* else the other was closed without an answer */
        child->answered_at = w->set->now;
    child->changes++;
    child->is_changed = true;
    struct event_row *event = tell(&of_child, NULL, "merged_answered");
    tell_text(event, "into", w->c->reference);
    tell_text(event, "result", result);
    tell_end(&of_child, event);
}

void merged_tell(const struct work *w, const char *result)
{
    struct case_row *child, *next;

    if (w->c->terms.merged == 0)
        return;
    HASH_ITER(hh, w->set->cases, child, next)
    {
        if (child->state == STATE_MERGED && uuid_equal(&child->terms.merged_into, &w->c->id))
            tell_one(w, child, result);
    }
}
