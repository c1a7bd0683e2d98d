/* SPDX-License-Identifier: Apache-2.0 */
/* files - what an answer has been given of files, held against the seals of their uploads.
 *
 * Whoever takes an upload in has examined it and has it on the disk before its id is told
 * (common/attachment.h). So a file with a good id is there, and is what the id says; nothing has to
 * be asked for, and nobody can give his case a file of which he knows the name alone. */
#ifndef DISPATCH_FILES_H
#define DISPATCH_FILES_H

#include "crypto.h"
#include "json.h"

/* Replaces an answer's "attachments" by what their ids say, in the form of
 * schemas/bus/case.answer.v1.json, each file once. ERR_INPUT names the item, its field and the
 * rule; the answer is then as it was. An answer that is no object is left to who reads it. now:
 * microseconds since 1970. */
int files_take(const struct crypto_ring *ring, json_t *answer, int64_t now, struct err *e) CHECKED;

#endif
