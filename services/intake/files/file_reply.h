/* SPDX-License-Identifier: Apache-2.0 */
/* file_reply - answers a request with a file that is kept under its hash (common/blobs.h), or with
 * one range of it. Whatever a browser makes of the file, it is no page of ours: nosniff and a
 * sandbox. */
#ifndef FILE_REPLY_H
#define FILE_REPLY_H

#include "http.h"

struct file_reply {
    const char *dir, *name;  /* of common/blobs.h; the name is the ETag as well */
    const char *type;        /* MIME */
    const char *disposition; /* "inline" or "attachment" */
    const char *shown_name;  /* under which it is saved: letters, digits, '.', '-' */
    const char *caching;     /* Cache-Control */
    bool for_all_sites;      /* pages of others may show it */
};

/* Whether there is such a file; else the request is still to be answered. */
bool file_reply(struct http_request *request, const struct file_reply *file) CHECKED;

#endif
