/* SPDX-License-Identifier: Apache-2.0 */
/* verbs - what workers and the clock do to a case.
 *
 * A worker's verb names the epoch of its lease. A lease fences all older ones
 * once it has accepted; the same verb with the same epoch again is a
 * repetition and gets the first answer. */
#include "tracker.h"

#include <inttypes.h>
#include <string.h>

/* One command and what it is about. */
struct work {
    struct workset *set;
    const struct command *command;
    struct case_row *c;
    struct task_row *task;
};

static int write_outcome(const struct case_row *c, bool repeated, struct strbuf *answer)
{
    struct case_outcome outcome = {state_name(c->state), repeated};

    json_write(case_outcome_fields, &outcome, answer);
    return 0;
}

/* The state table's word, then the change that every verb makes. The state of
 * a case is its leading task's: whoever takes part moves only its own task. */
static int move(const struct work *w, struct err *e)
{
    enum case_state to = w->c->state;

    if (w->task->leads && transition(w->c->state, w->command->verb, &to, e) < 0)
        return -1;
    w->c->state = to;
    w->c->changes++;
    w->c->is_changed = true;
    w->task->is_changed = true;
    return 0;
}

static int refuse_stale(const struct work *w, struct err *e)
{
    return err_set(e, ERR_CONFLICT, "epoch: the lease %" PRId64 " has been replaced by %" PRId64,
                   w->command->command.epoch, w->task->epoch);
}

static int refuse_finished(const struct work *w, struct err *e)
{
    return err_set(e, ERR_CONFLICT, "the task is %s already", task_state_name(w->task->state));
}

/* Finds the case and task and checks that the unit may act on it. */
static int find(struct work *w, struct err *e)
{
    const struct case_command *command = &w->command->command;

    w->c = workset_case(w->set, &command->case_id);
    w->task = w->c != NULL ? case_task(w->c, command->task) : NULL;
    /* One text for "not there" and "not yours", so that nothing can be guessed. */
    if (w->task == NULL ||
        (w->command->verb != VERB_FLAG &&
         (command->unit == NULL || strcmp(command->unit, w->task->unit->code) != 0)))
        return err_set(e, ERR_INPUT, "task: is not one of the unit's");
    return 0;
}

static int accept(struct work *w, struct strbuf *answer, struct err *e)
{
    int64_t epoch = w->command->command.epoch;
    struct task_row *task = w->task;

    if (task->state == TASK_ACCEPTED && task->epoch == epoch)
        return write_outcome(w->c, true, answer);
    if (task->state != TASK_OPEN && task->state != TASK_ACCEPTED)
        return refuse_finished(w, e);
    if (epoch <= task->epoch)
        return refuse_stale(w, e);
    if (move(w, e) < 0)
        return -1;
    task->state = TASK_ACCEPTED;
    task->epoch = epoch;
    task->worker = w->command->command.actor;
    if (task->accepted_at == INT64_MIN)
        task->accepted_at = w->set->now;
    struct event_row *event =
        workset_event(w->set, w->c, task, "accepted", w->command->command.actor);
    strbuf_addf(&event->detail, "{\"unit\":\"%s\",\"epoch\":%" PRId64 "}", task->unit->code, epoch);
    workset_seal(w->set, event);
    return write_outcome(w->c, false, answer);
}

/* Ends a task and takes it off the clock. */
static void finish(const struct work *w, enum task_state state)
{
    w->task->state = state;
    w->task->finished_at = w->set->now;
    w->task->next_at = INT64_MAX;
    w->task->outcome = command_content(w->command, &w->task->outcome_len);
}

/* When the lead has answered, nobody needs the help of the others any more. */
static void cancel_rest(const struct work *w)
{
    for (int i = 0; i < w->c->task_count; i++) {
        struct task_row *t = &w->c->tasks[i];
        if (t->state != TASK_OPEN && t->state != TASK_ACCEPTED)
            continue;
        t->state = TASK_CANCELLED;
        t->finished_at = w->set->now;
        t->next_at = INT64_MAX;
        t->is_changed = true;
        struct event_row *event = workset_event(w->set, w->c, t, "cancelled", "tracker");
        strbuf_addf(&event->detail, "{\"unit\":\"%s\"}", t->unit->code);
        workset_seal(w->set, event);
    }
}

/* The outcome's text stays in the task; the event keeps its result and a digest. */
static void describe_outcome(const struct work *w, const char *key, const char *value,
                             struct strbuf *detail)
{
    char digest[LEDGER_DIGEST_SIZE];

    strbuf_addf(detail, "{\"unit\":\"%s\",\"%s\":", w->task->unit->code, key);
    json_write_text(detail, value, strlen(value));
    strbuf_addf(detail, ",\"outcome\":\"%s\"}",
                ledger_digest(w->task->outcome, w->task->outcome_len, digest));
}

static void answer_case(struct work *w, const char *result)
{
    struct case_row *c = w->c;
    bool on_time = w->set->now <= c->due_at;

    c->answered_at = w->set->now;
    struct event_row *event =
        workset_event(w->set, c, w->task, "answered", w->command->command.actor);
    describe_outcome(w, "result", result, &event->detail);
    workset_seal(w->set, event);
    workset_count(w->set, c->unit, c->service, "answered");
    if (on_time)
        workset_count(w->set, c->unit, c->service, "answered_on_time");
    cancel_rest(w);
}

static void finish_part(struct work *w, const char *result)
{
    struct event_row *event =
        workset_event(w->set, w->c, w->task, "coordinated", w->command->command.actor);

    describe_outcome(w, "result", result, &event->detail);
    workset_seal(w->set, event);
}

/* The body of a verb, read with its own table. */
static int read_body(const struct work *w, const struct json_field fields[], json_t **document,
                     void *out, struct err *e)
{
    size_t len;
    const char *body = command_content(w->command, &len);

    if (json_parse(body, len, document, e) < 0)
        return err_in(e, "body");
    return json_read(fields, *document, true, out, e);
}

static int done(struct work *w, struct strbuf *answer, struct err *e)
{
    AUTO(json_release) json_t *document = NULL;
    struct case_answer body = {0};
    struct task_row *task = w->task;

    if (task->state == TASK_DONE && task->epoch == w->command->command.epoch)
        return write_outcome(w->c, true, answer);
    if (task->state == TASK_OPEN)
        return err_set(e, ERR_CONFLICT, "the task has not been accepted");
    if (task->state != TASK_ACCEPTED)
        return refuse_finished(w, e);
    if (task->epoch != w->command->command.epoch)
        return refuse_stale(w, e);
    if (read_body(w, case_answer_fields, &document, &body, e) < 0)
        return -1;
    if (move(w, e) < 0)
        return -1;
    finish(w, TASK_DONE);
    if (task->leads)
        answer_case(w, body.result);
    else
        finish_part(w, body.result);
    return write_outcome(w->c, false, answer);
}

/* The desk's task for a case that comes back, on the same clock: what was
 * flagged stays flagged. Changes nothing yet, since it may fail. */
static int plan_desk_task(const struct work *w, struct task_row *out, struct err *e)
{
    struct deadline_moment next;

    *out = *w->task;
    out->unit = w->set->catalogue->desk;
    out->assigned_at = w->set->now;
    out->due_at = w->c->due_at;
    if (task_next_moment(w->c, out, &next, e) < 0)
        return -1;
    out->next_at = next.level == DEADLINE_NONE ? INT64_MAX : next.at_us;
    return 0;
}

static void add_desk_task(struct work *w, const struct task_row *plan)
{
    struct case_row *c = w->c;
    struct task_row *task = case_add_task(c, plan->unit);

    task->is_new = true;
    task->leads = plan->leads;
    task->priority = plan->priority;
    task->assigned_at = plan->assigned_at;
    task->due_at = plan->due_at;
    task->raised = plan->raised;
    task->next_at = plan->next_at;
    if (task->leads)
        c->unit = task->unit;
    w->task = case_task(c, w->command->command.task); /* the array may have moved */
}

static void tell_return(struct work *w, const struct case_return *body)
{
    const char *actor = w->command->command.actor;
    struct event_row *event = workset_event(w->set, w->c, w->task, "returned", actor);
    const struct task_row *desk = &w->c->tasks[w->c->task_count - 1];

    describe_outcome(w, "reason", body->reason, &event->detail);
    workset_seal(w->set, event);
    event = workset_event(w->set, w->c, desk, "assigned", "tracker");
    strbuf_addf(&event->detail, "{\"unit\":\"%s\",\"due_at\":%" PRId64 "}", desk->unit->code,
                desk->due_at);
    workset_seal(w->set, event);
    workset_count(w->set, w->task->unit, w->c->service, "returned");
}

static int give_back(struct work *w, struct strbuf *answer, struct err *e)
{
    AUTO(json_release) json_t *document = NULL;
    struct case_return body = {0};
    struct task_row *task = w->task, desk;
    int64_t epoch = w->command->command.epoch;

    if (task->state == TASK_RETURNED && task->epoch == epoch)
        return write_outcome(w->c, true, answer);
    if (task->state != TASK_OPEN && task->state != TASK_ACCEPTED)
        return refuse_finished(w, e);
    if (task->state == TASK_OPEN ? epoch <= task->epoch : epoch != task->epoch)
        return refuse_stale(w, e);
    if (task->unit == w->set->catalogue->desk)
        return err_set(e, ERR_CONFLICT, "the city office's desk cannot return a task to itself");
    if (w->c->task_count == CASE_MAX_TASKS)
        return err_set(e, ERR_CONFLICT, "the case has %d tasks already", CASE_MAX_TASKS);
    if (read_body(w, case_return_fields, &document, &body, e) < 0 ||
        plan_desk_task(w, &desk, e) < 0 || move(w, e) < 0)
        return -1;
    finish(w, TASK_RETURNED);
    task->epoch = epoch;
    w->c->returns++;
    add_desk_task(w, &desk);
    tell_return(w, &body);
    return write_outcome(w->c, false, answer);
}

static void raise_flag(const struct work *w, const struct deadline_moment *moment)
{
    const char *name = deadline_level_name(moment->level);
    struct event_row *event = workset_event(w->set, w->c, w->task, name, "sentinel");

    workset_flag(w->set,
                 &(struct flag_row){w->c->id, w->task->number, moment->level, moment->at_us});
    strbuf_addf(&event->detail, "{\"moment\":%" PRId64 ",\"due_at\":%" PRId64 "}", moment->at_us,
                w->task->due_at);
    workset_seal(w->set, event);
    if (moment->level == DEADLINE_OVERDUE)
        workset_count(w->set, w->task->unit, w->c->service, "overdue");
}

/* Raises every level whose moment has come, so that one command catches up
 * after any sleep. Nothing due is no error: it was raised before. */
static int flag(struct work *w, struct strbuf *answer, struct err *e)
{
    struct task_row after = *w->task;
    struct deadline_moment due[DEADLINE_LEVELS];
    int count = 0;

    if (after.state != TASK_OPEN && after.state != TASK_ACCEPTED)
        return refuse_finished(w, e);
    for (;; count++) {
        if (task_next_moment(w->c, &after, &due[count], e) < 0)
            return -1;
        if (due[count].level == DEADLINE_NONE || due[count].at_us > w->set->now)
            break;
        after.raised |= INT64_C(1) << due[count].level;
    }
    if (count == 0)
        return write_outcome(w->c, true, answer);
    if (move(w, e) < 0)
        return -1;
    for (int i = 0; i < count; i++)
        raise_flag(w, &due[i]);
    w->task->raised = after.raised;
    w->task->next_at = due[count].level == DEADLINE_NONE ? INT64_MAX : due[count].at_us;
    return write_outcome(w->c, false, answer);
}

int verb_decide(struct workset *set, const struct command *command, struct strbuf *answer,
                struct err *e)
{
    static int (*const verbs[VERB_COUNT])(struct work * w, struct strbuf * answer,
                                          struct err * e) = {
        [VERB_ACCEPT] = accept,
        [VERB_DONE] = done,
        [VERB_RETURN] = give_back,
        [VERB_FLAG] = flag,
    };
    struct work w = {.set = set, .command = command};

    if (find(&w, e) < 0)
        return -1;
    return verbs[command->verb](&w, answer, e);
}
