/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_csv - any bytes as CSV: what was read and is written again reads the same. */
/* links: ctl */
#include "fuzz.h"

#include "csv.h"
#include "strbuf.h"

#include <assert.h>
#include <string.h>

enum { WRITTEN_MAX = 16 * 1024 * 1024 };

static void write_cell(struct strbuf *out, const struct csv_cell *cell)
{
    strbuf_add(out, "\"", 1);
    for (size_t i = 0; i < cell->len; i++)
        strbuf_add(out, cell->text[i] == '"' ? "\"\"" : &cell->text[i],
                   cell->text[i] == '"' ? 2 : 1);
    strbuf_add(out, "\"", 1);
}

/* All rows with every cell in quotes; false when the syntax is broken. */
static bool rewrite(const void *data, size_t size, struct strbuf *out)
{
    AUTO(csv_close) struct csv *csv = NULL;
    struct csv_row row;
    struct err e;
    size_t line = 0;
    int got;

    csv_open(&csv, data, size);
    while ((got = csv_next(csv, &row, &e)) == 1) {
        assert(row.line > line && row.count >= 1 && row.count <= CSV_MAX_CELLS);
        line = row.line;
        for (size_t i = 0; i < row.count; i++) {
            assert(row.cells[i].text[row.cells[i].len] == '\0');
            strbuf_add(out, ",", i > 0 ? 1 : 0);
            write_cell(out, &row.cells[i]);
        }
        strbuf_add(out, "\n", 1);
    }
    return got == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(strbuf_free) struct strbuf once = STRBUF(WRITTEN_MAX);
    AUTO(strbuf_free) struct strbuf twice = STRBUF(WRITTEN_MAX);

    if (!rewrite(data, size, &once))
        return 0;
    assert(strbuf_text(&once) != NULL);
    assert(rewrite(once.data != NULL ? once.data : "", once.len, &twice));
    assert(once.len == twice.len);
    assert(once.len == 0 || memcmp(once.data, twice.data, once.len) == 0);
    return 0;
}
