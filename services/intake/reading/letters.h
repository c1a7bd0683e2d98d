/* SPDX-License-Identifier: Apache-2.0 */
/* letters - the letters of a case, as whoever has its tracking link sees them. */
#ifndef LETTERS_H
#define LETTERS_H

#include "intake.h"

enum { LETTER_NUMBER_SIZE = 200 };

struct letter {
    struct uuid id;
    const char *form, *unit, *language;
    char number[LETTER_NUMBER_SIZE]; /* "07/PXL-SXD", as it stands on the page */
    int64_t issued_at;
    int64_t bytes; /* of the file; 0: it is not made yet */
};

/* From a row of sql/read_case_letters.sql, which must outlive it. */
void letter_read(const struct intake *intake, const PGresult *rows, int row, struct letter *out);

/* Appends "<base>/t/REFERENCE/letters/ID?k=SECRET". */
void letter_link(const struct intake *intake, const char *base, const struct case_view *view,
                 const struct letter *letter, struct strbuf *out);

#endif
