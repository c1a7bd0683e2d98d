/* SPDX-License-Identifier: Apache-2.0 */
/* claimed - a row of sql/claim_deliveries.sql: a delivery and all that its message needs. */
#ifndef CLAIMED_H
#define CLAIMED_H

#include "db_rows.h"

/* Borrowed from the rows; NULL, 0 or INT64_MIN for what is not there. */
struct claimed {
    struct uuid id, case_id;
    int64_t seq, at; /* of the event */
    const char *message, *recipient, *lane, *language;
    int16_t attempt;
    int64_t expires_at;
    const char *reference, *service, *unit, *state; /* of the case now */
    int64_t received_at, due_at;
    const char *type; /* of the event */
    int64_t task;
    const char *task_unit;
    const char *words;            /* the unit's own, to the citizen */
    const char *answer;           /* the same as published, when a front end is told */
    const char *detail, *outcome; /* JSON */
    size_t detail_len, outcome_len;
    const uint8_t *sealed; /* the contact, when it is the citizen who is told */
    size_t sealed_len;
    const uint8_t *phone_index, *email_index;
    const uint8_t *hash; /* of the letter's file */
    const char *form, *letter_unit, *letter_register;
    int64_t letter_year, letter_number;
};

void claimed_read(const PGresult *rows, int row, struct claimed *out);

#endif
