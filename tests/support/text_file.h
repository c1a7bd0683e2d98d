/* SPDX-License-Identifier: Apache-2.0 */
/* text_file - reads a whole file; the test fails when it cannot. */
#ifndef TEXT_FILE_H
#define TEXT_FILE_H

#include "strbuf.h"

/* Adds what is in the file to out. */
void text_file_read(const char *path, struct strbuf *out);

#endif
