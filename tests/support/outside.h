/* SPDX-License-Identifier: Apache-2.0 */
/* outside - the world that notifier talks to, as a process of its own: mail server, gateway, front
 * ends. What it plays is in outside.py. */
#ifndef OUTSIDE_H
#define OUTSIDE_H

#include "json.h"

struct outside;

/* It listens when this returns, and dies with the test. dir gets its certificate and log. */
int outside_start(struct outside **out, const char *dir, struct err *e) CHECKED;
void outside_close(struct outside **outside);

/* The settings by which notifier talks to it, and tries again soon; each is yours to free. An
 * attempt is given up after that many seconds: a test in which none hangs sees none given up,
 * however slow its machine. */
enum { OUTSIDE_SETTINGS = 8, OUTSIDE_LIMIT_S = 60 };
void outside_settings(const struct outside *outside, char *out[OUTSIDE_SETTINGS]);
/* dir becomes the catalogue of that folder with its gateways; its secret is in keys_dir. */
void outside_catalogue(const struct outside *outside, const char *catalogue, const char *dir);
void outside_secret(const char *keys_dir);
/* Where attempts do hang they are given up soon: a setting in the place of that above, and a
 * statement for when the catalogue is loaded. */
#define OUTSIDE_HASTE "DUNGHEN_DELIVERY_TIMEOUT_S=2"
#define OUTSIDE_HASTE_SQL "UPDATE gateways SET timeout_s = 2"

/* "starttls", "smtps", "http", "https" */
unsigned outside_port(const struct outside *outside, const char *name);
const char *outside_ca(const struct outside *outside); /* path of the certificate */

/* How "mail", "sms", "zalo" or "hook/NAME" answers from now on. */
void outside_behave(struct outside *outside, const char *what, const char *how);
/* Nothing was seen, and everything is answered well. */
void outside_forget(struct outside *outside);
/* Everything that was taken by it so far, repetitions too: an array, yours to release. */
json_t *outside_seen(struct outside *outside, const char *what);
/* What people got by "mail" or "sms", repetitions too, at most 5000 from the given one on: of each
 * to, key, subject, text, and files as [name, type, BLAKE2b-256]. Yours to release. */
json_t *outside_told(struct outside *outside, const char *what, size_t from);
/* Until it has taken that many different keys; fails the test after limit_ms. A new reference. */
json_t *outside_wait(struct outside *outside, const char *what, size_t count, int limit_ms);
/* How many different keys are among them. */
size_t outside_keys(const json_t *seen);

#endif
