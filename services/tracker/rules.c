/* SPDX-License-Identifier: Apache-2.0 */
#include "rules.h"

#include "schedule.h"
#include "succession.h"
#include "verbs.h"

#include <string.h>

/* ---- an answer ---- */

bool answer_needs_approval(const struct work *w)
{
    return w->c->regime->approval;
}

int needs_no_approval(const struct work *w, struct err *e)
{
    if (!answer_needs_approval(w))
        return 0;
    return err_set(
        e, ERR_CONFLICT,
        "approval: an answer under the regime \"%s\" is drafted, and approved by another "
        "person",
        w->c->regime->code);
}

int answer_is_the_approved(const struct work *w, struct err *e)
{
    size_t len;

    command_content(w->command, &len);
    return len == 0
               ? 0
               : err_set(e, ERR_CONFLICT,
                         "body: what goes out is what was approved; draft it again to change it");
}

int no_apology_is_owed(const struct work *w, struct err *e)
{
    if (!w->c->regime->apology || w->set->now <= w->c->due_at ||
        w->c->terms.apologised_at != INT64_MIN)
        return 0;
    return err_set(e, ERR_CONFLICT, "apology: a late answer cannot be issued before its apology");
}

int another_than_the_drafter(const struct work *w, struct err *e)
{
    if (!work_is_same_person(w, w->c->terms.drafted_by))
        return 0;
    return err_set(e, ERR_CONFLICT, "actor: nobody approves a draft of his own");
}

/* ---- the date ---- */

int due_time_is_ahead(const struct work *w, struct err *e)
{
    if (w->set->now <= w->c->due_at)
        return 0;
    return err_set(e, ERR_CONFLICT, "extension: the due time is past");
}

int extensions_are_left(const struct work *w, struct err *e)
{
    if (w->c->terms.extensions < w->c->regime->extensions)
        return 0;
    return err_set(e, ERR_CONFLICT, "extensions: the regime \"%s\" allows %d, and they are used up",
                   w->c->regime->code, w->c->regime->extensions);
}

int regime_apologises(const struct work *w, struct err *e)
{
    if (w->c->regime->apology)
        return 0;
    return err_set(e, ERR_CONFLICT, "apology: the regime \"%s\" has none", w->c->regime->code);
}

int is_not_apologised(const struct work *w, struct err *e)
{
    if (w->c->terms.apologised_at == INT64_MIN)
        return 0;
    return err_set(e, ERR_CONFLICT, "apology: it has been issued already");
}

/* ---- a refusal ---- */

int rejection_is_proposed(const struct work *w, struct err *e)
{
    if (w->c->terms.rejecting_by[0] != '\0')
        return 0;
    return err_set(e, ERR_CONFLICT, "nobody has proposed to refuse the case");
}

int another_than_the_proposer(const struct work *w, struct err *e)
{
    if (!work_is_same_person(w, w->c->terms.rejecting_by))
        return 0;
    return err_set(e, ERR_CONFLICT, "actor: nobody reviews a refusal of his own");
}

/* ---- responsibility ---- */

int may_bounce(const struct work *w, struct err *e)
{
    if (w->c->returns < w->c->regime->returns)
        return 0;
    return err_set(e, ERR_CONFLICT, "returns: %d are the most; the city office's decision binds",
                   w->c->regime->returns);
}

int is_not_the_desks(const struct work *w, struct err *e)
{
    if (w->task->unit != w->set->catalogue->desk)
        return 0;
    return err_set(e, ERR_CONFLICT, "the city office's desk cannot return a task to itself");
}

bool by_the_desk(const struct work *w)
{
    return w->role == ROLE_COORDINATOR;
}

bool goes_to_the_desk(const struct work *w)
{
    return strcmp(w->body.transfer.unit, w->set->catalogue->desk->code) == 0;
}

int the_desk_has_it_next(const struct work *w, struct err *e)
{
    if (goes_to_the_desk(w))
        return 0;
    return err_set(e, ERR_CONFLICT, "unit: the desk says who is responsible for a case that is %s",
                   state_name(w->c->state));
}

/* Who says so may know a newer catalogue than ours, which is then looked at. */
int its_unit_has_ended(const struct work *w, struct err *e)
{
    if (unit_has_ended(w->task->unit, catalogue_day(w->set->now)))
        return 0;
    return err_set(e, w->command->look == 0 ? ERR_BUSY : ERR_CONFLICT,
                   "unit: %s has not ended, and keeps what it has", w->task->unit->code);
}

int is_of_the_same_service(const struct work *w, struct err *e)
{
    const struct case_row *other = workset_case(w->set, &w->command->command.into);

    if (other == NULL || other->service == w->c->service)
        return 0; /* what is not there is refused by the verb */
    return err_set(e, ERR_CONFLICT, "service: %s is about another one", other->reference);
}

int is_merged_into_it(const struct work *w, struct err *e)
{
    if (uuid_equal(&w->c->terms.merged_into, &w->command->command.into))
        return 0;
    return err_set(e, ERR_CONFLICT, "into: is not the case that it was merged into");
}

int is_not_answered(const struct work *w, struct err *e)
{
    if (w->c->answered_at == INT64_MIN)
        return 0;
    return err_set(e, ERR_CONFLICT, "answered: the other case's answer was this one's");
}

int waits_for_the_answer(const struct work *w, struct err *e)
{
    if (w->c->answered_at == INT64_MIN)
        return 0;
    return err_set(e, ERR_CONFLICT, "state: the answer is there, and nothing is left to wait for");
}

int has_the_answer(const struct work *w, struct err *e)
{
    if (w->c->answered_at != INT64_MIN)
        return 0;
    return err_set(e, ERR_CONFLICT, "waits: the case that it was merged into has no answer yet");
}

int nobody_waits_for_it(const struct work *w, struct err *e)
{
    if (w->c->terms.merged == 0)
        return 0;
    return err_set(e, ERR_CONFLICT, "merged: %d other cases wait for this one's answer",
                   w->c->terms.merged);
}

/* Only of a case that was merged has the task been cancelled that led it, and goes on otherwise. */
int was_not_taken_out(const struct work *w, struct err *e)
{
    for (int i = 0; i < w->c->task_count; i++)
        if (w->c->tasks[i].leads && w->c->tasks[i].state == TASK_CANCELLED)
            return err_set(e, ERR_CONFLICT, "split: it was taken out of another case");
    return 0;
}

/* ---- pauses ---- */

/* A unit accepts a case before it lets it stand still, and keeps it when its draft is sent back:
 * one that has never accepted it was given it meanwhile. The desk may ask before it accepts. */
bool unit_has_just_got_it(const struct work *w)
{
    return w->task->accepted_at == INT64_MIN && w->task->unit != w->set->catalogue->desk;
}

bool desk_has_just_got_it(const struct work *w)
{
    return w->task->accepted_at == INT64_MIN && w->task->unit == w->set->catalogue->desk;
}

/* ---- after the answer ---- */

int was_answered(const struct work *w, struct err *e)
{
    if (w->c->answered_at != INT64_MIN)
        return 0;
    return err_set(e, ERR_CONFLICT, "answered: the case was closed without an answer");
}

int confirmation_is_open(const struct work *w, struct err *e)
{
    int64_t until = schedule_limit(w->c, LIMIT_CONFIRM, w->c->answered_at);

    if (until == INT64_MAX)
        return err_set(e, ERR_CONFLICT, "confirm: the regime \"%s\" has no time for it",
                       w->c->regime->code);
    if (w->set->now <= until)
        return 0;
    return err_set(e, ERR_CONFLICT, "confirm: the time to say \"not solved\" is over");
}

int is_not_rated(const struct work *w, struct err *e)
{
    if (w->c->terms.rated == 0)
        return 0;
    return err_set(e, ERR_CONFLICT, "rated: a case is rated once");
}

/* As long as a case of its own would be: that one is closed then. */
int rating_is_open(const struct work *w, struct err *e)
{
    if (w->set->now <= schedule_limit(w->c, LIMIT_CONFIRM, w->c->answered_at))
        return 0;
    return err_set(e, ERR_CONFLICT, "window: the time to rate is over");
}

int is_not_published(const struct work *w, struct err *e)
{
    if (w->c->terms.published_at == INT64_MIN)
        return 0;
    return err_set(e, ERR_CONFLICT, "the answer is published already");
}

int is_not_summarised(const struct work *w, struct err *e)
{
    if (w->c->terms.summarised_at == INT64_MIN)
        return 0;
    return err_set(e, ERR_CONFLICT, "the summary is written already");
}
