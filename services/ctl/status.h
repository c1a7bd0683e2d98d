/* SPDX-License-Identifier: Apache-2.0 */
/* status - how the whole system stands, as one JSON document that "dunghen status --json" prints
 * as it is and status_print for people. */
#ifndef STATUS_H
#define STATUS_H

#include "json.h"
#include "pg.h"

/* What /readyz of each service says. services: "NAME=ADDRESS:PORT,..."; NULL: those of
 * DUNGHEN_PROBES, else those that are built, on the ports from DUNGHEN_METRICS_LISTEN on. Returns a
 * new reference. */
int status_read_services(const struct ctl *ctl, const char *services, json_t **out,
                         struct err *e) CHECKED;

/* Adds what the database tells to status. */
int status_read_database(struct ctl *ctl, json_t *status, struct err *e) CHECKED;

void status_print(const json_t *status, FILE *out);

#endif
