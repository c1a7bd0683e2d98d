/* SPDX-License-Identifier: Apache-2.0 */
/* json_blame - which value of a JSON text made the parser refuse all of it, and why: for whoever
 * sent it, since the parser says a line and a column and may mean a text of many. */
#ifndef JSON_BLAME_H
#define JSON_BLAME_H

#include "strbuf.h"

enum json_wrong {
    JSON_GOOD,      /* it can be parsed */
    JSON_MALFORMED, /* it is no JSON, at a place that need not be a value's */
    JSON_UNCLEAN,   /* a text with \u0000, half a surrogate pair, a control character, no UTF-8 */
    JSON_TWICE,     /* a member that its object has already */
    JSON_BEYOND,    /* a number that is too large to be kept */
};

/* Of the last three, pointer gets the JSON pointer (RFC 6901) of the value. A step that would pass
 * the buffer's limit, that lies very deep or has an unclean name ends it early: then it points to
 * what the value lies in, "" to the whole text. */
enum json_wrong json_blame(const char *bytes, size_t len, struct strbuf *pointer);

#endif
