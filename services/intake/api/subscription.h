/* SPDX-License-Identifier: Apache-2.0 */
/* subscription - what a front end asks to be told of, as it is said and as it is shown. */
#ifndef SUBSCRIPTION_H
#define SUBSCRIPTION_H

#include "catalogue.h"
#include "faults.h"
#include "json.h"
#include "tree.h"

enum {
    SUBSCRIPTION_CODES = 64,  /* of a list */
    SUBSCRIPTION_BYTES = 200, /* of api_key and jurisdiction_id */
};

/* Borrowed from the document; NULL for what is not said. */
struct subscription {
    const char *url, *kind; /* kind: "events", "georeport" */
    const char *language;   /* "vi", "en" */
    const char *jurisdiction, *api_key;
    json_t *events, *services, *units; /* arrays of codes; NULL: all */
    bool own;                          /* only cases that came by the key that asks */
};

/* Fills *out from an object; all that is wrong goes to faults. Of events there are those that
 * everybody may know. */
void subscription_read(const json_t *document, const struct catalogue *catalogue,
                       bool local_allowed, struct subscription *out, struct faults *faults);

/* The members of a record, but for api_key, which is never shown. */
void subscription_write(struct tree *tree, const struct subscription *s);
/* A list of the record. */
void subscription_write_codes(struct tree *tree, const char *name, const json_t *codes);

#endif
