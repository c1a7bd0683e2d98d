/* SPDX-License-Identifier: Apache-2.0 */
/* http_path - matches a request's path with a route's; a part of http. */
#ifndef HTTP_PATH_H
#define HTTP_PATH_H

#include "base.h"

enum { HTTP_PATH_SIZE = 1024, HTTP_PATH_PARTS = 4 }; /* longer paths are refused; asserted */

struct http_path_part {
    const char *name; /* in the pattern, not terminated */
    size_t name_len;
    const char *value; /* in values */
};

struct http_path {
    struct http_path_part parts[HTTP_PATH_PARTS];
    size_t part_count;
    size_t used;
    char values[HTTP_PATH_SIZE]; /* decoded, each NUL-terminated */
};

/* Whether path (shorter than HTTP_PATH_SIZE, as sent) matches; fills out then.
 * A part is at least one character; one that decodes to a zero byte or is
 * malformed matches nothing. */
bool http_path_match(const char *pattern, const char *path, struct http_path *out);

/* The value of a part, or NULL. */
const char *http_path_part(const struct http_path *match, const char *name);

#endif
