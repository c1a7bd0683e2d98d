/* SPDX-License-Identifier: Apache-2.0 */
/* succession - who has the say today for what a unit had that has ended. Units are merged and
 * split, so they have many successors and many predecessors (schemas/catalogue.md, units.csv). */
#ifndef SUCCESSION_H
#define SUCCESSION_H

#include "catalogue.h"

/* As many as may be asked for; a city's reorganisation gives a unit two or three. */
enum { SUCCESSION_MOST = 64 };

/* Whether the unit's last day is past on that day. One that has not begun has not ended. */
bool unit_has_ended(const struct catalogue_unit *unit, int32_t day);

/* The units in force on that day that took over from the unit, or from who took over from it, each
 * once: the unit itself when it is in force. Successors that have not begun, or that are not in the
 * catalogue, are left out. Returns how many, most of them at the most. */
size_t succession_find(const struct catalogue *c, const struct catalogue_unit *unit, int32_t day,
                       const struct catalogue_unit *out[], size_t most);

/* Whether heir is one of them. */
bool succession_has(const struct catalogue *c, const struct catalogue_unit *unit, int32_t day,
                    const struct catalogue_unit *heir);

#endif
