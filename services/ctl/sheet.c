/* SPDX-License-Identifier: Apache-2.0 */
#include "sheet.h"

#include "mem.h"
#include "text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { CELL_SIZE = 1000 };

struct sheet {
    const struct sheet_column *columns;
    size_t count; /* of columns */
    char **cells; /* count a row; NULL: empty */
    size_t rows, room;
    size_t column; /* of the next cell */
};

struct sheet *sheet_new(const struct sheet_column columns[])
{
    struct sheet *sheet = mem_new(1, sizeof(*sheet));

    sheet->columns = columns;
    while (columns[sheet->count].title != NULL)
        sheet->count++;
    assert(sheet->count <= SHEET_MAX_COLUMNS);
    return sheet;
}

void sheet_free(struct sheet **sheet)
{
    struct sheet *s = *sheet;

    if (s == NULL)
        return;
    for (size_t i = 0; i < s->rows * s->count; i++)
        free(s->cells[i]);
    free(s->cells);
    free(s);
    *sheet = NULL;
}

void sheet_row(struct sheet *sheet)
{
    if (sheet->rows == sheet->room) {
        sheet->room = 2 * sheet->room + 16;
        sheet->cells = mem_resize(sheet->cells, sheet->room * sheet->count * sizeof(char *));
    }
    memset(&sheet->cells[sheet->rows * sheet->count], 0, sheet->count * sizeof(char *));
    sheet->rows++;
    sheet->column = 0;
}

void sheet_cell(struct sheet *sheet, const char *fmt, ...)
{
    char text[CELL_SIZE];
    va_list ap;

    assert(sheet->rows > 0 && sheet->column < sheet->count);
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    sheet->cells[(sheet->rows - 1) * sheet->count + sheet->column++] = mem_text(text);
}

size_t sheet_rows(const struct sheet *sheet)
{
    return sheet->rows;
}

static const char *cell(const struct sheet *s, size_t row, size_t column)
{
    const char *text = s->cells[row * s->count + column];

    return text != NULL ? text : "";
}

static size_t width_of(const struct sheet *s, size_t column)
{
    size_t width = strlen(s->columns[column].title);

    for (size_t i = 0; i < s->rows; i++) {
        const char *text = cell(s, i, column);
        size_t len = text_length(text, strlen(text));
        width = len > width ? len : width;
    }
    return width;
}

/* gap is what came before on the line and is not written yet: no line ends with spaces. */
static size_t print_cell(const char *text, size_t width, bool right, size_t gap, FILE *out)
{
    size_t len = text_length(text, strlen(text));
    size_t rest = width - len;

    if (right) {
        gap += rest;
        rest = 0;
    }
    if (len == 0)
        return gap + rest;
    fprintf(out, "%*s%s", (int)gap, "", text);
    return rest;
}

void sheet_print(const struct sheet *sheet, int indent, FILE *out)
{
    size_t widths[SHEET_MAX_COLUMNS];

    for (size_t c = 0; c < sheet->count; c++)
        widths[c] = width_of(sheet, c);
    for (size_t line = 0; line <= sheet->rows; line++) {
        size_t gap = (size_t)indent;
        for (size_t c = 0; c < sheet->count; c++) {
            const char *text = line == 0 ? sheet->columns[c].title : cell(sheet, line - 1, c);
            gap = print_cell(text, widths[c], sheet->columns[c].right, gap, out) + 2;
        }
        fputc('\n', out);
    }
}
