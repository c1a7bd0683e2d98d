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

static const char *code_of_service(const struct tally *tally, const char *service)
{
    const struct catalogue_service *s = catalogue_service(tally->catalogue, service);

    return tally->by == TALLY_SERVICE || s == NULL ? service : s->group_vi;
}

/* Units and services are a few hundred, so a walk is as good as a table. */
static struct figures *figures_of(struct tally *tally, const char *unit, const char *service)
{
    const char *code = tally->by == TALLY_UNIT ? unit : code_of_service(tally, service);
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

/* Keep in step with the measures of sql/sum_measures.sql and sql/sum_days.sql. */
static const struct {
    const char *measure;
    size_t offset;
} members[] = {
    {"received", offsetof(struct figures, received)},
    {"answered", offsetof(struct figures, answered)},
    {"answered_on_time", offsetof(struct figures, answered_on_time)},
    {"merged_answered", offsetof(struct figures, merged_answered)},
    {"apologised", offsetof(struct figures, apologised)},
    {"apologised_on_time", offsetof(struct figures, apologised_on_time)},
    {"rated_1", offsetof(struct figures, rated)},
    {"rated_2", offsetof(struct figures, rated) + sizeof(int64_t)},
    {"rated_3", offsetof(struct figures, rated) + 2 * sizeof(int64_t)},
    {"rated_4", offsetof(struct figures, rated) + 3 * sizeof(int64_t)},
    {"rated_5", offsetof(struct figures, rated) + 4 * sizeof(int64_t)},
};

void figures_add(struct figures *f, const char *measure, int64_t value)
{
    for (size_t i = 0; i < COUNT(members); i++)
        if (strcmp(members[i].measure, measure) == 0)
            *(int64_t *)(void *)((char *)f + members[i].offset) += value;
}

void tally_measures(struct tally *tally, const PGresult *rows)
{
    const char *dimension = tally->by == TALLY_UNIT ? "unit" : "service";

    for (int i = 0; i < PQntuples(rows); i++) {
        const char *code = db_text(rows, i, 1), *measure = db_text(rows, i, 2);
        int64_t value = db_int(rows, i, 3);
        if (strcmp(db_text(rows, i, 0), dimension) != 0)
            continue;
        figures_add(figures_of(tally, code, code), measure, value);
        figures_add(&tally->total, measure, value);
    }
}

static bool wants_letter(const struct catalogue *c, const char *service, int32_t day)
{
    const struct catalogue_service *s = catalogue_service(c, service);
    const struct catalogue_regime *regime = s != NULL ? catalogue_regime(c, s->regime, day) : NULL;

    return regime != NULL && regime->apology;
}

void tally_late(struct tally *tally, const PGresult *rows)
{
    int32_t day = catalogue_day(tally->cut_off);

    for (int i = 0; i < PQntuples(rows); i++) {
        const char *service = db_text(rows, i, 1);
        struct figures *f = figures_of(tally, db_text(rows, i, 0), service);
        int64_t late = db_int(rows, i, 2);
        int64_t owed = wants_letter(tally->catalogue, service, day) ? db_int(rows, i, 3) : 0;
        f->open_late += late;
        f->letters_owed += owed;
        tally->total.open_late += late;
        tally->total.letters_owed += owed;
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

int64_t figures_rated(const struct figures *f)
{
    int64_t sum = 0;

    for (size_t i = 0; i < TALLY_SCORES; i++)
        sum += f->rated[i];
    return sum;
}

int64_t figures_satisfied_count(const struct figures *f)
{
    int64_t sum = 0;

    for (size_t i = TALLY_SATISFIED_FROM - 1; i < TALLY_SCORES; i++)
        sum += f->rated[i];
    return sum;
}

double figures_satisfied(const struct figures *f)
{
    return share(figures_satisfied_count(f), figures_rated(f));
}

double figures_response(const struct figures *f)
{
    return share(figures_rated(f), f->answered + f->merged_answered);
}
