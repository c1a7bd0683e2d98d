/* SPDX-License-Identifier: Apache-2.0 */
/* city - the whole system of a test's own: cluster, keys, the tiny catalogue
 * and every service, on ports and sockets that nobody else has. */
#ifndef CITY_H
#define CITY_H

#include "cluster.h"
#include "http_client.h"
#include "outside.h"
#include "process.h"
#include "strbuf.h"

struct city;

/* Everything is ready to be used. */
int city_open(struct city **out, struct err *e) CHECKED;
/* Only these services, by name, ended by NULL: the test plays the others. */
int city_open_with(struct city **out, const char *const *names, struct err *e) CHECKED;
void city_close(struct city **city);

/* The same in steps: cluster and keys; then settings of the test's own (taken over) and a catalogue
 * by city_ctl; then its services. */
int city_make(struct city **out, struct err *e) CHECKED;
void city_set(struct city *city, char *setting);
int city_start(struct city *city, const char *const *names, struct err *e) CHECKED;

/* city_open and city_close as cmocka's setup and teardown of a group: *state is the city. For a
 * setup of the test's own there is city_open_with as well. */
int city_setup(void **state);
int city_setup_with(void **state, const char *const *names);
int city_teardown(void **state);

/* Begins the world outside for a city that was made, with the settings and the secret by which
 * notifier talks to it. It is yours to close. */
struct outside *city_outside(struct city *city);

struct cluster *city_cluster(struct city *city);
/* "intake", "router", "tracker", "dispatch", "sentinel", "letters", "notifier"; one of those that
 * were opened.
 */
struct process *city_service(struct city *city, const char *name);
const char *city_dir(const struct city *city); /* has var/run and var/keys */
const char *city_worker_endpoint(const struct city *city);
unsigned city_intake_port(const struct city *city);
/* The settings that its services have, for a program of the test's own. */
const char *const *city_env(const struct city *city);

/* Runs "dunghen ..." with the city's settings; argv begins with "keys", "catalogue", ... and
 * ends with NULL. */
int city_ctl(struct city *city, const char *const *argv, struct err *e) CHECKED;
/* The same; whether it ended well. output has what it prints, errors as well, and nothing else. */
bool city_says(struct city *city, const char *const *argv, struct strbuf *output);
/* The same without waiting for its end: its process. What it prints is appended to the file log. */
pid_t city_spawn(const struct city *city, const char *const *argv, const char *log);

/* To intake. What cannot be sent, fails the test; any status comes back. */
void city_post(struct city *city, const char *path, const char *json, struct client_answer *out);
void city_get(struct city *city, const char *path, struct client_answer *out);
/* A report that becomes a case, or the test fails: its reference, yours to free. */
char *city_report(struct city *city, const char *json);

/* Until the statement says true; after limit_ms the services' logs are shown and the test fails. */
void city_wait_until(struct city *city, const char *sql, int limit_ms);

#endif
