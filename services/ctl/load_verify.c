/* SPDX-License-Identifier: Apache-2.0 */
#include "load_verify.h"

#include "sql_ctl.h" /* generated from sql/ */

#include "text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 500, DEGREE = 1000000 };
enum {
    REFERENCE,
    SERVICE,
    DESCRIPTION,
    ADDRESS,
    LAT,
    LON,
    CONTACT
}; /* columns of select_load_cases.sql */

struct verifier {
    struct pg *pg;
    const struct load_notebook *book;
    struct load_texts *texts;
    struct load_case expected;
    struct load_findings *findings;
};

static bool is_degrees(const char *text, int64_t millionths)
{
    struct err ignored;
    double kept;

    if (text_double(text, "degrees", -180, 180, &kept, &ignored) < 0)
        return false;
    double sent = (double)millionths / DEGREE;
    return kept >= sent && kept <= sent;
}

static bool is_same(struct verifier *v, const struct load_note *note, const PGresult *rows, int row)
{
    struct load_case *c = &v->expected;

    load_texts_make(v->texts, &v->book->plan, note->n, c);
    return strcmp(PQgetvalue(rows, row, SERVICE), c->service) == 0 &&
           strcmp(PQgetvalue(rows, row, DESCRIPTION), c->description.data) == 0 &&
           strcmp(PQgetvalue(rows, row, ADDRESS), c->address.data) == 0 &&
           PQgetvalue(rows, row, CONTACT)[0] == 't' && /* every one has a contact */
           is_degrees(PQgetvalue(rows, row, LAT), c->lat) &&
           is_degrees(PQgetvalue(rows, row, LON), c->lon);
}

/* Both the notes and the rows are sorted by reference. */
static void compare_batch(struct verifier *v, const struct load_note *notes, size_t count,
                          const PGresult *rows)
{
    int row = 0;

    for (size_t i = 0; i < count; i++) {
        while (row < PQntuples(rows) &&
               strcmp(PQgetvalue(rows, row, REFERENCE), notes[i].reference) < 0)
            row++;
        if (row == PQntuples(rows) ||
            strcmp(PQgetvalue(rows, row, REFERENCE), notes[i].reference) != 0)
            v->findings->missing++;
        else if (is_same(v, &notes[i], rows, row))
            v->findings->kept++;
        else
            v->findings->different++;
    }
}

static int verify_batch(struct verifier *v, const struct load_note *notes, size_t count,
                        struct err *e)
{
    AUTO(strbuf_free) struct strbuf wanted = STRBUF((size_t)BATCH * (REFERENCE_SIZE + 1) + 2);
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    for (size_t i = 0; i < count; i++)
        strbuf_addf(&wanted, "%c%s", i == 0 ? '{' : ',', notes[i].reference);
    strbuf_addf(&wanted, "}");
    if (pg_run(v->pg, &sql_select_load_cases, PG_ARGS(strbuf_text(&wanted)), &rows, e) < 0)
        return -1;
    compare_batch(v, notes, count, rows);
    return 0;
}

static int count_run(struct verifier *v, struct err *e)
{
    AUTO(strbuf_free) struct strbuf run = STRBUF(32);
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    strbuf_addf(&run, "%09" PRId64, v->book->plan.run);
    if (pg_run(v->pg, &sql_count_load_cases, PG_ARGS(strbuf_text(&run)), &rows, e) < 0 ||
        text_int64(PQgetvalue(rows, 0, 0), "the count of cases", 0, INT64_MAX, &v->findings->cases,
                   e) < 0 ||
        text_int64(PQgetvalue(rows, 0, 1), "the count of doubles", 0, INT64_MAX,
                   &v->findings->twice, e) < 0)
        return -1;
    return 0;
}

static void count_repeated(const struct load_notebook *book, struct load_findings *findings)
{
    for (size_t i = 1; i < book->count; i++)
        if (strcmp(book->notes[i].reference, book->notes[i - 1].reference) == 0)
            findings->repeated++;
}

static void verifier_close(struct verifier *v)
{
    load_case_free(&v->expected);
    load_texts_close(&v->texts);
}

int load_verify(struct pg *pg, const struct load_notebook *book, struct load_findings *out,
                struct err *e)
{
    AUTO(verifier_close)
    struct verifier v = {.pg = pg, .book = book, .texts = load_texts_open(), .findings = out};

    load_case_init(&v.expected);
    *out = (struct load_findings){.promised = (int64_t)book->count};
    count_repeated(book, out);
    for (size_t i = 0; i < book->count; i += BATCH) {
        size_t count = book->count - i < BATCH ? book->count - i : BATCH;
        if (verify_batch(&v, &book->notes[i], count, e) < 0)
            return -1;
    }
    return count_run(&v, e);
}

bool load_verify_is_good(const struct load_findings *f)
{
    return f->missing == 0 && f->different == 0 && f->repeated == 0 && f->twice == 0;
}
