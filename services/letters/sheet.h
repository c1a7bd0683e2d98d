/* SPDX-License-Identifier: Apache-2.0 */
/* sheet - one letter on A4 pages, laid out as Decree 30/2020/NĐ-CP, Annex I wants it.
 *
 * Everything that is written on it is given here, in its language; the sheet knows where it goes.
 */
#ifndef SHEET_H
#define SHEET_H

#include "type.h"

#include "json.h"

struct sheet {
    struct uuid id;       /* of the letter */
    const char *language; /* "vi", "en" */
    const char *unit;     /* code of who signs */
    int64_t issued_at;    /* microseconds since 1970 */
    const char *over;     /* the body above the issuing one, in capitals; or NULL */
    const char *issuer;   /* in capitals */
    const char *nation;   /* the national title and the motto */
    const char *motto;
    const char *number;     /* "Số: 12/PXL-SXD" */
    const char *place_date; /* "Thành phố Hồ Chí Minh, ngày 05 tháng 01 năm 2026" */
    const char *title;      /* of the kind of document, in capitals */
    const char *to;         /* "Kính gửi: ..." */
    const char *body;       /* paragraphs, one a line */
    const char *copies;     /* the label, then a line for each; or NULL */
    const char *signer_title; /* in capitals, one line or two ("KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC") */
    const char *signer_name; /* or NULL */
    const char *signed_by;   /* "Ký số bởi: "; before the certificate's name */
    const char *signed_at;   /* "Thời gian ký: 2026-01-05T09:00:00+07:00" */
    const char *sign_reason; /* for the signature's own data */
};
/* How the service hands it to its renderers. */
extern const struct json_field sheet_fields[];

/* The unit's marks on it. */
struct sheet_marks {
    const char *signer; /* the certificate's name; NULL: it will not be signed */
    const char *seal;   /* path of a PNG; NULL: none */
};

struct sheet_result {
    int pages;
    double signature[4]; /* where the signer's block is on the last page: left, bottom, right, top
                            from the page's bottom left */
};

/* Appends a PDF to out. The same sheet gives the same bytes. ERR_INPUT: the letter is too long. */
int sheet_set(struct type_fonts *fonts, const struct sheet *sheet, const struct sheet_marks *marks,
              struct strbuf *out, struct sheet_result *result, struct err *e) CHECKED;

#endif
