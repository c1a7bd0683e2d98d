/* SPDX-License-Identifier: Apache-2.0 */
/* known - what a filter may name: an unknown code or state is a fault, not a list without cases.
 *
 * A filter may name what is no more, for its cases are still there. Retired services and units that
 * have ended stay in the catalogue. Areas do not: one that it does not have may have been in it,
 * and whether a case lies there only the database can tell. */
#ifndef KNOWN_H
#define KNOWN_H

#include "catalogue.h"
#include "query.h"

/* As query_codes; each code that the catalogue does not have goes to q's faults. While there is no
 * catalogue (NULL), none does: list_start answers that it is too early. */
void known_services(const struct query *q, const char *name, const struct catalogue *catalogue,
                    struct listing_codes *out);
void known_units(const struct query *q, const char *name, const struct catalogue *catalogue,
                 struct listing_codes *out);
/* Likewise, states of a case. */
void known_states(const struct query *q, const char *name, struct listing_codes *out);

/* Those of the areas that the catalogue does not have. */
void known_not_areas(const struct listing_codes *areas, const struct catalogue *catalogue,
                     struct listing_codes *out);

#endif
