/* SPDX-License-Identifier: Apache-2.0 */
/* verbs_work - whoever has the task takes it, drafts, approves and answers. */
#include "schedule.h"
#include "verbs.h"

#include <inttypes.h>
#include <string.h>

int verb_accept(struct work *w, struct err *e)
{
    struct task_row *task = w->task;
    bool is_worker = w->role == ROLE_WORKER;

    (void)e;
    work_enter(w);
    task->is_changed = true;
    task->state = TASK_ACCEPTED;
    task->epoch = is_worker ? w->command->command.epoch : EPOCH_PERSON;
    task->worker = w->command->command.actor;
    if (task->accepted_at == INT64_MIN)
        task->accepted_at = w->set->now;
    /* next_at stays: should it have been the duty to accept, sentinel asks once in vain, which
     * costs less than moving the task in its index now. */
    work_clear(w, task->number, LEVEL(DUTY_ACCEPT));
    struct event_row *event =
        workset_event(w->set, w->c, task, "accepted", w->command->command.actor);
    strbuf_addf(&event->detail, "{\"unit\":\"%s\",\"epoch\":%" PRId64 "}", task->unit->code,
                task->epoch);
    workset_seal(w->set, event);
    return 0;
}

/* The outcome's text stays in the task; the event keeps its result and a digest. */
static void tell_outcome(const struct work *w, struct task_row *task, const char *type,
                         const char *result, const char *digest)
{
    struct event_row *event = workset_event(w->set, w->c, task, type, w->command->command.actor);

    strbuf_addf(&event->detail, "{\"unit\":\"%s\",\"result\":", task->unit->code);
    json_write_text(&event->detail, result, strlen(result));
    strbuf_addf(&event->detail, ",\"outcome\":\"%s\"}", digest);
    workset_seal(w->set, event);
    work_attach(w, event);
}

/* The answer goes out. When the lead has answered, nobody needs the help of the others any more. */
static int issue_answer(struct work *w, const char *result, const char *digest)
{
    struct case_row *c = w->c;
    bool on_time = w->set->now <= c->due_at;

    c->answered_at = w->set->now;
    work_finish(w, w->task, TASK_DONE);
    schedule_task(c, w->task);
    tell_outcome(w, w->task, "answered", result, digest);
    work_count(w, "answered");
    work_count(w, on_time ? "answered_on_time" : "late");
    work_clear_promise(w);
    work_cancel_open(w);
    merged_tell(w, result);
    return 0;
}

/* Whoever takes part has done its part. */
static int finish(struct work *w, const char *result, const char *digest)
{
    if (w->task->leads)
        return issue_answer(w, result, digest);
    work_finish(w, w->task, TASK_DONE);
    tell_outcome(w, w->task, "coordinated", result, digest);
    return 0;
}

static int keep_draft(struct work *w, const char *result, const char *digest)
{
    struct case_terms *terms = work_terms(w);

    snprintf(terms->drafted_by, sizeof(terms->drafted_by), "%s", w->command->command.actor);
    snprintf(terms->draft_result, sizeof(terms->draft_result), "%s", result);
    snprintf(terms->draft_digest, sizeof(terms->draft_digest), "%s", digest);
    w->task->is_changed = true;
    struct event_row *event = tell(w, w->task, "drafted");
    tell_text(event, "by", w->command->command.actor);
    tell_text(event, "result", result);
    tell_text(event, "draft", digest);
    tell_end(w, event);
    work_attach(w, event);
    return 0;
}

int verb_done(struct work *w, struct err *e)
{
    const char *result = w->body.answer.result;

    (void)e;
    work_enter(w);
    const char *digest = work_keep_outcome(w);
    if (w->to == STATE_DRAFTED && w->task->leads)
        return keep_draft(w, result, digest);
    return finish(w, result, digest);
}

int verb_draft(struct work *w, struct err *e)
{
    (void)e;
    work_enter(w);
    return keep_draft(w, w->body.answer.result, work_keep_outcome(w));
}

int verb_approve(struct work *w, struct err *e)
{
    (void)e;
    work_enter(w);
    struct event_row *event = tell(w, w->task, "approved");
    tell_text(event, "by", w->command->command.actor);
    tell_text(event, "draft", w->c->terms.draft_digest);
    tell_noted(w, event);
    return 0;
}

/* The draft has to be written again. A worker's lease is over, so that nothing that it said before
 * can be said again: the task is handed out anew. */
int verb_send_back(struct work *w, struct err *e)
{
    struct case_terms *terms = work_terms(w);

    (void)e;
    work_enter(w);
    terms->drafted_by[0] = terms->draft_result[0] = terms->draft_digest[0] = '\0';
    if (w->task->epoch != EPOCH_PERSON)
        w->task->state = TASK_OPEN;
    work_reschedule(w);
    struct event_row *event = tell(w, w->task, "sent_back");
    tell_text(event, "by", w->command->command.actor);
    tell_noted(w, event);
    return 0;
}

/* What was approved, or a person's own words where nobody needs to approve them. */
int verb_answer(struct work *w, struct err *e)
{
    if (w->c->state == STATE_APPROVED && w->task->leads) {
        work_enter(w);
        return issue_answer(w, w->c->terms.draft_result, w->c->terms.draft_digest);
    }
    if (w->document == NULL)
        return err_set(e, ERR_INPUT, "body: is missing");
    work_enter(w);
    return finish(w, w->body.answer.result, work_keep_outcome(w));
}
