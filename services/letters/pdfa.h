/* SPDX-License-Identifier: Apache-2.0 */
/* pdfa - makes cairo's PDF one that an archive keeps (PDF/A-2b, ISO 19005-2), with room for a
 * signature.
 *
 * cairo embeds its fonts, but says nothing of colours, metadata or identity. The file is written
 * anew, object by object: what PDF/A wants of fonts and pages is put into theirs, the last two
 * objects (information and catalogue) are replaced, and a table of all of them ends it. The same
 * bytes go out for the same bytes in. */
#ifndef PDFA_H
#define PDFA_H

#include "strbuf.h"

#include "crypto.h"
#include "err.h"

/* What the file says of itself. */
struct pdfa_about {
    const char *title, *author;
    const char *language; /* "vi" */
    int64_t at;           /* made and changed then; microseconds since 1970 */
};

/* The field that will hold a signature. */
struct pdfa_field {
    const char *name; /* of who signs */
    const char *reason;
    double place[4]; /* left, bottom, right, top on the last page, in points */
};

enum { PDFA_CMS_MAX = 8192 }; /* bytes of a signature, its certificates included */

/* Where the signature goes: between the two spans that it signs. */
struct pdfa_hole {
    size_t at;    /* of its first digit */
    size_t whole; /* bytes of the file */
};

/* Fills out, which is empty; field NULL: no signature, and *hole is zero. ERR_SYSTEM when pdf is
 * not as cairo writes it or out's limit is passed. */
int pdfa_make(const struct strbuf *pdf, const struct pdfa_about *about,
              const struct pdfa_field *field, struct strbuf *out, struct pdfa_hole *hole,
              struct err *e) CHECKED;

/* The two spans of bytes that the signature covers. */
void pdfa_signed_spans(const struct strbuf *pdf, const struct pdfa_hole *hole,
                       struct crypto_piece out[2]);

/* Puts the signature (CMS in DER) into the hole. ERR_SYSTEM when it is longer than that. */
int pdfa_fill(struct strbuf *pdf, const struct pdfa_hole *hole, const uint8_t *cms, size_t len,
              struct err *e) CHECKED;

#endif
