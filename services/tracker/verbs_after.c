/* SPDX-License-Identifier: Apache-2.0 */
/* verbs_after - the citizen adds a word, judges the answer, or says that nothing is solved. */
#include "schedule.h"
#include "verbs.h"

/* Of a case that was merged into another the note stays its own; the other's unit, which works on
 * both, is told that there is one. */
int verb_note(struct work *w, struct err *e)
{
    struct case_row *lead = merged_lead(w);

    (void)e;
    work_enter(w);
    tell_noted(w, tell(w, w->task, "noted"));
    if (lead != NULL)
        merged_noted(w, lead);
    return 0;
}

static void tell_rated(const struct work *w)
{
    static const char *const measures[] = {"rated_1", "rated_2", "rated_3", "rated_4", "rated_5"};
    int score = (int)w->body.rating.score;
    struct event_row *event = tell(w, w->task, "rated");

    work_terms(w)->rated = score;
    tell_number(event, "score", score);
    tell_noted(w, event);
    work_count(w, measures[score - 1]);
}

int verb_rate(struct work *w, struct err *e)
{
    (void)e;
    work_enter(w);
    if (w->to == STATE_MERGED) { /* it was closed when it was merged */
        tell_rated(w);
        return 0;
    }
    work_terms(w)->closed_at = w->set->now;
    schedule_task(w->c, w->task);
    w->task->is_changed = true;
    tell_rated(w);
    tell_closed(w, "rated");
    return 0;
}

/* A clock of its own: nothing of what the first one had counts on it. */
static void begin_anew(const struct work *w)
{
    struct case_terms *terms = work_terms(w);

    w->c->answered_at = INT64_MIN;
    terms->clock_from = w->set->now;
    terms->closed_at = terms->promised_at = terms->apologised_at = INT64_MIN;
    terms->published_at = terms->summarised_at = INT64_MIN;
    terms->update_due_at = terms->days_end = INT64_MIN;
    terms->extensions = 0;
    work_drop_drafts(w);
    terms->reopened++;
}

/* The unit that answered, or whoever took over from it. Of a case that was merged it is the other's
 * unit; the others keep what they have, and this one goes on by itself. */
int verb_reopen(struct work *w, struct err *e)
{
    struct task_row plan = *w->task, *task;
    struct case_row *lead = merged_lead(w);
    const struct catalogue_unit *answered = lead != NULL ? lead->unit : w->c->unit;

    plan.unit = catalogue_unit_on(w->set->catalogue, answered, catalogue_day(w->set->now));
    if (plan.unit == NULL)
        plan.unit = w->set->catalogue->desk;
    plan.raised = 0;
    if (deadline_due(&w->c->policy, plan.unit->calendar, w->set->now, &plan.due_at, e) < 0)
        return -1;
    work_enter(w);
    begin_anew(w);
    case_count_by(w->c, plan.unit);
    w->c->due_at = plan.due_at;
    if (work_open_task(w, &plan, &task, e) < 0)
        return -1;
    w->task->next_at = INT64_MAX;
    w->task->is_changed = true;
    struct event_row *event = tell(w, w->task, "reopened");
    tell_number(event, "count", w->c->terms.reopened);
    tell_number(event, "due_at", w->c->due_at);
    tell_noted(w, event);
    workset_count(w->set, w->task->unit, w->c->service, "reopened");
    tell_assigned(w, task);
    if (lead != NULL)
        merged_leave(w, lead);
    return 0;
}
