/* SPDX-License-Identifier: Apache-2.0 */
#include "letters.h"

#include "crypto.h"

#include <stdio.h>

/* Columns of sql/read_case_letters.sql. */
enum { ID, FORM, UNIT, REGISTER, NUMBER, ISSUED_AT, LANGUAGE, BYTES };

void letter_read(const struct intake *intake, const PGresult *rows, int row, struct letter *out)
{
    AUTO(strbuf_free) struct strbuf number = STRBUF(LETTER_NUMBER_SIZE - 1);

    *out = (struct letter){
        .id = db_uuid(rows, row, ID),
        .form = db_text(rows, row, FORM),
        .unit = db_text(rows, row, UNIT),
        .language = db_text(rows, row, LANGUAGE),
        .issued_at = db_time(rows, row, ISSUED_AT),
        .bytes = db_is_null(rows, row, BYTES) ? 0 : db_int(rows, row, BYTES),
    };
    catalogue_document_number(catalogue_now(intake->watch), out->unit, db_text(rows, row, REGISTER),
                              db_int(rows, row, NUMBER), &number);
    const char *text = strbuf_text(&number);
    (void)snprintf(out->number, sizeof(out->number), "%s", text != NULL ? text : "");
}

void letter_link(const struct intake *intake, const char *base, const struct case_view *view,
                 const struct letter *letter, struct strbuf *out)
{
    char id[UUID_TEXT_SIZE], secret[CRYPTO_SECRET_SIZE];

    crypto_secret(intake->ring, &view->id, secret);
    strbuf_addf(out, "%s/t/%s/letters/%s?k=%s", base, view->reference, uuid_text(&letter->id, id),
                secret);
}
