/* SPDX-License-Identifier: Apache-2.0 */
/* suggest - which services are meant by what a citizen writes, be it one word or a whole story.
 *
 * Each service has terms: the words of its names, keywords and texts in both languages without
 * diacritics, and its keywords of several words as they stand. A term that the text holds, as whole
 * words, gives its points: few for a word that many services have, most for several words
 * together. The terms with their points are what the pages' script has, too (static/app.js). */
#ifndef SUGGEST_H
#define SUGGEST_H

#include "catalogue.h"
#include "strbuf.h"

enum { SUGGEST_MAX = 5 }; /* as in static/app.js */

struct suggest;

/* Of the catalogue's services that are not retired. */
struct suggest *suggest_new(const struct catalogue *c);
void suggest_free(struct suggest **suggest);

/* Positions among the catalogue's services of those that fit about as well as the best, which comes
 * first; 0: none fits. */
size_t suggest_find(const struct suggest *suggest, const char *text, size_t out[SUGGEST_MAX]);

/* A service's terms for the script: "40 o ga,10 pothole". */
void suggest_write(const struct suggest *suggest, size_t service, struct strbuf *out);

#endif
