/* SPDX-License-Identifier: Apache-2.0 */
/* successor - to whom a task goes whose unit has ended: to its successor, and of several to the one
 * whose area holds the place of the case. Pure: reads no clock and no database. */
#ifndef SUCCESSOR_H
#define SUCCESSOR_H

#include "area.h"

struct successors;

/* Reads the areas' shapes when it first needs them. c, with areas, must outlive it. */
struct successors *successors_new(const struct catalogue *c);
void successors_free(struct successors **successors);

/* What is known of a task. */
struct orphan {
    const struct catalogue_unit *unit; /* that has ended */
    const char *service;
    const char *area; /* in which its place lay when it came in, or NULL */
    double lat, lon;  /* NAN: it has no place */
    bool at_the_desk; /* the case is in the desk's hands, and stays there */
};

/* The desk when nobody took over, or when of several it cannot be told who: so, too, when the case
 * may be about the one that took over. */
const struct catalogue_unit *successor_of(struct successors *successors,
                                          const struct orphan *orphan, int32_t day);

#endif
