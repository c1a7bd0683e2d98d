/* SPDX-License-Identifier: Apache-2.0 */
/* http_upload - takes the files out of a multipart/form-data body while it arrives; a part of http.
 *
 * What is left is the same body with empty files in it, small enough to be kept: a form that
 * http_multipart_read() reads as if it had come so. What is malformed stays as it is, for that to
 * refuse. Never holds more than a part's header lines, or a delimiter. */
#ifndef HTTP_UPLOAD_H
#define HTTP_UPLOAD_H

#include "strbuf.h"

/* Bytes are borrowed for the call. */
struct http_upload_sink {
    void (*text)(void *ctx, const char *bytes, size_t len); /* of the body without the files */
    /* A file begins; file_name is NULL for the empty field of a browser. */
    void (*begin)(void *ctx, const char *field, const char *file_name);
    void (*data)(void *ctx, const char *bytes, size_t len);
    void (*end)(void *ctx); /* it is whole */
    void *ctx;
};

struct http_upload;

struct http_upload *http_upload_new(const char *boundary);
void http_upload_free(struct http_upload **upload);

void http_upload_feed(struct http_upload *upload, const char *bytes, size_t len,
                      const struct http_upload_sink *sink);
/* The body is over: what was held back is text. */
void http_upload_finish(struct http_upload *upload, const struct http_upload_sink *sink);

#endif
