/* SPDX-License-Identifier: Apache-2.0 */
#include "tally.h"

#include "mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const tally_bys[TALLY_BYS] = {
    [TALLY_UNIT] = "unit", [TALLY_SERVICE] = "service", [TALLY_FIELD] = "field"};

void tally_free(struct tally *tally)
{
    for (size_t i = 0; i < tally->count; i++)
        free(tally->rows[i].code);
    free(tally->rows);
    tally->rows = NULL;
    tally->count = tally->room = 0;
}

static const char *code_of(const struct tally *tally, const char *unit, const char *service)
{
    const struct catalogue_service *s = catalogue_service(tally->catalogue, service);

    if (tally->by == TALLY_UNIT)
        return unit;
    return tally->by == TALLY_SERVICE || s == NULL ? service : s->group_vi;
}

/* Units and services are a few hundred, so a walk is as good as a table. */
static struct figures *figures_of(struct tally *tally, const char *unit, const char *service)
{
    const char *code = code_of(tally, unit, service);
    size_t i = 0;

    while (i < tally->count && strcmp(tally->rows[i].code, code) != 0)
        i++;
    if (i == tally->count) {
        if (tally->count == tally->room) {
            tally->room = 2 * tally->room + 16;
            tally->rows = mem_resize(tally->rows, tally->room * sizeof(*tally->rows));
        }
        tally->rows[tally->count++] = (struct tally_row){.code = mem_text(code)};
    }
    return &tally->rows[i].figures;
}

static int64_t *member(struct figures *f, const char *measure)
{
    if (strcmp(measure, "received") == 0)
        return &f->received;
    return strcmp(measure, "answered") == 0 ? &f->answered : &f->answered_on_time;
}

void tally_measures(struct tally *tally, const PGresult *rows)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        const char *measure = db_text(rows, i, 2);
        int64_t value = db_int(rows, i, 3);
        *member(figures_of(tally, db_text(rows, i, 0), db_text(rows, i, 1)), measure) += value;
        *member(&tally->total, measure) += value;
    }
}

void tally_late(struct tally *tally, const PGresult *rows)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        int64_t value = db_int(rows, i, 2);
        figures_of(tally, db_text(rows, i, 0), db_text(rows, i, 1))->open_late += value;
        tally->total.open_late += value;
    }
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct tally_row *)a)->code, ((const struct tally_row *)b)->code);
}

void tally_sort(struct tally *tally)
{
    if (tally->count > 0)
        qsort(tally->rows, tally->count, sizeof(*tally->rows), compare);
}

static double share(int64_t part, int64_t whole)
{
    return whole > 0 ? round(10000.0 * (double)part / (double)whole) / 10000 : (double)NAN;
}

double figures_on_time(const struct figures *f)
{
    return share(f->answered_on_time, f->answered + f->open_late);
}

double figures_on_time_of_answered(const struct figures *f)
{
    return share(f->answered_on_time, f->answered);
}
