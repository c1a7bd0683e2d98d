/* SPDX-License-Identifier: Apache-2.0 */
/* verbs_duty - what a regime asks for beside the answer. */
#include "attachments.h"
#include "schedule.h"
#include "verbs.h"

int verb_update(struct work *w, struct err *e)
{
    (void)e;
    work_enter(w);
    work_clear(w, WHATEVER_TASK, LEVEL(DUTY_UPDATE));
    tell_noted(w, tell(w, w->task, "updated"));
    return 0;
}

/* The duty's moment is past or not needed any more. */
static void reschedule(const struct work *w)
{
    w->task->is_changed = true;
    schedule_task(w->c, w->task);
}

int verb_publish(struct work *w, struct err *e)
{
    if (attachments_check_names(w->set, w->c, w->body.publication.photos, e) < 0)
        return -1;
    work_enter(w);
    work_terms(w)->published_at = w->set->now;
    reschedule(w);
    work_clear(w, WHATEVER_TASK, LEVEL(DUTY_PUBLISH));
    workset_publish(w->set, &(struct publication_row){w->c->id, w->command});
    tell_noted(w, tell(w, w->task, "published"));
    return 0;
}

int verb_summarise(struct work *w, struct err *e)
{
    (void)e;
    work_enter(w);
    work_terms(w)->summarised_at = w->set->now;
    reschedule(w);
    work_clear(w, WHATEVER_TASK, LEVEL(DUTY_SUMMARY));
    tell_noted(w, tell(w, w->task, "summarised"));
    return 0;
}
