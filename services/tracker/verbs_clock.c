/* SPDX-License-Identifier: Apache-2.0 */
/* verbs_clock - moments of the clock: flags, and the end of waiting. */
#include "letters.h"
#include "schedule.h"
#include "verbs.h"

#include <inttypes.h>

enum { MOST = 64 }; /* moments raised by one command; more are left to the next */

struct due {
    struct deadline_moment moments[MOST];
    int count;
    int64_t next_at;
    bool ends; /* the last of them ends the waiting */
};

/* Everything whose moment has come, so that one command catches up after any sleep. */
static void find_due(const struct work *w, struct due *out)
{
    struct case_row c = *w->c;
    struct task_row task = *w->task;
    struct deadline_moment next;

    for (;;) {
        schedule_next(&c, &task, &next);
        out->next_at = next.at_us;
        if (next.level == DEADLINE_NONE || next.at_us > w->set->now || out->count == MOST)
            return;
        out->moments[out->count++] = next;
        out->ends = next.level == END_INFO || next.level == END_CONFIRM;
        if (out->ends)
            return;
        if (next.level == DUTY_UPDATE)
            c.terms.update_due_at = next.at_us;
        else
            task.raised |= INT64_C(1) << next.level;
    }
}

/* One working day before the due time, or at it when there was no such moment. */
static void draft_apology(const struct work *w, enum deadline_level level)
{
    const int64_t drafts = INT64_C(1) << DEADLINE_DUE_SOON_DAY | INT64_C(1) << DEADLINE_OVERDUE;
    const struct uuid letter = letters_apology_id(w->c);
    char id[UUID_TEXT_SIZE];

    if (!w->task->leads || !w->c->regime->apology || (drafts & INT64_C(1) << level) == 0 ||
        (w->task->raised & drafts) != 0 || w->c->terms.apologised_at != INT64_MIN)
        return;
    struct event_row *event = tell(w, w->task, "apology_drafted");
    tell_text(event, "letter", uuid_text(&letter, id));
    tell_end(w, event);
    letters_draft_apology(w);
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
    draft_apology(w, moment->level);
    if (moment->level == DUTY_UPDATE)
        work_terms(w)->update_due_at = moment->at_us;
    else
        w->task->raised |= INT64_C(1) << moment->level;
}

/* Nobody answered the question, or nobody objected to the answer. */
static int close_case(struct work *w, struct err *e)
{
    bool no_info = w->c->state == STATE_NEED_INFO;

    w->verb = VERB_CLOSE;
    if (transition(w, &w->to, e) < 0)
        return -1;
    work_close(w);
    if (no_info)
        work_clear_promise(w);
    tell_closed(w, no_info ? "no_info" : "window");
    work_cancel_open(w);
    if (no_info)
        merged_hand_over(w); /* the silence of one is not that of the others */
    else
        schedule_task(w->c, w->task);
    return 0;
}

int verb_flag(struct work *w, struct err *e)
{
    struct due due = {0};

    find_due(w, &due);
    if (due.count == 0 && due.next_at == INT64_MAX && !task_is_open(w->task) &&
        w->task->next_at == INT64_MAX)
        return err_set(e, ERR_CONFLICT, "the task is %s already", task_state_name(w->task->state));
    w->task->is_changed = w->task->is_changed || due.count > 0 || w->task->next_at != due.next_at;
    w->task->next_at = due.next_at;
    if (due.count == 0)
        return 0;
    work_enter(w);
    for (int i = 0; i < due.count - (due.ends ? 1 : 0); i++)
        raise_flag(w, &due.moments[i]);
    return due.ends ? close_case(w, e) : 0;
}
