/* SPDX-License-Identifier: Apache-2.0 */
/* compose - what a letter says: from its row, its case and the catalogue's templates, to a sheet
 * that only has to be set. Pure: reads no clock and no file. */
#ifndef COMPOSE_H
#define COMPOSE_H

#include "catalogue.h"
#include "strbuf.h"

#include "err.h"

/* A row of sql/read_letter.sql. */
struct letter {
    struct uuid id;
    const char *form;          /* "receipt", "information", "refusal", "apology" */
    const char *unit;          /* code of who sends it */
    const char *language;      /* "vi", "en" */
    const char *fields;        /* schemas/letters.md */
    const char *register_sign; /* "PXL" */
    int64_t number;
    int64_t issued_at;               /* microseconds since 1970, as all times here */
    const char *reference, *service; /* of the case */
    int64_t received_at, due_at;
    const char *name; /* of the person it goes to; NULL: nobody may know it, or nobody does */
};

/* Appends the sheet (struct sheet) as JSON. ERR_INPUT names what is wrong with the row, or what
 * the catalogue lacks. */
int compose_sheet(const struct catalogue *catalogue, const struct letter *letter,
                  struct strbuf *out, struct err *e) CHECKED;

#endif
