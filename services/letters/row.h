/* SPDX-License-Identifier: Apache-2.0 */
/* row - the one row of sql/read_letter.sql: a letter's sheet, or the file that it has already. */
#ifndef ROW_H
#define ROW_H

#include "catalogue.h"
#include "crypto.h"
#include "messages.h"

bool row_has_file(const PGresult *rows);
/* The file of a row that has one; *out borrows from rows and digits, which it fills. */
void row_file(const PGresult *rows, struct strbuf *digits, struct letter_file *out);

int64_t row_issued_at(const PGresult *rows);

/* Appends the letter's sheet as JSON. ring opens the contact, of which only the name is used, and
 * only where somebody may know it. */
int row_compose(const PGresult *rows, const struct uuid *letter, const struct catalogue *catalogue,
                struct crypto_ring *ring, struct strbuf *sheet, struct err *e) CHECKED;

#endif
