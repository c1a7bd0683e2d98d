/* SPDX-License-Identifier: Apache-2.0 */
/* recount_walk - all open cases of changed calendars, piece by piece: found by a cursor, read,
 * counted, and in the end the calendars are marked as counted by. */
#include "recount_internal.h"

#include "sql_tracker.h" /* generated from sql/ */

#include "clock.h"
#include "log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_WHILE_WAITED_FOR = 250 };

/* Whether an answer is here that was waited for; without one the walk is given up. */
static bool has_come(struct recount *r, const struct err *e)
{
    if (recount_is_unwanted(r))
        return false;
    if (e != NULL)
        recount_give_up(r, e);
    return e == NULL;
}

/* ---- its end ---- */

static void on_marked(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct recount *r = ctx;
    char counted[24], moved[24], unreached[24], seconds[24];

    (void)rows;
    if (!has_come(r, e))
        return;
    snprintf(counted, sizeof(counted), "%zu", r->counted);
    snprintf(moved, sizeof(moved), "%zu", r->moved);
    snprintf(unreached, sizeof(unreached), "%zu", r->unreached);
    snprintf(seconds, sizeof(seconds), "%.1f",
             (double)(clock_mono_us() - r->began_at) / CLOCK_US_PER_S);
    log_event(r->unreached > 0 ? LOG_WARN : LOG_INFO, "open cases counted again", "cases", counted,
              "moved", moved, "not_reached_by_calendar", unreached, "seconds", seconds, NULL);
    recount_forget_stale(r);
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
    recount_ask(r, steps, COUNT(steps), on_marked);
}

/* ---- its pieces ---- */

static int compare_id(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct uuid));
}

/* The walk is in the order of ids: what an earlier one has done is passed over. */
static void take_found(struct recount *r, const PGresult *rows)
{
    r->found_count = r->found_at = 0;
    for (int row = 0; row < PQntuples(rows) && row < RECOUNT_MOST; row++) {
        r->found[r->found_count] = db_uuid(rows, row, 0);
        if (compare_id(&r->found[r->found_count], &r->after) > 0)
            r->found_count++;
    }
    r->ended = PQntuples(rows) == 0;
}

static void on_fetched(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct recount *r = ctx;

    if (has_come(r, e))
        take_found(r, rows[0]);
}

static void on_declared(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct recount *r = ctx;

    (void)rows;
    if (has_come(r, e))
        r->walks = true;
}

bool recount_is_of_next(const struct recount *r, const struct uuid *id)
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

    if (has_come(r, e))
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
        recount_ask(r, &step, 1, on_steps_read);
        return;
    }
    db_args_clear(&r->args);
    count_piece(r, NULL);
}

static void on_read(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct recount *r = ctx;
    struct err why;

    if (recount_is_unwanted(r))
        return;
    r->next.set.catalogue = catalogue_keep(catalogue_now(r->settings.watch));
    if (e != NULL)
        recount_give_up(r, e);
    else if (workset_load_cases(&r->next.set, rows[0], &why) < 0)
        recount_give_up(r, &why);
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
    recount_ask(r, &step, 1, on_read);
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

    recount_forget_piece(&r->next);
    r->next = same;
    read_piece(r);
}

void recount_walk_on(struct recount *r)
{
    const struct db_step fetch = {&sql_fetch_stale_cases, NULL};

    if (r->next.is_read && r->next.is_touched)
        read_again(r);
    else if (r->next.count > 0)
        return; /* one ahead is enough */
    else if (r->found_at < r->found_count)
        begin_piece(r);
    else if (!r->ended)
        recount_ask(r, &fetch, 1, on_fetched);
    else if (r->given.count == 0)
        mark(r);
}

void recount_begin_walk(struct recount *r)
{
    const struct db_step steps[] = {{&sql_close_stale_cases, NULL},
                                    {&sql_declare_stale_cases, NULL}};

    r->began_at = clock_mono_us();
    r->counted = r->moved = r->unreached = 0;
    recount_ask(r, steps, COUNT(steps), on_declared);
}
