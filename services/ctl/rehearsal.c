/* SPDX-License-Identifier: Apache-2.0 */
#include "rehearsal.h"

#include "clock.h"
#include "code.h"
#include "db_rows.h"
#include "mem.h"
#include "promise_steps.h"
#include "sheet.h"
#include "snapshot.h"
#include "sql_ctl.h"
#include "table.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SHOWN_CASES = 20, MOMENT_SIZE = 24 };

/* How many of a unit's cases of a service would move. */
struct group {
    char key[2 * CODE_SIZE]; /* the unit's code, then the service's */
    char unit[CODE_SIZE], service[CODE_SIZE];
    size_t count;
    UT_hash_handle hh;
};

struct rehearsal {
    struct catalogue_snapshot *snapshot;
    struct group *groups;
    struct sheet *cases;
    size_t looked_at, moved, unreached;
};

static void rehearsal_free(struct rehearsal *r)
{
    struct group *g, *next;

    HASH_ITER(hh, r->groups, g, next)
    {
        HASH_DEL(r->groups, g);
        free(g);
    }
    sheet_free(&r->cases);
    catalogue_snapshot_close(&r->snapshot);
}

static const char *moment(int64_t us, char out[MOMENT_SIZE])
{
    time_t seconds = (time_t)(us / CLOCK_US_PER_S);
    struct tm local;

    localtime_r(&seconds, &local);
    strftime(out, MOMENT_SIZE, "%Y-%m-%d %H:%M", &local);
    return out;
}

/* ---- counting ---- */

enum { ID, REFERENCE, SERVICE, UNIT, CLOCK_FROM, DUE_AT, CLOCK, AMOUNT, CALENDAR, HAS_STEPS };

static void count_group(struct rehearsal *r, const char *unit, const char *service)
{
    struct group *g, wanted = {.count = 0};

    snprintf(wanted.unit, sizeof(wanted.unit), "%s", unit);
    snprintf(wanted.service, sizeof(wanted.service), "%s", service);
    snprintf(wanted.key, sizeof(wanted.key), "%s %s", wanted.unit, wanted.service);
    HASH_FIND_STR(r->groups, wanted.key, g);
    if (g == NULL) {
        g = mem_new(1, sizeof(*g));
        *g = wanted;
        HASH_ADD_STR(r->groups, key, g);
    }
    g->count++;
}

static void tell_case(struct rehearsal *r, const PGresult *rows, int row, int64_t due_at)
{
    char from[MOMENT_SIZE], to[MOMENT_SIZE];

    count_group(r, db_text(rows, row, UNIT), db_text(rows, row, SERVICE));
    if (r->moved++ >= SHOWN_CASES)
        return;
    sheet_row(r->cases);
    sheet_cell(r->cases, "%s", db_text(rows, row, REFERENCE));
    sheet_cell(r->cases, "%s", db_text(rows, row, UNIT));
    sheet_cell(r->cases, "%s", db_text(rows, row, SERVICE));
    sheet_cell(r->cases, "%s", moment(db_time(rows, row, DUE_AT), from));
    sheet_cell(r->cases, "%s", moment(due_at, to));
}

static int count_case(struct rehearsal *r, const PGresult *rows, int row,
                      const struct promise_steps *steps, struct err *e)
{
    const struct catalogue_calendar *calendar =
        catalogue_calendar(catalogue_view(r->snapshot), db_text(rows, row, CALENDAR));
    const int64_t due_at = db_time(rows, row, DUE_AT);
    struct promise promise = {.from_us = db_time(rows, row, CLOCK_FROM),
                              .stands = {due_at, due_at},
                              .steps = steps->items,
                              .step_count = steps->count};
    struct promised counted;
    struct err unreached;

    r->looked_at++;
    promise.policy.amount = db_int(rows, row, AMOUNT);
    if (deadline_kind_read(db_text(rows, row, CLOCK), &promise.policy.kind, e) < 0)
        return err_in(e, db_text(rows, row, REFERENCE));
    if (calendar == NULL || promise_recount(&promise, calendar->worktime, &counted, &unreached) < 0)
        r->unreached++;
    else if (counted.due_us != due_at)
        tell_case(r, rows, row, counted.due_us);
    return 0;
}

enum { IDS_SIZE = 10000 * UUID_TEXT_SIZE + 3 }; /* of a piece, see sql/fetch_stale_cases.sql */

static int read_steps(struct pg *pg, const PGresult *rows, PGresult **out, struct err *e)
{
    AUTO(strbuf_free) struct strbuf ids = STRBUF(IDS_SIZE);
    char text[UUID_TEXT_SIZE];

    strbuf_addf(&ids, "{");
    for (int row = 0; row < PQntuples(rows); row++) {
        const struct uuid id = db_uuid(rows, row, ID);
        if (db_int(rows, row, HAS_STEPS) != 0)
            strbuf_addf(&ids, "%s%s", ids.len > 1 ? "," : "", uuid_text(&id, text));
    }
    strbuf_addf(&ids, "}");
    return pg_read(pg, &sql_list_promise_steps, PG_ARGS(strbuf_text(&ids)), out, e);
}

static int count_piece(struct rehearsal *r, struct pg *pg, const PGresult *rows, struct err *e)
{
    AUTO(pg_rows_clear) PGresult *step_rows = NULL;
    AUTO(promise_steps_free) struct promise_steps steps = {0};

    if (read_steps(pg, rows, &step_rows, e) < 0)
        return -1;
    steps.rows = step_rows;
    for (int row = 0; row < PQntuples(rows); row++) {
        const struct uuid id = db_uuid(rows, row, ID);
        promise_steps_take(&steps, &id);
        if (count_case(r, rows, row, &steps, e) < 0)
            return -1;
    }
    return 0;
}

static int walk(struct rehearsal *r, struct pg *pg, struct err *e)
{
    int count;

    if (pg_do(pg, &sql_declare_stale_cases, NULL, e) < 0)
        return -1;
    do {
        AUTO(pg_rows_clear) PGresult *rows = NULL;
        if (pg_read(pg, &sql_fetch_stale_cases, NULL, &rows, e) < 0)
            return -1;
        count = PQntuples(rows);
        if (count > 0 && count_piece(r, pg, rows, e) < 0)
            return -1;
    } while (count > 0);
    return 0;
}

/* ---- telling ---- */

static int by_count(const struct group *a, const struct group *b)
{
    return a->count != b->count ? (a->count < b->count ? 1 : -1) : strcmp(a->key, b->key);
}

static void print_groups(struct ctl *ctl, struct rehearsal *r)
{
    static const struct sheet_column columns[] = {
        {"unit", false}, {"service", false}, {"cases", true}, {0}};
    AUTO(sheet_free) struct sheet *sheet = sheet_new(columns);

    HASH_SORT(r->groups, by_count);
    for (const struct group *g = r->groups; g != NULL; g = g->hh.next) {
        sheet_row(sheet);
        sheet_cell(sheet, "%s", g->unit);
        sheet_cell(sheet, "%s", g->service);
        sheet_cell(sheet, "%zu", g->count);
    }
    sheet_print(sheet, 2, ctl->out);
}

static void print_calendars(const struct ctl *ctl, const PGresult *stale)
{
    for (int i = 0; i < PQntuples(stale); i++)
        ctl_say(ctl, "calendar %s counts otherwise%s%s\n", PQgetvalue(stale, i, 0),
                PQgetvalue(stale, i, 1)[0] != '\0' ? ": " : "", PQgetvalue(stale, i, 1));
}

static void print(struct ctl *ctl, struct rehearsal *r)
{
    ctl_say(ctl, "open cases to count again: %zu; due times that would move: %zu\n", r->looked_at,
            r->moved);
    if (r->unreached > 0)
        ctl_say(ctl, "beyond the years of their calendar, as they are: %zu\n", r->unreached);
    if (r->moved == 0)
        return;
    print_groups(ctl, r);
    if (r->moved > SHOWN_CASES)
        ctl_say(ctl, "the first %d of the cases:\n", SHOWN_CASES);
    sheet_print(r->cases, 2, ctl->out);
}

int rehearse_moves(struct ctl *ctl, struct pg *pg, struct err *e)
{
    static const struct sheet_column columns[] = {{"case", false},         {"unit", false},
                                                  {"service", false},      {"due", false},
                                                  {"would be due", false}, {0}};
    AUTO(rehearsal_free) struct rehearsal r = {.cases = sheet_new(columns)};
    AUTO(pg_rows_clear) PGresult *stale = NULL;

    if (pg_run(pg, &sql_list_stale_calendars, NULL, &stale, e) < 0)
        return -1;
    if (PQntuples(stale) == 0) {
        ctl_say(ctl, "no calendar counts otherwise: no due time would move\n");
        return 0;
    }
    print_calendars(ctl, stale);
    if (snapshot_read(pg, &r.snapshot, e) < 0 || walk(&r, pg, e) < 0)
        return -1;
    print(ctl, &r);
    return 0;
}
