/* SPDX-License-Identifier: Apache-2.0 */
/* blobs - files kept under their own hash, in a folder of them.
 *
 * <dir>/ab/cdef....SUFFIX is a file whose BLAKE2b-256 is abcdef.... A file is complete and on the
 * disk before it has that name, so a crash leaves a whole file or, in <dir>/tmp, one that nobody
 * names. The same bytes are one file. Everything here blocks on the disk: it is for processes that
 * may wait, not for a service's loop. */
#ifndef BLOBS_H
#define BLOBS_H

#include "strbuf.h"

#include "crypto.h"
#include "err.h"

enum { BLOBS_FOLDERS = 256, BLOBS_NAME_SIZE = 2 * CRYPTO_HASH_BYTES + 24 };

/* Makes the folder (mode 0700) where it is missing. */
int blobs_open(const char *dir, struct err *e) CHECKED;
/* Whether files can be put there now, as far as the folder's being there and its mode tell. */
bool blobs_can_keep(const char *dir);
/* Removes what crashes have left behind, of at least that age. Whoever still writes to such a file
 * is told that it failed when it is to be kept. */
int blobs_clean(const char *dir, int64_t older_than_s, struct err *e) CHECKED;

/* The bytes' hash goes to hash; they are on the disk under that name when this returns. writer
 * tells those who write at the same time apart; suffix (".pdf") is part of the name. */
int blobs_put(const char *dir, const char *writer, const char *suffix, const struct strbuf *file,
              uint8_t hash[CRYPTO_HASH_BYTES], struct err *e) CHECKED;
/* Likewise for what stands in <dir>/tmp/writer already. */
int blobs_keep(const char *dir, const char *writer, const char *suffix,
               uint8_t hash[CRYPTO_HASH_BYTES], struct err *e) CHECKED;
/* Keeps <dir>/tmp/writer under a hash that is not its own: what can be made again from the file of
 * that hash, as a small picture of a large one. */
int blobs_keep_beside(const char *dir, const char *writer, const char *suffix,
                      const uint8_t hash[CRYPTO_HASH_BYTES], struct err *e) CHECKED;

/* Appends "<dir>/tmp/<writer>". */
void blobs_tmp_path(struct strbuf *out, const char *dir, const char *writer);
/* Appends "<dir>/ab/cdef....SUFFIX" for a name "abcdef....SUFFIX" of blobs_each_old or of whoever
 * writes a hash in hexadecimal digits; false, and nothing, when it is no such name. */
bool blobs_path(struct strbuf *out, const char *dir, const char *name);
/* Whether there is a file of that name. */
bool blobs_has(const char *dir, const char *name);
/* Reads the file of that name. ERR_CONFLICT when it is not there, has not so many bytes, or is not
 * the one of its name; ERR_SYSTEM when it cannot be read. The text goes on after "the file NAME,
 * which". */
int blobs_check(const char *dir, const char *name, int64_t bytes, struct err *e) CHECKED;
/* The hash of such a name. */
bool blobs_name_hash(const char *name, uint8_t hash[CRYPTO_HASH_BYTES]);

/* Calls fn for the name of each file in one of the BLOBS_FOLDERS folders that was kept that long
 * ago or longer, until fn returns false. */
typedef bool blobs_fn(void *ctx, const char *name);
int blobs_each_old(const char *dir, uint8_t folder, int64_t older_than_s, blobs_fn *fn, void *ctx,
                   struct err *e) CHECKED;
/* Removes the file unless it has been kept again meanwhile. *removed tells. */
int blobs_remove_old(const char *dir, const char *name, int64_t older_than_s, bool *removed,
                     struct err *e) CHECKED;

#endif
