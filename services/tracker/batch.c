/* SPDX-License-Identifier: Apache-2.0 */
/* batch - reads, decides, writes, answers: group commit.
 *
 * While one transaction is on its way, the commands that arrive wait; they are
 * the next one. So the batch grows with the load by itself, without a timer.
 * A command that the database refuses is found by halving the batch; the
 * others of its batch are not harmed. Answers and events go out after the
 * commit alone. When the connection is lost the outcome is unknown: the same
 * commands are decided again, careful to find what was committed. */
#include "sql_tracker.h" /* generated from sql/ */
#include "tracker.h"

#include "clock.h"
#include "log.h"
#include "mem.h"
#include "metrics.h"

#include <stdlib.h>
#include <string.h>

enum { ANSWER_BYTES = 1024, PAUSE_US = 200000 };

METRIC_COUNTER(commands_committed, "dunghen_tracker_commands_total",
               "Commands that were decided and committed or refused.");
METRIC_COUNTER(transactions, "dunghen_tracker_transactions_total", "Transactions committed.");
METRIC_COUNTER(events_written, "dunghen_tracker_events_total", "Events committed.");
METRIC_COUNTER(splits, "dunghen_tracker_batch_splits_total",
               "Batches halved because the database refused something in them.");
METRIC_HISTOGRAM(transaction_seconds, "dunghen_tracker_transaction_seconds",
                 "From sending a transaction to its commit.");

struct batches {
    struct batches_settings settings;
    struct bus_publisher *publisher;
    struct writer writer;
    struct db_args read_args[2];
    struct batch *now; /* on its way; NULL: none */
    bool owes_recount; /* commands had their turn, now a piece of a recount has its */
    int limit;         /* commands a batch; small while a bad one is looked for */
    bool careful;      /* the next batch looks for repetitions */
    bool leads;
    struct ledger_head head; /* after the last commit */
    int64_t sent_at;
    struct loop_timer *pause; /* set: the database wants to be left alone for a moment */
};

static void end_pause(void *ctx)
{
    batches_turn(ctx);
}

struct batches *batches_new(const struct batches_settings *settings)
{
    struct batches *b = mem_new(1, sizeof(*b));

    b->settings = *settings;
    b->limit = BUS_MAX_ITEMS;
    b->careful = true;
    b->pause = loop_timer_new(settings->loop, end_pause, b);
    return b;
}

static void free_batch(struct batch **batch)
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

/* The commands go back to where they came from, in their order. */
static void put_back(struct batches *b)
{
    while (b->now->count > 0) {
        strbuf_free(&b->now->answers[b->now->count - 1]);
        inbox_put_back(b->settings.inbox, b->now->commands[--b->now->count]);
    }
    free_batch(&b->now);
}

void batches_free(struct batches **batches)
{
    struct batches *b = *batches;

    if (b == NULL)
        return;
    if (b->now != NULL)
        put_back(b);
    loop_timer_cancel(b->pause);
    writer_free(&b->writer);
    for (size_t i = 0; i < COUNT(b->read_args); i++)
        db_args_free(&b->read_args[i]);
    free(b);
    *batches = NULL;
}

/* ---- answering ---- */

static void answer_all(struct batches *b)
{
    struct batch *batch = b->now;

    for (int i = 0; i < batch->count; i++) {
        if (batch->refusals[i].kind != ERR_NONE)
            inbox_refuse(b->settings.inbox, batch->commands[i], &batch->refusals[i]);
        else
            inbox_answer(b->settings.inbox, batch->commands[i], &batch->answers[i]);
        strbuf_free(&batch->answers[i]);
    }
    metric_add(&commands_committed, batch->count);
    batch->count = 0;
    free_batch(&b->now);
}

/* Halves what is tried at once; a single command that fails is refused. */
static void fail(struct batches *b, const struct err *e)
{
    struct batch *batch = b->now;

    if (batch->recounts) {
        recount_failed(b->settings.recount, e);
        free_batch(&b->now);
        return;
    }
    recount_touched(b->settings.recount, &batch->set);
    if (e->kind == ERR_BUSY) {
        b->careful = true;
        put_back(b);
        loop_timer_set_us(b->pause, PAUSE_US);
        return;
    }
    log_event(LOG_WARN, "transaction refused", "why", e->text, NULL);
    if (batch->count == 1 && batch->careful) {
        batch->refusals[0] = *e;
        answer_all(b);
        return;
    }
    metric_add(&splits, 1);
    if (batch->careful)
        b->limit = (batch->count + 1) / 2;
    b->careful = true;
    put_back(b);
}

static void end_batch(struct batches *b)
{
    if (b->now->recounts)
        recount_wrote(b->settings.recount);
    else
        recount_touched(b->settings.recount, &b->now->set);
    answer_all(b);
}

static void on_written(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct batches *b = ctx;

    (void)rows;
    if (e != NULL) {
        fail(b, e);
        return;
    }
    metric_add(&transactions, 1);
    metric_add(&events_written, (double)b->now->set.event_count);
    metric_observe_us(&transaction_seconds, clock_mono_us() - b->sent_at);
    b->head = b->now->set.head;
    b->limit = 2 * b->limit < BUS_MAX_ITEMS ? 2 * b->limit : BUS_MAX_ITEMS;
    b->careful = b->limit < BUS_MAX_ITEMS;
    publish_events(b->publisher, &b->now->set);
    end_batch(b);
}

/* ---- deciding ---- */

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

static void write_batch(struct batches *b)
{
    struct err e = {0};
    bool sent = false;

    b->sent_at = clock_mono_us();
    if (writer_send(&b->writer, b->settings.db, &b->now->set, on_written, b, &sent, &e) < 0)
        fail(b, &e);
    else if (!sent)
        end_batch(b);
}

static void decide_and_write(struct batches *b)
{
    for (int i = 0; i < b->now->count; i++)
        decide_one(b->now, i);
    write_batch(b);
}

/* ---- reading ---- */

static void on_read(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct batches *b = ctx;
    struct err why = {0};

    if (e != NULL) {
        fail(b, e);
        return;
    }
    if (workset_load_cases(&b->now->set, rows[0], &why) < 0) {
        fail(b, &why);
        return;
    }
    workset_load_keys(&b->now->set, rows[1]);
    decide_and_write(b);
}

/* Ids of cases that have to be known first: those of verbs always, those of
 * new cases only when they may have been recorded before. */
static int add_case_ids(struct batch *batch, struct db_args *a)
{
    struct case_row *seen = NULL, *row, *next; /* a case once, though named by many */
    int count = 0;

    db_array_begin(a, DB_ARRAY_UUID);
    for (int i = 0; i < batch->count; i++) {
        const struct command *c = batch->commands[i];
        const struct uuid *id = c->kind == COMMAND_RECORD ? &c->head.id : &c->command.case_id;
        if (c->kind == COMMAND_RECORD && !batch->careful)
            continue;
        HASH_FIND(hh, seen, id, sizeof(*id), row);
        if (row != NULL)
            continue;
        row = mem_new(1, sizeof(*row));
        row->id = *id;
        HASH_ADD(hh, seen, id, sizeof(row->id), row);
        db_item_uuid(a, id);
        count++;
    }
    db_array_end(a);
    HASH_ITER(hh, seen, row, next)
    {
        HASH_DEL(seen, row);
        free(row);
    }
    return count;
}

static int add_command_ids(const struct batch *batch, struct db_args *a)
{
    int count = 0;

    db_array_begin(a, DB_ARRAY_UUID);
    for (int i = 0; i < batch->count; i++) {
        const struct command *c = batch->commands[i];
        if (c->kind == COMMAND_RECORD && !uuid_is_nil(&c->head.command)) {
            db_item_uuid(a, &c->head.command);
            count++;
        }
    }
    db_array_end(a);
    return count;
}

static void take_commands(struct batches *b)
{
    size_t limit = (size_t)b->limit;
    size_t waiting = b->settings.inbox->count;
    size_t count = waiting < limit ? waiting : limit;
    struct batch *batch = mem_new(1, sizeof(*batch));

    batch->commands = mem_new(count, sizeof(struct command *));
    batch->answers = mem_new(count, sizeof(*batch->answers));
    batch->refusals = mem_new(count, sizeof(*batch->refusals));
    for (; batch->count < (int)count; batch->count++) {
        batch->commands[batch->count] = inbox_next(b->settings.inbox);
        batch->answers[batch->count] = STRBUF(ANSWER_BYTES);
    }
    batch->careful = b->careful;
    batch->set.now = clock_now_us();
    batch->set.catalogue = catalogue_keep(catalogue_now(b->settings.watch));
    batch->set.head = b->head;
    b->now = batch;
}

static void run_commands(struct batches *b)
{
    struct err e = {0};

    b->owes_recount = true;
    take_commands(b);
    if (add_case_ids(b->now, &b->read_args[0]) + add_command_ids(b->now, &b->read_args[1]) == 0) {
        for (size_t i = 0; i < COUNT(b->read_args); i++)
            db_args_clear(&b->read_args[i]);
        decide_and_write(b);
        return;
    }
    const struct db_step steps[] = {{&sql_select_cases, &b->read_args[0]},
                                    {&sql_select_commands, &b->read_args[1]}};
    if (db_send(b->settings.db, steps, COUNT(steps), on_read, b, &e) < 0)
        fail(b, &e);
}

/* Open cases that are counted again, in turn with the commands. */
static void write_recount(struct batches *b)
{
    struct batch *batch = mem_new(1, sizeof(*batch));

    batch->recounts = true;
    batch->set.now = clock_now_us();
    batch->set.head = b->head;
    recount_take(b->settings.recount, &batch->set);
    b->owes_recount = false;
    b->now = batch;
    write_batch(b);
}

void batches_turn(struct batches *b)
{
    bool waits = b->settings.inbox->count > 0;

    recount_walk(b->settings.recount, waits);
    if (!b->leads || b->now != NULL || loop_timer_is_set(b->pause) ||
        !db_is_ready(b->settings.db) || catalogue_now(b->settings.watch) == NULL)
        return;
    recount_look(b->settings.recount);
    if (recount_is_ready(b->settings.recount) && (b->owes_recount || !waits))
        write_recount(b);
    else if (waits)
        run_commands(b);
}

void batches_open(struct batches *b, struct bus_publisher *publisher)
{
    b->publisher = publisher;
}

void batches_lead(struct batches *b, const struct ledger_head *head)
{
    b->leads = head != NULL;
    if (head != NULL) {
        b->head = *head;
        b->careful = true;
    }
}

bool batches_idle(const struct batches *b)
{
    return b->now == NULL && b->settings.inbox->count == 0;
}

int64_t batches_seq(const struct batches *b)
{
    return b->head.seq;
}
