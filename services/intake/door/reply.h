/* SPDX-License-Identifier: Apache-2.0 */
/* reply - ends a request with a tree. */
#ifndef REPLY_H
#define REPLY_H

#include "http.h"
#include "tree.h"

/* Not to be kept by caches: cases change, and a tracking link's page is private. 500 when it was
 * too long. */
void reply_tree(struct http_request *request, unsigned status, const struct tree *tree);

/* 200 with what everybody may see: caches may keep it if they ask each time (ETag, 304). link: of
 * the Link header, or NULL. The answer is the tree's whole document; 500 when it was too long. */
void reply_public(struct http_request *request, const struct tree *tree, const char *link);
/* Likewise of a document of another type. */
void reply_document(struct http_request *request, const char *type, const struct strbuf *body,
                    const char *link);

#endif
