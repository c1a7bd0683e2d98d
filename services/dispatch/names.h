/* SPDX-License-Identifier: Apache-2.0 */
/* names - codes as small numbers, so that a million tasks can repeat them. */
#ifndef NAMES_H
#define NAMES_H

#include "base.h"

enum { NAMES_MAX = UINT16_MAX }; /* more are refused: a catalogue has thousands at most */

struct names;

struct names *names_new(void);
void names_free(struct names **names);

/* The number of a code, new if need be; NAMES_MAX when there is no room left. */
uint16_t names_number(struct names *names, const char *code);
/* The number of a code that is known, else NAMES_MAX. */
uint16_t names_find(const struct names *names, const char *code);
const char *names_code(const struct names *names, uint16_t number);
size_t names_count(const struct names *names);

#endif
