/* SPDX-License-Identifier: Apache-2.0 */
/* tally - figures of cases, gathered by unit, service or field. */
#ifndef TALLY_H
#define TALLY_H

#include "catalogue.h"

enum tally_by { TALLY_UNIT, TALLY_SERVICE, TALLY_FIELD, TALLY_BYS };
extern const char *const tally_bys[TALLY_BYS]; /* "unit", "service", "field" */

struct figures {
    int64_t received, answered, answered_on_time, open_late;
};

struct tally_row {
    char *code; /* of the unit or service; of a field its Vietnamese name */
    struct figures figures;
};

struct tally {
    const struct catalogue *catalogue;
    enum tally_by by;
    struct tally_row *rows; /* sorted by code after tally_sort */
    size_t count, room;
    struct figures total;
};

void tally_free(struct tally *tally);
/* Adds the rows of sql/sum_measures.sql, and those of sql/count_open_late.sql. */
void tally_measures(struct tally *tally, const PGresult *rows);
void tally_late(struct tally *tally, const PGresult *rows);
void tally_sort(struct tally *tally);

/* What was promised in time, of all that was due: the late ones that still wait count, too. NAN
 * when nothing was. */
double figures_on_time(const struct figures *f);
/* The kinder figure: of what was answered. */
double figures_on_time_of_answered(const struct figures *f);

#endif
