/* SPDX-License-Identifier: Apache-2.0 */
/* open311_type - how a service answers a POST: with an id, with a token, or with neither. */
#ifndef OPEN311_TYPE_H
#define OPEN311_TYPE_H

#include "catalogue.h"

enum open311_type { OPEN311_REALTIME, OPEN311_BATCH, OPEN311_BLACKBOX, OPEN311_TYPES };

extern const char *const open311_type_names[OPEN311_TYPES]; /* "realtime", ... */

/* s may be NULL: realtime. */
enum open311_type open311_type(const struct catalogue_service *s);

#endif
