/* SPDX-License-Identifier: Apache-2.0 */
/* language - the two languages that citizens are answered in. */
#ifndef LANGUAGE_H
#define LANGUAGE_H

#include "strbuf.h"

enum language { LANGUAGE_VI, LANGUAGE_EN, LANGUAGES };

extern const char *const language_codes[LANGUAGES]; /* "vi", "en" */

/* A catalogue's text: IN_LANGUAGE(language, service, name). */
#define IN_LANGUAGE(language, row, field)                                                          \
    ((language) == LANGUAGE_EN ? (row)->field##_en : (row)->field##_vi)

/* Whether code names a language; *out only then. */
bool language_read(const char *code, enum language *out);

/* What an Accept-Language header (or NULL) would rather have: English if it is named, and
 * Vietnamese not with as much weight before it; else Vietnamese. */
enum language language_accepted(const char *header);

/* Appends pattern with {0}, {1}, ... replaced by values. */
void language_fill(struct strbuf *out, const char *pattern, const char *const values[]);

#endif
