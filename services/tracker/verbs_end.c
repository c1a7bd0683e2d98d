/* SPDX-License-Identifier: Apache-2.0 */
/* verbs_end - cases that end without an answer of their own. A refusal takes two people.
 *
 * Whoever was merged into a case shares its fate: a refusal and a forwarding are decided for what
 * all of them have reported, so each gets the same reason and a letter of its own. A withdrawal is
 * the word of one citizen, who cannot speak for the others: only that case ends, and the first of
 * those that wait leads from then on. So nobody keeps a case from ending by joining it. */
#include "letters.h"
#include "verbs.h"

#include <string.h>

/* The case is over: its clock stops for good as well. */
static void end_case(struct work *w)
{
    work_close(w);
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

/* lead: whose refusal it is; its own, or that of the case that this one was merged into. */
static void refuse(struct work *w, const struct work *lead)
{
    end_case(w);
    struct event_row *event = tell(w, w->task, "rejected");
    tell_text(event, "reason_code", lead->c->terms.rejecting_reason);
    tell_text(event, "reviewer", w->command->command.actor);
    tell_noted(w, event);
    letters_issue_refusal(w, lead->c);
    work_count(w, "rejected");
    work_cancel_open(w);
}

static void refuse_merged(struct work *w, const struct work *lead)
{
    refuse(w, lead);
    forget_proposal(work_terms(w)); /* of before it was merged */
}

int verb_confirm(struct work *w, struct err *e)
{
    (void)e;
    refuse(w, w);
    merged_end(w, refuse_merged);
    forget_proposal(work_terms(w));
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

/* Those that wait for this case wait for the other one from now on. What was promised is owed until
 * that one is answered, and so its flags stay. */
int verb_merge(struct work *w, struct err *e)
{
    struct case_row *other;

    if (find_other(w, &other, e) < 0)
        return -1;
    if (other->terms.merged + w->c->terms.merged >= CASE_MAX_MERGED)
        return err_set(e, ERR_CONFLICT, "merged: %d cases are the most that may wait for one",
                       CASE_MAX_MERGED);
    work_close(w);
    work_clear(w, WHATEVER_TASK, LEVEL(DUTY_FORWARD) | LEVEL(DUTY_ACCEPT));
    work_terms(w)->merged_into = other->id;
    struct event_row *event = tell(w, w->task, "merged");
    tell_text(event, "into", other->reference);
    tell_noted(w, event);
    work_count(w, "merged");
    work_cancel_open(w);
    merged_count(w, other, 1 + merged_follow(w, other));
    return 0;
}

/* The same clock as before: what the citizen was promised when the case came in. */
int verb_split(struct work *w, struct err *e)
{
    struct case_row *other = workset_case(w->set, &w->command->command.into);

    if (other == NULL)
        return err_set(e, ERR_INPUT, "into: there is no such case");
    if (w->c->task_count == CASE_MAX_TASKS)
        return err_set(e, ERR_CONFLICT, "the case has %d tasks already", CASE_MAX_TASKS);
    merged_take_out(w, w->c->unit, other->reference);
    merged_count(w, other, -1);
    return 0;
}

static void forward(struct work *w, const struct work *lead)
{
    (void)lead;
    end_case(w);
    struct event_row *event = tell(w, w->task, "forwarded_out");
    tell_text(event, "to", w->body.forward.to);
    tell_text(event, "document", w->body.forward.document);
    tell_text(event, "date", w->body.forward.date);
    tell_noted(w, event);
    work_count(w, "forwarded_out");
    work_cancel_open(w);
}

int verb_forward(struct work *w, struct err *e)
{
    (void)e;
    forward(w, w);
    merged_end(w, forward);
    return 0;
}

int verb_withdraw(struct work *w, struct err *e)
{
    struct case_row *lead = merged_lead(w);

    (void)e;
    end_case(w);
    tell_noted(w, tell(w, w->task, "withdrawn"));
    work_count(w, "withdrawn");
    work_cancel_open(w);
    if (lead != NULL)
        merged_leave(w, lead);
    else
        merged_hand_over(w);
    return 0;
}
