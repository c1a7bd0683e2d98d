/* SPDX-License-Identifier: Apache-2.0 */
/* ids - UUIDv7 for machines, references for people. */
#ifndef IDS_H
#define IDS_H

#include "err.h"

struct uuid {
    uint8_t bytes[16];
};

enum { UUID_TEXT_SIZE = 37, REFERENCE_SIZE = 12 }; /* with the final NUL */

/* A new UUIDv7 (RFC 9562): time-ordered, so that indexes grow at one end. Ids
 * made by one process (its one thread) are strictly rising. */
struct uuid uuid_new(void);

const char *uuid_text(const struct uuid *id, char out[UUID_TEXT_SIZE]); /* lower case, dashes */
/* 36 characters, upper or lower case; ERR_INPUT otherwise. */
int uuid_read(const char *text, struct uuid *out, struct err *e) CHECKED;
bool uuid_equal(const struct uuid *a, const struct uuid *b);
static inline bool uuid_is_nil(const struct uuid *id)
{
    return uuid_equal(id, &(struct uuid){{0}});
}

/* A new random reference "XXXXX-XXXXC": ten characters of an alphabet without
 * 0, O, 1, I and L, of which the last checks the others. It can be read out
 * over the phone; it does not tell how many there are. */
void reference_new(char out[REFERENCE_SIZE]);

/* Reads what a person typed or copied: any case; blanks, dashes, commas and full stops anywhere.
 * Writes the canonical form. ERR_INPUT for a wrong length, a character that is not in the alphabet,
 * or a wrong check character (any one wrong character and any swap of two is found). */
int reference_read(const char *text, char out[REFERENCE_SIZE], struct err *e) CHECKED;

#endif
