/* SPDX-License-Identifier: Apache-2.0 */
/* csv - RFC 4180, strictly: commas, double quotes, lines that end in LF or CRLF.
 *
 * Refused: a byte-order mark, a blank line, a CR that ends no line, a quote
 * within an unquoted cell, anything between a closing quote and the comma.
 * What is in the cells is not judged (bytes that are not UTF-8, NUL): a cell
 * has a length. */
#ifndef CSV_H
#define CSV_H

#include "err.h"

enum { CSV_MAX_CELLS = 64 };

struct csv_cell {
    const char *text; /* NUL-terminated behind len bytes */
    size_t len;
};

struct csv_row {
    size_t line; /* of its first character, from 1 */
    size_t count;
    struct csv_cell cells[CSV_MAX_CELLS];
};

struct csv;

/* Reads len bytes, which are to stay until csv_close. */
void csv_open(struct csv **out, const char *bytes, size_t len);
void csv_close(struct csv **csv);

/* 1: the next row, whose cells live until the next call. 0: there is none.
 * -1: the syntax is broken in row->line, and no more rows can be read. */
int csv_next(struct csv *csv, struct csv_row *row, struct err *e) CHECKED;

#endif
