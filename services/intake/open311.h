/* SPDX-License-Identifier: Apache-2.0 */
/* open311 - what the operations of Open311 GeoReport v2 share: format and errors. */
#ifndef OPEN311_H
#define OPEN311_H

#include "intake.h"
#include "reply.h"

/* What is asked for: the path's ".json" or ".xml", else what Accept prefers, else XML.
 * False, and answered 404, when the path has any other format. */
bool open311_format(struct http_request *request, bool *json);

/* One error of the whole request. */
void open311_error(struct http_request *request, bool json, unsigned status, const char *text);
/* 503 for ERR_BUSY, 500 for ERR_SYSTEM, else 400 with e's text. */
void open311_error_of(struct http_request *request, bool json, const struct err *e);
/* 400, or 404 for an unknown service: one error for each fault, named as Open311 does. */
void open311_faults(struct http_request *request, bool json, const struct faults *faults);

#endif
