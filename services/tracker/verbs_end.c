/* SPDX-License-Identifier: Apache-2.0 */
/* verbs_end - cases that end without an answer of their own. A refusal takes two people. */
#include "letters.h"
#include "verbs.h"

#include <string.h>

/* The case is over: its clock stops for good and nobody needs to work on it. The event comes
 * first. */
static void end_case(struct work *w)
{
    pause_close(w);
    work_enter(w);
    work_terms(w)->closed_at = w->set->now;
    work_clear_promise(w);
}

static void forget_proposal(struct case_terms *terms)
{
    terms->rejecting_by[0] = terms->rejecting_reason[0] = '\0';
}

int verb_reject(struct work *w, struct err *e)
{
    const char *reason = w->body.rejection.reason_code;
    struct case_terms *terms = work_terms(w);

    if (check_reason(w, "reject", reason, e) < 0)
        return -1;
    work_enter(w);
    snprintf(terms->rejecting_by, sizeof(terms->rejecting_by), "%s", w->command->command.actor);
    snprintf(terms->rejecting_reason, sizeof(terms->rejecting_reason), "%s", reason);
    struct event_row *event = tell(w, w->task, "reject_proposed");
    tell_text(event, "reason_code", reason);
    tell_noted(w, event);
    letters_draft_refusal(w);
    return 0;
}

int verb_confirm(struct work *w, struct err *e)
{
    struct case_terms *terms = work_terms(w);

    (void)e;
    end_case(w);
    struct event_row *event = tell(w, w->task, "rejected");
    tell_text(event, "reason_code", terms->rejecting_reason);
    tell_text(event, "reviewer", w->command->command.actor);
    tell_noted(w, event);
    letters_issue_refusal(w);
    forget_proposal(terms);
    work_count(w, "rejected");
    work_cancel_open(w);
    return 0;
}

int verb_object(struct work *w, struct err *e)
{
    (void)e;
    work_enter(w);
    forget_proposal(work_terms(w));
    tell_noted(w, tell(w, w->task, "reject_objected"));
    return 0;
}

static int find_other(const struct work *w, struct case_row **out, struct err *e)
{
    const struct uuid *into = &w->command->command.into;
    struct case_row *other = workset_case(w->set, into);

    if (uuid_is_nil(into))
        return err_set(e, ERR_INPUT, "into: is missing");
    if (other == NULL)
        return err_set(e, ERR_INPUT, "into: there is no such case");
    if (other == w->c)
        return err_set(e, ERR_INPUT, "into: is the case itself");
    if (!state_is_open(other->state))
        return err_set(e, ERR_CONFLICT, "into: %s is %s", other->reference,
                       state_name(other->state));
    *out = other;
    return 0;
}

int verb_merge(struct work *w, struct err *e)
{
    struct case_row *other;

    if (find_other(w, &other, e) < 0)
        return -1;
    end_case(w);
    work_terms(w)->merged_into = other->id;
    other->terms.merged++;
    other->terms.is_changed = true;
    struct event_row *event = tell(w, w->task, "merged");
    tell_text(event, "into", other->reference);
    tell_noted(w, event);
    work_count(w, "merged");
    work_cancel_open(w);
    return 0;
}

/* The same clock as before: what the citizen was promised when the case came in. */
int verb_split(struct work *w, struct err *e)
{
    struct case_row *other = workset_case(w->set, &w->command->command.into);
    struct case_terms *terms = work_terms(w);
    const struct catalogue_unit *unit =
        catalogue_unit_on(w->set->catalogue, w->c->unit, catalogue_day(w->set->now));
    struct task_row plan, *task;

    if (other == NULL)
        return err_set(e, ERR_INPUT, "into: there is no such case");
    plan = work_following(w, unit != NULL ? unit : w->set->catalogue->desk);
    work_enter(w);
    terms->closed_at = INT64_MIN;
    terms->merged_into = (struct uuid){{0}};
    if (work_open_task(w, &plan, &task, e) < 0)
        return -1;
    other->terms.merged--;
    other->terms.is_changed = true;
    struct event_row *event = tell(w, w->task, "split");
    tell_text(event, "from", other->reference);
    tell_noted(w, event);
    tell_assigned(w, task);
    return 0;
}

int verb_forward(struct work *w, struct err *e)
{
    (void)e;
    end_case(w);
    struct event_row *event = tell(w, w->task, "forwarded_out");
    tell_text(event, "to", w->body.forward.to);
    tell_text(event, "document", w->body.forward.document);
    tell_text(event, "date", w->body.forward.date);
    tell_noted(w, event);
    work_count(w, "forwarded_out");
    work_cancel_open(w);
    return 0;
}

int verb_withdraw(struct work *w, struct err *e)
{
    (void)e;
    end_case(w);
    tell_noted(w, tell(w, w->task, "withdrawn"));
    work_count(w, "withdrawn");
    work_cancel_open(w);
    return 0;
}
