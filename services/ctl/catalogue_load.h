/* SPDX-License-Identifier: Apache-2.0 */
/* catalogue_load - a draft without mistakes into the database, whole or not at all. */
#ifndef CATALOGUE_LOAD_H
#define CATALOGUE_LOAD_H

#include "draft.h"
#include "pg.h"

/* Takes d over in one transaction and tells on ctl->out what has changed. A dry run tells the same,
 * and which due times would move, and changes nothing. */
int catalogue_load(const struct draft *d, struct ctl *ctl, struct pg *pg, bool dry_run,
                   struct err *e) CHECKED;

#endif
