/* SPDX-License-Identifier: Apache-2.0 */
#include "claimed.h"

enum {
    ID,
    SEQ,
    AT,
    CASE_ID,
    MESSAGE,
    RECIPIENT,
    LANE,
    LANGUAGE,
    ATTEMPTS,
    EXPIRES_AT,
    REFERENCE,
    SERVICE,
    UNIT,
    STATE,
    RECEIVED_AT,
    DUE_AT,
    TYPE,
    TASK,
    TASK_UNIT,
    DETAIL,
    OUTCOME,
    SEALED,
    PHONE_INDEX,
    EMAIL_INDEX,
    WORDS,
    HASH,
    FORM,
    LETTER_UNIT,
    REGISTER,
    YEAR,
    NUMBER,
    ANSWER,
};

static const uint8_t *bytes(const PGresult *rows, int row, int column)
{
    return (const uint8_t *)db_text(rows, row, column);
}

static int64_t whole(const PGresult *rows, int row, int column)
{
    return db_is_null(rows, row, column) ? 0 : db_int(rows, row, column);
}

static void read_event(const PGresult *rows, int row, struct claimed *out)
{
    out->type = db_text(rows, row, TYPE);
    out->task = whole(rows, row, TASK);
    out->task_unit = db_text(rows, row, TASK_UNIT);
    out->detail = db_text(rows, row, DETAIL);
    out->detail_len = db_len(rows, row, DETAIL);
    out->words = db_text(rows, row, WORDS);
    out->answer = db_text(rows, row, ANSWER);
    out->outcome = db_text(rows, row, OUTCOME);
    out->outcome_len = db_len(rows, row, OUTCOME);
}

static void read_letter(const PGresult *rows, int row, struct claimed *out)
{
    out->hash = bytes(rows, row, HASH);
    out->form = db_text(rows, row, FORM);
    out->letter_unit = db_text(rows, row, LETTER_UNIT);
    out->letter_register = db_text(rows, row, REGISTER);
    out->letter_year = whole(rows, row, YEAR);
    out->letter_number = whole(rows, row, NUMBER);
}

void claimed_read(const PGresult *rows, int row, struct claimed *out)
{
    *out = (struct claimed){
        .id = db_uuid(rows, row, ID),
        .case_id = db_uuid(rows, row, CASE_ID),
        .seq = db_int(rows, row, SEQ),
        .at = db_time(rows, row, AT),
        .message = db_text(rows, row, MESSAGE),
        .recipient = db_text(rows, row, RECIPIENT),
        .lane = db_text(rows, row, LANE),
        .language = db_text(rows, row, LANGUAGE),
        .attempt = (int16_t)db_int(rows, row, ATTEMPTS),
        .expires_at = db_time(rows, row, EXPIRES_AT),
        .reference = db_text(rows, row, REFERENCE),
        .service = db_text(rows, row, SERVICE),
        .unit = db_text(rows, row, UNIT),
        .state = db_text(rows, row, STATE),
        .received_at = db_time(rows, row, RECEIVED_AT),
        .due_at = db_time(rows, row, DUE_AT),
        .sealed = bytes(rows, row, SEALED),
        .sealed_len = db_len(rows, row, SEALED),
        .phone_index = bytes(rows, row, PHONE_INDEX),
        .email_index = bytes(rows, row, EMAIL_INDEX),
    };
    read_event(rows, row, out);
    read_letter(rows, row, out);
}
