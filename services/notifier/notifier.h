/* SPDX-License-Identifier: Apache-2.0 */
/* notifier - what its files share.
 *
 * Events become deliveries (fanout.c) in the commit that moves the position.
 * What is due in a lane is begun in a commit of its own (sender.c), sent
 * (attempt.c, to_person.c, to_front.c), and its outcome is written (outcome.c). One notifier leads,
 * others stand by (lead.c). */
#ifndef NOTIFIER_H
#define NOTIFIER_H

#include "bus.h"
#include "catalogue.h"
#include "crypto.h"
#include "follow.h"
#include "lane.h"
#include "leader.h"
#include "outcome.h"
#include "probe.h"
#include "quiet.h"
#include "service.h"
#include "transfer.h"

enum {
    NOTIFIER_IN_FLIGHT = 128, /* attempts at once, of all lanes together */
    NOTIFIER_UNWRITTEN = 256, /* these, and outcomes that are not written yet */
    NOTIFIER_ASKED = 64,      /* calls to the service letters at once */
};

struct notifier_settings {
    struct service service;
    char *keys_dir, *letters_dir;
    char *events_endpoint, *letters_endpoint, *endpoint;
    char *public_url;
    char *smtp_url, *smtp_tls, *smtp_user, *smtp_password, *mail_from, *mail_from_name;
    char *ca_file;
    char *quiet_hours;
    char *front_ends;
    int64_t smtp_connections, webhook_connections, timeout_s, deadline_h, retry_first_ms;
    int64_t keep_days;
};

struct notifier {
    struct notifier_settings settings;
    struct quiet quiet; /* usual for SMS and Zalo */
    bool local_allowed; /* front ends that subscribe themselves may be at any address */
    struct loop *loop;
    struct bus *bus;
    struct db *db;
    struct leader *leader;
    struct catalogue_watch *watch;
    struct follow *follow;
    struct bus_client *letters;
    struct bus_server *server; /* of who leads */
    struct asker *askers;      /* whose answers the database has not given yet */
    struct transfers *transfers;
    struct crypto_ring *ring;
    struct probe *probe;

    struct lanes lanes;
    struct outcomes outcomes;
    struct attempt *attempts; /* under way */
    int attempt_count;

    bool begun;    /* leads, and knows where it stands */
    bool muted;    /* no lane is open: events are passed over */
    bool stalled;  /* something failed: begins again with the next tick */
    bool stopping; /* no new attempts */
    bool claiming;
    int64_t look; /* at the catalogue, which events wait for; 0: none do; -1: it has ended */
    int64_t position, position_next; /* the last event that has its deliveries; being committed */
    bool purging;
    unsigned ticks;
    struct db_args lead_args, fanout_args, claim_args[2], tick_args, purge_args[2], asked_args,
        revoked_args;
};

/* ---- lead.c ---- */

leader_fn lead_change;
catalogue_fn lead_catalogue;
void lead_tick(struct notifier *n);

/* ---- fanout.c: events become deliveries ---- */

extern const int fanout_seq_column;
follow_rows_fn fanout_take;
void fanout_turn(struct notifier *n); /* after each turn of the loop */

/* ---- sender.c: which deliveries are tried, and when ---- */

void sender_turn(struct notifier *n); /* as many as there is room for */
void sender_tick(struct notifier *n); /* twice a second */

/* ---- attempt.c: one attempt at one delivery ---- */

/* Begins the attempt that a row of claim_deliveries tells of; its outcome comes in any case. */
void attempt_begin(struct notifier *n, const PGresult *rows, int row);
/* Appends an array of the deliveries whose attempts are ours: under way, or with an outcome that is
 * not written yet. */
void attempts_add_ids(const struct notifier *n, struct db_args *args);
void attempts_free(struct notifier *n);

/* ---- lead.c, as well ---- */

/* Reads the front ends again, and drops what waits for those that are gone. */
void lead_fronts(struct notifier *n);

/* ---- asked.c: what others ask of us over the bus ---- */

/* Answers from now on, until n->server is closed. */
int asked_open(struct notifier *n, struct err *e) CHECKED;
void asked_free(struct notifier *n); /* after the database, which will not call back */

#endif
