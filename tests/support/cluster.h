/* SPDX-License-Identifier: Apache-2.0 */
/* cluster - a PostgreSQL of a test's own: real, durable, gone afterwards.
 *
 * It listens on a socket in a directory below /tmp, trusts who may enter that
 * directory, and belongs to an unprivileged user when the test is run by root.
 * It holds the database "dunghen", migrated, owned by the superuser "dunghen".
 * It ends with the test, however the test ends. */
#ifndef CLUSTER_H
#define CLUSTER_H

#include "err.h"

#include <libpq-fe.h>

struct cluster;

int cluster_open(struct cluster **out, struct err *e) CHECKED;
void cluster_close(struct cluster **cluster); /* removes everything */

/* The same as cmocka's setup and teardown of a group: *state is the cluster. */
int cluster_setup(void **state);
int cluster_teardown(void **state);

/* For DUNGHEN_DATABASE_URL; names no user, so that each service is its own role. */
const char *cluster_url(const struct cluster *cluster);
/* A directory for the test's own sockets and files; short enough for sockets. */
const char *cluster_dir(const struct cluster *cluster);

/* The first field of the statement's first row, as text; NULL for NULL or no row. Borrowed
 * until the next call. Runs as the superuser. A statement that fails, fails the test. */
const char *cluster_query(struct cluster *cluster, const char *sql);

/* Asks again every few milliseconds until the statement says true; fails the test after
 * limit_ms. */
void cluster_wait_until(struct cluster *cluster, const char *sql, int limit_ms);
/* Likewise, but gives the answer back. */
bool cluster_becomes(struct cluster *cluster, const char *sql, int limit_ms);

/* A blocking connection as role, yours to PQfinish. Fails the test when it cannot be had. */
PGconn *cluster_connect(const struct cluster *cluster, const char *role);

/* SIGKILL to every process of it at once. */
void cluster_kill(struct cluster *cluster);
/* Up again, and answering. */
int cluster_start(struct cluster *cluster, struct err *e) CHECKED;

#endif
