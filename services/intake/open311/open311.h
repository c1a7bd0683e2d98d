/* SPDX-License-Identifier: Apache-2.0 */
/* open311 - what the operations of Open311 GeoReport v2 share: format and errors. */
#ifndef OPEN311_H
#define OPEN311_H

#include "intake.h"
#include "reply.h"

/* What is asked for: the path's ".json" or ".xml", else what Accept prefers, else XML.
 * False, and answered 404, when the path has any other format. */
bool open311_format(struct http_request *request, bool *json);

/* What every operation begins with: the format, and the parameters jurisdiction_id and api_key.
 * False when it is answered. For POST, the form's own two are checked by open311_admit. */
bool open311_begin(struct intake *intake, struct http_request *request, bool *json);
/* Whether the jurisdiction (NULL: not said) is ours, and the key good for a POST. */
bool open311_admit(struct intake *intake, struct http_request *request, bool json,
                   const char *jurisdiction, const char *key);

/* Empties out; JSON leaves out what is not there. */
void open311_tree(struct tree *tree, bool json, struct strbuf *out);

/* GET requests/{id} without a secret: what everybody may know. */
void open311_request_list_one(struct intake *intake, struct http_request *request, bool json);

/* One error of the whole request. */
void open311_error(struct http_request *request, bool json, unsigned status, const char *text);
/* Of a request that reached no handler: the format is what its path ends with, or Accept says. */
void open311_refuse(struct http_request *request, unsigned status);
/* 503 for ERR_BUSY, 500 for ERR_SYSTEM, else 400 with e's text. */
void open311_error_of(struct http_request *request, bool json, const struct err *e);
/* 400, or 404 for an unknown service: one error for each fault, named as Open311 does. */
void open311_faults(struct http_request *request, bool json, const struct faults *faults);

#endif
