/* SPDX-License-Identifier: Apache-2.0 */
/* rowset - rows of text read into structs, described by one list of columns. */
#ifndef ROWSET_H
#define ROWSET_H

#include "cell.h"

#include <jansson.h>

/* The first member of each row's struct. */
struct row {
    size_t line;
    char *key; /* texts of the key columns, joined; NULL when one is missing or wrong */
};

struct rowset_spec {
    const char *file;
    size_t row_size, max_bytes, max_rows;
    const struct column *columns; /* ended by a name of NULL */
    bool repeats;                 /* rows may have the same key (then: sorted by it) */
};

struct rowset_entry {
    const struct row *row;
};

struct rowset {
    const struct rowset_spec *spec;
    char *rows;
    size_t count, room;
    struct rowset_entry *index; /* by key, then by line; set by rowset_index */
    size_t indexed;
    bool partial; /* not all keys are known: a reference may be right without being found */
};

void rowset_init(struct rowset *t, const struct rowset_spec *spec);
void rowset_free(struct rowset *t);

/* A new row with everything absent; valid until the next one. */
struct row *rowset_add(struct rowset *t, size_t line);
const void *rowset_row(const struct rowset *t, size_t i);

/* Sets one field from a cell's text; what is wrong becomes a finding and the
 * field stays absent. */
void rowset_set(struct rowset *t, struct row *row, const struct cell *cell, struct findings *f);

/* Joins the texts of the key columns; after the last rowset_set of a row. */
void rowset_finish(struct rowset *t, struct row *row);

/* Sorts the rows by key; a key that occurs twice is a finding. After the last row. */
void rowset_index(struct rowset *t, struct findings *f);

/* NULL when no row has that key. */
const void *rowset_find(const struct rowset *t, const char *key);
/* A key of two columns. */
const void *rowset_find2(const struct rowset *t, const char *first, const char *second);

char *const *rowset_text_field(const struct column *column, const struct row *row);
const int64_t *rowset_int_field(const struct column *column, const struct row *row);
const struct list *rowset_list_field(const struct column *column, const struct row *row);

/* An array of objects, one a row with the columns as keys and "line"; a new reference. */
json_t *rowset_json(const struct rowset *t) CHECKED;

#endif
