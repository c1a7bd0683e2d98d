/* SPDX-License-Identifier: Apache-2.0 */
/* xml - writes an XML 1.0 document, element by element.
 *
 * Bytes that are not UTF-8 and characters that XML forbids are left out. Room
 * is the strbuf's business: check it once at the end. */
#ifndef XML_H
#define XML_H

#include "strbuf.h"

enum { XML_DEPTH_MAX = 8 };

struct xml {
    struct strbuf *out;
    const char *tags[XML_DEPTH_MAX]; /* the open ones; borrowed until they are closed */
    size_t depth;
};

/* Writes the declaration to out, which must outlive xml. */
void xml_init(struct xml *xml, struct strbuf *out);

void xml_open(struct xml *xml, const char *tag);
void xml_text(struct xml *xml, const char *tag, const char *value); /* NULL: an empty element */
void xml_close(struct xml *xml, const char *tag); /* asserts that it is the innermost */

/* Appends text as it may stand between tags and in quoted attributes, also of HTML. */
void xml_escape(struct strbuf *out, const char *text);

#endif
