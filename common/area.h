/* SPDX-License-Identifier: Apache-2.0 */
/* area - which area of the catalogue holds a place. */
#ifndef AREA_H
#define AREA_H

#include "catalogue.h"

/* A place outside every area belongs to the nearest one within this distance:
 * the water's edge, a pier, the last metres of a simplified border. */
enum { AREA_REACH_M = 300 };

struct area_map;

/* Borrows from c, which must outlive it. A shape that cannot be read is logged
 * and left out. */
int area_map_open(struct area_map **out, const struct catalogue *c, struct err *e) CHECKED;
void area_map_close(struct area_map **map);

/* NULL: in no area, or no place (a NAN). On a common border, and where areas
 * overlap, the one with the lowest code; so too when two are equally near. */
const struct catalogue_area *area_map_find(const struct area_map *map, double lat, double lon);

/* Whether a place is one of the city's: in an area, or as near as above. A map without areas knows
 * no border: true. */
bool area_map_covers(const struct area_map *map, double lat, double lon);

#endif
