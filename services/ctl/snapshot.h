/* SPDX-License-Identifier: Apache-2.0 */
/* snapshot - the catalogue for a command: read once, waited for. */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include "catalogue_read.h"
#include "pg.h"

/* Without the areas. Within pg_freeze, so that its tables belong together. */
int snapshot_read(struct pg *pg, struct catalogue_snapshot **out, struct err *e) CHECKED;

#endif
