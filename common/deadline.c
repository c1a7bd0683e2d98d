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

/* What deadline_next() was asked. */
struct question {
    const struct deadline_policy *policy;
    const struct worktime *calendar;
    int64_t received_us, due_us;
};

/* The half is taken from received and due time, not from the policy's amount:
 * the due time may have been moved since. */
static int half_of(const struct question *q, int64_t *at_us, struct err *e)
{
    bool is_working_time =
        q->policy->kind == WORKTIME_WORKING_HOURS || q->policy->kind == WORKTIME_WORKING_DAYS;
    enum worktime_kind kind = is_working_time ? WORKTIME_WORKING_HOURS : WORKTIME_CLOCK_HOURS;
    int64_t all_us = is_working_time ? worktime_between(q->calendar, q->received_us, q->due_us)
                                     : q->due_us - q->received_us;

    return worktime_add(q->calendar, kind, q->received_us, all_us / 2 / CLOCK_US_PER_S, at_us, e);
}

static int moment_of(const struct question *q, enum deadline_level level, int64_t *at_us,
                     struct err *e)
{
    if (level == DEADLINE_DUE_SOON_HALF)
        return half_of(q, at_us, e);
    if (levels[level].late_days != 0)
        return worktime_shift_end(q->calendar, q->due_us, levels[level].late_days, at_us, e);
    *at_us = q->due_us;
    return 0;
}

/* The first due_soon moment that is not raised yet, if there is one. */
static bool next_warning(const struct question *q, unsigned raised, struct deadline_moment *next)
{
    struct deadline_moment first = {.at_us = q->due_us, .level = DEADLINE_NONE};
    struct err ignored;
    int64_t at_us;

    for (enum deadline_level level = DEADLINE_DUE_SOON_HALF; level < DEADLINE_OVERDUE; level++) {
        if ((raised & 1U << level) != 0 || moment_of(q, level, &at_us, &ignored) < 0)
            continue;
        if (at_us > q->received_us && at_us < first.at_us)
            first = (struct deadline_moment){at_us, level};
    }
    if (first.level != DEADLINE_NONE)
        *next = first;
    return first.level != DEADLINE_NONE;
}

void deadline_next(const struct deadline_policy *policy, const struct worktime *calendar,
                   int64_t received_us, int64_t due_us, unsigned raised,
                   struct deadline_moment *next)
{
    struct question q = {policy, calendar, received_us, due_us};
    enum deadline_level level = DEADLINE_OVERDUE;
    struct err ignored;
    int64_t at_us;

    if (received_us < due_us && next_warning(&q, raised, next))
        return;
    while (level < DEADLINE_LEVELS && (raised & 1U << level) != 0)
        level++; /* from the due time on, the levels' order is that of their moments */
    if (level < DEADLINE_LEVELS && moment_of(&q, level, &at_us, &ignored) == 0)
        *next = (struct deadline_moment){at_us, level};
    else
        *next = (struct deadline_moment){.level = DEADLINE_NONE};
}
