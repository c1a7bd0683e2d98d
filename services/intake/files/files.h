/* SPDX-License-Identifier: Apache-2.0 */
/* files - what a submission, or what is said of a case afterwards, has of files: those of its own
 * form, and those that were uploaded before and are named by their ids. */
#ifndef FILES_H
#define FILES_H

#include "intake.h"

/* True when the request's files, if it has any, are settled; else handler will be called again with
 * the same request, and the caller returns. */
bool files_settled(struct intake *intake, struct http_request *request, http_handler_fn *handler);

/* Puts the files of the settled request, and those that the submission names by id, into it; what
 * is wrong with them goes to the intake's faults. The place of a photo counts when the form says
 * place_from_photo and has no place. Before submission_check(). -1 (ERR_BUSY) when it is nobody's
 * fault. */
int files_take(struct intake *intake, const struct http_request *request, struct submission *s,
               struct err *e) CHECKED;

/* Likewise the files of the settled request alone, at most ATTACHMENTS_MOST of them. */
int files_take_sent(struct intake *intake, const struct http_request *request,
                    struct attachment *out, size_t *count, struct err *e) CHECKED;

/* The files that an array of ids names, at most ATTACHMENTS_MOST; what is wrong goes to faults,
 * below "/attachments". Those of ids that have grown too old are among them, beside their faults,
 * for what may have been said before: see citizen_admits. */
void files_read_ids(const struct intake *intake, const json_t *ids, struct attachment *out,
                    size_t *count, struct faults *faults);

/* What makes a form of several parts the same when it comes again, whatever its boundary: its
 * fields, and the digests of its files if it has any; len bytes, of which any may be zero. NULL:
 * the request is no such form. Valid until the reply. */
const char *files_said(struct http_request *request, size_t *len);

/* For the table of routes: handlers that take files, and where the files go. */
extern const struct http_files intake_files;

#endif
