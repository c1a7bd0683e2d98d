/* SPDX-License-Identifier: Apache-2.0 */
#include "recount.h"

#include "moves.h"
#include "sql_common.h"  /* generated from common/sql/ */
#include "sql_tracker.h" /* generated from sql/ */

#include "clock.h"
#include "log.h"
#include "mem.h"
#include "metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* MOST: keep in step with sql/fetch_stale_cases.sql. */
enum { MOST = 2000, MOST_WHILE_WAITED_FOR = 250, AGAIN_US = 500000 };

METRIC_COUNTER(cases_counted, "dunghen_tracker_recounted_total",
               "Open cases whose due time was counted again by a changed calendar.");
METRIC_COUNTER(cases_moved, "dunghen_tracker_due_moved_total",
               "Cases whose due time a changed calendar has moved.");

/* Neighbouring cases of the walk. */
struct piece {
    size_t from, count; /* in found; none: 0 */
    bool is_read;
    bool is_touched; /* since it was read, or while it is */
    struct workset set;
    struct moves moves;
    struct uuid last;
};

struct recount {
    struct recount_settings settings;
    struct loop *loop;
    struct db *db;
    bool leads;
    bool is_hurried; /* somebody waits: pieces are small */
    bool asking;     /* a request is on its way */
    bool deaf;       /* it was sent before a new beginning: its answer is not listened to */
    int64_t not_before;
    int64_t version;   /* of the catalogue that is counted by; -1: to be looked for */
    bool walks, ended; /* the walk is under way; it has no more to find */
    struct stale_calendars stale;
    struct uuid after;       /* everything up to this case is counted, */
    int64_t after_version;   /* by this catalogue */
    struct uuid found[MOST]; /* cases to look at */
    size_t found_count, found_at;
    size_t limit; /* of a piece; small while a bad case is looked for */
    struct piece next, given;
    struct db_args args;
    size_t counted, moved, unreached;
    int64_t began_at;
};

static const struct sql *const *const statements[] = {sql_tracker_all, sql_common_all, NULL};
static const char *const session[] = {"SET jit = off", NULL};

/* ---- beginning and ending ---- */

static void forget_piece(struct piece *piece)
{
    catalogue_drop(&piece->set.catalogue);
    workset_free(&piece->set);
    moves_free(&piece->moves);
    *piece = (struct piece){0};
}

static void forget_stale(struct recount *r)
{
    for (size_t i = 0; i < r->stale.count; i++) {
        free(r->stale.items[i].code);
        free(r->stale.items[i].digest);
        free(r->stale.items[i].notice);
    }
    free(r->stale.items);
    r->stale = (struct stale_calendars){0};
}

/* To be begun again; what was committed is not forgotten while the catalogue is the same. */
static void begin_again(struct recount *r)
{
    forget_piece(&r->next);
    forget_stale(r);
    r->walks = r->ended = false;
    r->found_count = r->found_at = 0;
    r->version = -1;
    r->deaf = r->asking;
}

static void fail(struct recount *r, const struct err *e)
{
    if (e->kind != ERR_BUSY)
        log_event(LOG_ERROR, "could not count open cases again", "why", e->text, NULL);
    begin_again(r);
    r->not_before = loop_now_us(r->loop) + AGAIN_US;
}

int recount_open(struct recount **out, struct loop *loop, const struct recount_settings *settings,
                 struct err *e)
{
    AUTO(recount_close) struct recount *r = mem_new(1, sizeof(*r));
    const struct db_settings db = {
        .target = settings->target, .session = session, .statements = statements};

    r->settings = *settings;
    r->loop = loop;
    r->version = -1;
    r->limit = MOST;
    if (db_open(&r->db, loop, &db, e) < 0)
        return -1;
    *out = r;
    r = NULL;
    return 0;
}

void recount_close(struct recount **recount)
{
    struct recount *r = *recount;

    if (r == NULL)
        return;
    begin_again(r);
    forget_piece(&r->given);
    db_args_free(&r->args);
    db_close(&r->db);
    free(r);
    *recount = NULL;
}

void recount_lead(struct recount *r, bool leads)
{
    r->leads = leads;
    r->after = (struct uuid){0};
    begin_again(r);
}

/* ---- asking ---- */

/* Whether the answer that has come is one that nobody waits for any more. */
static bool is_unwanted(struct recount *r)
{
    bool deaf = r->deaf;

    r->asking = r->deaf = false;
    return deaf;
}

static void ask(struct recount *r, const struct db_step *steps, int count, db_fn *done)
{
    struct err e;

    if (db_send(r->db, steps, count, done, r, &e) < 0)
        fail(r, &e);
    else
        r->asking = true;
}

static void on_marked(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct recount *r = ctx;
    char counted[24], moved[24], unreached[24], seconds[24];

    (void)rows;
    if (is_unwanted(r))
        return;
    if (e != NULL) {
        fail(r, e);
        return;
    }
    snprintf(counted, sizeof(counted), "%zu", r->counted);
    snprintf(moved, sizeof(moved), "%zu", r->moved);
    snprintf(unreached, sizeof(unreached), "%zu", r->unreached);
    snprintf(seconds, sizeof(seconds), "%.1f",
             (double)(clock_mono_us() - r->began_at) / CLOCK_US_PER_S);
    log_event(r->unreached > 0 ? LOG_WARN : LOG_INFO, "open cases counted again", "cases", counted,
              "moved", moved, "not_reached_by_calendar", unreached, "seconds", seconds, NULL);
    forget_stale(r);
    r->walks = false;
}

/* Every case is counted, and committed. */
static void mark(struct recount *r)
{
    const struct db_step steps[] = {{&sql_close_stale_cases, NULL},
                                    {&sql_put_calendar_recounts, &r->args}};

    db_array_begin(&r->args, DB_ARRAY_TEXT);
    for (size_t i = 0; i < r->stale.count; i++)
        db_item_text(&r->args, r->stale.items[i].code);
    db_array_end(&r->args);
    db_array_begin(&r->args, DB_ARRAY_TEXT);
    for (size_t i = 0; i < r->stale.count; i++)
        db_item_text(&r->args, r->stale.items[i].digest);
    db_array_end(&r->args);
    ask(r, steps, COUNT(steps), on_marked);
}

/* ---- walking ---- */

static int compare_id(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct uuid));
}

/* The walk is in the order of ids: what an earlier one has done is passed over. */
static void take_found(struct recount *r, const PGresult *rows)
{
    r->found_count = r->found_at = 0;
    for (int row = 0; row < PQntuples(rows) && row < MOST; row++) {
        r->found[r->found_count] = db_uuid(rows, row, 0);
        if (compare_id(&r->found[r->found_count], &r->after) > 0)
            r->found_count++;
    }
    r->ended = PQntuples(rows) == 0;
}

static void on_fetched(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct recount *r = ctx;

    if (is_unwanted(r))
        return;
    if (e != NULL)
        fail(r, e);
    else
        take_found(r, rows[0]);
}

static void on_declared(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct recount *r = ctx;

    (void)rows;
    if (is_unwanted(r))
        return;
    if (e != NULL)
        fail(r, e);
    else
        r->walks = true;
}

static bool is_of_next(const struct recount *r, const struct uuid *id)
{
    return bsearch(id, &r->found[r->next.from], r->next.count, sizeof(*id), compare_id) != NULL;
}

/* The set holds the cases in the order in which they were read, that of their ids. */
static void count_piece(struct recount *r, const PGresult *step_rows)
{
    AUTO(promise_steps_free) struct promise_steps steps = {.rows = step_rows};
    struct workset *set = &r->next.set;

    for (struct case_row *c = set->cases; c != NULL; c = c->hh.next) {
        promise_steps_take(&steps, &c->id);
        moves_add(&r->next.moves, c, &steps);
    }
    r->next.is_read = true;
}

static void on_steps_read(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct recount *r = ctx;

    if (is_unwanted(r))
        return;
    if (e != NULL)
        fail(r, e);
    else
        count_piece(r, rows[0]);
}

/* Few promises were ever moved, by a pause or by a date that was granted: what moved them is asked
 * for of these alone. */
static void read_steps(struct recount *r)
{
    const struct db_step step = {&sql_select_promise_steps, &r->args};
    size_t moved = 0;

    db_array_begin(&r->args, DB_ARRAY_UUID);
    for (const struct case_row *c = r->next.set.cases; c != NULL; c = c->hh.next) {
        if (c->terms.extensions == 0 && c->terms.paused_us == 0)
            continue;
        db_item_uuid(&r->args, &c->id);
        moved++;
    }
    db_array_end(&r->args);
    if (moved > 0) {
        ask(r, &step, 1, on_steps_read);
        return;
    }
    db_args_clear(&r->args);
    count_piece(r, NULL);
}

static void on_read(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct recount *r = ctx;
    struct err why;

    if (is_unwanted(r))
        return;
    r->next.set.catalogue = catalogue_keep(catalogue_now(r->settings.watch));
    if (e != NULL)
        fail(r, e);
    else if (workset_load_cases(&r->next.set, rows[0], &why) < 0)
        fail(r, &why);
    else
        read_steps(r);
}

/* Reads the piece that was begun. */
static void read_piece(struct recount *r)
{
    const struct db_step step = {&sql_select_cases, &r->args};

    db_array_begin(&r->args, DB_ARRAY_UUID);
    for (size_t i = 0; i < r->next.count; i++)
        db_item_uuid(&r->args, &r->found[r->next.from + i]);
    db_array_end(&r->args);
    ask(r, &step, 1, on_read);
}

static void begin_piece(struct recount *r)
{
    size_t most =
        r->is_hurried && r->limit > MOST_WHILE_WAITED_FOR ? MOST_WHILE_WAITED_FOR : r->limit;
    size_t left = r->found_count - r->found_at;

    r->next = (struct piece){.from = r->found_at, .count = left < most ? left : most};
    r->next.last = r->found[r->next.from + r->next.count - 1];
    r->found_at += r->next.count;
    read_piece(r);
}

/* What commands have changed since is read again. */
static void read_again(struct recount *r)
{
    struct piece same = {.from = r->next.from, .count = r->next.count, .last = r->next.last};

    forget_piece(&r->next);
    r->next = same;
    read_piece(r);
}

static void walk_on(struct recount *r)
{
    const struct db_step fetch = {&sql_fetch_stale_cases, NULL};

    if (r->next.is_read && r->next.is_touched)
        read_again(r);
    else if (r->next.count > 0)
        return; /* one ahead is enough */
    else if (r->found_at < r->found_count)
        begin_piece(r);
    else if (!r->ended)
        ask(r, &fetch, 1, on_fetched);
    else if (r->given.count == 0)
        mark(r);
}

/* ---- looking for what has changed ---- */

static char *copy(const PGresult *rows, int row, int column)
{
    return db_is_null(rows, row, column) ? NULL : mem_text(db_text(rows, row, column));
}

static void take_stale(struct recount *r, const PGresult *rows)
{
    r->stale.count = (size_t)PQntuples(rows);
    r->stale.items = mem_new(r->stale.count + 1, sizeof(*r->stale.items));
    for (int i = 0; i < PQntuples(rows); i++) {
        r->stale.items[i] =
            (struct stale_calendar){copy(rows, i, 0), copy(rows, i, 1), copy(rows, i, 2)};
        log_event(LOG_INFO, "calendar new or changed, counting open cases again", "calendar",
                  r->stale.items[i].code, "notice", r->stale.items[i].notice, NULL);
    }
}

static void begin_walk(struct recount *r)
{
    const struct db_step steps[] = {{&sql_close_stale_cases, NULL},
                                    {&sql_declare_stale_cases, NULL}};

    r->began_at = clock_mono_us();
    r->counted = r->moved = r->unreached = 0;
    ask(r, steps, COUNT(steps), on_declared);
}

static bool is_version(const PGresult *rows, int64_t version)
{
    return PQntuples(rows) == 1 && db_int(rows, 0, 0) == version;
}

/* The calendars in memory are those that the digests are of when the version is the same. */
static void on_looked(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct recount *r = ctx;
    int64_t version = catalogue_now(r->settings.watch)->version;
    struct err later = {.kind = ERR_BUSY};

    if (is_unwanted(r))
        return;
    if (e != NULL || !is_version(rows[0], version) || !is_version(rows[2], version)) {
        fail(r, e != NULL ? e : &later);
        return;
    }
    if (version != r->after_version)
        r->after = (struct uuid){0};
    r->version = r->after_version = version;
    take_stale(r, rows[1]);
    if (r->stale.count > 0)
        begin_walk(r);
}

static void look(struct recount *r)
{
    const struct db_step steps[] = {{&sql_select_catalogue_version, NULL},
                                    {&sql_select_stale_calendars, NULL},
                                    {&sql_select_catalogue_version, NULL}};

    ask(r, steps, COUNT(steps), on_looked);
}

bool recount_wants_look(const struct recount *r)
{
    return r->leads && !r->asking && db_is_ready(r->db) && loop_now_us(r->loop) >= r->not_before &&
           r->version != catalogue_now(r->settings.watch)->version;
}

void recount_look(struct recount *r)
{
    if (!recount_wants_look(r))
        return;
    begin_again(r);
    look(r);
}

void recount_walk(struct recount *r, bool somebody_waits)
{
    r->is_hurried = somebody_waits;
    if (r->walks && !r->asking)
        walk_on(r);
}

/* ---- giving ---- */

bool recount_is_ready(const struct recount *r)
{
    return r->leads && r->next.is_read && !r->next.is_touched && r->given.count == 0 &&
           r->version == catalogue_now(r->settings.watch)->version;
}

void recount_take(struct recount *r, struct workset *set)
{
    struct workset taken = r->next.set;

    taken.now = set->now;
    taken.head = set->head;
    *set = taken;
    r->next.set = (struct workset){0};
    r->given = r->next;
    r->next = (struct piece){0};
    moves_tell(&r->given.moves, &r->stale, set);
    recount_walk(r, r->is_hurried); /* the next piece is read while this one is written */
}

void recount_wrote(struct recount *r)
{
    metric_add(&cases_counted, (double)r->given.count);
    metric_add(&cases_moved, (double)r->given.moves.case_count);
    r->counted += r->given.count;
    r->moved += r->given.moves.case_count;
    r->unreached += r->given.moves.unreached;
    r->after = r->given.last;
    r->limit = 2 * r->limit < MOST ? 2 * r->limit : MOST;
    forget_piece(&r->given);
}

void recount_failed(struct recount *r, const struct err *e)
{
    size_t count = r->given.count;
    char id[UUID_TEXT_SIZE];

    if (e->kind != ERR_BUSY && count == 1) {
        log_event(LOG_ERROR, "a case could not be counted again", "case",
                  uuid_text(&r->given.last, id), "why", e->text, NULL);
        r->after = r->given.last;
    }
    if (e->kind != ERR_BUSY)
        r->limit = (count + 1) / 2;
    forget_piece(&r->given);
    fail(r, &(struct err){.kind = ERR_BUSY});
}

void recount_touched(struct recount *r, const struct workset *set)
{
    if (r->next.count == 0)
        return;
    for (const struct case_row *c = set->cases; c != NULL && !r->next.is_touched; c = c->hh.next)
        r->next.is_touched = is_of_next(r, &c->id);
}
