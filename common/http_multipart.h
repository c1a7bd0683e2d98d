/* SPDX-License-Identifier: Apache-2.0 */
/* http_multipart - reads a multipart/form-data body (RFC 7578); a part of http. */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "http.h"
#include "strbuf.h"

enum { HTTP_BOUNDARY_SIZE = 71 }; /* 70 characters at most, and NUL */
enum { HTTP_FILE_NAME_SIZE = 256 };

/* Whether the Content-Type is multipart/form-data with a boundary that RFC 2046 allows, bare or
 * quoted, among any other parameters; it is written to out then. */
bool http_multipart_boundary(const char *type, char out[HTTP_BOUNDARY_SIZE]);

/* Hands over the fields as http_form() in http.h says; parts with a file name are left out. */
int http_multipart_read(const char *boundary, const char *body, size_t len, http_field_fn *fn,
                        void *ctx, struct err *e) CHECKED;

/* What the header lines of one part say. */
struct http_multipart_head {
    struct strbuf name;
    bool is_file;
    bool has_file_name; /* and it is not empty, as that of a browser's empty field is */
    char file_name[HTTP_FILE_NAME_SIZE]; /* the bytes of "filename"; a long one is cut off */
};
/* Reads lines up to the empty one, which must be there; what follows is not looked at. name's limit
 * is the caller's. */
bool http_multipart_head(const char *at, size_t len, struct http_multipart_head *out);

#endif
