/* SPDX-License-Identifier: Apache-2.0 */
/* http_form - reads the fields of a form out of a body; a part of http. */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include "http.h"

#include <microhttpd.h>

struct http_form {
    struct MHD_Connection *connection; /* its Content-Type tells the form's encoding */
    const char *body;
    size_t len;
};

/* See http_form() in http.h. */
int http_form_read(const struct http_form *form, http_field_fn *fn, void *ctx,
                   struct err *e) CHECKED;

#endif
