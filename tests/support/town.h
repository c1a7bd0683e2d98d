/* SPDX-License-Identifier: Apache-2.0 */
/* town - notifier alone with everything that it talks to: a cluster, keys, the tiny catalogue with
 * gateways, the world outside. The test plays the ledger and its live stream. */
#ifndef TOWN_H
#define TOWN_H

#include "bus.h"
#include "cluster.h"
#include "crypto.h"
#include "outside.h"
#include "process.h"

enum { TOWN_SOON_MS = 60000, TOWN_MAX_ENV = 24 };

struct town {
    struct cluster *cluster;
    struct outside *outside;
    struct crypto_ring *ring;
    struct loop *loop;
    struct bus *bus;
    struct bus_publisher *stream;
    struct process *notifier; /* NULL until town_start */
    int64_t seq;              /* of the last event */
    char *env[TOWN_MAX_ENV + 1];
    int env_count, usual_env_count;
};

void town_open(struct town *t);
void town_close(struct town *t);
/* A test begins: an empty ledger, nobody was told, everything outside works. */
void town_begin(struct town *t);
void town_end(struct town *t); /* ends notifier */
/* cmocka's setup and teardown of a group and of a test: *state is the town. */
int town_group_setup(void **state);
int town_group_teardown(void **state);
int town_setup(void **state);
int town_teardown(void **state);

/* The tiny catalogue with the town's gateways, as it is at the start. */
void town_load_catalogue(struct town *t);

/* One more setting of notifier; before town_start. Takes it over. */
void town_set(struct town *t, char *setting);
/* Attempts that hang are given up soon, in this test; before town_start. */
void town_hurry(struct town *t);
/* Starts notifier and waits until it leads and hears the stream. */
void town_start(struct town *t);
void town_ready(struct town *t);
/* "dunghen ..." with the town's settings; words end with NULL. Its output is in town_said. */
void town_ctl(struct town *t, const char *const *words);
/* The same, which fails and says why. */
void town_ctl_refuses(struct town *t, const char *why, const char *const *words);
char *town_said(const struct town *t); /* all that ctl has said so far; yours to free */

/* A case of the service LIGHT, led by D1, and its task 1; phone or email may be NULL. */
void town_add_case(struct town *t, int number, const char *name, const char *phone,
                   const char *email);
/* The next event, of the case's task 1, without a hint. */
void town_write_event(struct town *t, int number, const char *type, const char *detail);
/* Says on the stream how far the ledger goes. */
void town_hint(struct town *t);
void town_add_event(struct town *t, int number, const char *type, const char *detail);

/* Until the statement says true; the test fails otherwise. */
void town_wait_until(struct town *t, const char *sql);
/* Until no delivery waits or is being sent, and the position is that of the last event. */
void town_wait_settled(struct town *t);
void town_wait_settled_within(struct town *t, int limit_ms);

#endif
