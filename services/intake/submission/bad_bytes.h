/* SPDX-License-Identifier: Apache-2.0 */
/* bad_bytes - finds the fields for which a parser refuses a JSON body; a part of submission. */
#ifndef BAD_BYTES_H
#define BAD_BYTES_H

#include "faults.h"

/* Adds a fault for each text with bytes that are not UTF-8, or one for the whole body when they are
 * elsewhere; else one for the first member that is there twice, or whose text or number cannot be
 * kept. None when it is no JSON otherwise: there the parser's line and column say more. */
void bad_bytes_blame(const char *body, size_t len, struct faults *faults);

#endif
