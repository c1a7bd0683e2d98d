/* SPDX-License-Identifier: Apache-2.0 */
#include "catalogue_load.h"

#include "rehearsal.h"
#include "sql_ctl.h"
#include "strbuf.h"

#include <stdlib.h>
#include <string.h>

/* Longer than all codes of a part. */
enum { TOLD_MAX = 8 * 1024 * 1024 };

/* A part's rows as JSON and the statements that take them, in the order of the
 * foreign keys. */
struct step {
    enum draft_part part;
    const struct sql *sql;
    const char *said; /* how rows returned are told; NULL: they are not */
};

static const struct step steps[] = {
    {DRAFT_CALENDARS, &sql_put_calendars, NULL},
    {DRAFT_HOURS, &sql_put_calendar_hours, NULL},
    {DRAFT_DAYS, &sql_put_calendar_days, NULL},
    {DRAFT_UNITS, &sql_put_units, NULL},
    {DRAFT_UNITS, &sql_end_units, "unit ended"},
    {DRAFT_AREAS, &sql_put_areas, NULL},
    {DRAFT_SERVICES, &sql_put_services, NULL},
    {DRAFT_SERVICES, &sql_retire_services, "service retired"},
    {DRAFT_ATTRIBUTES, &sql_put_attributes, NULL},
    {DRAFT_VALUES, &sql_put_attribute_values, NULL},
    {DRAFT_ROUTES, &sql_put_routes, NULL},
    {DRAFT_REGIMES, &sql_put_regimes, NULL},
    {DRAFT_LIMITS, &sql_put_regime_limits, NULL},
    {DRAFT_REASONS, &sql_put_reasons, NULL},
    {DRAFT_PEOPLE, &sql_put_people, NULL},
    {DRAFT_TEMPLATES, &sql_put_templates, NULL},
    {DRAFT_GATEWAYS, &sql_put_gateways, NULL},
    {DRAFT_ATTACHMENTS, &sql_put_attachment_limits, NULL},
    {DRAFT_BURSTS, &sql_put_bursts, NULL},
    {DRAFT_CITY, &sql_put_catalogue, "version"},
};

static void free_text(char **text)
{
    free(*text);
}

static char *part_json(const struct rowset *t)
{
    json_t *rows = rowset_json(t);
    char *text = json_dumps(rows, JSON_COMPACT);

    json_decref(rows);
    return text;
}

/* The parameters after the rows, of the statements that have more. */
static struct pg_args args_of(const struct step *step, const struct draft *d,
                              const char *values[static 3])
{
    const struct draft_city *city = rowset_row(&d->parts[DRAFT_CITY], 0);

    if (step->sql == &sql_put_units) {
        values[1] = city->calendar;
        return (struct pg_args){values, 2};
    }
    if (step->sql == &sql_end_units) {
        values[1] = city->timezone;
        values[2] = city->calendar;
        return (struct pg_args){values, 3};
    }
    return (struct pg_args){values, 1};
}

/* What is to be told is gathered: nothing is said before the commit. */
static int run_step(const struct step *step, const struct draft *d, struct pg *pg,
                    struct strbuf *told, struct err *e)
{
    AUTO(free_text) char *rows_in = part_json(&d->parts[step->part]);
    AUTO(pg_rows_clear) PGresult *rows = NULL;
    const char *values[3] = {rows_in};
    struct pg_args args = args_of(step, d, values);

    if (pg_run(pg, step->sql, &args, &rows, e) < 0)
        return -1;
    for (int i = 0; step->said != NULL && i < PQntuples(rows); i++)
        strbuf_addf(told, "%s %s\n", step->said, PQgetvalue(rows, i, 0));
    return 0;
}

/* Sentinel hands over what units have that have ended. */
static int tell_left(const struct draft *d, struct pg *pg, struct strbuf *told, struct err *e)
{
    const struct draft_city *city = rowset_row(&d->parts[DRAFT_CITY], 0);
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    if (pg_run(pg, &sql_count_left_tasks, PG_ARGS(city->timezone), &rows, e) < 0)
        return -1;
    for (int i = 0; i < PQntuples(rows); i++)
        strbuf_addf(told, "unit %s has ended; its open cases (%s) move to %s\n",
                    PQgetvalue(rows, i, 0), PQgetvalue(rows, i, 1),
                    PQgetisnull(rows, i, 2) == 0 ? PQgetvalue(rows, i, 2) : "the desk");
    return 0;
}

/* Beyond its calendar's last year nothing can be promised, and nothing is flagged. */
static int tell_ending(const struct draft *d, struct pg *pg, struct strbuf *told, struct err *e)
{
    const struct draft_city *city = rowset_row(&d->parts[DRAFT_CITY], 0);
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    if (pg_run(pg, &sql_list_ending_calendars, PG_ARGS(city->timezone), &rows, e) < 0)
        return -1;
    for (int i = 0; i < PQntuples(rows); i++)
        strbuf_addf(told,
                    "calendar %s ends with %s: nothing can be promised beyond; load it with its "
                    "next years\n",
                    PQgetvalue(rows, i, 0), PQgetvalue(rows, i, 1));
    return 0;
}

/* ---- what has changed ---- */

enum { COLUMN_PART, COLUMN_ROW_KEY, COLUMN_DIGEST };

/* How row i of a stands to row k of b: as strcmp; past the end is last. */
static int compare(const PGresult *a, int i, const PGresult *b, int k)
{
    if (i == PQntuples(a) || k == PQntuples(b))
        return (i == PQntuples(a)) - (k == PQntuples(b));
    int parts = strcmp(PQgetvalue(a, i, COLUMN_PART), PQgetvalue(b, k, COLUMN_PART));
    return parts != 0 ? parts
                      : strcmp(PQgetvalue(a, i, COLUMN_ROW_KEY), PQgetvalue(b, k, COLUMN_ROW_KEY));
}

struct counts {
    int added, changed, removed, same;
};

static void say_counts(const struct ctl *ctl, const char *part, const struct counts *c)
{
    ctl_say(ctl, "%-17s %4d added, %4d changed, %4d removed, %4d as before\n", part, c->added,
            c->changed, c->removed, c->same);
}

/* Both lists are sorted by part and key: one walk along the two. */
static void say_changes(const struct ctl *ctl, const PGresult *before, const PGresult *after)
{
    struct counts counts = {0};
    const char *part = NULL;
    int i = 0, k = 0;

    while (i < PQntuples(before) || k < PQntuples(after)) {
        int order = compare(before, i, after, k);
        const char *now = PQgetvalue(order <= 0 ? before : after, order <= 0 ? i : k, COLUMN_PART);
        if (part != NULL && strcmp(part, now) != 0) {
            say_counts(ctl, part, &counts);
            counts = (struct counts){0};
        }
        part = now;
        bool same = order == 0 && strcmp(PQgetvalue(before, i, COLUMN_DIGEST),
                                         PQgetvalue(after, k, COLUMN_DIGEST)) == 0;
        *(order < 0   ? &counts.removed
          : order > 0 ? &counts.added
          : same      ? &counts.same
                      : &counts.changed) += 1;
        i += order <= 0;
        k += order >= 0;
    }
    if (part != NULL)
        say_counts(ctl, part, &counts);
}

/* What is not committed did not happen. */
static int end(struct ctl *ctl, struct pg *pg, bool dry_run, struct err *e)
{
    if (!dry_run)
        return pg_commit(pg, e);
    if (rehearse_moves(ctl, pg, e) < 0)
        return -1;
    ctl_say(ctl, "\nThis was a dry run: nothing is changed. The load would do this:\n");
    return 0;
}

int catalogue_load(const struct draft *d, struct ctl *ctl, struct pg *pg, bool dry_run,
                   struct err *e)
{
    AUTO(pg_rows_clear) PGresult *before = NULL;
    AUTO(pg_rows_clear) PGresult *after = NULL;
    AUTO(strbuf_free) struct strbuf told = STRBUF(TOLD_MAX);
    AUTO(free_text) char *services = part_json(&d->parts[DRAFT_SERVICES]);
    AUTO(free_text) char *regimes = part_json(&d->parts[DRAFT_REGIMES]);

    if (pg_begin(pg, e) < 0 || pg_do(pg, &sql_lock_catalogue, NULL, e) < 0 ||
        pg_run(pg, &sql_list_catalogue, NULL, &before, e) < 0 ||
        pg_do(pg, &sql_clear_catalogue, PG_ARGS(services, regimes), e) < 0)
        return -1;
    for (size_t i = 0; i < COUNT(steps); i++)
        if (run_step(&steps[i], d, pg, &told, e) < 0)
            return -1;
    if (tell_left(d, pg, &told, e) < 0 || tell_ending(d, pg, &told, e) < 0 ||
        pg_run(pg, &sql_list_catalogue, NULL, &after, e) < 0 || end(ctl, pg, dry_run, e) < 0)
        return -1;
    ctl_say(ctl, "%s", strbuf_text(&told) != NULL ? strbuf_text(&told) : "");
    say_changes(ctl, before, after);
    return 0;
}
