/* SPDX-License-Identifier: Apache-2.0 */
/* store - the letters' files: a folder in which each file's name is its own hash.
 *
 * <dir>/ab/cdef....pdf is the file whose BLAKE2b-256 is abcdef.... A file is complete and on the
 * disk before it has that name, so a crash leaves a whole file or, in <dir>/tmp, one that nobody
 * names. The same bytes are one file. */
#ifndef STORE_H
#define STORE_H

#include "strbuf.h"

#include "crypto.h"
#include "err.h"

/* Makes the folder (mode 0700) where it is missing. */
int store_open(const char *dir, struct err *e) CHECKED;
/* Removes what crashes have left behind. Whoever writes at the moment is told by store_put that it
 * failed. */
int store_clean(const char *dir, struct err *e) CHECKED;

/* The file's hash goes to hash; it is on the disk under its name when this returns. writer tells
 * those who write at the same time apart. */
int store_put(const char *dir, const char *writer, const struct strbuf *file,
              uint8_t hash[CRYPTO_HASH_BYTES], struct err *e) CHECKED;

#endif
