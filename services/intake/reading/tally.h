/* SPDX-License-Identifier: Apache-2.0 */
/* tally - figures of cases, gathered by unit, service or field. */
#ifndef TALLY_H
#define TALLY_H

#include "catalogue.h"

enum tally_by { TALLY_UNIT, TALLY_SERVICE, TALLY_FIELD, TALLY_BYS };
extern const char *const tally_bys[TALLY_BYS]; /* "unit", "service", "field" */

enum { TALLY_SCORES = 5, TALLY_SATISFIED_FROM = 4 };

struct figures {
    int64_t received, answered, answered_on_time, open_late;
    int64_t merged_answered; /* who got the answer to a case that theirs had been merged into */
    int64_t apologised, apologised_on_time; /* letters issued; before the promise had passed */
    int64_t letters_owed;        /* late and open, without the letter that its regime wants */
    int64_t rated[TALLY_SCORES]; /* by score, 1 first */
};

struct tally_row {
    char *code; /* of the unit or service; of a field its Vietnamese name */
    struct figures figures;
};

struct tally {
    const struct catalogue *catalogue;
    enum tally_by by;
    int64_t cut_off;        /* for the regimes in force on its day */
    struct tally_row *rows; /* sorted by code after tally_sort */
    size_t count, room;
    struct figures total;
};

void tally_free(struct tally *tally);
/* Adds the rows of sql/sum_measures.sql, and those of sql/count_open_late.sql. */
void tally_measures(struct tally *tally, const PGresult *rows);
void tally_late(struct tally *tally, const PGresult *rows);
void tally_sort(struct tally *tally);

/* Adds to what a measure of the ledger counts; others are not counted here. */
void figures_add(struct figures *f, const char *measure, int64_t value);

/* What was promised in time, of all that was due: the late ones that still wait count, too. NAN
 * when nothing was. */
double figures_on_time(const struct figures *f);
/* The kinder figure: of what was answered. */
double figures_on_time_of_answered(const struct figures *f);
int64_t figures_rated(const struct figures *f);
int64_t figures_satisfied_count(const struct figures *f); /* with a score of 4 or 5 */
/* Of those who judged their answer. NAN when nobody has. */
double figures_satisfied(const struct figures *f);
/* How many judged, of those who got an answer: ratings of older answers count, too. */
double figures_response(const struct figures *f);

#endif
