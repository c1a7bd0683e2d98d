/* SPDX-License-Identifier: Apache-2.0 */
#include "csv.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

struct csv {
    const char *at, *end;
    size_t line;
    char *cells; /* of the row, each with a NUL; never longer than the input and a byte */
    char *free;  /* behind the last cell */
    bool broken;
};

void csv_open(struct csv **out, const char *bytes, size_t len)
{
    struct csv *csv = mem_new(1, sizeof(*csv));

    *csv = (struct csv){.at = bytes, .end = bytes + len, .line = 1, .cells = mem_new(len + 1, 1)};
    *out = csv;
}

void csv_close(struct csv **csv)
{
    if (*csv == NULL)
        return;
    free((*csv)->cells);
    free(*csv);
    *csv = NULL;
}

/* The length of the line end at csv->at; 0: there is none. */
static size_t line_end(const struct csv *csv)
{
    if (csv->at < csv->end && *csv->at == '\n')
        return 1;
    return csv->end - csv->at >= 2 && csv->at[0] == '\r' && csv->at[1] == '\n' ? 2 : 0;
}

static void keep(struct csv *csv, char c)
{
    *csv->free++ = c;
}

static int read_plain(struct csv *csv, struct err *e)
{
    while (csv->at < csv->end && *csv->at != ',' && line_end(csv) == 0) {
        if (*csv->at == '"')
            return err_set(e, ERR_INPUT, "a quote within a cell that does not begin with one");
        if (*csv->at == '\r')
            return err_set(e, ERR_INPUT, "a carriage return without a line feed");
        keep(csv, *csv->at++);
    }
    return 0;
}

static int read_quoted(struct csv *csv, struct err *e)
{
    for (csv->at++; csv->at < csv->end; keep(csv, *csv->at++)) {
        if (*csv->at == '\n')
            csv->line++;
        if (*csv->at != '"')
            continue;
        csv->at++;
        if (csv->at == csv->end || *csv->at == ',' || line_end(csv) > 0)
            return 0;
        if (*csv->at != '"')
            return err_set(e, ERR_INPUT, "a closing quote that is not followed by a comma");
    }
    return err_set(e, ERR_INPUT, "a quote that is not closed");
}

static int read_cell(struct csv *csv, struct csv_row *row, struct err *e)
{
    char *start = csv->free;

    if (row->count == CSV_MAX_CELLS)
        return err_set(e, ERR_INPUT, "more than %d cells", CSV_MAX_CELLS);
    bool quoted = csv->at < csv->end && *csv->at == '"';
    if ((quoted ? read_quoted : read_plain)(csv, e) < 0)
        return -1;
    row->cells[row->count++] = (struct csv_cell){start, (size_t)(csv->free - start)};
    keep(csv, '\0');
    return 0;
}

static int read_row(struct csv *csv, struct csv_row *row, struct err *e)
{
    if (csv->line == 1 && csv->end - csv->at >= 3 && memcmp(csv->at, "\xEF\xBB\xBF", 3) == 0)
        return err_set(e, ERR_INPUT, "a byte-order mark");
    if (line_end(csv) > 0)
        return err_set(e, ERR_INPUT, "a blank line");
    for (;;) {
        if (read_cell(csv, row, e) < 0)
            return -1;
        if (csv->at == csv->end)
            return 1;
        if (*csv->at != ',')
            break;
        csv->at++;
    }
    csv->at += line_end(csv);
    csv->line++;
    return 1;
}

int csv_next(struct csv *csv, struct csv_row *row, struct err *e)
{
    csv->free = csv->cells;
    row->line = csv->line;
    row->count = 0;
    if (csv->broken || csv->at == csv->end)
        return 0;
    int got = read_row(csv, row, e);
    csv->broken = got < 0;
    return got;
}
