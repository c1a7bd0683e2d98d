/* SPDX-License-Identifier: Apache-2.0 */
/* base64 - bytes as text (RFC 4648). */
#ifndef BASE64_H
#define BASE64_H

#include "err.h"
#include "strbuf.h"

/* With padding, in one line. */
void base64_add(struct strbuf *out, const void *data, size_t len);
/* Likewise in lines of 76 characters, each ended by CR LF, as MIME wants them. */
void base64_add_lines(struct strbuf *out, const void *data, size_t len);
/* The alphabet of URLs, without padding. */
void base64_add_url(struct strbuf *out, const void *data, size_t len);

/* Exactly size bytes from text in the alphabet of URLs, without padding; ERR_INPUT otherwise. */
int base64_read_url(const char *text, uint8_t *out, size_t size, struct err *e) CHECKED;
/* At most size bytes from text with padding; ERR_INPUT otherwise. */
int base64_read(const char *text, uint8_t *out, size_t size, size_t *len, struct err *e) CHECKED;

#endif
