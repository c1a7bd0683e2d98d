/* SPDX-License-Identifier: Apache-2.0 */
/* table - rows of text read into structs, described by one list of columns. */
#ifndef TABLE_H
#define TABLE_H

#include "cell.h"

#include <jansson.h>

/* The first member of each row's struct. */
struct row {
    size_t line;
    char *key; /* texts of the key columns, joined; NULL when one is missing or wrong */
};

struct table_spec {
    const char *file;
    size_t row_size, max_bytes, max_rows;
    const struct column *columns; /* ended by a name of NULL */
    bool repeats;                 /* rows may have the same key (then: sorted by it) */
};

struct table_entry {
    const struct row *row;
};

struct table {
    const struct table_spec *spec;
    char *rows;
    size_t count, room;
    struct table_entry *index; /* by key, then by line; set by table_index */
    size_t indexed;
    bool partial; /* not all keys are known: a reference may be right without being found */
};

void table_init(struct table *t, const struct table_spec *spec);
void table_free(struct table *t);

/* A new row with everything absent; valid until the next one. */
struct row *table_add(struct table *t, size_t line);
const void *table_row(const struct table *t, size_t i);

/* Sets one field from a cell's text; what is wrong becomes a finding and the
 * field stays absent. */
void table_set(struct table *t, struct row *row, const struct cell *cell, struct findings *f);

/* Joins the texts of the key columns; after the last table_set of a row. */
void table_finish(struct table *t, struct row *row);

/* Sorts the rows by key; a key that occurs twice is a finding. After the last row. */
void table_index(struct table *t, struct findings *f);

/* NULL when no row has that key. */
const void *table_find(const struct table *t, const char *key);
/* A key of two columns. */
const void *table_find2(const struct table *t, const char *first, const char *second);

char *const *table_text_field(const struct column *column, const struct row *row);
const int64_t *table_int_field(const struct column *column, const struct row *row);
const struct list *table_list_field(const struct column *column, const struct row *row);

/* An array of objects, one a row with the columns as keys and "line"; a new reference. */
json_t *table_json(const struct table *t) CHECKED;

#endif
