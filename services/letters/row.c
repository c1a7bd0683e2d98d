/* SPDX-License-Identifier: Apache-2.0 */
#include "row.h"

#include "compose.h"
#include "contact.h"

#include <string.h>

/* Columns of sql/read_letter.sql. */
enum {
    FORM,
    UNIT,
    LANGUAGE,
    FIELDS,
    REGISTER,
    NUMBER,
    ISSUED_AT,
    CASE_ID,
    REFERENCE,
    KIND,
    SERVICE,
    RECEIVED_AT,
    DUE_AT,
    NAMELESS,
    SEALED,
    HASH,
    BYTES,
    PAGES,
    SIGNED_BY,
};

bool row_has_file(const PGresult *rows)
{
    return !db_is_null(rows, 0, HASH);
}

void row_file(const PGresult *rows, struct strbuf *digits, struct letter_file *out)
{
    strbuf_add_hex(digits, db_text(rows, 0, HASH), db_len(rows, 0, HASH));
    *out = (struct letter_file){strbuf_text(digits), db_int(rows, 0, BYTES), db_int(rows, 0, PAGES),
                                db_text(rows, 0, SIGNED_BY)};
}

int64_t row_issued_at(const PGresult *rows)
{
    return db_time(rows, 0, ISSUED_AT);
}

/* A denunciation's sender is the inspectorate's alone to know. */
static bool may_be_named(const PGresult *rows)
{
    return db_int(rows, 0, NAMELESS) == 0 && strcmp(db_text(rows, 0, KIND), "denunciation") != 0;
}

/* The contact that was sealed at the door; NULL: none. */
static int open_contact(const PGresult *rows, struct crypto_ring *ring, json_t **out, struct err *e)
{
    const struct uuid case_id = db_uuid(rows, 0, CASE_ID);
    const struct crypto_piece sealed = {db_text(rows, 0, SEALED), db_len(rows, 0, SEALED)};

    if (sealed.data == NULL || !may_be_named(rows))
        return 0;
    return contact_open(ring, &case_id, &sealed, out, e);
}

int row_compose(const PGresult *rows, const struct uuid *letter, const struct catalogue *catalogue,
                struct crypto_ring *ring, struct strbuf *sheet, struct err *e)
{
    AUTO(json_release) json_t *contact = NULL;

    if (open_contact(rows, ring, &contact, e) < 0)
        return err_in(e, "contact");
    const struct letter said = {
        .id = *letter,
        .form = db_text(rows, 0, FORM),
        .unit = db_text(rows, 0, UNIT),
        .language = db_text(rows, 0, LANGUAGE),
        .fields = db_text(rows, 0, FIELDS),
        .register_sign = db_text(rows, 0, REGISTER),
        .number = db_int(rows, 0, NUMBER),
        .issued_at = db_time(rows, 0, ISSUED_AT),
        .reference = db_text(rows, 0, REFERENCE),
        .service = db_text(rows, 0, SERVICE),
        .received_at = db_time(rows, 0, RECEIVED_AT),
        .due_at = db_time(rows, 0, DUE_AT),
        .name = json_string_value(json_object_get(contact, "name")),
    };
    return compose_sheet(catalogue, &said, sheet, e);
}
