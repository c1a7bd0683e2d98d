/* SPDX-License-Identifier: Apache-2.0 */
/* load_city - where in the city invented complaints are: the door refuses those outside it. */
#ifndef LOAD_CITY_H
#define LOAD_CITY_H

#include "load_texts.h"

#include "err.h"
#include "json.h"

#define LOAD_CITY_PATH "/map/wards.json"
enum { LOAD_CITY_BYTES = 16 * 1024 * 1024 };

/* A box in the city whose areas the map has, which is intake's under LOAD_CITY_PATH: that of Ho Chi
 * Minh City's middle if it fits or there are no areas, else one in its largest part. */
int load_city_box(const json_t *map, struct load_box *out, struct err *e) CHECKED;

#endif
