/* SPDX-License-Identifier: Apache-2.0 */
/* template - texts with holes, filled from JSON.
 *
 * The texts are catalogue data: letters, mails, pages, requests to gateways.
 *
 *   {{name}}                 the value of a key, escaped for where it goes
 *   {{#name}} ... {{/name}}  shown when the value is there: once for a text, a number, true or an
 *                            object, once for each item of an array
 *   {{^name}} ... {{/name}}  shown when it is not there: absent, null, false, "" or []
 *   {{.}}                    the item itself, within a section over an array
 *
 * A name is looked up in the innermost object first, then further out. A
 * section tag that is alone on its line takes the line with it. There is no
 * way to leave a value unescaped, and no way to run anything. */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include "err.h"
#include "strbuf.h"

#include <jansson.h>

enum template_escape {
    TEMPLATE_PLAIN, /* as it is */
    TEMPLATE_XML,   /* for text and quoted attributes of HTML and XML */
    TEMPLATE_JSON,  /* a whole JSON value: a text comes with its quotes */
    TEMPLATE_URL,   /* percent-encoded, for forms and query strings */
};

/* Whether text is well formed. ERR_INPUT names the line and what is wrong there. */
int template_check(const char *text, struct err *e) CHECKED;

/* Whether a template may have that name: as {{name}}, or is_value being false as a section's. */
typedef bool template_known_fn(const void *ctx, const char *name, bool is_value);

/* The same, and whether it names only what is known. */
int template_check_names(const char *text, template_known_fn *known, const void *ctx,
                         struct err *e) CHECKED;

/* Appends text with its holes filled from data, an object. ERR_INPUT names the line of what
 * is malformed, or of a {{name}} that data does not have, or says that out has no room. */
int template_render(const char *text, const json_t *data, enum template_escape escape,
                    struct strbuf *out, struct err *e) CHECKED;

#endif
