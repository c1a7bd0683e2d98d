/* SPDX-License-Identifier: Apache-2.0 */
/* verbs_pause - the citizen's clock stands while a question waits for its answer and while a case
 * is suspended by a written decision. common/pause.h says what becomes of the promise. */
#include "letters.h"
#include "schedule.h"
#include "verbs.h"

static const char *kind_of(enum case_state state)
{
    return state == STATE_SUSPENDED ? "suspend" : "info";
}

static void begin(struct work *w)
{
    work_enter(w);
    work_terms(w)->paused_at = w->set->now;
    work_reschedule(w);
    workset_pause(w->set,
                  &(struct pause_row){w->c->id, w->set->now, INT64_MIN, kind_of(w->c->state)});
}

static void end(const struct work *w, const struct pause_row *row)
{
    workset_pause(w->set, row);
    case_stood(w->c, row->since, row->until);
    work_terms(w)->paused_us += row->until - row->since;
}

void pause_close(const struct work *w)
{
    const struct pause_row row = {w->c->id, w->c->terms.paused_at, w->set->now,
                                  kind_of(w->c->state)};

    if (!case_is_paused(w->c))
        return;
    work_terms(w)->paused_at = INT64_MIN;
    end(w, &row);
}

/* A part's own date lies within the case's, and moves by itself, but not beyond that one. */
static int move_task(const struct work *w, const struct pause *pause, struct task_row *task,
                     int64_t was_due, struct err *e)
{
    struct promised promised = {task->due_at, task->due_at};
    bool is_within = task->due_at <= was_due;

    task->is_moved = true;
    if (task->due_at == was_due) {
        task->due_at = w->c->due_at;
        return 0;
    }
    if (pause_end(w->c->calendar, pause, &promised, e) < 0)
        return -1;
    task->due_at = is_within && promised.due_us > w->c->due_at ? w->c->due_at : promised.due_us;
    return 0;
}

static int move_dues(const struct work *w, struct err *e)
{
    const struct pause pause = {w->c->policy.kind, w->c->terms.paused_at, w->set->now};
    const int64_t was_due = w->c->due_at;
    struct promised promised;

    if (schedule_promised(w->c, &promised, e) < 0 ||
        pause_end(w->c->calendar, &pause, &promised, e) < 0)
        return -1;
    schedule_promise(w->c, &promised);
    for (int i = 0; i < w->c->task_count; i++)
        if (task_is_open(&w->c->tasks[i]) && move_task(w, &pause, &w->c->tasks[i], was_due, e) < 0)
            return -1;
    return 0;
}

/* The promise moves, and with it what is still to be done. */
static int go_on(struct work *w, struct err *e)
{
    const struct pause_row row = {w->c->id, w->c->terms.paused_at, w->set->now,
                                  kind_of(w->c->state)};

    if (move_dues(w, e) < 0)
        return -1;
    work_enter(w);
    work_terms(w)->paused_at = INT64_MIN;
    end(w, &row);
    work_reschedule(w);
    return 0;
}

int verb_ask(struct work *w, struct err *e)
{
    int64_t until = schedule_limit(w->c, LIMIT_INFO, w->set->now);

    (void)e;
    begin(w);
    struct event_row *event = tell(w, w->task, "info_requested");
    tell_text(event, "question", w->body.question.question);
    if (until != INT64_MAX)
        tell_number(event, "until", until);
    tell_end(w, event);
    letters_information(w, until);
    work_count(w, "info_requested");
    return 0;
}

int verb_info(struct work *w, struct err *e)
{
    if (go_on(w, e) < 0)
        return -1;
    struct event_row *event = tell(w, w->task, "info_given");
    tell_text(event, "by", role_name(w->role));
    tell_number(event, "due_at", w->c->due_at);
    tell_noted(w, event);
    return 0;
}

int verb_suspend(struct work *w, struct err *e)
{
    if (check_reason(w, "suspend", w->body.decision.reason_code, e) < 0)
        return -1;
    begin(w);
    struct event_row *event = tell(w, w->task, "suspended");
    tell_text(event, "decision", w->body.decision.decision);
    tell_text(event, "reason", w->body.decision.reason_code);
    tell_noted(w, event);
    work_count(w, "suspended");
    return 0;
}

int verb_resume(struct work *w, struct err *e)
{
    if (go_on(w, e) < 0)
        return -1;
    struct event_row *event = tell(w, w->task, "resumed");
    tell_number(event, "due_at", w->c->due_at);
    tell_text(event, "decision", w->body.decision.decision);
    tell_noted(w, event);
    return 0;
}
