/* SPDX-License-Identifier: Apache-2.0 */
/* gather - once a second the ledger's events since the last time are read, in one indexed walk
 * whose cost follows what has happened; nothing waits for it, so a citizen's 201 is as fast as
 * ever.
 *
 * Nobody waits for a merge either, but citizens wait for what the tracker and the database do
 * meanwhile: so a few are asked for at a time, and after each few and each page of events there is
 * a rest, the longer the busier those two are.
 *
 * When more are wanted than can be merged, no events are read until some are: they wait in the
 * ledger, and what was read grows no older meanwhile.
 *
 * Nothing is remembered: whoever begins to lead reads again what has come in as long ago as a rule
 * looks back, comes to the same incidents, and asks again for what was not merged. A merge has an
 * id made of its case alone, so that it is done once, and never again after somebody has taken the
 * case out. */
#include "gather.h"

#include "sql_sentinel.h" /* generated from sql/ */

#include "asking.h"
#include "burst.h"
#include "clock.h"
#include "crypto.h"
#include "log.h"
#include "mem.h"
#include "metrics.h"
#include "pace.h"

#include <stdlib.h>
#include <string.h>

enum {
    READ_EVERY_MS = 1000,
    PAGE = 250, /* events that are read at once */
    REPORTS_MOST = 200000,
    MERGES_MOST = 20000, /* that wait while events are read */
    COMMAND_BYTES = 512,
    MINUTE_US = 60 * 1000000,
};

/* What staff read beside each case that was merged. */
static const char why[] = "{\"text\":\"Một sự cố, nhiều phản ánh. (One incident, many reports.)\"}";

METRIC_GAUGE(incidents, "dunghen_sentinel_incidents_open",
             "Incidents with many reports that take more of them.");
METRIC_GAUGE(reports, "dunghen_sentinel_incident_reports",
             "Reports that are kept to find incidents among them.");
METRIC_COUNTER(merged, "dunghen_sentinel_merged_total",
               "Cases that were merged since many have reported the same.");
METRIC_COUNTER(refused, "dunghen_sentinel_merges_refused_total",
               "Cases that the tracker did not merge, those that had ended meanwhile included.");
METRIC_GAUGE(
    waiting, "dunghen_sentinel_merges_waiting",
    "Merges that the tracker has to be asked for; from 20000 on no more reports are read.");
METRIC_GAUGE(forgotten, "dunghen_sentinel_reports_forgotten",
             "Reports that were left out for lack of room since the start.");

METRIC_GAUGE(read_up_to, "dunghen_sentinel_reports_read_seq",
             "The last event of the ledger that was looked at for reports of one incident.");

/* Columns of sql/select_reports.sql. */
enum {
    SEQ,
    TYPE,
    ID,
    SERVICE,
    UNIT,
    LAT,
    LON,
    RECEIVED_AT,
    OPEN,
    REPORTS,
    MINUTES,
    METRES,
    LEAD,
    LEAD_UNIT,
    LEAD_LAT,
    LEAD_LON,
    LEAD_RECEIVED_AT,
    MERGED,
};

struct merge {
    struct uuid id, into;
};

struct gather {
    struct gather_settings settings;
    struct bursts *bursts;
    struct db_args args;
    bool leads;
    bool reading, stale; /* rows are on their way; and are of no use any more */
    bool knows_start;
    int64_t seq;        /* of the last event taken */
    int64_t asked_at;   /* when a page was asked for */
    int64_t read_until; /* what was received until then has been read */
    struct loop_timer *next_page;
    struct asking *merges;
};

/* ---- asking ---- */

static void want_merge(void *ctx, const struct uuid *id, const struct uuid *into)
{
    const struct gather *g = ctx;

    asking_add(g->merges, &(struct merge){*id, *into});
}

static void add_command(const void *item, struct bus_message *m)
{
    const struct merge *merge = item;
    static const char purpose[] = "one incident";
    AUTO(strbuf_free) struct strbuf text = STRBUF(COMMAND_BYTES);
    struct case_command command = {.verb = "merge",
                                   .case_id = merge->id,
                                   .actor = "sentinel",
                                   .role = "system",
                                   .into = merge->into};
    const struct crypto_piece pieces[] = {{purpose, sizeof(purpose)},
                                          {merge->id.bytes, sizeof(merge->id.bytes)}};

    crypto_id(pieces, COUNT(pieces), command.id.bytes);
    json_write(case_command_fields, &command, &text);
    bus_add(m, strbuf_text(&text), text.len);
    bus_add(m, why, sizeof(why) - 1);
}

static void on_merged(void *ctx, const void *item, const struct case_outcome *outcome)
{
    (void)ctx;
    (void)item;
    metric_add(&merged, outcome->repeated ? 0 : 1);
}

/* Usual are refusals of a case, or a lead, that has ended meanwhile or waits for a signature. */
static void on_refused(void *ctx, const void *item, const struct err *e)
{
    const struct gather *g = ctx;
    const struct merge *merge = item;

    metric_add(&refused, 1);
    bursts_refused(g->bursts, &merge->id);
    if (e->kind != ERR_CONFLICT)
        log_event(LOG_ERROR, "merge refused", "why", e->text, NULL);
}

/* ---- reading ---- */

static struct burst_report read_report(const PGresult *rows, int row)
{
    bool is_open = db_int(rows, row, OPEN) != 0;
    bool is_apart = strcmp(db_text(rows, row, TYPE), "split") == 0;

    return (struct burst_report){
        .id = db_uuid(rows, row, ID),
        .service = db_text(rows, row, SERVICE),
        .unit = db_text(rows, row, UNIT),
        .lat = db_float(rows, row, LAT),
        .lon = db_float(rows, row, LON),
        .received_at = db_time(rows, row, RECEIVED_AT),
        .standing = !is_open   ? BURST_OVER
                    : is_apart ? BURST_APART
                               : BURST_OPEN,
        .rule = {db_int(rows, row, REPORTS), db_int(rows, row, MINUTES) * MINUTE_US,
                 (double)db_int(rows, row, METRES)},
    };
}

static void take_lead(struct gather *g, const PGresult *rows, int row,
                      const struct burst_report *member)
{
    struct burst_report lead = *member;

    if (db_is_null(rows, row, LEAD))
        return;
    lead.id = db_uuid(rows, row, LEAD);
    lead.unit = db_text(rows, row, LEAD_UNIT);
    lead.lat = db_float(rows, row, LEAD_LAT);
    lead.lon = db_float(rows, row, LEAD_LON);
    lead.received_at = db_time(rows, row, LEAD_RECEIVED_AT);
    lead.standing = BURST_OPEN;
    bursts_follow(g->bursts, &lead, member->received_at, db_int(rows, row, MERGED));
}

static void take_row(struct gather *g, const PGresult *rows, int row)
{
    if (db_is_null(rows, row, ID))
        return; /* the last event looked at */
    const struct burst_report report = read_report(rows, row);
    take_lead(g, rows, row, &report);
    if (strcmp(db_text(rows, row, TYPE), "received") == 0) {
        bursts_add(g->bursts, &report);
        g->read_until = report.received_at;
    } else {
        bursts_set(g->bursts, &report.id, report.standing);
    }
}

static void show(const struct gather *g)
{
    metric_set(&incidents, (double)bursts_incidents(g->bursts));
    metric_set(&reports, (double)bursts_reports(g->bursts));
    metric_set(&read_up_to, (double)g->seq);
    metric_set(&waiting, (double)asking_count(g->merges));
    metric_set(&forgotten, (double)bursts_forgotten(g->bursts));
}

static void read_more(void *ctx);

/* Whether rows that were asked for are there and still wanted. */
static bool take_answer(struct gather *g, const struct err *e)
{
    bool wanted = !g->stale && g->leads;

    g->reading = g->stale = false;
    if (e != NULL && e->kind != ERR_BUSY)
        log_event(LOG_ERROR, "could not read reports", "why", e->text, NULL);
    return wanted && e == NULL;
}

static void on_rows(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct gather *g = ctx;

    if (!take_answer(g, e))
        return;
    int count = PQntuples(rows[0]);
    int64_t before = g->seq;
    for (int row = 0; row < count; row++)
        take_row(g, rows[0], row);
    if (count > 0)
        g->seq = db_int(rows[0], count - 1, SEQ);
    show(g);
    asking_go_on(g->merges);
    if (g->seq - before >= PAGE)
        loop_timer_set_us(g->next_page, pace_rest_us(g->asked_at));
    else
        g->read_until = clock_now_us();
}

static void on_start(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct gather *g = ctx;

    if (!take_answer(g, e))
        return;
    g->seq = db_int(rows[0], 0, 0);
    g->knows_start = true;
    read_more(g);
}

static void read_more(void *ctx)
{
    struct gather *g = ctx;
    const struct db_step step = {g->knows_start ? &sql_select_reports : &sql_select_report_start,
                                 &g->args};
    struct err e;

    if (!g->leads || g->reading || loop_timer_is_set(g->next_page) ||
        asking_count(g->merges) >= MERGES_MOST)
        return;
    if (g->knows_start) {
        db_arg_int64(&g->args, g->seq);
        db_arg_int64(&g->args, PAGE);
    } else {
        db_arg_time(&g->args, clock_now_us());
    }
    g->asked_at = clock_mono_us();
    g->reading = db_send(g->settings.db, &step, 1, g->knows_start ? on_rows : on_start, g, &e) == 0;
}

static void on_tick(void *ctx)
{
    struct gather *g = ctx;

    bursts_pass(g->bursts, g->read_until);
    show(g);
    read_more(g);
}

struct gather *gather_new(const struct gather_settings *settings)
{
    struct gather *g = mem_new(1, sizeof(*g));

    g->settings = *settings;
    g->bursts = bursts_new(REPORTS_MOST, want_merge, g);
    g->merges = asking_new(&(struct asking_settings){.loop = settings->loop,
                                                     .tracker = settings->tracker,
                                                     .what = "merges",
                                                     .item_bytes = sizeof(struct merge),
                                                     .write = add_command,
                                                     .done = on_merged,
                                                     .refused = on_refused,
                                                     .ctx = g});
    g->next_page = loop_timer_new(settings->loop, read_more, g);
    loop_every_ms(settings->loop, READ_EVERY_MS, on_tick, g);
    return g;
}

void gather_free(struct gather **gather)
{
    struct gather *g = *gather;

    if (g == NULL)
        return;
    loop_timer_cancel(g->next_page);
    bursts_free(&g->bursts);
    db_args_free(&g->args);
    asking_free(&g->merges);
    free(g);
    *gather = NULL;
}

void gather_lead(struct gather *g, bool leads)
{
    g->leads = leads;
    g->stale = g->reading;
    g->knows_start = false;
    g->read_until = 0;
    asking_forget(g->merges);
    bursts_clear(g->bursts);
    loop_timer_cancel(g->next_page);
    read_more(g);
}
