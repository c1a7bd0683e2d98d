/* SPDX-License-Identifier: Apache-2.0 */
/* gzip - packs an answer for who takes it so (RFC 1952). */
#ifndef GZIP_H
#define GZIP_H

#include "strbuf.h"

/* Appends data, packed. False, with out as it was, when out has no room for it. */
bool gzip_pack(const void *data, size_t len, struct strbuf *out);

/* Whether an Accept-Encoding header (or NULL) takes gzip. */
bool gzip_accepted(const char *header);

#endif
