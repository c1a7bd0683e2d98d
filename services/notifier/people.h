/* SPDX-License-Identifier: Apache-2.0 */
/* people - finds a unit's person again without keeping the name. */
#ifndef PEOPLE_H
#define PEOPLE_H

#include "catalogue.h"

/* "person:UNIT/ROLE/DIGEST" */
void people_key(const struct catalogue_person *person, char *out, size_t size);
/* NULL when there is nobody any more of whom that is the key. */
const struct catalogue_person *people_find(const struct catalogue *catalogue, const char *key);

#endif
