/* SPDX-License-Identifier: Apache-2.0 */
/* merged - who said the same as somebody else hears the same answer, and goes the same way when
 * there is none. The cases in question were read with the one that ends (reading.c). */
#include "verbs.h"

#include <string.h>

/* Whether it waits for w's case: after an answer there is nothing to wait for, even when the
 * other case is opened again. */
static bool waits_for(const struct work *w, const struct case_row *child)
{
    return case_waits(child) && uuid_equal(&child->terms.merged_into, &w->c->id);
}

struct case_row *merged_next(const struct work *w, struct case_row *after)
{
    struct case_row *child = after != NULL ? after->hh.next : w->set->cases;

    if (w->c->terms.merged == 0)
        return NULL;
    while (child != NULL && !waits_for(w, child))
        child = child->hh.next;
    return child;
}

struct work merged_work(const struct work *w, struct case_row *child)
{
    struct work of_child = *w;

    of_child.c = child;
    of_child.task = case_lead(child);
    return of_child;
}

void merged_count(const struct work *w, struct case_row *lead, int change)
{
    const struct work of_lead = merged_work(w, lead);

    lead->terms.merged += change;
    lead->terms.is_changed = true;
    if (!case_is_open(lead))
        return;
    struct event_row *event = tell(&of_lead, of_lead.task, "followed");
    tell_number(event, "count", lead->terms.merged);
    tell_end(&of_lead, event);
}

/* ---- who follows ---- */

struct case_row *merged_lead(const struct work *w)
{
    return w->c->state == STATE_MERGED ? workset_case(w->set, &w->c->terms.merged_into) : NULL;
}

void merged_noted(const struct work *w, struct case_row *lead)
{
    const struct work of_lead = merged_work(w, lead);

    if (!case_is_open(lead))
        return;
    case_touch(lead, w->set->now);
    struct event_row *event = tell(&of_lead, of_lead.task, "follower_noted");
    tell_text(event, "from", w->c->reference);
    tell_end(&of_lead, event);
}

void merged_leave(const struct work *w, struct case_row *lead)
{
    work_terms(w)->merged_into = (struct uuid){{0}};
    merged_count(w, lead, -1);
}

/* ---- another date ---- */

static void tell_moved(const struct work *w, struct case_row *child, int64_t due_at,
                       const char *why, const char *reason_code)
{
    const struct work of_child = merged_work(w, child);

    case_touch(child, w->set->now);
    struct event_row *event = tell(&of_child, NULL, "merged_moved");
    tell_text(event, "into", w->c->reference);
    tell_text(event, "why", why);
    tell_number(event, "from", child->due_at);
    tell_number(event, "to", due_at);
    tell_text(event, "reason_code", reason_code);
    tell_end(&of_child, event);
}

void merged_move(const struct work *w, int64_t due_at, const char *why, const char *reason_code)
{
    for (struct case_row *child = merged_next(w, NULL); child != NULL;
         child = merged_next(w, child))
        if (due_at > child->due_at && due_at != child->terms.promised_at)
            tell_moved(w, child, due_at, why, reason_code);
}

/* ---- an answer ---- */

static void tell_one(const struct work *w, struct case_row *child, const char *result)
{
    const struct work of_child = merged_work(w, child);

    child->answered_at = w->set->now;
    case_touch(child, w->set->now);
    work_clear_promise(&of_child);
    struct event_row *event = tell(&of_child, NULL, "merged_answered");
    tell_text(event, "into", w->c->reference);
    tell_text(event, "result", result);
    tell_end(&of_child, event);
    work_count(&of_child, "merged_answered");
}

/* Also those that have heard an earlier one, when the case was opened again. */
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

/* ---- another end ---- */

void merged_end(const struct work *w, merged_end_fn *end)
{
    int count = 0;

    for (struct case_row *child = merged_next(w, NULL); child != NULL;
         child = merged_next(w, child)) {
        struct work of_child = merged_work(w, child);
        end(&of_child, w);
        count++;
    }
    if (count > 0)
        work_terms(w)->merged -= count;
}

/* ---- another case leads ---- */

int merged_follow(const struct work *w, const struct case_row *lead)
{
    int count = 0;

    for (struct case_row *child = merged_next(w, NULL); child != NULL;
         child = merged_next(w, child)) {
        const struct work of_child = merged_work(w, child);
        work_terms(&of_child)->merged_into = lead->id;
        case_touch(child, w->set->now);
        struct event_row *event = tell(&of_child, NULL, "merged");
        tell_text(event, "into", lead->reference);
        tell_end(&of_child, event);
        count++;
    }
    if (count > 0)
        work_terms(w)->merged -= count;
    return count;
}

/* The one that came first, whose promise ends first; ids are in the order of arrival. */
static struct case_row *find_heir(const struct work *w)
{
    struct case_row *heir = NULL;

    for (struct case_row *child = merged_next(w, NULL); child != NULL;
         child = merged_next(w, child))
        if (child->task_count < CASE_MAX_TASKS &&
            (heir == NULL || memcmp(&child->id, &heir->id, sizeof(child->id)) < 0))
            heir = child;
    return heir;
}

void merged_take_out(struct work *w, const struct catalogue_unit *unit, const char *from)
{
    const struct catalogue_unit *now =
        catalogue_unit_on(w->set->catalogue, unit, catalogue_day(w->set->now));
    struct task_row plan = work_following(w, now != NULL ? now : w->set->catalogue->desk), *task;
    struct case_terms *terms = work_terms(w);
    struct err unreached; /* by a calendar that has lost a year: then nothing falls due */

    (void)!work_open_task(w, &plan, &task, &unreached);
    w->to = STATE_ASSIGNED;
    work_enter(w);
    case_touch(w->c, w->set->now); /* it is open again, if by the clock as well */
    terms->closed_at = INT64_MIN;
    terms->merged_into = (struct uuid){{0}};
    work_drop_drafts(w);
    struct event_row *event = tell(w, w->task, "split");
    tell_text(event, "from", from);
    if (w->verb == VERB_SPLIT)
        tell_noted(w, event);
    else
        tell_end(w, event);
    tell_assigned(w, task);
}

void merged_hand_over(const struct work *w)
{
    struct case_row *heir = find_heir(w);

    if (heir == NULL)
        return;
    struct work of_heir = merged_work(w, heir);
    merged_take_out(&of_heir, w->c->unit, w->c->reference);
    work_terms(w)->merged--;
    int others = merged_follow(w, heir);
    if (others > 0)
        merged_count(&of_heir, heir, others);
}
