/* SPDX-License-Identifier: Apache-2.0 */
/* letter_get - GET /t/{reference}/letters/{letter}?k=SECRET: a letter's file, for who has the
 * tracking link of its case. */
#include "api.h"
#include "page.h"

#include "crypto.h"
#include "file_reply.h"
#include "link.h"
#include "mem.h"
#include "problem.h"
#include "sql_intake.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CASE_ID, NAME, REGISTER, NUMBER, YEAR }; /* columns of sql/find_letter.sql */
enum { SHOWN_SIZE = 100 };

struct asked {
    struct intake *intake;
    struct http_request *request;
    char reference[REFERENCE_SIZE];
};

static void refuse(struct intake *intake, struct http_request *request)
{
    enum language language = page_language(request);

    if (page_is_wanted(request))
        page_reply_error(intake, request, 404, language,
                         page_text(intake, language, "track.unknown_link"));
    else
        problem_reply(request, PROBLEM_NO_SUCH, language, NULL, NULL);
}

static void fail(struct intake *intake, struct http_request *request, const struct err *e)
{
    if (page_is_wanted(request))
        page_reply_err(intake, request, page_language(request), e);
    else
        problem_reply_err(request, page_language(request), e);
}

/* The register's sign as it may stand in a header. */
static void add_plain(struct strbuf *out, const char *sign)
{
    for (; *sign != '\0'; sign++)
        if ((*sign >= 'A' && *sign <= 'Z') || (*sign >= '0' && *sign <= '9'))
            strbuf_add(out, sign, 1);
}

/* "ABCDE-FGHJK-PXL-7-2026.pdf" */
static bool send_file(const struct asked *a, const PGresult *rows)
{
    AUTO(strbuf_free) struct strbuf shown = STRBUF(SHOWN_SIZE);

    strbuf_addf(&shown, "%s-", a->reference);
    add_plain(&shown, db_text(rows, 0, REGISTER));
    strbuf_addf(&shown, "-%" PRId64 "-%" PRId64 ".pdf", db_int(rows, 0, NUMBER),
                db_int(rows, 0, YEAR));
    const char *name = strbuf_text(&shown);
    const struct file_reply file = {.dir = a->intake->settings.letters_dir,
                                    .name = db_text(rows, 0, NAME),
                                    .type = "application/pdf",
                                    .disposition = "attachment",
                                    .shown_name = name != NULL ? name : "letter.pdf",
                                    .caching = "private, no-cache"};
    return file_reply(a->request, &file);
}

/* No letter, another case's and a wrong secret are answered alike. */
static void on_found(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct asked *a = ctx;

    if (e != NULL) {
        fail(a->intake, a->request, e);
        free(a);
        return;
    }
    bool may = false;
    if (PQntuples(rows[0]) == 1) {
        const struct uuid id = db_uuid(rows[0], 0, CASE_ID);
        may = crypto_secret_matches(a->intake->ring, &id, link_secret(a->request));
    }
    if (!may || !send_file(a, rows[0]))
        refuse(a->intake, a->request);
    free(a);
}

static int ask(struct asked *a, const struct uuid *letter, struct err *e)
{
    AUTO(db_args_free) struct db_args args = {0};
    const struct db_step step = {&sql_find_letter, &args};

    db_arg_text(&args, a->reference, strlen(a->reference));
    db_arg_uuid(&args, letter);
    return readers_send(a->intake->readers, &step, 1, on_found, a, e);
}

void letter_get(void *ctx, struct http_request *request)
{
    struct asked asked = {.intake = ctx, .request = request};
    struct uuid letter;
    struct err e;

    if (link_secret(request) == NULL ||
        reference_read(http_part(request, "reference"), asked.reference, &e) < 0 ||
        uuid_read(http_part(request, "letter"), &letter, &e) < 0) {
        refuse(ctx, request);
        return;
    }
    if (!(page_is_wanted(request) ? page_admits(ctx, request) : api_begin(ctx, request)))
        return;
    struct asked *a = mem_new(1, sizeof(*a));
    *a = asked;
    if (ask(a, &letter, &e) == 0)
        return;
    fail(ctx, request, &e);
    free(a);
}
