/* SPDX-License-Identifier: Apache-2.0 */
/* routes - what is served where: every address of the public door, and its handler. */
#ifndef ROUTES_H
#define ROUTES_H

#include "http.h"

/* Ended by {0}. */
extern const struct http_route intake_routes[];
extern const struct http_body_room intake_rooms[];

#endif
