/* SPDX-License-Identifier: Apache-2.0 */
/* route - who leads a case and who takes part, from the catalogue alone.
 *
 * Pure: no clock, no I/O. The rules are schemas/catalogue.md's. */
#ifndef ROUTE_H
#define ROUTE_H

#include "catalogue.h"
#include "messages.h"

struct route_table;

/* Borrows from c, which must outlive it. */
struct route_table *route_table_new(const struct catalogue *c) CHECKED;
void route_table_free(struct route_table **t);

/* area holds the place; NULL: no place, or one in no area. Texts of out are
 * borrowed from the table, out->coordinators is yours to release. ERR_BUSY for
 * a service that is not in the catalogue: who sent the case has a newer one. */
int route_decide(const struct route_table *t, const struct case_head *head,
                 const struct catalogue_area *area, struct case_route *out, struct err *e) CHECKED;

#endif
