/* SPDX-License-Identifier: Apache-2.0 */
/* files - small files, read and written whole. */
#ifndef FILES_H
#define FILES_H

#include "strbuf.h"

#include "err.h"

#include <sys/types.h>

/* Reads all of path; ERR_INPUT when it is longer than out's limit, ERR_SYSTEM
 * when it cannot be read. */
int files_read(const char *path, struct strbuf *out, struct err *e) CHECKED;

bool files_exists(const char *path);

/* Makes path with this mode, and with 0755 what is missing above it; what exists is left alone. */
int files_make_dir(const char *path, mode_t mode, struct err *e) CHECKED;

/* Writes text to a new file with exactly this mode, on disk when it returns.
 * ERR_CONFLICT when path exists. */
int files_write_new(const char *path, mode_t mode, const char *text, struct err *e) CHECKED;

#endif
