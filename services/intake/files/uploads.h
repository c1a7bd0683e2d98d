/* SPDX-License-Identifier: Apache-2.0 */
/* uploads - files on their way in: streamed to the disk as they arrive, handed to the keepers
 * (keeper.h), and what came of them. The loop never waits for a decoder or the disk's sync.
 *
 * A handler that takes files asks uploads_settled() first. While the files are on their way it
 * returns, and is called again with the same request when every file is kept or refused. */
#ifndef UPLOADS_H
#define UPLOADS_H

#include "attachment.h"
#include "catalogue.h"
#include "faults.h"
#include "http.h"
#include "keeper.h"
#include "loop.h"

struct uploads;

struct uploads_settings {
    struct loop *loop;
    const struct keeper_settings *keeper;
    struct catalogue_watch *catalogue; /* has the limits */
    int keepers;                       /* processes */
    size_t max_files;                  /* on their way at once; more are told to come again */
};

int uploads_open(struct uploads **out, const struct uploads_settings *settings,
                 struct err *e) CHECKED;
void uploads_close(struct uploads **uploads); /* after the HTTP server */
/* Why files cannot be taken, or NULL. */
const char *uploads_trouble(const struct uploads *uploads);

/* What the files of struct http_files are handed to; which handlers take some is the caller's. */
size_t uploads_limit(const struct uploads *uploads);
void uploads_begin(struct uploads *uploads, struct http_request *request, const char *field,
                   const char *file_name);
void uploads_data(struct http_request *request, const char *bytes, size_t len);
void uploads_end(struct http_request *request);
void uploads_forget(struct http_request *request);

/* Whether a file came with the request: the empty field of a browser is none. */
bool uploads_has_files(const struct http_request *request);
/* Whether the request has files that are all settled. */
bool uploads_resumed(const struct http_request *request);
/* True when there is nothing to wait for. Else handler is called, with ctx, later. place: the place
 * of a photo is wanted. */
bool uploads_settled(struct http_request *request, bool place, http_handler_fn *handler, void *ctx);

/* What is known of a settled request; zero files when it has none. */
struct uploads_result {
    size_t count; /* of the files that were kept */
    struct attachment files[ATTACHMENTS_MOST];
    char pointers[ATTACHMENTS_MOST][FAULT_POINTER_BYTES]; /* where each was: "/photos/0" */
    double lat, lon;                                      /* of the first that has a place; NAN */
};
/* Faults of those that were refused go to faults. -1 (ERR_BUSY, ERR_SYSTEM) when some could
 * not be kept and it is nobody's fault. */
int uploads_result(const struct http_request *request, struct uploads_result *out,
                   struct faults *faults, struct err *e) CHECKED;
/* Appends to said what is the same whenever the same files come, their digests, and keeps it as
 * long as the request, with its length in len; NULL when it is too long. */
const char *uploads_say(struct http_request *request, struct strbuf *said, size_t *len);

/* Hands an order that is no file to an idle keeper, one at a time: for sweep.c. */
typedef void uploads_answer_fn(void *ctx, const struct keeper_answer *answer, const struct err *e);
int uploads_order(struct uploads *uploads, const struct keeper_order *order, uploads_answer_fn *fn,
                  void *ctx, struct err *e) CHECKED;

#endif
