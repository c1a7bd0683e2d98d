/* SPDX-License-Identifier: Apache-2.0 */
/* attachment - a file that belongs to a case: its kinds and types, its name, what it is known by
 * between its upload and the case, and the links under which it is seen.
 *
 * A file's name is its hash and its type, "3f...9a.jpg". Whoever uploads one gets an id: the name
 * with sizes, time and a keyed hash of these, so that nothing has to be remembered, and nobody can
 * give a case a file that was not examined here. Links have a key in the same way: it opens this
 * file and nothing else. */
#ifndef ATTACHMENT_H
#define ATTACHMENT_H

#include "catalogue.h"
#include "crypto.h"
#include "json.h"
#include "strbuf.h"

enum attachment_kind {
    ATTACHMENT_PHOTO,
    ATTACHMENT_DOCUMENT,
    ATTACHMENT_VIDEO,
    ATTACHMENT_SOUND,
    ATTACHMENT_KINDS
};

enum attachment_type {
    ATTACHMENT_JPG,
    ATTACHMENT_PDF,
    ATTACHMENT_MP4,
    ATTACHMENT_MOV,
    ATTACHMENT_3GP,
    ATTACHMENT_M4A,
    ATTACHMENT_MP3,
    ATTACHMENT_OGG,
    ATTACHMENT_TYPES
};

enum {
    ATTACHMENT_NAME_SIZE = 2 * CRYPTO_HASH_BYTES + 5,   /* "<hash>.jpg" */
    ATTACHMENT_SMALL_SIZE = 2 * CRYPTO_HASH_BYTES + 11, /* "<hash>.thumb.jpg" */
    ATTACHMENT_KEY_SIZE = 23,                           /* 22 characters of base64url */
    ATTACHMENT_ID_SIZE = 160,
    ATTACHMENTS_MOST = 16, /* of one case or step, whatever the catalogue says */
    ATTACHMENT_HOURS = 20, /* for which an id is good; orphans are swept after a day */
    ATTACHMENT_SWEEP_S = 24 * 3600,
};

struct attachment {
    char name[ATTACHMENT_NAME_SIZE];
    int64_t bytes;
    uint32_t width, height; /* of a photo, else 0 */
};

const char *attachment_kind_name(enum attachment_kind kind); /* "photo", as in attachments.csv */
enum attachment_kind attachment_kind_of(enum attachment_type type);
const char *attachment_suffix(enum attachment_type type); /* ".jpg" */
const char *attachment_mime(enum attachment_type type);   /* "image/jpeg" */
/* The type of a name or of a suffix; ATTACHMENT_TYPES: of none. */
enum attachment_type attachment_type_of(const char *suffix);
/* "<hash>.jpg", or "<hash>.thumb.jpg" when thumb is not NULL: then *thumb tells. False when it is
 * neither. */
bool attachment_name_read(const char *name, enum attachment_type *type, bool *thumb);

/* The name of the small picture that is kept beside a photo; false: name is not a photo's. */
bool attachment_name_small(const char *name, char out[ATTACHMENT_SMALL_SIZE]);

/* What the catalogue allows of a kind; zeros when it takes none of it, or is NULL. */
const struct catalogue_attachment *attachment_limit(const struct catalogue *c,
                                                    enum attachment_kind kind);

/* now in microseconds since 1970. */
void attachment_id(const struct crypto_ring *ring, const struct attachment *a, int64_t now,
                   char out[ATTACHMENT_ID_SIZE]);
enum attachment_id_state {
    ATTACHMENT_ID_STRANGE, /* was not given out here */
    ATTACHMENT_ID_OLD,     /* was, but not within ATTACHMENT_HOURS */
    ATTACHMENT_ID_GOOD
};
/* What it is an id of goes to out, unless it is strange. */
enum attachment_id_state attachment_id_judge(const struct crypto_ring *ring, const char *id,
                                             int64_t now, struct attachment *out);
/* Whether it is good. */
bool attachment_id_read(const struct crypto_ring *ring, const char *id, int64_t now,
                        struct attachment *out);

/* The key of a file's link. */
void attachment_key(const struct crypto_ring *ring, const char *name,
                    char out[ATTACHMENT_KEY_SIZE]);
/* Appends "<public_url>/media/NAME?k=KEY"; of the small picture of a photo with thumb. Without a
 * ring no key: for what everybody may see. */
void attachment_link(const char *public_url, const struct crypto_ring *ring, const char *name,
                     bool thumb, struct strbuf *out);

/* Appends the JSON array of the case's head and of notes: {"name","bytes","width","height"}; with
 * the key of each when ring is given. */
void attachments_write(const struct attachment *list, size_t count, const struct crypto_ring *ring,
                       struct strbuf *out);

/* The same without keys, as a value; NULL without files. */
json_t *attachments_list(const struct attachment *list, size_t count) CHECKED;

#endif
