/* SPDX-License-Identifier: Apache-2.0 */
/* reply - ends a request with a tree. */
#ifndef REPLY_H
#define REPLY_H

#include "http.h"
#include "tree.h"

/* Not to be kept by caches: cases change, and a tracking link's page is private. */
void reply_tree(struct http_request *request, unsigned status, const struct tree *tree);

#endif
