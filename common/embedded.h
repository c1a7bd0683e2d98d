/* SPDX-License-Identifier: Apache-2.0 */
/* embedded - files that were built into a program (common/cmake/EmbedFiles.cmake). */
#ifndef EMBEDDED_H
#define EMBEDDED_H

#include "base.h"

struct embedded_file {
    const char *name;    /* below its folder: "static/style.css" */
    const char *hash;    /* of its bytes, hexadecimal: for names that may be cached for ever */
    const uint8_t *data; /* followed by a zero byte */
    size_t len;
    const uint8_t *gzip; /* the same, packed; NULL: would not be shorter */
    size_t gzip_len;
};

/* files ends with {0}. NULL when there is none of that name. */
const struct embedded_file *embedded_find(const struct embedded_file files[], const char *name);

#endif
