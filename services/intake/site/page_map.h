/* SPDX-License-Identifier: Apache-2.0 */
/* page_map - the catalogue's areas as the pages' map draws them. */
#ifndef PAGE_MAP_H
#define PAGE_MAP_H

#include "catalogue.h"
#include "strbuf.h"

/* Steps of the grid that points are moved to, a degree: 22 m in Ho Chi Minh City. */
enum { PAGE_MAP_SCALE = 5000 };

/* Appends {"scale":5000,"wards":[[CODE,[[RING,...],...]],...]}: of each area its polygons, of each
 * polygon its rings, of each ring x, y of the first point and the steps to each next one. The
 * same point of two areas stays the same. What is no GeoJSON polygon is left out. */
void page_map_write(const struct catalogue *c, struct strbuf *out);

#endif
