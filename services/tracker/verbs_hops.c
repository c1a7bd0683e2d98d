/* SPDX-License-Identifier: Apache-2.0 */
/* verbs_hops - a case goes from unit to unit. Each hop is a task of its own; the citizen's clock
 * runs on, and what was flagged of the case stays flagged. */
#include "rules.h"
#include "succession.h"
#include "verbs.h"

#include <inttypes.h>
#include <string.h>

/* Who leads has the time of the case; whoever takes part, its own within that. */
struct task_row work_following(const struct work *w, const struct catalogue_unit *unit)
{
    struct task_row plan = *w->task;

    plan.unit = unit;
    if (plan.leads)
        plan.due_at = w->c->due_at;
    plan.raised &= plan.leads ? ~(LEVEL(DUTY_ACCEPT) | LEVEL(DUTY_FORWARD)) : 0;
    return plan;
}

/* It takes part in what another one leads. */
static void tell_part(const struct work *w, const struct task_row *task)
{
    struct event_row *event = tell(w, task, "assigned");

    tell_text(event, "role", "coordinate");
    tell_number(event, "due_at", task->due_at);
    tell_end(w, event);
}

static bool has_open_task(const struct case_row *c, const struct catalogue_unit *unit)
{
    for (int i = 0; i < c->task_count; i++)
        if (c->tasks[i].unit == unit && task_is_open(&c->tasks[i]))
            return true;
    return false;
}

/* What it had as one that takes part is within what it leads now. */
static void tell_lead(const struct work *w, const struct task_row *task)
{
    work_cancel_parts(w, task->unit);
    tell_assigned(w, task);
}

int verb_return(struct work *w, struct err *e)
{
    struct task_row plan = work_following(w, w->set->catalogue->desk), *desk = NULL;
    const char *reason = w->body.back.reason;

    if (is_not_the_desks(w, e) < 0 || check_reason(w, "return", reason, e) < 0)
        return -1;
    work_enter(w);
    /* Who has a task of the case already gets no second one for a part that comes back. */
    if ((plan.leads || !has_open_task(w->c, plan.unit)) && work_open_task(w, &plan, &desk, e) < 0)
        return -1;
    work_finish(w, w->task, TASK_RETURNED);
    if (w->role == ROLE_WORKER)
        w->task->epoch = w->command->command.epoch;
    const char *digest = work_keep_outcome(w);
    if (w->task->leads) {
        w->c->returns++;
        work_drop_drafts(w); /* they were the other unit's */
    }
    struct event_row *event =
        workset_event(w->set, w->c, w->task, "returned", w->command->command.actor);
    strbuf_addf(&event->detail, "{\"unit\":\"%s\",\"reason\":", w->task->unit->code);
    json_write_text(&event->detail, reason, strlen(reason));
    strbuf_addf(&event->detail, ",\"outcome\":\"%s\"}", digest);
    workset_seal(w->set, event);
    if (desk != NULL && desk->leads)
        tell_lead(w, desk);
    else if (desk != NULL)
        tell_part(w, desk);
    workset_count(w->set, w->task->unit, w->c->service, "returned");
    return 0;
}

/* The unit of that code, or the one that took over from it. */
static int find_unit(const struct work *w, const char *code, const struct catalogue_unit **out,
                     struct err *e)
{
    const struct catalogue_unit *unit = catalogue_unit(w->set->catalogue, code);

    if (unit == NULL)
        return err_set(e, ERR_INPUT, "unit: \"%s\" is not in the catalogue", code);
    *out = catalogue_unit_on(w->set->catalogue, unit, catalogue_day(w->set->now));
    if (*out == NULL)
        return err_set(e, ERR_INPUT, "unit: \"%s\" is not in force, and has no one successor",
                       code);
    return 0;
}

/* What goes on to a successor was not passed on by its unit, and is counted by itself. */
static void tell_transferred(const struct work *w, const struct catalogue_unit *to)
{
    struct event_row *event =
        workset_event(w->set, w->c, w->task, "transferred", w->command->command.actor);

    strbuf_addf(&event->detail, "{\"unit\":\"%s\",\"from\":\"%s\",\"state\":\"%s\"", to->code,
                w->task->unit->code, state_name(w->c->state));
    tell_text(event, "reason", w->body.transfer.reason);
    tell_noted(w, event);
    workset_count(w->set, w->task->unit, w->c->service,
                  w->role == ROLE_SYSTEM ? "handed_over" : "transferred");
}

/* ---- a unit has ended ---- */

/* To who took over, or to the desk when that cannot be told. */
static int check_heir(const struct work *w, const struct catalogue_unit *heir, struct err *e)
{
    const struct catalogue *c = w->set->catalogue;

    if (heir == c->desk || succession_has(c, w->task->unit, catalogue_day(w->set->now), heir))
        return 0;
    return err_set(e, ERR_CONFLICT, "unit: %s is no successor of %s", heir->code,
                   w->task->unit->code);
}

/* One that leads the case, or takes part in it already, has nothing more to do for it. */
static int hand_over_part(struct work *w, const struct catalogue_unit *heir, struct err *e)
{
    struct task_row plan = work_following(w, heir), *task = NULL;

    work_enter(w);
    if (!has_open_task(w->c, heir) && work_open_task(w, &plan, &task, e) < 0)
        return -1;
    work_finish(w, w->task, TASK_TRANSFERRED);
    tell_transferred(w, heir);
    if (task != NULL)
        tell_part(w, task);
    return 0;
}

/* ---- another unit ---- */

/* By a unit it is a bounce like a return; the desk says who is responsible. */
int verb_transfer(struct work *w, struct err *e)
{
    const struct catalogue_unit *unit;
    struct task_row *task;

    if (find_unit(w, w->body.transfer.unit, &unit, e) < 0)
        return -1;
    if (unit == w->task->unit)
        return err_set(e, ERR_CONFLICT, "unit: %s has the case already", unit->code);
    if (w->role == ROLE_SYSTEM && check_heir(w, unit, e) < 0)
        return -1;
    if (!w->task->leads)
        return hand_over_part(w, unit, e);
    struct task_row plan = work_following(w, unit);
    work_enter(w);
    work_drop_drafts(w); /* they were the other unit's */
    if (work_open_task(w, &plan, &task, e) < 0)
        return -1;
    work_finish(w, w->task, TASK_TRANSFERRED);
    if (w->role != ROLE_SYSTEM || unit != w->set->catalogue->desk)
        work_clear(w, WHATEVER_TASK, LEVEL(DUTY_FORWARD));
    if (w->role != ROLE_COORDINATOR && w->role != ROLE_SYSTEM)
        w->c->returns++;
    tell_transferred(w, unit);
    tell_lead(w, task);
    return 0;
}

/* Its deadline lies within the lead's. */
static int part_due(const struct work *w, int64_t *due_at, struct err *e)
{
    int64_t wanted = w->body.part.due_at;

    *due_at = wanted != 0 ? wanted : w->c->due_at;
    if (wanted > w->c->due_at)
        return err_set(e, ERR_INPUT, "due_at: lies after the case's due time");
    if (wanted != 0 && wanted <= w->set->now)
        return err_set(e, ERR_INPUT, "due_at: is past");
    return 0;
}

int verb_coordinate(struct work *w, struct err *e)
{
    const struct catalogue_unit *unit;
    struct task_row plan = *w->task, *task;

    if (find_unit(w, w->body.part.unit, &unit, e) < 0 || part_due(w, &plan.due_at, e) < 0)
        return -1;
    if (unit == w->task->unit)
        return err_set(e, ERR_CONFLICT, "unit: %s leads the case", unit->code);
    if (has_open_task(w->c, unit))
        return err_set(e, ERR_CONFLICT, "unit: %s takes part already", unit->code);
    plan.unit = unit;
    plan.leads = false;
    plan.raised = 0;
    work_enter(w);
    if (work_open_task(w, &plan, &task, e) < 0)
        return -1;
    struct event_row *event = tell(w, task, "assigned");
    tell_text(event, "role", "coordinate");
    tell_number(event, "due_at", task->due_at);
    tell_noted(w, event);
    return 0;
}
