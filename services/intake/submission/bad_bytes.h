/* SPDX-License-Identifier: Apache-2.0 */
/* bad_bytes - finds the fields of a JSON body that are not UTF-8; a part of submission. */
#ifndef BAD_BYTES_H
#define BAD_BYTES_H

#include "faults.h"

/* Adds a fault for each text with such bytes, or one for the whole body when
 * they are elsewhere; none when body is UTF-8. */
void bad_bytes_blame(const char *body, size_t len, struct faults *faults);

#endif
