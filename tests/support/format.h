/* SPDX-License-Identifier: Apache-2.0 */
/* format - short texts made on the way: paths, settings, addresses. */
#ifndef FORMAT_H
#define FORMAT_H

#include "base.h"

char *format_new(const char *fmt, ...) PRINTF(1, 2); /* yours to free */
void format_free(char **text);                       /* for AUTO */

#endif
