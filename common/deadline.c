/* SPDX-License-Identifier: Apache-2.0 */
/* deadline - the levels of lateness as one table, in the order of the enum. */
#include "deadline.h"

#include "clock.h"

#include <assert.h>
#include <string.h>

static const char *const kind_names[] = {
    [WORKTIME_CLOCK_HOURS] = "clock_hours",
    [WORKTIME_WORKING_HOURS] = "working_hours",
    [WORKTIME_WORKING_DAYS] = "working_days",
    [WORKTIME_CALENDAR_DAYS] = "calendar_days",
};

/* When a level falls due: at the due time moved by whole working days. Half-time
 * has its own rule. */
static const struct level {
    const char *name;
    int late_days; /* working days after the due time; negative: before */
} levels[DEADLINE_ALL_LEVELS] = {
    [DEADLINE_NONE] = {"none", 0},
    [DEADLINE_DUE_SOON_HALF] = {"due_soon_half", 0},
    [DEADLINE_DUE_SOON_DAY] = {"due_soon_day", -1},
    [DEADLINE_OVERDUE] = {"overdue", 0},
    [DEADLINE_ESCALATED_HEAD] = {"escalated_head", 0},
    [DEADLINE_ESCALATED_CITY] = {"escalated_city", 1},
    [DEADLINE_ESCALATED_LEADER] = {"escalated_leader", 5},
    [DUTY_FORWARD] = {"forward", 0},
    [DUTY_ACCEPT] = {"accept", 0},
    [DUTY_APOLOGY] = {"apology", 0},
    [DUTY_UPDATE] = {"update", 0},
    [DUTY_PUBLISH] = {"publish", 0},
    [DUTY_SUMMARY] = {"summary", 0},
    [END_INFO] = {"info", 0},
    [END_CONFIRM] = {"confirm", 0},
};

const char *deadline_level_name(enum deadline_level level)
{
    assert((size_t)level < COUNT(levels));
    return levels[level].name;
}

const char *deadline_kind_name(enum worktime_kind kind)
{
    assert((size_t)kind < COUNT(kind_names));
    return kind_names[kind];
}

int deadline_kind_read(const char *name, enum worktime_kind *kind, struct err *e)
{
    for (size_t i = 0; i < COUNT(kind_names); i++) {
        if (strcmp(name, kind_names[i]) != 0)
            continue;
        *kind = (enum worktime_kind)i;
        return 0;
    }
    return err_set(e, ERR_INPUT, "unknown kind of time \"%s\"", name);
}

int deadline_due(const struct deadline_policy *policy, const struct worktime *calendar,
                 int64_t received_us, int64_t *due_us, struct err *e)
{
    return worktime_add(calendar, policy->kind, received_us, policy->amount, due_us, e);
}

int deadline_follow(const struct deadline_policy *policy, const struct worktime *calendar,
                    int64_t end_us, int64_t *due_us, struct err *e)
{
    return worktime_follow(calendar, policy->kind, end_us, policy->amount, due_us, e);
}

static int64_t time_between(const struct deadline_task *task, enum worktime_kind kind,
                            int64_t from_us, int64_t to_us)
{
    return kind == WORKTIME_WORKING_HOURS ? worktime_between(task->calendar, from_us, to_us)
                                          : to_us - from_us;
}

/* How long the clock runs until the task is due. */
static int64_t time_running(const struct deadline_task *task, enum worktime_kind kind)
{
    int64_t all_us = time_between(task, kind, task->received_us, task->due_us);

    for (int i = 0; i < task->stood_count; i++) {
        int64_t since_us = task->stood[i].since_us, until_us = task->stood[i].until_us;
        since_us = since_us > task->received_us ? since_us : task->received_us;
        until_us = until_us < task->due_us ? until_us : task->due_us;
        if (since_us < until_us)
            all_us -= time_between(task, kind, since_us, until_us);
    }
    return all_us;
}

/* The half is taken from received and due time, not from the policy's amount:
 * the due time may have been moved since. */
static int half_of(const struct deadline_task *task, struct promised *half, struct err *e)
{
    bool is_working_time =
        task->policy->kind == WORKTIME_WORKING_HOURS || task->policy->kind == WORKTIME_WORKING_DAYS;
    enum worktime_kind kind = is_working_time ? WORKTIME_WORKING_HOURS : WORKTIME_CLOCK_HOURS;
    const struct pauses pauses = {kind, task->received_us, task->stood, task->stood_count};
    int64_t half_s = time_running(task, kind) / 2 / CLOCK_US_PER_S;

    if (worktime_add(task->calendar, kind, task->received_us, half_s, &half->due_us, e) < 0)
        return -1;
    return pause_end_all(task->calendar, &pauses, half, e);
}

/* Standstills before the due time have moved that one. */
static int days_late(const struct deadline_task *task, int days, struct promised *end,
                     struct err *e)
{
    const struct pauses pauses = {WORKTIME_WORKING_DAYS, task->due_us, task->stood,
                                  task->stood_count};

    if (worktime_shift_end(task->calendar, task->due_us, days, &end->due_us, e) < 0)
        return -1;
    return pause_end_all(task->calendar, &pauses, end, e);
}

static int moment_of(const struct deadline_task *task, enum deadline_level level, int64_t *at_us,
                     struct err *e)
{
    struct promised end = {task->due_us, task->due_us};
    int rc = 0;

    if (level == DEADLINE_DUE_SOON_HALF)
        rc = half_of(task, &end, e);
    else if (levels[level].late_days != 0)
        rc = days_late(task, levels[level].late_days, &end, e);
    *at_us = end.due_us;
    return rc;
}

/* The first due_soon moment that is not raised yet, if there is one. */
static bool next_warning(const struct deadline_task *task, unsigned raised,
                         struct deadline_moment *next)
{
    struct deadline_moment first = {.at_us = task->due_us, .level = DEADLINE_NONE};
    struct err ignored;
    int64_t at_us;

    for (enum deadline_level level = DEADLINE_DUE_SOON_HALF; level < DEADLINE_OVERDUE; level++) {
        if ((raised & 1U << level) != 0 || moment_of(task, level, &at_us, &ignored) < 0)
            continue;
        if (at_us > task->received_us && at_us < first.at_us)
            first = (struct deadline_moment){at_us, level};
    }
    if (first.level != DEADLINE_NONE)
        *next = first;
    return first.level != DEADLINE_NONE;
}

void deadline_next(const struct deadline_task *task, unsigned raised, struct deadline_moment *next)
{
    enum deadline_level level = DEADLINE_OVERDUE;
    struct err ignored;
    int64_t at_us;

    if (task->received_us < task->due_us && next_warning(task, raised, next))
        return;
    while (level < DEADLINE_LEVELS && (raised & 1U << level) != 0)
        level++; /* from the due time on, the levels' order is that of their moments */
    if (level < DEADLINE_LEVELS && moment_of(task, level, &at_us, &ignored) == 0)
        *next = (struct deadline_moment){at_us, level};
    else
        *next = (struct deadline_moment){.level = DEADLINE_NONE};
}
