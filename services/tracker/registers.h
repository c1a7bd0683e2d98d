/* SPDX-License-Identifier: Apache-2.0 */
/* registers - the last number of each register of letters: of a unit, a kind and a year.
 *
 * They are known in memory as long as this tracker leads, as the end of the chain is. A batch takes
 * numbers when it is decided and gives them back when it is not written; batches are decided one
 * after the other and thrown away the last one first. So there is no gap and no repetition,
 * whatever fails. */
#ifndef REGISTERS_H
#define REGISTERS_H

#include "db.h"
#include "table.h"

struct register_row {
    char key[400]; /* year, kind and unit, a space between them: kinds are words of ours without one
                    */
    char unit[162];
    const char *kind;
    int year;
    int64_t last;
    UT_hash_handle hh;
};

struct registers {
    struct register_row *rows;
};

/* The numbers that one batch has taken. Begin with {0}. */
struct taken {
    struct taken_row {
        struct register_row *of;
        int64_t count;
    } * rows;
    size_t count, room;
};

/* Forgets what was known, then takes over the rows of sql/select_letter_numbers.sql. No batch has
 * anything taken then. */
void registers_load(struct registers *registers, const PGresult *rows);
void registers_free(struct registers *registers);

/* The next number; kind is a literal. */
int64_t registers_take(struct registers *registers, struct taken *taken, const char *unit,
                       const char *kind, int year);
/* The batch is not written. */
void taken_drop(struct taken *taken);
void taken_free(struct taken *taken);

#endif
