/* SPDX-License-Identifier: Apache-2.0 */
/* verbs - the way of every command on a case: found, seen to be a repetition or not, allowed by
 * the table of transitions.c, read, done.
 *
 * A worker's verb names the epoch of its lease. A lease fences all older ones once it has
 * accepted; the same verb with the same epoch again is a repetition and gets an answer. Everybody
 * else's verb has an id of its own for that. */
#include "verbs.h"

#include "attachments.h"
#include "mem.h"
#include "rules.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum body_rule { NO_BODY, MAY_HAVE, MUST_HAVE };

/* How each verb is done, and what its body is. */
static const struct entry {
    verb_fn *fn;
    enum body_rule rule;
    const struct json_field *fields;
} entries[VERB_COUNT] = {
    [VERB_ACCEPT] = {verb_accept, NO_BODY, NULL},
    [VERB_DONE] = {verb_done, MUST_HAVE, case_answer_fields},
    [VERB_RETURN] = {verb_return, MUST_HAVE, case_return_fields},
    [VERB_FLAG] = {verb_flag, NO_BODY, NULL},
    [VERB_CLOSE] = {verb_flag, NO_BODY, NULL},
    [VERB_ASSIGN] = {verb_transfer, MUST_HAVE, case_transfer_fields},
    [VERB_TRANSFER] = {verb_transfer, MUST_HAVE, case_transfer_fields},
    [VERB_COORDINATE] = {verb_coordinate, MUST_HAVE, case_part_fields},
    [VERB_ASK] = {verb_ask, MUST_HAVE, case_question_fields},
    [VERB_INFO] = {verb_info, MUST_HAVE, case_note_fields},
    [VERB_SUSPEND] = {verb_suspend, MUST_HAVE, case_decision_fields},
    [VERB_RESUME] = {verb_resume, MAY_HAVE, case_decision_fields},
    [VERB_EXTEND] = {verb_extend, MUST_HAVE, case_extension_fields},
    [VERB_APOLOGISE] = {verb_apologise, MUST_HAVE, case_apology_fields},
    [VERB_DRAFT] = {verb_draft, MUST_HAVE, case_answer_fields},
    [VERB_APPROVE] = {verb_approve, MAY_HAVE, case_note_fields},
    [VERB_SEND_BACK] = {verb_send_back, MUST_HAVE, case_note_fields},
    [VERB_ANSWER] = {verb_answer, MAY_HAVE, case_answer_fields},
    [VERB_REJECT] = {verb_reject, MUST_HAVE, case_rejection_fields},
    [VERB_CONFIRM] = {verb_confirm, MAY_HAVE, case_note_fields},
    [VERB_OBJECT] = {verb_object, MAY_HAVE, case_note_fields},
    [VERB_MERGE] = {verb_merge, MAY_HAVE, case_note_fields},
    [VERB_SPLIT] = {verb_split, MAY_HAVE, case_note_fields},
    [VERB_FORWARD] = {verb_forward, MUST_HAVE, case_forward_fields},
    [VERB_WITHDRAW] = {verb_withdraw, MAY_HAVE, case_note_fields},
    [VERB_REOPEN] = {verb_reopen, MAY_HAVE, case_note_fields},
    [VERB_RATE] = {verb_rate, MUST_HAVE, case_rating_fields},
    [VERB_NOTE] = {verb_note, MUST_HAVE, case_note_fields},
    [VERB_UPDATE] = {verb_update, MUST_HAVE, case_note_fields},
    [VERB_PUBLISH] = {verb_publish, MUST_HAVE, case_publication_fields},
    [VERB_SUMMARISE] = {verb_summarise, MUST_HAVE, case_note_fields},
};

/* ---- finding ---- */

static int read_role(struct work *w, struct err *e)
{
    const char *name = w->command->command.role;

    w->role = w->verb == VERB_FLAG ? ROLE_CLOCK : ROLE_WORKER;
    return name != NULL ? role_read(name, &w->role, e) : 0;
}

static bool speaks_for_a_unit(enum role role)
{
    return role == ROLE_WORKER || role == ROLE_OFFICER || role == ROLE_HEAD;
}

/* A unit has ended: whatever it has goes on, also what it only takes part in. */
static bool is_succession(const struct work *w)
{
    return w->verb == VERB_TRANSFER && w->role == ROLE_SYSTEM;
}

/* What may be done with a task that does not lead. */
static bool is_of_any_task(const struct work *w)
{
    return w->verb == VERB_ACCEPT || w->verb == VERB_DONE || w->verb == VERB_ANSWER ||
           w->verb == VERB_RETURN || w->verb == VERB_FLAG || is_succession(w);
}

/* One text for "not there" and "not yours", so that nothing can be guessed. */
static int refuse_strange(struct err *e)
{
    return err_set(e, ERR_INPUT, "task: is not one of the unit's");
}

/* Finds the task and checks that the unit may act on it. */
static int find_task(struct work *w, struct err *e)
{
    const struct case_command *command = &w->command->command;

    w->task = command->task != 0 ? case_task(w->c, command->task) : case_lead(w->c);
    if (w->task == NULL ||
        (speaks_for_a_unit(w->role) &&
         (command->unit == NULL || strcmp(command->unit, w->task->unit->code) != 0)))
        return refuse_strange(e);
    if (!w->task->leads && !is_of_any_task(w))
        return err_set(e, ERR_INPUT, "task: %d takes part; \"%s\" is for the one that leads",
                       w->task->number, verb_name(w->verb));
    return 0;
}

/* ---- repetitions ---- */

static int write_outcome(const struct case_row *c, bool repeated, struct strbuf *answer)
{
    struct case_outcome outcome = {state_name(c->state), repeated};

    json_write(case_outcome_fields, &outcome, answer);
    return 0;
}

/* Of everything that was said, but its id. Whom a case follows is said by these two verbs; with
 * others it stands for how things were, and is another one when the command comes again. */
static void fingerprint(const struct work *w, char out[LEDGER_DIGEST_SIZE])
{
    static const struct uuid nobody;
    const struct case_command *said = &w->command->command;
    bool says_into = w->verb == VERB_MERGE || w->verb == VERB_SPLIT;
    AUTO(strbuf_free) struct strbuf text = STRBUF(2000);
    char id[UUID_TEXT_SIZE], into[UUID_TEXT_SIZE], body_digest[LEDGER_DIGEST_SIZE];
    size_t len;
    const char *body = command_content(w->command, &len);

    strbuf_addf(&text, "%s %s %s %" PRId64 " %s %s %s %s", said->verb,
                uuid_text(&said->case_id, id), uuid_text(says_into ? &said->into : &nobody, into),
                said->task, said->actor, role_name(w->role), said->unit != NULL ? said->unit : "",
                ledger_digest(body, len, body_digest));
    ledger_digest(text.data, text.len, out);
}

static int check_id(const struct work *w, bool *repeated, struct err *e)
{
    const struct uuid *id = &w->command->command.id;
    const struct key_row *key = workset_key(w->set, id);
    char print[LEDGER_DIGEST_SIZE];

    if (uuid_is_nil(id))
        return err_set(e, ERR_INPUT, "id: is missing");
    *repeated = key != NULL;
    if (key == NULL)
        return 0;
    fingerprint(w, print);
    return strcmp(key->fingerprint, print) == 0
               ? 0
               : err_set(e, ERR_CONFLICT, "id: was used before with another command");
}

static void remember_id(const struct work *w)
{
    struct key_row *key = workset_add_key(w->set, &w->command->command.id);

    fingerprint(w, key->fingerprint);
    key->is_new = w->c;
}

/* ---- leases ---- */

static int refuse_stale(const struct work *w, struct err *e)
{
    if (w->task->epoch == EPOCH_PERSON)
        return err_set(e, ERR_CONFLICT, "epoch: a person has taken the task");
    return err_set(e, ERR_CONFLICT, "epoch: the lease %" PRId64 " has been replaced by %" PRId64,
                   w->command->command.epoch, w->task->epoch);
}

static int refuse_finished(const struct work *w, struct err *e)
{
    return err_set(e, ERR_CONFLICT, "the task is %s already", task_state_name(w->task->state));
}

static bool is_repeated_under_lease(const struct work *w)
{
    const struct task_row *task = w->task;
    bool waits_for_signature = w->c->state == STATE_DRAFTED || w->c->state == STATE_APPROVED;

    if (task->epoch != w->command->command.epoch || task->epoch == EPOCH_PERSON)
        return false;
    return (w->verb == VERB_ACCEPT && task->state == TASK_ACCEPTED) ||
           (w->verb == VERB_RETURN && task->state == TASK_RETURNED) ||
           (w->verb == VERB_DONE &&
            (task->state == TASK_DONE ||
             (task->state == TASK_ACCEPTED && task->leads && waits_for_signature)));
}

/* What was said before gets its answer again, and nothing else does. */
static int check_words(const struct work *w, struct err *e)
{
    char digest[LEDGER_DIGEST_SIZE];
    size_t len;
    const char *body = command_content(w->command, &len);

    if (w->verb == VERB_ACCEPT || strcmp(ledger_digest(body, len, digest), w->task->said) == 0)
        return 0;
    return err_set(e, ERR_CONFLICT, "epoch: other words were recorded under this lease");
}

/* Whether the lease, if it is one, is good for the verb. */
static int check_lease(const struct work *w, struct err *e)
{
    int64_t epoch = w->command->command.epoch;
    const struct task_row *task = w->task;

    if (w->verb == VERB_DONE && task->state == TASK_OPEN)
        return err_set(e, ERR_CONFLICT, "the task has not been accepted");
    if (!task_is_open(task))
        return refuse_finished(w, e);
    if (w->role != ROLE_WORKER)
        return 0;
    if (task->epoch == EPOCH_PERSON) /* which a worker can say, too */
        return refuse_stale(w, e);
    if (w->verb == VERB_ACCEPT || task->state == TASK_OPEN)
        return epoch > task->epoch ? 0 : refuse_stale(w, e);
    return epoch == task->epoch ? 0 : refuse_stale(w, e);
}

/* ---- the way ---- */

/* What citizens send was held against the catalogue at the door, where they are told in their
 * language. */
static int check_attachments(const struct work *w, struct err *e)
{
    const json_t *list = json_object_get(w->document, "attachments");

    if (attachments_check(list, e) < 0)
        return -1;
    return w->role == ROLE_CITIZEN ? 0 : attachments_check_limits(w->set->catalogue, list, e);
}

static int read_body(struct work *w, struct err *e)
{
    const struct entry *entry = &entries[w->verb];
    size_t len;
    const char *body = command_content(w->command, &len);

    if (entry->fields == NULL || (len == 0 && entry->rule == MAY_HAVE))
        return 0;
    if (json_parse(body, len, &w->document, e) < 0)
        return err_in(e, "body");
    if (json_read(entry->fields, w->document, true, &w->body, e) < 0)
        return -1;
    return check_attachments(w, e);
}

/* Whoever takes part moves only its own task: the state of a case is that of who leads. */
static int permit(struct work *w, struct err *e)
{
    w->to = w->c->state;
    if (w->task->leads)
        return transition(w, &w->to, e);
    if (is_succession(w))
        return its_unit_has_ended(w, e);
    if (w->verb == VERB_FLAG || (w->verb == VERB_DONE && w->role == ROLE_WORKER) ||
        (w->verb == VERB_ANSWER && w->role != ROLE_WORKER && speaks_for_a_unit(w->role)) ||
        ((w->verb == VERB_ACCEPT || w->verb == VERB_RETURN) && speaks_for_a_unit(w->role)))
        return 0;
    return err_set(e, ERR_CONFLICT, "role: \"%s\" is not for a %s", verb_name(w->verb),
                   role_name(w->role));
}

static int do_it(struct work *w, struct err *e)
{
    if (is_of_any_task(w) && w->verb != VERB_FLAG && check_lease(w, e) < 0)
        return -1;
    if (w->task->leads && w->task != case_lead(w->c) && w->verb != VERB_FLAG)
        return refuse_finished(w, e); /* whoever leads now is meant by nobody who names this one */
    /* The body comes first: what is allowed may depend on where a case goes. */
    if (read_body(w, e) < 0 || permit(w, e) < 0)
        return -1;
    return entries[w->verb].fn(w, e);
}

/* What may fail halfway is put back. Workers' commands and flags fail before they change anything
 * and are spared the copy. */
static int do_it_whole(struct work *w, struct err *e)
{
    struct case_row before = *w->c;
    size_t bytes = (size_t)before.task_count * sizeof(*before.tasks);
    struct task_row *tasks = mem_resize(NULL, bytes);

    memcpy(tasks, before.tasks, bytes);
    int rc = do_it(w, e);
    if (rc < 0) {
        before.tasks = w->c->tasks; /* may have moved */
        before.task_room = w->c->task_room;
        before.stood = w->c->stood;
        before.stood_room = w->c->stood_room;
        before.hh = w->c->hh;
        memcpy(before.tasks, tasks, bytes);
        *w->c = before;
    }
    free(tasks);
    return rc;
}

static int decide_by_lease(struct work *w, struct strbuf *answer, struct err *e)
{
    if (find_task(w, e) < 0)
        return -1;
    if (is_repeated_under_lease(w))
        return check_words(w, e) < 0 ? -1 : write_outcome(w->c, true, answer);
    if ((w->verb == VERB_RETURN ? do_it_whole(w, e) : do_it(w, e)) < 0)
        return -1;
    return write_outcome(w->c, false, answer);
}

static int decide_by_id(struct work *w, struct strbuf *answer, struct err *e)
{
    bool repeated = false;

    /* Before the task: what was done may have taken the case away from the unit. */
    if (check_id(w, &repeated, e) < 0)
        return -1;
    if (repeated)
        return write_outcome(w->c, true, answer);
    if (find_task(w, e) < 0 || do_it_whole(w, e) < 0)
        return -1;
    remember_id(w);
    return write_outcome(w->c, false, answer);
}

/* Nothing due is no error: it was raised before. */
static int decide_by_clock(struct work *w, struct strbuf *answer, struct err *e)
{
    int changes = w->c->changes;

    if (find_task(w, e) < 0 || do_it(w, e) < 0)
        return -1;
    return write_outcome(w->c, w->c->changes == changes, answer);
}

int verb_decide(struct workset *set, const struct command *command, struct strbuf *answer,
                struct err *e)
{
    struct work w = {.set = set, .command = command, .verb = command->verb};
    int rc;

    if (read_role(&w, e) < 0)
        return -1;
    w.c = workset_case(set, &command->command.case_id);
    if (w.c == NULL)
        return refuse_strange(e);
    if (w.role == ROLE_CLOCK)
        rc = decide_by_clock(&w, answer, e);
    else if (w.role == ROLE_WORKER)
        rc = decide_by_lease(&w, answer, e);
    else
        rc = decide_by_id(&w, answer, e);
    json_release(&w.document);
    return rc;
}
