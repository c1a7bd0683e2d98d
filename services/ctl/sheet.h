/* SPDX-License-Identifier: Apache-2.0 */
/* sheet - rows of text printed in columns that are as wide as they must be. */
#ifndef SHEET_H
#define SHEET_H

#include "strbuf.h"

#include <stdio.h>

enum { SHEET_MAX_COLUMNS = 12 };

struct sheet_column {
    const char *title;
    bool right; /* flush right, as numbers are */
};

struct sheet;

/* columns ends with {0} and outlives the sheet. */
struct sheet *sheet_new(const struct sheet_column columns[]);
void sheet_free(struct sheet **sheet);

/* Begins a row; its cells follow from left to right, those that do not come stay empty. */
void sheet_row(struct sheet *sheet);
void sheet_cell(struct sheet *sheet, const char *fmt, ...) PRINTF(2, 3);

size_t sheet_rows(const struct sheet *sheet);

/* Titles and rows, each line after indent spaces. Widths count characters, not bytes. */
void sheet_print(const struct sheet *sheet, int indent, FILE *out);

#endif
