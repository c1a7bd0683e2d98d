/* SPDX-License-Identifier: Apache-2.0 */
/* likeness - how much two texts say the same, whatever diacritics they were typed with. */
#ifndef LIKENESS_H
#define LIKENESS_H

#include "base.h"

struct likeness;

/* The text that others are compared with. */
struct likeness *likeness_new(const char *text, size_t len);
void likeness_free(struct likeness **likeness);

/* 0 to 1: how many of the sequences of three letters of its words the other text has, too. */
double likeness_of(const struct likeness *likeness, const char *text, size_t len);

#endif
