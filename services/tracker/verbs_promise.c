/* SPDX-License-Identifier: Apache-2.0 */
/* verbs_promise - the head of the unit moves the date in time, or apologises for missing it. */
#include "letters.h"
#include "schedule.h"
#include "verbs.h"

static int check_works(const struct work *w, int64_t us, const char *field, struct err *e)
{
    if (worktime_is_worked(w->c->unit->calendar, us))
        return 0;
    return err_set(e, ERR_INPUT, "%s: is not a moment at which the unit works", field);
}

/* The latest date that the regime allows. Its days follow those of the promise: thirty days and
 * fifteen more are 45, however many days off the thirty have rolled over. */
static int find_most(const struct work *w, const struct deadline_policy *limit, int64_t *most,
                     struct err *e)
{
    struct promised promised;

    if (schedule_promised(w->c, &promised, e) < 0)
        return -1;
    return deadline_follow(
        limit, w->c->calendar,
        limit->kind == WORKTIME_CALENDAR_DAYS ? promised.days_end_us : promised.due_us, most, e);
}

static int check_extension(const struct work *w, int64_t due_at, struct err *e)
{
    const struct deadline_policy *limit = &w->c->regime->limits[LIMIT_EXTENSION];
    int64_t most;

    if (check_reason(w, "extension", w->body.extension.reason_code, e) < 0)
        return -1;
    if (due_at <= w->c->due_at)
        return err_set(e, ERR_INPUT, "due_at: is not later than the due time");
    if (limit->amount != 0) {
        if (find_most(w, limit, &most, e) < 0)
            return -1;
        if (due_at > most)
            return err_set(e, ERR_INPUT, "due_at: lies beyond what the regime \"%s\" allows",
                           w->c->regime->code);
    }
    /* It becomes the promise, which the case's own calendar counts. */
    if (!worktime_is_worked(w->c->calendar, due_at))
        return err_set(e, ERR_INPUT, "due_at: is not a working moment of the case's calendar");
    return check_works(w, due_at, "due_at", e);
}

/* What was due with the case moves with it; dates that others were given within it stay. */
static void move_due(const struct work *w, int64_t from, int64_t to)
{
    schedule_promise(w->c, &(struct promised){to, to});
    for (int i = 0; i < w->c->task_count; i++) {
        struct task_row *task = &w->c->tasks[i];
        if (!task_is_open(task) || task->due_at != from)
            continue;
        task->due_at = to;
        task->is_moved = true;
    }
}

int verb_extend(struct work *w, struct err *e)
{
    int64_t from = w->c->due_at, to = w->body.extension.due_at;

    if (check_extension(w, to, e) < 0)
        return -1;
    work_enter(w);
    work_terms(w)->extensions++;
    move_due(w, from, to);
    work_reschedule(w);
    struct event_row *event = tell(w, w->task, "extended");
    tell_number(event, "from", from);
    tell_number(event, "to", to);
    tell_text(event, "reason_code", w->body.extension.reason_code);
    tell_noted(w, event);
    work_count(w, "extended");
    merged_move(w, to, "extended", w->body.extension.reason_code);
    return 0;
}

static int check_apology(const struct work *w, struct err *e)
{
    int64_t new_due_at = w->body.apology.new_due_at;

    if (check_reason(w, "apology", w->body.apology.reason_code, e) < 0)
        return -1;
    if (new_due_at <= w->set->now)
        return err_set(e, ERR_INPUT, "new_due_at: is past");
    if (new_due_at <= w->c->due_at)
        return err_set(e, ERR_INPUT, "new_due_at: is not later than the due time");
    return check_works(w, new_due_at, "new_due_at", e);
}

/* The promise stays what it was; what is told now stands beside it. */
static void note_apology(const struct work *w)
{
    struct case_terms *terms = work_terms(w);

    terms->apologised_at = w->set->now;
    terms->promised_at = w->body.apology.new_due_at;
}

/* lead: whose apology it is; w's own case, or the one that it was merged into. */
static void tell_apology(const struct work *w, const struct case_row *lead)
{
    const struct uuid letter = letters_apology_id(w->c);
    char id[UUID_TEXT_SIZE];
    struct event_row *event = tell(w, w->task, "apologised");

    tell_text(event, "letter", uuid_text(&letter, id));
    tell_text(event, "into", lead != w->c ? lead->reference : NULL);
    tell_number(event, "new_due_at", w->c->terms.promised_at);
    tell_text(event, "reason_code", w->body.apology.reason_code);
    tell_noted(w, event);
    letters_issue_apology(w, lead);
    work_clear(w, WHATEVER_TASK, LEVEL(DUTY_APOLOGY));
    work_count(w, "apologised");
    if (w->set->now <= w->c->due_at)
        work_count(w, "apologised_on_time");
}

/* Whoever was merged into w's case gets its answer, which breaks the own promise as well when that
 * ends before the new date. Nobody could apologise for it later, since w's case is done with it. */
static void apologise_to_merged(const struct work *w)
{
    for (struct case_row *child = merged_next(w, NULL); child != NULL;
         child = merged_next(w, child)) {
        const struct work of_child = merged_work(w, child);
        if (!child->regime->apology || child->terms.apologised_at != INT64_MIN ||
            child->due_at >= w->body.apology.new_due_at)
            continue;
        case_touch(child, w->set->now);
        note_apology(&of_child);
        tell_apology(&of_child, w->c);
    }
}

int verb_apologise(struct work *w, struct err *e)
{
    if (check_apology(w, e) < 0)
        return -1;
    work_enter(w);
    note_apology(w);
    work_reschedule(w);
    tell_apology(w, w->c);
    apologise_to_merged(w);
    merged_move(w, w->c->terms.promised_at, "apologised", w->body.apology.reason_code);
    return 0;
}
