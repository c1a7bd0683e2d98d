/* SPDX-License-Identifier: Apache-2.0 */
/* cell - from the text of one cell to a field, by the type of its column.
 *
 * The types and their rules are those of schemas/catalogue.md. */
#ifndef CELL_H
#define CELL_H

#include "findings.h"

enum { CELL_ABSENT = -1 }; /* of a number, a time or a date */

/* The types of schemas/catalogue.md. */
enum column_type {
    COLUMN_CODE,   /* char * */
    COLUMN_NAME,   /* char * */
    COLUMN_TEXT,   /* char * */
    COLUMN_CHOICE, /* char *: one of words */
    COLUMN_WORD,   /* char *: a code or one of words */
    COLUMN_SHAPE,  /* char *: JSON, not read from a cell */
    COLUMN_CODES,  /* struct list, separated by ';' */
    COLUMN_WORDS,  /* likewise of COLUMN_WORD */
    COLUMN_NAMES,  /* struct list, separated by ',' */
    COLUMN_INT,    /* int64_t from min to max */
    COLUMN_TIME,   /* int64_t, seconds after midnight, at most max */
    COLUMN_DATE,   /* int64_t, 20260831 */
    COLUMN_YES,    /* int64_t, 1 or 0 */
};

/* An open key is a part of the key that may be absent, which comes before all others. */
enum { COLUMN_KEY = 1, COLUMN_REQUIRED = 2, COLUMN_OPEN_KEY = 4 };

struct column {
    const char *name;
    enum column_type type;
    unsigned flags;
    size_t offset; /* of the field in the row's struct */
    int64_t min, max;
    const char *const *words; /* ended by NULL */
    int refers;               /* the part whose key this is, plus 1; 0: none */
    const char *rule;         /* of such a reference; NULL: "reference" */
};

struct list {
    char **items;
    size_t count;
};

struct cell {
    const struct column *column;
    const char *text;
    size_t len;
};

enum cell_storage { CELL_IS_TEXT, CELL_IS_LIST, CELL_IS_INT };
enum cell_storage cell_storage(enum column_type type);

/* Sets the field (owned by the row) from a cell's text; what is wrong becomes a
 * finding and the field stays as it was. */
void cell_set(const struct cell *cell, void *field, struct place at, struct findings *f);

/* Whether text has the form of a code. */
bool cell_is_code(const char *text);

/* Whether word is one of the column's words. */
bool column_has_word(const struct column *column, const char *word);

#endif
