/* SPDX-License-Identifier: Apache-2.0 */
/* film - video, sound and documents, which are kept as they came: whether the file is whole and one
 * thing alone, and where its metadata lies. They are only walked over here, never decoded. */
#ifndef FILM_H
#define FILM_H

#include "bytes.h"
#include "faults.h"

/* Called for a stretch that is to be overwritten with text, or with zeros where text is NULL. */
typedef bool film_patch_fn(void *ctx, size_t offset, const char *text, size_t len);

/* ISO base media (ISO 14496-12: MP4, QuickTime, 3GP, M4A): its boxes must fill the file exactly.
 * User data and metadata boxes, which have the place, are to be blanked. suffix: ".mp4", ".mov",
 * ".3gp" or ".m4a", as its brand says. False with RULE_FILE_TYPE, _TRUNCATED or _DAMAGED. */
bool film_check(struct bytes file, film_patch_fn *patch, void *ctx, const char **suffix,
                enum rule *why);
/* MPEG audio behind an ID3v2 tag, which is to be blanked but for its head. */
bool film_check_mp3(struct bytes file, film_patch_fn *patch, void *ctx, enum rule *why);
/* Ogg (RFC 3533): its pages must fill the file exactly. */
bool film_check_ogg(struct bytes file, enum rule *why);
/* PDF (ISO 32000-1, 7.5): begins and ends as one, is no archive or page as well, and, as far as it
 * can be seen without unpacking, starts nothing by itself. */
bool film_check_pdf(struct bytes file, enum rule *why);

#endif
