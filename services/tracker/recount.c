/* SPDX-License-Identifier: Apache-2.0 */
#include "recount_internal.h"

#include "sql_common.h"  /* generated from common/sql/ */
#include "sql_tracker.h" /* generated from sql/ */

#include "clock.h"
#include "log.h"
#include "mem.h"
#include "metrics.h"

#include <stdlib.h>
#include <string.h>

enum { AGAIN_US = 500000 };

METRIC_COUNTER(cases_counted, "dunghen_tracker_recounted_total",
               "Open cases whose due time was counted again by a changed calendar.");
METRIC_COUNTER(cases_moved, "dunghen_tracker_due_moved_total",
               "Cases whose due time a changed calendar has moved.");

static const struct sql *const *const statements[] = {sql_tracker_all, sql_common_all, NULL};
static const char *const session[] = {"SET jit = off", NULL};

/* ---- beginning and ending ---- */

void recount_forget_piece(struct piece *piece)
{
    catalogue_drop(&piece->set.catalogue);
    workset_free(&piece->set);
    moves_free(&piece->moves);
    *piece = (struct piece){0};
}

void recount_forget_stale(struct recount *r)
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
    recount_forget_piece(&r->next);
    recount_forget_stale(r);
    r->walks = r->ended = false;
    r->found_count = r->found_at = 0;
    r->version = -1;
    r->deaf = r->asking;
}

void recount_give_up(struct recount *r, const struct err *e)
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
    r->limit = RECOUNT_MOST;
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
    recount_forget_piece(&r->given);
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

bool recount_is_unwanted(struct recount *r)
{
    bool deaf = r->deaf;

    r->asking = r->deaf = false;
    return deaf;
}

void recount_ask(struct recount *r, const struct db_step *steps, int count, db_fn *done)
{
    struct err e;

    if (db_send(r->db, steps, count, done, r, &e) < 0)
        recount_give_up(r, &e);
    else
        r->asking = true;
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

    if (recount_is_unwanted(r))
        return;
    if (e != NULL || !is_version(rows[0], version) || !is_version(rows[2], version)) {
        recount_give_up(r, e != NULL ? e : &later);
        return;
    }
    if (version != r->after_version)
        r->after = (struct uuid){0};
    r->version = r->after_version = version;
    take_stale(r, rows[1]);
    if (r->stale.count > 0)
        recount_begin_walk(r);
}

static void look(struct recount *r)
{
    const struct db_step steps[] = {{&sql_select_catalogue_version, NULL},
                                    {&sql_select_stale_calendars, NULL},
                                    {&sql_select_catalogue_version, NULL}};

    recount_ask(r, steps, COUNT(steps), on_looked);
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
        recount_walk_on(r);
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
    r->limit = 2 * r->limit < RECOUNT_MOST ? 2 * r->limit : RECOUNT_MOST;
    recount_forget_piece(&r->given);
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
    recount_forget_piece(&r->given);
    recount_give_up(r, &(struct err){.kind = ERR_BUSY});
}

void recount_touched(struct recount *r, const struct workset *set)
{
    if (r->next.count == 0)
        return;
    for (const struct case_row *c = set->cases; c != NULL && !r->next.is_touched; c = c->hh.next)
        r->next.is_touched = recount_is_of_next(r, &c->id);
}
