/* SPDX-License-Identifier: Apache-2.0 */
/* moment - reads the moments that people put into addresses. */
#ifndef MOMENT_H
#define MOMENT_H

#include "base.h"

/* "2026-11-23T09:00:00+07:00": the W3C's profile of ISO 8601, from a day to microseconds, in the
 * years 1970 to 9999. Without a zone it is the city's (TZ); a space is a plus that was not
 * escaped. A day alone is its first moment, or the last one when is_end. Sets *us only on
 * success. */
bool moment_read(const char *text, bool is_end, int64_t *us);

#endif
