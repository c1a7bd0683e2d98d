/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule.h"

int64_t schedule_clock_from(const struct case_row *c)
{
    return c->terms.clock_from != INT64_MIN ? c->terms.clock_from : c->received_at;
}

/* A promise that nothing has moved need not be noted: it is what it was when the clock began. */
int schedule_promised(const struct case_row *c, struct promised *out, struct err *e)
{
    struct promised begun = {.days_end_us = c->terms.days_end};

    if (c->policy.kind == WORKTIME_CALENDAR_DAYS && c->terms.days_end == INT64_MIN &&
        promise_begin(&c->policy, c->calendar, schedule_clock_from(c), &begun, e) < 0)
        return -1;
    out->due_us = c->due_at;
    out->days_end_us = c->policy.kind == WORKTIME_CALENDAR_DAYS ? begun.days_end_us : c->due_at;
    return 0;
}

void schedule_promise(struct case_row *c, const struct promised *promised)
{
    c->due_at = promised->due_us;
    c->terms.days_end =
        c->policy.kind == WORKTIME_CALENDAR_DAYS ? promised->days_end_us : INT64_MIN;
}

/* What is counted from a moment and would be over then, were it not for the times when the clock
 * stood since. INT64_MAX: beyond the calendar. */
static int64_t without_pauses(const struct case_row *c, const struct worktime *calendar,
                              enum worktime_kind kind, int64_t from, struct promised over)
{
    const struct pauses pauses = {kind, from, c->stood, c->stood_count};
    struct err ignored;

    return pause_end_all(calendar, &pauses, &over, &ignored) < 0 ? INT64_MAX : over.due_us;
}

static int64_t limit_of(const struct case_row *c, const struct worktime *calendar,
                        enum regime_limit limit, int64_t from)
{
    const struct deadline_policy *policy = &c->regime->limits[limit];
    struct promised over;
    struct err ignored;

    if (policy->amount == 0 || promise_begin(policy, calendar, from, &over, &ignored) < 0)
        return INT64_MAX;
    return without_pauses(c, calendar, policy->kind, from, over);
}

int64_t schedule_limit(const struct case_row *c, enum regime_limit limit, int64_t from)
{
    return limit_of(c, c->unit->calendar, limit, from);
}

/* Takes a level's moment when it is earlier than what was found; raised ones are left out. */
static void offer(const struct task_row *task, enum deadline_level level, int64_t at_us,
                  struct deadline_moment *next)
{
    if (at_us < next->at_us && (task->raised & INT64_C(1) << level) == 0)
        *next = (struct deadline_moment){at_us, level};
}

/* A late case wants news again and again: the first time a limit after the due time. */
static int64_t next_update(const struct case_row *c, const struct task_row *task)
{
    const struct deadline_policy *policy = &c->regime->limits[LIMIT_UPDATE];
    int64_t last = c->terms.update_due_at, from = last != INT64_MIN ? last : task->due_at;
    struct promised over;
    struct err ignored;

    if (policy->amount == 0 ||
        promise_follow(policy, task->unit->calendar, from, &over, &ignored) < 0)
        return INT64_MAX;
    return without_pauses(c, task->unit->calendar, policy->kind, from, over);
}

static void offer_promise(const struct case_row *c, const struct task_row *task,
                          struct deadline_moment *next)
{
    const struct deadline_task promised = {.policy = &c->policy,
                                           .calendar = task->unit->calendar,
                                           .received_us = task->assigned_at,
                                           .due_us = task->due_at,
                                           .stood = c->stood,
                                           .stood_count = c->stood_count};
    struct deadline_moment found;

    deadline_next(&promised, (unsigned)task->raised, &found);
    if (found.level != DEADLINE_NONE)
        offer(task, found.level, found.at_us, next);
}

static void offer_duties(const struct case_row *c, const struct task_row *task,
                         struct deadline_moment *next)
{
    const struct worktime *calendar = task->unit->calendar;
    bool at_the_desk = c->state == STATE_SCREENING || c->state == STATE_RETURNED;

    if (task->leads && at_the_desk)
        offer(task, DUTY_FORWARD, limit_of(c, calendar, LIMIT_FORWARD, task->assigned_at), next);
    else if (task->state == TASK_OPEN && task->accepted_at == INT64_MIN)
        offer(task, DUTY_ACCEPT, limit_of(c, calendar, LIMIT_ACCEPT, task->assigned_at), next);
    if (!task->leads)
        return;
    if (c->regime->apology && c->terms.apologised_at == INT64_MIN)
        offer(task, DUTY_APOLOGY, task->due_at, next);
    if (next->at_us > task->due_at) /* else it comes after what was found */
        offer(task, DUTY_UPDATE, next_update(c, task), next);
}

/* The task that was answered, until the case is closed. */
static void offer_after(const struct case_row *c, const struct task_row *task,
                        struct deadline_moment *next)
{
    int64_t from = c->answered_at;

    if (c->terms.published_at == INT64_MIN)
        offer(task, DUTY_PUBLISH, schedule_limit(c, LIMIT_PUBLISH, from), next);
    if (c->service->incident && c->terms.summarised_at == INT64_MIN)
        offer(task, DUTY_SUMMARY, schedule_limit(c, LIMIT_SUMMARY, from), next);
    if (c->state == STATE_ANSWERED)
        offer(task, END_CONFIRM, schedule_limit(c, LIMIT_CONFIRM, from), next);
}

void schedule_next(const struct case_row *c, const struct task_row *task,
                   struct deadline_moment *next)
{
    bool is_answered = c->state == STATE_ANSWERED || c->state == STATE_CLOSED;

    *next = (struct deadline_moment){INT64_MAX, DEADLINE_NONE};
    if (!task_is_open(task)) {
        if (is_answered && task->state == TASK_DONE && task->number == case_lead(c)->number)
            offer_after(c, task, next);
        return;
    }
    if (case_is_paused(c)) {
        if (task->leads && c->state == STATE_NEED_INFO)
            offer(task, END_INFO, schedule_limit(c, LIMIT_INFO, c->terms.paused_at), next);
        return;
    }
    offer_promise(c, task, next);
    offer_duties(c, task, next);
}

void schedule_task(const struct case_row *c, struct task_row *task)
{
    struct deadline_moment next;

    schedule_next(c, task, &next);
    task->next_at = next.at_us;
}
