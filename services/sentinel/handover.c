/* SPDX-License-Identifier: Apache-2.0 */
/* handover - a unit ends on a day, or by a catalogue: so all that is open is looked through when
 * either is new, and a minute later for what came in meanwhile by who had not seen that yet. As
 * long as something is left that the tracker did not hand over, it is looked for again each hour.
 *
 * The look is a walk along the list of what is open, some cases at a time with rests between, since
 * whoever sends cases meanwhile waits for the same database; and a few handovers are asked for at a
 * time. Nothing is remembered: whoever begins to lead looks anew. A handover has an id made of its
 * task alone, so that it is done once. */
#include "handover.h"

#include "sql_sentinel.h" /* generated from sql/ */

#include "asking.h"
#include "clock.h"
#include "code.h"
#include "crypto.h"
#include "log.h"
#include "mem.h"
#include "messages.h"
#include "metrics.h"
#include "pace.h"
#include "succession.h"
#include "successor.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TICK_MS = 1000,
    PAGE = 500, /* open cases that are looked at at once */
    AGAIN_US = 1000000,
    COMMAND_BYTES = 512,
    BODY_BYTES = 1024,
};
static const int64_t soon_us = INT64_C(60) * 1000000, later_us = INT64_C(3600) * 1000000;

/* What staff read beside each case that was handed over, and why the event says that it was. */
static const struct {
    const char *reason, *text;
} to_the_heir = {"succession",
                 "Đơn vị cũ đã kết thúc hoạt động; hồ sơ chuyển cho đơn vị kế nhiệm. "
                 "(The former unit has ended; the case moved to the successor unit.)"},
  to_the_desk = {
      "no_successor",
      "Đơn vị cũ đã kết thúc hoạt động, chưa rõ đơn vị kế nhiệm; bàn điều phối xác định đơn vị "
      "chịu trách nhiệm. (The former unit has ended, and which unit succeeds it here cannot "
      "be told; the desk says who is responsible.)"};

METRIC_COUNTER(handed_over, "dunghen_sentinel_handed_over_total",
               "Tasks of units that have ended that were handed over to their successors.");
METRIC_COUNTER(refused, "dunghen_sentinel_handovers_refused_total",
               "Tasks that the tracker did not hand over, those finished meanwhile included.");
METRIC_COUNTER(looks_ended, "dunghen_sentinel_handover_looks_total",
               "Looks through all that is open for what units have that have ended.");
METRIC_GAUGE(left, "dunghen_sentinel_ended_units_tasks",
             "Open tasks of units that have ended, that the last look could not hand over.");

/* Columns of sql/select_ended_tasks.sql. */
enum { SERVICE, ID, TASK, UNIT, AREA, LAT, LON, AT_THE_DESK };

struct move {
    struct uuid id;
    int64_t task;
    bool is_told; /* who took over: else it goes to the desk */
    char unit[CODE_SIZE];
};

struct handover {
    struct handover_settings settings;
    bool leads;
    const struct catalogue *catalogue; /* NULL: none yet */
    int32_t day;
    struct successors *successors; /* by that catalogue and on that day; NULL: not looked for yet */
    int looks;                     /* ended, by these */
    bool walking;                  /* one is under way */
    bool reading, stale;           /* rows are on their way; and are of no use any more */
    char service[CODE_SIZE];
    struct uuid after; /* the last case looked at, of that service */
    int64_t read_at;   /* when its page was asked for */
    int64_t done, not_done;
    struct db_args args;
    struct loop_timer *next_page, *next_look;
    struct asking *moves;
};

/* ---- asking ---- */

static void add_command(const void *item, struct bus_message *m)
{
    const struct move *move = item;
    static const char purpose[] = "succession";
    AUTO(strbuf_free) struct strbuf text = STRBUF(COMMAND_BYTES);
    AUTO(strbuf_free) struct strbuf body = STRBUF(BODY_BYTES);
    struct case_command command = {.verb = "transfer",
                                   .case_id = move->id,
                                   .task = move->task,
                                   .actor = "sentinel",
                                   .role = "system"};
    const struct case_transfer transfer = {
        .unit = move->unit,
        .reason = move->is_told ? to_the_heir.reason : to_the_desk.reason,
        .text = move->is_told ? to_the_heir.text : to_the_desk.text};
    const struct crypto_piece pieces[] = {{purpose, sizeof(purpose)},
                                          {move->id.bytes, sizeof(move->id.bytes)},
                                          {&move->task, sizeof(move->task)}};

    crypto_id(pieces, COUNT(pieces), command.id.bytes);
    json_write(case_command_fields, &command, &text);
    json_write(case_transfer_fields, &transfer, &body);
    bus_add(m, strbuf_text(&text), text.len);
    bus_add(m, strbuf_text(&body), body.len);
}

static void on_moved(void *ctx, const void *item, const struct case_outcome *outcome)
{
    struct handover *h = ctx;

    (void)item;
    metric_add(&handed_over, outcome->repeated ? 0 : 1);
    h->done++;
}

/* Usual are refusals of what was finished meanwhile. */
static void on_refused(void *ctx, const void *item, const struct err *e)
{
    struct handover *h = ctx;

    (void)item;
    metric_add(&refused, 1);
    h->not_done++;
    if (e->kind != ERR_CONFLICT)
        log_event(LOG_ERROR, "handover refused", "why", e->text, NULL);
}

/* ---- reading ---- */

static void take_row(struct handover *h, const PGresult *rows, int row)
{
    const struct orphan orphan = {.unit = catalogue_unit(h->catalogue, db_text(rows, row, UNIT)),
                                  .service = db_text(rows, row, SERVICE),
                                  .area = db_text(rows, row, AREA),
                                  .lat = db_float(rows, row, LAT),
                                  .lon = db_float(rows, row, LON),
                                  .at_the_desk = db_int(rows, row, AT_THE_DESK) != 0};
    struct move move = {.id = db_uuid(rows, row, ID), .task = db_int(rows, row, TASK)};
    const struct catalogue_unit *to = successor_of(h->successors, &orphan, h->day);

    move.is_told =
        to != h->catalogue->desk || succession_has(h->catalogue, orphan.unit, h->day, to);
    (void)snprintf(move.unit, sizeof(move.unit), "%s", to->code);
    asking_add(h->moves, &move);
}

static void end_look(struct handover *h)
{
    char done[24], not_done[24];

    h->walking = false;
    metric_add(&looks_ended, 1);
    metric_set(&left, (double)h->not_done);
    if (h->looks++ == 0)
        loop_timer_set_us(h->next_look, soon_us);
    else if (h->not_done > 0)
        loop_timer_set_us(h->next_look, later_us);
    if (h->done + h->not_done == 0)
        return;
    (void)snprintf(done, sizeof(done), "%" PRId64, h->done);
    (void)snprintf(not_done, sizeof(not_done), "%" PRId64, h->not_done);
    log_event(LOG_INFO, "tasks of units that have ended handed over", "done", done, "left",
              not_done, NULL);
}

static void go_on(void *ctx);

static void on_rows(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct handover *h = ctx;
    bool wanted = !h->stale && h->walking;

    h->reading = h->stale = false;
    if (e != NULL) {
        if (e->kind != ERR_BUSY)
            log_event(LOG_ERROR, "could not read what units have that have ended", "why", e->text,
                      NULL);
        loop_timer_set_us(h->next_page, AGAIN_US);
        return;
    }
    if (!wanted) {
        loop_timer_set_us(h->next_page, 0); /* a look may have begun meanwhile */
        return;
    }
    int last = PQntuples(rows[0]) - 1;
    if (last < 0) {
        end_look(h);
        return;
    }
    for (int row = 0; row < last; row++)
        take_row(h, rows[0], row);
    (void)snprintf(h->service, sizeof(h->service), "%s", db_text(rows[0], last, SERVICE));
    h->after = db_uuid(rows[0], last, ID);
    loop_timer_set_us(h->next_page, pace_rest_us(h->read_at));
    go_on(h);
}

/* How many there are, as an argument of the statement. */
static size_t add_ended_units(struct handover *h)
{
    size_t count = 0;

    db_array_begin(&h->args, DB_ARRAY_TEXT);
    for (size_t i = 0; i < h->catalogue->unit_count; i++) {
        if (!unit_has_ended(&h->catalogue->units[i], h->day))
            continue;
        db_item_text(&h->args, h->catalogue->units[i].code);
        count++;
    }
    db_array_end(&h->args);
    return count;
}

static void read_page(struct handover *h)
{
    const struct db_step step = {&sql_select_ended_tasks, &h->args};
    struct err e;

    db_arg_text(&h->args, h->service, strlen(h->service));
    db_arg_uuid(&h->args, &h->after);
    if (add_ended_units(h) == 0) {
        db_args_clear(&h->args);
        end_look(h);
        return;
    }
    db_arg_int64(&h->args, PAGE);
    h->read_at = clock_mono_us();
    h->reading = db_send(h->settings.db, &step, 1, on_rows, h, &e) == 0;
    if (!h->reading)
        loop_timer_set_us(h->next_page, AGAIN_US);
}

/* What is found is asked for before more is looked for. */
static void go_on(void *ctx)
{
    struct handover *h = ctx;

    if (!h->leads)
        return;
    asking_go_on(h->moves);
    if (asking_is_idle(h->moves) && h->walking && !h->reading && !loop_timer_is_set(h->next_page))
        read_page(h);
}

/* ---- looking ---- */

static void begin_look(void *ctx)
{
    struct handover *h = ctx;

    h->walking = true;
    h->stale = h->reading;
    h->service[0] = '\0';
    h->after = (struct uuid){{0}};
    h->done = h->not_done = 0;
    loop_timer_cancel(h->next_look);
    go_on(h);
}

static void forget(struct handover *h)
{
    successors_free(&h->successors);
    h->walking = false;
    h->stale = h->reading;
    asking_forget(h->moves);
    loop_timer_cancel(h->next_page);
    loop_timer_cancel(h->next_look);
}

static void on_tick(void *ctx)
{
    struct handover *h = ctx;
    int32_t today = catalogue_day(clock_now_us());

    if (!h->leads || h->catalogue == NULL || (h->successors != NULL && h->day == today))
        return;
    forget(h);
    h->day = today;
    h->successors = successors_new(h->catalogue);
    h->looks = 0;
    begin_look(h);
}

/* ---- opening and closing ---- */

struct handover *handover_new(const struct handover_settings *settings)
{
    struct handover *h = mem_new(1, sizeof(*h));

    h->settings = *settings;
    h->moves = asking_new(&(struct asking_settings){.loop = settings->loop,
                                                    .tracker = settings->tracker,
                                                    .what = "handovers",
                                                    .item_bytes = sizeof(struct move),
                                                    .write = add_command,
                                                    .done = on_moved,
                                                    .refused = on_refused,
                                                    .idle = go_on,
                                                    .ctx = h});
    h->next_page = loop_timer_new(settings->loop, go_on, h);
    h->next_look = loop_timer_new(settings->loop, begin_look, h);
    loop_every_ms(settings->loop, TICK_MS, on_tick, h);
    return h;
}

void handover_free(struct handover **handover)
{
    struct handover *h = *handover;

    if (h == NULL)
        return;
    forget(h);
    db_args_free(&h->args);
    asking_free(&h->moves);
    free(h);
    *handover = NULL;
}

void handover_take(struct handover *h, const struct catalogue *now)
{
    forget(h);
    h->catalogue = now;
    on_tick(h);
}

void handover_lead(struct handover *h, bool leads)
{
    h->leads = leads;
    forget(h);
    on_tick(h);
}
