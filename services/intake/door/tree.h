/* SPDX-License-Identifier: Apache-2.0 */
/* tree - one description of an answer, written as JSON or as XML.
 *
 * The mapping is the one that GeoReport v2 prescribes: a list is an array
 * without a wrapper in JSON, and an element holding its items in XML; numbers
 * and booleans are typed in JSON. */
#ifndef TREE_H
#define TREE_H

#include "xml.h"

struct tree {
    bool json;
    bool sparse; /* JSON leaves out what is not there instead of saying null */
    struct strbuf *out;
    struct xml xml;
    size_t depth;
    struct {
        const char *tag;
        bool list;
        bool filled; /* the next member needs a comma */
    } levels[XML_DEPTH_MAX];
};

/* Empties out. Set sparse afterwards. */
void tree_init(struct tree *tree, bool json, struct strbuf *out);

/* The name is the XML tag, and the JSON name where the parent is a record. */
void tree_list(struct tree *tree, const char *name);
void tree_record(struct tree *tree, const char *name);
void tree_end(struct tree *tree); /* of the innermost list or record */

void tree_text(struct tree *tree, const char *name, const char *value); /* NULL: null or empty */
void tree_bool(struct tree *tree, const char *name, bool value);
void tree_int(struct tree *tree, const char *name, int64_t value);
void tree_float(struct tree *tree, const char *name, double value); /* NAN: null or empty */
void tree_time(struct tree *tree, const char *name, int64_t us);    /* INT64_MIN: null or empty */

#endif
