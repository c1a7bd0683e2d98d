/* SPDX-License-Identifier: Apache-2.0 */
/* batches - one after the other is read, decided, written and answered: group commit.
 *
 * While one transaction is on its way, the commands that arrive wait; they are
 * the next one. So the batch grows with the load by itself, without a timer.
 * Under load the next batch is read and decided while the one before is being
 * written, and is sent as soon as that has committed. It names no case that the
 * one before has touched, and when the one before fails it is thrown away. So
 * nothing is ever sent that rests on what is not committed, and the chain of
 * events stays whole.
 * A command that the database refuses is found by halving the batch; the
 * others of its batch are not harmed, and whoever sent it hears of a fault of
 * ours. Answers and events go out after the commit alone. When the connection is
 * lost the outcome is unknown: the same commands are decided again, careful to
 * find what was committed. */
#include "reading.h"
#include "tracker.h"

#include "clock.h"
#include "log.h"
#include "mem.h"
#include "metrics.h"

#include <stdlib.h>

enum { PAUSE_US = 200000, KEPT_CASES = 8192, WORTH_SHARE = 4 };
/* Within the months that sql/make_partitions.sql makes around a moment, wherever in its own it
 * lies. */
enum { MONTHS_BEFORE_DAYS = 20, MONTHS_AFTER_DAYS = 60 };
static const int64_t day_us = INT64_C(86400) * CLOCK_US_PER_S;

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
    struct reading *reading;
    struct kept *kept;
    struct batch *now;  /* being read, then written; NULL: none */
    struct batch *next; /* being read or decided while now is being written; NULL: none */
    bool owes_recount;  /* commands had their turn, now a piece of a recount has its */
    int limit;          /* commands a batch; small while a bad one is looked for */
    bool careful;       /* the next batch looks for repetitions */
    bool leads;
    int64_t look;            /* at the catalogue, which comes before the first batch of a leader */
    int64_t months_at;       /* around then the ledger has its months; INT64_MIN: not known */
    struct ledger_head head; /* after the last commit */
    struct registers registers; /* after the last batch that was decided */
    int64_t sent_at;
    struct loop_timer *pause; /* set: the database wants to be left alone for a moment */
};

static void end_reading(void *ctx, struct batch *batch, const struct err *e);

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
    b->months_at = INT64_MIN;
    b->kept = kept_new(KEPT_CASES);
    b->reading = reading_new(settings->db, b->kept, end_reading, b);
    b->pause = loop_timer_new(settings->loop, end_pause, b);
    return b;
}

static void drop_next(struct batches *b)
{
    if (b->next == NULL)
        return;
    if (b->next->stage == BATCH_READING)
        reading_abandon(b->reading);
    writer_forget(&b->writer);
    batch_put_back(&b->next, b->settings.inbox);
}

/* What was prepared rests on what did not come about. */
static void put_back(struct batches *b)
{
    drop_next(b);
    batch_put_back(&b->now, b->settings.inbox);
}

void batches_free(struct batches **batches)
{
    struct batches *b = *batches;

    if (b == NULL)
        return;
    put_back(b);
    loop_timer_cancel(b->pause);
    writer_free(&b->writer);
    reading_free(&b->reading);
    kept_free(&b->kept);
    registers_free(&b->registers);
    free(b);
    *batches = NULL;
}

/* ---- when one fails ---- */

static struct batch *take_over(struct batch **batch)
{
    struct batch *taken = *batch;

    *batch = NULL;
    return taken;
}

static void answer(struct batches *b, struct batch **batch)
{
    batch_answer(batch, b->settings.inbox, b->settings.watch);
}

static void refuse_last(struct batches *b, const struct err *e)
{
    struct batch *batch = take_over(&b->now);

    batch_refuse(batch, e);
    answer(b, &batch);
}

/* Halves what is tried at once; a single command that fails is refused. */
static void fail(struct batches *b, const struct err *e)
{
    struct batch *batch = b->now;

    kept_forget(b->kept);
    b->months_at = INT64_MIN; /* it may be a month that is not there */
    if (batch->recounts) {
        recount_failed(b->settings.recount, e);
        batch_free(&b->now);
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
        refuse_last(b, e);
        return;
    }
    metric_add(&splits, 1);
    if (batch->careful)
        b->limit = (batch->count + 1) / 2;
    b->careful = true;
    put_back(b);
}

/* ---- deciding ---- */

/* The months are made by who needs them, and by the clock that the events go by, which may have
 * been set right by any time since. Made once they last for the two months after, and the days
 * before. */
static bool needs_months(const struct batches *b, const struct workset *set)
{
    return set->event_count > 0 &&
           (b->months_at == INT64_MIN || set->now < b->months_at - MONTHS_BEFORE_DAYS * day_us ||
            set->now > b->months_at + MONTHS_AFTER_DAYS * day_us);
}

/* Events are numbered from where the ledger will stand when this batch is written. */
static void decide(struct batches *b, struct batch *batch)
{
    batch->set.head = batch == b->next ? b->now->set.head : b->head;
    batch_decide(batch);
    batch->set.makes_months = needs_months(b, &batch->set);
    writer_fill(&b->writer, &batch->set);
    batch->stage = BATCH_DECIDED;
}

/* ---- one after the other ---- */

static void end_batch(struct batches *b, struct batch *batch)
{
    if (batch->recounts) {
        recount_wrote(b->settings.recount);
        kept_forget(b->kept);
    } else {
        recount_touched(b->settings.recount, &batch->set);
        kept_put(b->kept, &batch->set);
    }
    answer(b, &batch);
}

/* A second batch pays once it is a quarter of the one it follows: the tracker decides it while the
 * database is busy with the other. Taken with the first command that comes, it would only be closed
 * earlier to those that still come, and they would wait for one more. While something
 * bad is looked for, each waits for the one before; and a recount has its turn when nothing else is
 * on its way. */
static bool is_worth_preparing(const struct batches *b)
{
    bool recounts = b->now->recounts || recount_wants_look(b->settings.recount) ||
                    (b->owes_recount && recount_is_ready(b->settings.recount));

    return b->next == NULL && !b->careful && !recounts &&
           WORTH_SHARE * b->settings.inbox->count >= (size_t)b->now->count;
}

/* The oldest commands, up to one that touches what before is about. NULL when there are none. */
static struct batch *take(struct batches *b, const struct batch *before)
{
    struct batch *batch = batch_take(b->settings.inbox, (size_t)b->limit, before);

    if (batch == NULL)
        return NULL;
    batch->careful = b->careful;
    batch->set.now = clock_now_us();
    batch->set.catalogue = catalogue_keep(catalogue_now(b->settings.watch));
    batch->set.registers = &b->registers;
    return batch;
}

/* Reads for the next batch, before now is sent or while it is on its way. */
static void read_next(struct batches *b)
{
    struct err e = {0};

    if (!is_worth_preparing(b))
        return;
    b->next = take(b, b->now);
    if (b->next != NULL && reading_begin(b->reading, b->next, &e) < 0)
        batch_put_back(&b->next, b->settings.inbox);
}

static void go_on(struct batches *b);

static void on_written(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct batches *b = ctx;

    (void)rows;
    if (e != NULL) {
        fail(b, e);
        return;
    }
    struct batch *written = take_over(&b->now);
    metric_add(&transactions, 1);
    metric_add(&events_written, (double)written->set.event_count);
    metric_observe_us(&transaction_seconds, clock_mono_us() - b->sent_at);
    b->head = written->set.head;
    if (written->set.makes_months)
        b->months_at = written->set.now;
    b->limit = 2 * b->limit < BUS_MAX_ITEMS ? 2 * b->limit : BUS_MAX_ITEMS;
    b->careful = b->limit < BUS_MAX_ITEMS;
    /* Before anything else is read: what an earlier batch has left of these cases is old now. What
     * this one leaves is kept when its events are out, which speak of it. */
    kept_drop(b->kept, &written->set);
    go_on(b);
    publish_events(b->publisher, &written->set);
    end_batch(b, written);
}

/* Sends what was decided; the batch after it is read first, so that it can be decided meanwhile. */
static void write_now(struct batches *b)
{
    struct err e = {0};
    bool sent = false;

    read_next(b);
    b->sent_at = clock_mono_us();
    b->now->stage = BATCH_WRITING;
    if (writer_send(&b->writer, b->settings.db, on_written, b, &sent, &e) < 0) {
        fail(b, &e);
        return;
    }
    if (b->next != NULL && b->next->stage == BATCH_TAKEN)
        decide(b, b->next);
    if (sent)
        return;
    struct batch *decided = take_over(&b->now); /* there was nothing to write */
    go_on(b);
    end_batch(b, decided);
}

/* The batch that was prepared is the one that counts now. */
static void go_on(struct batches *b)
{
    if (!b->leads)
        drop_next(b);
    b->now = take_over(&b->next);
    if (b->now != NULL && b->now->stage == BATCH_DECIDED)
        write_now(b);
}

/* Everything is read; or it is not, and e says why. */
static void end_reading(void *ctx, struct batch *batch, const struct err *e)
{
    struct batches *b = ctx;

    if (e == NULL)
        decide(b, batch);
    if (batch == b->next && e != NULL) { /* tried again by itself, when now is written */
        b->careful = true;
        batch_put_back(&b->next, b->settings.inbox);
    } else if (batch == b->now && e != NULL) {
        fail(b, e);
    } else if (batch == b->now) {
        write_now(b);
    }
}

static void run_commands(struct batches *b)
{
    struct err e = {0};

    b->owes_recount = true;
    b->now = take(b, NULL);
    if (b->now == NULL)
        return;
    if (reading_begin(b->reading, b->now, &e) < 0) {
        fail(b, &e);
    } else if (b->now->stage == BATCH_TAKEN) {
        decide(b, b->now);
        write_now(b);
    }
}

/* Open cases that are counted again, in turn with the commands. */
static void write_recount(struct batches *b)
{
    struct batch *batch = mem_new(1, sizeof(*batch));

    batch->recounts = true;
    batch->set.now = clock_now_us();
    batch->set.head = b->head;
    recount_take(b->settings.recount, &batch->set);
    batch->set.makes_months = needs_months(b, &batch->set);
    b->owes_recount = false;
    b->now = batch;
    writer_fill(&b->writer, &batch->set);
    write_now(b);
}

static void begin(struct batches *b)
{
    bool waits = b->settings.inbox->count > 0;

    recount_look(b->settings.recount);
    if (recount_is_ready(b->settings.recount) && (b->owes_recount || !waits))
        write_recount(b);
    else if (waits)
        run_commands(b);
}

void batches_turn(struct batches *b)
{
    inbox_resume(b->settings.inbox, catalogue_looks(b->settings.watch));
    recount_walk(b->settings.recount, b->settings.inbox->count > 0);
    if (!b->leads || loop_timer_is_set(b->pause) || !db_is_ready(b->settings.db) ||
        catalogue_looks(b->settings.watch) < b->look)
        return;
    if (b->now == NULL)
        begin(b);
    else if (b->now->stage == BATCH_WRITING)
        read_next(b);
    if (b->next != NULL && b->next->stage == BATCH_TAKEN)
        decide(b, b->next);
}

void batches_open(struct batches *b, struct bus_publisher *publisher)
{
    b->publisher = publisher;
}

void batches_lead(struct batches *b, const struct ledger_head *head, const PGresult *numbers)
{
    b->leads = true;
    b->look = catalogue_look_soon(b->settings.watch);
    kept_forget(b->kept);
    b->head = *head;
    b->careful = true;
    registers_load(&b->registers, numbers);
}

void batches_rest(struct batches *b)
{
    b->leads = false;
}

bool batches_idle(const struct batches *b)
{
    return b->now == NULL && b->settings.inbox->count == 0 && b->settings.inbox->aside == NULL;
}

int64_t batches_seq(const struct batches *b)
{
    return b->head.seq;
}
