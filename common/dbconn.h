/* SPDX-License-Identifier: Apache-2.0 */
/* dbconn - how to reach the database: a service's settings as libpq's keywords.
 *
 * The URL may be anything libpq reads ("postgresql://...", several hosts,
 * "host=... dbname=..."). What it does not say is filled in: the role of the
 * service, and the timeouts without which a cut network blocks a statement for
 * minutes. connect_timeout holds for blocking connects alone; who connects
 * with PQconnectStartParams keeps DBCONN_CONNECT_TIMEOUT_S itself, and turns
 * the hosts then. The first host's name is looked up within that call, a later
 * one's within PQconnectPoll, and both wait for the resolver; hostaddr beside
 * host spares them that. */
#ifndef DBCONN_H
#define DBCONN_H

#include "config.h"

#include <libpq-fe.h>

enum { DBCONN_CONNECT_TIMEOUT_S = 5 };

/* The row of a service's settings table. */
#define DBCONN_URL_KEY(type, field)                                                                \
    CONFIG_RULED(type, field, "DUNGHEN_DATABASE_URL", &dbconn_url, "",                             \
                 "The database as libpq's URL; empty: the private cluster in DUNGHEN_RUN_DIR.")
extern const struct config_rule dbconn_url;

struct dbconn_target {
    const char *url;     /* "": the private cluster, <run_dir>/postgres, database dunghen */
    const char *run_dir; /* relative to the working directory, or absolute */
    const char *role;    /* logs in when the URL names no user: "dunghen_tracker" */
    const char *program; /* what PostgreSQL shows as application_name: "dunghen-tracker" */
};

struct dbconn;

/* ERR_INPUT for a URL that libpq cannot read; the text does not repeat the URL
 * (it may hold a password). Keeps no pointer to target. */
int dbconn_open(struct dbconn **out, const struct dbconn_target *target, struct err *e) CHECKED;
void dbconn_close(struct dbconn **d);

/* NULL-terminated, in step with each other, for PQconnectdbParams and
 * PQconnectStartParams with expand_dbname 0. Valid until dbconn_close. */
const char *const *dbconn_keywords(const struct dbconn *d);
const char *const *dbconn_values(const struct dbconn *d);

/* Of several hosts in the URL the first becomes the last one: libpq tries the next when one
 * refuses, but waits without end for one that is silent. */
void dbconn_turn(struct dbconn *d);

/* Fills *e from the server's refusal: its message and SQLSTATE. ERR_INPUT for
 * data that a constraint or type refuses (classes 22, 23), ERR_BUSY for what
 * is worth repeating later (08 but for 08P01, 25, 40, 53, 55, 57, 58), else
 * ERR_SYSTEM. Returns -1. */
int dbconn_refusal(const PGresult *res, struct err *e);

#endif
