/* SPDX-License-Identifier: Apache-2.0 */
/* work - how a verb changes the case in hand: its state, its tasks, what is flagged of them. */
#include "verbs.h"

#include "attachments.h"
#include "schedule.h"

#include <string.h>

void work_enter(struct work *w)
{
    w->c->state = w->to;
    case_touch(w->c, w->role != ROLE_CLOCK ? w->set->now : w->c->changed_at);
}

const char *work_keep_outcome(const struct work *w)
{
    struct task_row *task = w->task;

    task->outcome = command_content(w->command, &task->outcome_len);
    return ledger_digest(task->outcome, task->outcome_len, task->said);
}

struct case_terms *work_terms(const struct work *w)
{
    w->c->terms.is_changed = true;
    return &w->c->terms;
}

void work_close(struct work *w)
{
    pause_close(w);
    work_enter(w);
    work_terms(w)->closed_at = w->set->now;
}

/* What was raised for a task stays in the tasks that follow it. */
void work_clear(const struct work *w, int task, int64_t levels)
{
    int64_t raised = w->c->terms.update_due_at != INT64_MIN ? LEVEL(DUTY_UPDATE) : 0;

    for (int i = 0; i < w->c->task_count; i++)
        if (task == WHATEVER_TASK || task == w->c->tasks[i].number)
            raised |= w->c->tasks[i].raised;
    for (int level = DEADLINE_NONE + 1; level < DEADLINE_ALL_LEVELS; level++)
        if ((raised & levels & LEVEL(level)) != 0)
            workset_clear(w->set, &(struct clear_row){w->c->id, task, (enum deadline_level)level});
}

void work_finish(const struct work *w, struct task_row *task, enum task_state state)
{
    task->state = state;
    task->finished_at = w->set->now;
    task->next_at = INT64_MAX;
    task->is_changed = true;
    if (!task->leads)
        work_clear(w, task->number, (LEVEL(DEADLINE_LEVELS) - 1) | LEVEL(DUTY_ACCEPT));
}

static void cancel(const struct work *w, struct task_row *task)
{
    work_finish(w, task, TASK_CANCELLED);
    struct event_row *event = workset_event(w->set, w->c, task, "cancelled", "tracker");
    strbuf_addf(&event->detail, "{\"unit\":\"%s\"}", task->unit->code);
    workset_seal(w->set, event);
}

void work_cancel_open(const struct work *w)
{
    for (int i = 0; i < w->c->task_count; i++)
        if (task_is_open(&w->c->tasks[i]))
            cancel(w, &w->c->tasks[i]);
}

void work_cancel_parts(const struct work *w, const struct catalogue_unit *unit)
{
    for (int i = 0; i < w->c->task_count; i++) {
        struct task_row *task = &w->c->tasks[i];
        if (task_is_open(task) && !task->leads && task->unit == unit)
            cancel(w, task);
    }
}

int work_open_task(struct work *w, const struct task_row *plan, struct task_row **out,
                   struct err *e)
{
    if (w->c->task_count == CASE_MAX_TASKS)
        return err_set(e, ERR_CONFLICT, "the case has %d tasks already", CASE_MAX_TASKS);
    int number = w->task->number;
    struct task_row *task = case_add_task(w->c, plan->unit);
    w->task = case_task(w->c, number); /* the array may have moved */
    task->is_new = true;
    task->leads = plan->leads;
    task->priority = plan->priority;
    task->assigned_at = w->set->now;
    task->due_at = plan->due_at;
    task->raised = plan->raised;
    if (task->leads)
        w->c->unit = task->unit;
    *out = task;
    schedule_task(w->c, task);
    return 0;
}

void work_drop_drafts(const struct work *w)
{
    if (w->c->terms.drafted_by[0] == '\0' && w->c->terms.rejecting_by[0] == '\0')
        return;
    struct case_terms *terms = work_terms(w);
    terms->drafted_by[0] = terms->draft_result[0] = terms->draft_digest[0] = '\0';
    terms->rejecting_by[0] = terms->rejecting_reason[0] = '\0';
}

void work_clear_promise(const struct work *w)
{
    work_clear(w, WHATEVER_TASK,
               (LEVEL(DEADLINE_LEVELS) - 1) | LEVEL(DUTY_FORWARD) | LEVEL(DUTY_ACCEPT) |
                   LEVEL(DUTY_UPDATE));
}

void work_reschedule(const struct work *w)
{
    for (int i = 0; i < w->c->task_count; i++) {
        struct task_row *task = &w->c->tasks[i];
        if (!task_is_open(task))
            continue;
        schedule_task(w->c, task);
        task->is_changed = true;
    }
}

/* Whose the files are, and so who sees them: those of an answer with it, those of a signature or an
 * objection nobody outside. */
static const char *given_by(const struct work *w)
{
    if (w->role == ROLE_CITIZEN)
        return "citizen";
    if (w->verb == VERB_DONE || w->verb == VERB_DRAFT || w->verb == VERB_ANSWER)
        return "answer";
    return w->verb == VERB_UPDATE ? "unit" : "internal";
}

void work_attach(const struct work *w, const struct event_row *event)
{
    attachments_add(w->set, w->c, event->seq, json_object_get(w->document, "attachments"),
                    given_by(w));
}

static const char *name_of(const char *actor)
{
    const char *colon = strchr(actor, ':');

    return colon != NULL ? colon + 1 : actor;
}

bool work_is_same_person(const struct work *w, const char *actor)
{
    return strcmp(name_of(actor), name_of(w->command->command.actor)) == 0;
}

int check_reason(const struct work *w, const char *purpose, const char *code, struct err *e)
{
    const char *field = w->verb == VERB_RETURN ? "reason" : "reason_code";

    if (code == NULL || catalogue_reason(w->set->catalogue, purpose, code) != NULL)
        return 0;
    return err_set(e, ERR_INPUT, "%s: \"%s\" is not one of the catalogue's reasons to %s", field,
                   code, purpose);
}

void work_count(const struct work *w, const char *measure)
{
    workset_count(w->set, w->c->unit, w->c->service, measure);
}
