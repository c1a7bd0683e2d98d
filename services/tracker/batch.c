/* SPDX-License-Identifier: Apache-2.0 */
#include "batch.h"

#include "log.h"
#include "mem.h"
#include "metrics.h"
#include "tracker.h"

#include <stdlib.h>

enum { ANSWER_BYTES = 1024 };

METRIC_COUNTER(commands_committed, "dunghen_tracker_commands_total",
               "Commands that were decided and committed or refused.");

/* Whether what the command is about may be changed by a batch that is not committed yet. */
static bool touches(const struct batch *batch, const struct command *c)
{
    const struct uuid *id = c->kind == COMMAND_RECORD ? &c->head.id : &c->command.case_id;

    return workset_case(&batch->set, id) != NULL ||
           (c->kind == COMMAND_VERB && !uuid_is_nil(&c->command.into) &&
            workset_case(&batch->set, &c->command.into) != NULL) ||
           (!uuid_is_nil(command_key(c)) && workset_key(&batch->set, command_key(c)) != NULL);
}

struct batch *batch_take(struct inbox *inbox, size_t limit, const struct batch *before)
{
    size_t count = inbox->count < limit ? inbox->count : limit;

    if (count == 0 || (before != NULL && touches(before, inbox->first)))
        return NULL;
    struct batch *batch = mem_new(1, sizeof(*batch));
    batch->commands = mem_new(count, sizeof(struct command *));
    batch->answers = mem_new(count, sizeof(*batch->answers));
    batch->refusals = mem_new(count, sizeof(*batch->refusals));
    for (; batch->count < (int)count; batch->count++) {
        if (before != NULL && touches(before, inbox->first))
            break;
        batch->commands[batch->count] = inbox_next(inbox);
        batch->answers[batch->count] = STRBUF(ANSWER_BYTES);
    }
    return batch;
}

static void decide_one(struct batch *batch, int i)
{
    struct err *e = &batch->refusals[i];
    const struct command *command = batch->commands[i];
    int rc = command->kind == COMMAND_RECORD
                 ? record_decide(&batch->set, command, &batch->answers[i], e)
                 : verb_decide(&batch->set, command, &batch->answers[i], e);

    if (rc == 0)
        e->kind = ERR_NONE;
}

void batch_decide(struct batch *batch)
{
    for (int i = 0; i < batch->count; i++)
        decide_one(batch, i);
}

/* What was said is not to blame: whoever says something is held to the rules by those who take it
 * and by us, so that what the database refuses all the same is a fault of the house, which a mended
 * one may not have any more. Its words are for those who mend it. */
void batch_refuse(struct batch *batch, const struct err *why)
{
    const struct command *command = batch->commands[0];
    bool is_record = command->kind == COMMAND_RECORD;
    char id[UUID_TEXT_SIZE];

    log_event(LOG_ERROR, "command refused by the database", "case",
              uuid_text(is_record ? &command->head.id : &command->command.case_id, id), "verb",
              is_record ? "record" : verb_name(command->verb), "why", why->text, NULL);
    (void)err_set(&batch->refusals[0], ERR_SYSTEM,
                  "the database has refused it; the log of tracker says why");
    taken_drop(&batch->set.taken);
}

/* Who sent it may know a newer catalogue than ours: it is decided again when ours has been looked
 * at. */
static void leave_for_later(struct inbox *inbox, struct catalogue_watch *watch,
                            struct command *command, const struct err *why)
{
    if (inbox->aside == NULL)
        log_event(LOG_WARN, "commands left for later", "why", why->text, NULL);
    inbox_put_aside(inbox, command, catalogue_look_soon(watch));
}

void batch_answer(struct batch **batch, struct inbox *inbox, struct catalogue_watch *watch)
{
    struct batch *b = *batch;

    for (int i = 0; i < b->count; i++) {
        const struct err *refusal = &b->refusals[i];
        metric_add(&commands_committed, refusal->kind != ERR_BUSY ? 1 : 0);
        if (refusal->kind == ERR_BUSY)
            leave_for_later(inbox, watch, b->commands[i], refusal);
        else if (refusal->kind != ERR_NONE)
            inbox_refuse(inbox, b->commands[i], refusal);
        else
            inbox_answer(inbox, b->commands[i], &b->answers[i]);
        strbuf_free(&b->answers[i]);
    }
    b->count = 0;
    batch_free(batch);
}

void batch_put_back(struct batch **batch, struct inbox *inbox)
{
    struct batch *back = *batch;

    if (back == NULL)
        return;
    taken_drop(&back->set.taken);
    while (back->count > 0) {
        strbuf_free(&back->answers[back->count - 1]);
        inbox_put_back(inbox, back->commands[--back->count]);
    }
    batch_free(batch);
}

void batch_free(struct batch **batch)
{
    struct batch *b = *batch;

    if (b == NULL)
        return;
    for (int i = 0; i < b->count; i++)
        strbuf_free(&b->answers[i]);
    catalogue_drop(&b->set.catalogue);
    workset_free(&b->set);
    free(b->answers);
    free(b->refusals);
    free(b->commands);
    free(b);
    *batch = NULL;
}
