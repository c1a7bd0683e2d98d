/* SPDX-License-Identifier: Apache-2.0 */
/* bookmark - where a page of a list ended, as text for whoever asks for the next one.
 *
 * It is sealed: a page may end at a case that is not shown, and who could read or make up a cursor
 * would learn of any case its id and when it last changed. The same place has the same text, so
 * that a page that has not changed is the same, too; each process of a city reads those of the
 * others. */
#ifndef BOOKMARK_H
#define BOOKMARK_H

#include "crypto.h"
#include "listing.h"

enum { BOOKMARK_SIZE = 81 }; /* hexadecimal digits, with the final NUL */

void bookmark_write(const struct crypto_ring *ring, const struct listing_cursor *cursor,
                    char out[BOOKMARK_SIZE]);
/* False for what was not written here. */
bool bookmark_read(const struct crypto_ring *ring, const char *text, struct listing_cursor *out);

#endif
