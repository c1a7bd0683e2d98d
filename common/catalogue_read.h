/* SPDX-License-Identifier: Apache-2.0 */
/* catalogue_read - the catalogue's tables, as the database gives them, to a snapshot. */
#ifndef CATALOGUE_READ_H
#define CATALOGUE_READ_H

#include "catalogue.h"

/* What is asked for, in this order. Each statement sees the tables at its own
 * time: the rows belong together when the version is the same at both ends. */
enum catalogue_step {
    CATALOGUE_VERSION,
    CATALOGUE_CITY,
    CATALOGUE_CALENDARS,
    CATALOGUE_HOURS,
    CATALOGUE_DAYS,
    CATALOGUE_UNITS,
    CATALOGUE_SERVICES,
    CATALOGUE_ATTRIBUTES,
    CATALOGUE_VALUES,
    CATALOGUE_ROUTES,
    CATALOGUE_REGIMES,
    CATALOGUE_LIMITS,
    CATALOGUE_REASONS,
    CATALOGUE_PEOPLE,
    CATALOGUE_TEMPLATES,
    CATALOGUE_GATEWAYS,
    CATALOGUE_ATTACHMENTS,
    CATALOGUE_AREAS,
    CATALOGUE_VERSION_AGAIN,
    CATALOGUE_STEPS,
};
extern const struct sql *const catalogue_sql[CATALOGUE_STEPS];

struct catalogue_snapshot;

/* Copies what it needs from rows. ERR_BUSY: the catalogue changed meanwhile,
 * ask again; ERR_SYSTEM names what does not fit together. */
int catalogue_read(struct catalogue_snapshot **out, PGresult *const rows[], struct err *e) CHECKED;
/* Freed when nobody else keeps it (catalogue_keep). */
void catalogue_snapshot_close(struct catalogue_snapshot **s);
const struct catalogue *catalogue_view(const struct catalogue_snapshot *s);

#endif
