/* SPDX-License-Identifier: Apache-2.0 */
/* verbs - what the files of verbs share: the command in hand, and how a step is told.
 *
 * A verb's function is called when the table of transitions.c has allowed it. It checks what is
 * left to check, then changes the case in the set and tells the events. When it fails, the case
 * and its tasks are put back as they were; events, notes and counts come after the last check. */
#ifndef VERBS_H
#define VERBS_H

#include "tracker.h"

/* The bodies of all verbs, by name of their schema. */
union verb_body {
    struct case_answer answer;
    struct case_return back;
    struct case_note note;
    struct case_transfer transfer;
    struct case_part part;
    struct case_question question;
    struct case_decision decision;
    struct case_extension extension;
    struct case_apology apology;
    struct case_rejection rejection;
    struct case_forward forward;
    struct case_rating rating;
    struct case_publication publication;
};

struct work {
    struct workset *set;
    const struct command *command;
    enum verb verb;
    enum role role;
    struct case_row *c;
    struct task_row *task; /* that the command names, or the one that leads */
    enum case_state to;    /* by the table */
    json_t *document;      /* the body; what its texts are borrowed from */
    union verb_body body;
};

typedef int verb_fn(struct work *w, struct err *e);

/* verbs_work.c: whoever has the task */
verb_fn verb_accept, verb_done, verb_draft, verb_approve, verb_send_back, verb_answer;
/* verbs_hops.c: from unit to unit */
verb_fn verb_return, verb_transfer, verb_coordinate;
/* verbs_end.c: cases that end without an answer */
verb_fn verb_reject, verb_confirm, verb_object, verb_merge, verb_split, verb_forward, verb_withdraw;
/* verbs_pause.c: the clock stands and goes on */
verb_fn verb_ask, verb_info, verb_suspend, verb_resume;
/* Ends the pause of a case that is about to end, if there is one. Before work_enter. */
void pause_close(const struct work *w);
/* verbs_promise.c: another date, an apology */
verb_fn verb_extend, verb_apologise;
/* verbs_after.c: the citizen's word on the case and on its answer */
verb_fn verb_note, verb_rate, verb_reopen;
/* verbs_duty.c: what a regime asks for */
verb_fn verb_update, verb_publish, verb_summarise;
/* verbs_clock.c: moments */
verb_fn verb_flag;

/* ---- changing (work.c) ---- */

/* The command's body becomes the task's outcome. Returns its digest, borrowed from the task. */
const char *work_keep_outcome(const struct work *w);
/* The case takes the state that the table says; its version grows. */
void work_enter(struct work *w);
/* Something of the case's terms has changed. */
struct case_terms *work_terms(const struct work *w);
/* Enters the state in which nobody needs to work on the case; a pause ends. Before its event. */
void work_close(struct work *w);
/* Ends a task and takes it off the clock. For a part nobody waits any more then, also when it goes
 * on as another one's: its flags are cleared. Those of a lead stay until the case has its end. */
void work_finish(const struct work *w, struct task_row *task, enum task_state state);
/* Ends whatever is still open, and tells it. */
void work_cancel_open(const struct work *w);
/* The same of what that unit has as one that takes part. */
void work_cancel_parts(const struct work *w, const struct catalogue_unit *unit);
/* What a task of that unit would be that follows w's on the same clock. Of a lead what was raised
 * stays raised, but for what each hop owes; of a part nothing does, as nothing stays flagged. */
struct task_row work_following(const struct work *w, const struct catalogue_unit *unit);
/* A new task, assigned now; w->task is found again. ERR_CONFLICT when there are too many. */
int work_open_task(struct work *w, const struct task_row *plan, struct task_row **out,
                   struct err *e) CHECKED;
/* These levels have got what they ask for, as far as they were raised: of the task, or with 0 of
 * whichever has them. */
#define LEVEL(level) (INT64_C(1) << (level))
enum { WHATEVER_TASK = 0 };
void work_clear(const struct work *w, int task, int64_t levels);
/* Those of the promise, which ask for the answer or another end. */
void work_clear_promise(const struct work *w);
/* Forgets the answer that waits for a signature, and the proposal to refuse the case. */
void work_drop_drafts(const struct work *w);
/* Sets the next moments of all open tasks anew. */
void work_reschedule(const struct work *w);
/* The files of the verb's body become the case's, with the event. */
void work_attach(const struct work *w, const struct event_row *event);
/* Whether the command's actor and this one are one person, in whatever role. */
bool work_is_same_person(const struct work *w, const char *actor);
/* ERR_INPUT when the catalogue does not list the reason for that purpose; NULL: none is given. */
int check_reason(const struct work *w, const char *purpose, const char *code,
                 struct err *e) CHECKED;
void work_count(const struct work *w, const char *measure); /* for the case's unit */

/* ---- merged cases (merged.c): those that were merged into w's ---- */

/* The next that still waits for an answer; NULL: no more. */
struct case_row *merged_next(const struct work *w, struct case_row *after);
/* The same command, as if it were about that one. */
struct work merged_work(const struct work *w, struct case_row *child);
/* So many more wait for the case, or fewer: tells it, unless the case is over. */
void merged_count(const struct work *w, struct case_row *lead, int change);
/* What w's case was merged into, and follows as long as it is MERGED; NULL: nothing. The table has
 * seen to it that the command names it. */
struct case_row *merged_lead(const struct work *w);
/* Whoever has w's case has added a note, which concerns that one as well, unless it is over. */
void merged_noted(const struct work *w, struct case_row *lead);
/* w's case, which has followed that one, does not any more. */
void merged_leave(const struct work *w, struct case_row *lead);
/* The answer to w's case comes later than was told: every one that waits, was promised it before
 * that moment and has no apology that says the moment hears so. why: the event of w's that says it.
 */
void merged_move(const struct work *w, int64_t due_at, const char *why, const char *reason_code);
/* Every one gets w's answer, by an event of its own. */
void merged_tell(const struct work *w, const char *result);
/* Every one that waits ends as w's case does. */
typedef void merged_end_fn(struct work *w, const struct work *lead);
void merged_end(const struct work *w, merged_end_fn *end);
/* Every one that waits does so for that case from now on; returns how many. */
int merged_follow(const struct work *w, const struct case_row *lead);
/* w's case stands for itself again, on the clock as before: a new task for the unit, or for who
 * took over from it. It has room for the task. */
void merged_take_out(struct work *w, const struct catalogue_unit *unit, const char *from);
/* w's case is over for its own citizen alone. The others still wait: the first of them leads. */
void merged_hand_over(const struct work *w);

/* ---- telling (telling.c) ---- */

/* {"unit":...,"state":... of the task, or of the case when task is NULL; then the details, then
 * tell_end. */
struct event_row *tell(const struct work *w, const struct task_row *task, const char *type);
void tell_text(struct event_row *event, const char *key, const char *text); /* NULL: left out */
void tell_number(struct event_row *event, const char *key, int64_t number);
/* Keeps the command's body as a note, or names the event that has kept it, and its digest in the
 * detail, which it ends. */
void tell_noted(const struct work *w, struct event_row *event);
void tell_end(const struct work *w, struct event_row *event);
void tell_assigned(const struct work *w, const struct task_row *task);
void tell_closed(const struct work *w, const char *why); /* and counts it */

#endif
