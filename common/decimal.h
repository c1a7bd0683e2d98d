/* SPDX-License-Identifier: Apache-2.0 */
/* decimal - a number as decimal text: the shortest that reads back as the same number. */
#ifndef DECIMAL_H
#define DECIMAL_H

#include "base.h"

enum { DECIMAL_SIZE = 32 }; /* with the final NUL */

/* "10.776"; "1e+20" where all digits would not tell more. Never "-0". Returns out. */
const char *decimal_text(double value, char out[DECIMAL_SIZE]);

#endif
